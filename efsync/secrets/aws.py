"""`{aws: NAME}` or `{aws: NAME#KEY}`: a secret of AWS Secrets Manager, or one key of the JSON object in it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.extras import installed
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.once import Once
from efsync.secrets.patterns import is_field_listed, with_field

_NAME = re.compile(r"[A-Za-z0-9/_+=.@:-]+")
_OF_ONE = {
    "ResourceNotFoundException": message("is not there"),
    "AccessDeniedException": message("may not be read by whoever we are to AWS"),
    "DecryptionFailure": message("can't be decrypted with its key"),
    "InvalidRequestException": message("can't be read now: it is perhaps to be deleted"),
    "InvalidParameterException": message("has no name that AWS takes"),
    "ValidationException": message("has no name that AWS takes"),
}
"""What is the matter with one secret; any other error of AWS is no matter of one."""


class AwsProvider:
    """Reads what `[secrets.aws] allow` lists, in `region`; who asks is what the AWS tools take it from, too."""

    at_once = 8

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._settings = settings
        self._timeout: int = settings.get("timeout", 10)
        self._client = Once(self._made_client)
        self._texts = Once(self._read_text)

    def check_allowed(self, argument: str) -> None:
        """Name and key have to match one of the patterns; one without `#` allows the whole secret only."""
        name, key = with_field(argument)
        listed = is_field_listed(name, key, self._settings.get("allow", ()))
        if not listed or not _NAME.fullmatch(name) or argument.endswith("#"):
            hint = message("write NAME or NAME#KEY, and allow it in efsync.toml: [secrets.aws] allow")
            raise SecretError(message("the secret {name} of AWS may not be read", name=argument), hint)

    def read(self, argument: str) -> Secret:
        """The current version; each secret is asked for once, however many of its keys are meant."""
        name, key = with_field(argument)
        text = self._texts(name)
        if not key:
            return Secret(text)
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            said = message("the secret {name} of AWS is no JSON object, and has no key {key}", name=name, key=key)
            raise SecretError(said)
        if not isinstance(fields.get(key), str):
            raise SecretError(message("the secret {name} of AWS has no text under the key {key}", name=name, key=key))
        return Secret(fields[key])

    def _read_text(self, name: str) -> str:
        client = self._client(None)
        exceptions = installed("botocore.exceptions", "aws")
        try:
            answer = client.get_secret_value(SecretId=name)
        except exceptions.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in _OF_ONE:
                said = message("the secret {name} of AWS {is_wrong}", name=name, is_wrong=_OF_ONE[code])
                raise SecretError(said) from None
            is_about_us = "Token" in code or "Signature" in code
            hint = message("look at the credentials that efsync has there") if is_about_us else None
            raise ProviderDown(_answered(code), hint) from None
        except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.TokenRetrievalError):
            hint = message("give efsync a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
            raise ProviderDown(message("there are no credentials for AWS"), hint) from None
        except (exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError):
            said = message("AWS Secrets Manager does not answer within {seconds} seconds", seconds=self._timeout)
            raise ProviderDown(said) from None
        except (exceptions.BotoCoreError, ValueError):
            raise ProviderDown(message("AWS Secrets Manager can't be reached")) from None
        text = answer.get("SecretString")
        if not isinstance(text, str):
            raise SecretError(message("the secret {name} of AWS holds bytes, and no text", name=name))
        return text

    def _made_client(self, _question: None) -> Any:
        boto3, exceptions = installed("boto3", "aws"), installed("botocore.exceptions", "aws")
        config = installed("botocore.config", "aws").Config(
            connect_timeout=self._timeout,
            read_timeout=self._timeout,
            retries={"total_max_attempts": 2, "mode": "standard"},
            max_pool_connections=self.at_once,
        )
        try:
            session = boto3.Session(
                region_name=self._settings.get("region"), profile_name=self._settings.get("profile")
            )
            return session.client("secretsmanager", config=config)
        except exceptions.NoRegionError:
            hint = message("name it in efsync.toml, [secrets.aws] region, or set AWS_REGION")
            raise ProviderDown(message("AWS has no region"), hint) from None
        except exceptions.ProfileNotFound:
            said = message("AWS has no profile {profile}", profile=self._settings.get("profile"))
            raise ProviderDown(said) from None
        except (exceptions.BotoCoreError, ValueError):
            raise ProviderDown(message("the settings of AWS on this machine can't be used")) from None


def _answered(code: str) -> str:
    """An error as its code, which is one word of AWS's own, and nothing else."""
    if re.fullmatch(r"[A-Za-z.]{1,60}", code):
        return message("AWS Secrets Manager answers {code}", code=code)
    return message("AWS Secrets Manager answers with an error")
