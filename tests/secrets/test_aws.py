"""`{aws: NAME#KEY}`, with moto in place of AWS Secrets Manager."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import exceptions
from botocore.client import BaseClient
from moto import mock_aws

from efsync.secrets.aws import AwsProvider
from efsync.secrets.interface import ProviderDown, SecretError
from tests.secrets.listed import STRANGE, assert_refused

ALLOWED = {"allow": ["mail/*", "mail/*#jperez"], "region": "eu-west-1", "timeout": 2}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "clave-of-aws")


@pytest.fixture
def aws() -> Iterator[Any]:
    """Secrets Manager with a few secrets."""
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        client.create_secret(Name="mail/jperez", SecretString="clave-jperez")
        keys = {"jperez": "clave-json", "admin": "clave-admin", "port": 587}
        client.create_secret(Name="mail/ventas", SecretString=json.dumps(keys))
        client.create_secret(Name="mail/bytes", SecretBinary=b"clave")
        client.create_secret(Name="root/admin", SecretString="clave-ajena")
        yield client


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The secrets that AWS is asked for."""
    names: list[str] = []
    call = BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "GetSecretValue":
            names.append(arguments["SecretId"])
        return call(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return names


def provider(**settings: Any) -> AwsProvider:
    """A provider of what is below mail."""
    return AwsProvider({**ALLOWED, **settings}, Path())


def refusal(provider: AwsProvider, argument: str = "mail/jperez") -> SecretError:
    """What is said where a secret can't be had."""
    with pytest.raises(SecretError) as raised:
        provider.read(argument)
    assert "clave" not in f"{raised.value.message} {raised.value.hint}"
    return raised.value


@pytest.mark.parametrize(("argument", "text"), [("mail/jperez", "clave-jperez"), ("mail/ventas#jperez", "clave-json")])
def test_a_secret_or_one_of_its_keys_is_read(aws: Any, argument: str, text: str) -> None:
    reading = provider()
    reading.check_allowed(argument)
    assert reading.read(argument).reveal() == text


def test_a_renewed_secret_is_read_as_it_is_now(aws: Any) -> None:
    aws.put_secret_value(SecretId="mail/jperez", SecretString="clave-nueva")
    assert provider().read("mail/jperez").reveal() == "clave-nueva"


def test_a_secret_is_asked_for_once_however_many_of_its_keys_are_meant(aws: Any, asked: list[str]) -> None:
    reading = provider()
    for key in ("jperez", "admin", "jperez"):
        reading.read(f"mail/ventas#{key}")
    assert asked == ["mail/ventas"]


@pytest.mark.parametrize("argument", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_not_listed_is_refused_and_nobody_is_asked(aws: Any, asked: list[str], argument: str) -> None:
    assert_refused(provider(), argument.format("mail/jperez"))
    assert asked == []


@pytest.mark.parametrize("argument", [
    "root/admin", "mail/ventas#admin", "mail/ventas#", "mail/ventas#JPEREZ", "mail/ventas#jperez#x", "#jperez",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail/jperez", "mail/j perez", "mail/josé",
])  # fmt: skip
def test_a_key_or_a_name_that_is_not_listed_is_refused(argument: str) -> None:
    assert "[secrets.aws] allow" in (assert_refused(provider(), argument).hint or "")


def test_nothing_is_allowed_without_a_list() -> None:
    assert_refused(AwsProvider({}, Path()), "mail/jperez")


@pytest.mark.parametrize(("argument", "said"), [
    ("mail/nobody", "the secret mail/nobody of AWS is not there"),
    ("mail/bytes", "the secret mail/bytes of AWS holds bytes, and no text"),
    ("mail/jperez#jperez", "the secret mail/jperez of AWS is no JSON object, and has no key jperez"),
    ("mail/ventas#nobody", "the secret mail/ventas of AWS has no text under the key nobody"),
    ("mail/ventas#port", "the secret mail/ventas of AWS has no text under the key port"),
])  # fmt: skip
def test_a_secret_that_can_not_be_had_is_named(aws: Any, argument: str, said: str) -> None:
    error = refusal(provider(), argument)
    assert error.message == said
    assert not isinstance(error, ProviderDown)


def test_a_secret_that_is_to_be_deleted_is_a_matter_of_that_secret(aws: Any) -> None:
    aws.delete_secret(SecretId="mail/jperez")
    assert not isinstance(refusal(provider()), ProviderDown)


def client_error(code: str) -> exceptions.ClientError:
    """What boto3 raises where AWS answers with an error."""
    return exceptions.ClientError({"Error": {"Code": code, "Message": "clave"}}, "GetSecretValue")


OF_ALL = {
    "token": client_error("UnrecognizedClientException"),
    "expired": client_error("ExpiredTokenException"),
    "signature": client_error("InvalidSignatureException"),
    "throttled": client_error("ThrottlingException"),
    "internal": client_error("InternalServiceError"),
    "strange": client_error("clave\n"),
    "unreachable": exceptions.EndpointConnectionError(endpoint_url="https://clave"),
    "connecting": exceptions.ConnectTimeoutError(endpoint_url="https://clave"),
    "reading": exceptions.ReadTimeoutError(endpoint_url="https://clave"),
    "tls": exceptions.SSLError(endpoint_url="https://clave", error="clave"),
    "credentials": exceptions.NoCredentialsError(),
    "half_credentials": exceptions.PartialCredentialsError(provider="env", cred_var="clave"),
}


@pytest.mark.parametrize("error", OF_ALL.values(), ids=OF_ALL.keys())
def test_what_is_wrong_with_aws_is_a_matter_of_all_secrets(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(BaseClient, "_make_api_call", fail)
    assert isinstance(refusal(provider()), ProviderDown)


@pytest.mark.parametrize("code", ["AccessDeniedException", "DecryptionFailure", "InvalidRequestException"])
def test_what_is_wrong_with_a_secret_is_a_matter_of_that_secret(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise client_error(code)

    monkeypatch.setattr(BaseClient, "_make_api_call", fail)
    error = refusal(provider())
    assert "mail/jperez" in error.message
    assert not isinstance(error, ProviderDown)


def test_without_credentials_it_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    error = refusal(provider())
    assert (type(error), error.message) == (ProviderDown, "there are no credentials for AWS")
    assert "AWS_PROFILE" in (error.hint or "")


@pytest.mark.parametrize("settings", [{"region": None}, {"profile": "nobody"}], ids=["region", "profile"])
def test_settings_that_lead_nowhere_are_a_matter_of_all_secrets(settings: dict[str, Any]) -> None:
    assert isinstance(refusal(provider(**settings)), ProviderDown)


def test_a_server_that_does_not_answer_is_waited_for_no_longer_than_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket
    from time import monotonic

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = monotonic()
        assert "within 1 seconds" in refusal(provider(timeout=1)).message
    assert monotonic() - began < 8
