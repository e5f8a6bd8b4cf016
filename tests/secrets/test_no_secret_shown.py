"""Law: whatever goes wrong with whichever provider, nothing that is said holds any part of a secret."""

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import keyring
import pyrage
import pytest
from botocore import exceptions
from botocore.client import BaseClient
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring import errors
from moto import mock_aws

from efsync.cli.program import run
from efsync.model.problems import Refused
from efsync.model.secrets import SecretReference
from efsync.secrets.store import SecretStore
from efsync.views.documents import problems_document
from efsync.views.text import problem_text
from tests.secrets.test_age import IDENTITY, OTHER
from tests.secrets.vault_server import TOKEN, StandIn, vault

_LETTERS = st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["Cc", "Cf", "Zs"])
secrets = st.text(_LETTERS, min_size=6, max_size=20).map("¿{}".format)  # a sign that nothing else has


class World:
    """Everything that a provider may ask, and what is said of it."""

    def __init__(
        self, folder: Path, server: StandIn, stack: ExitStack, environment: Callable[[str, str], None]
    ) -> None:
        self.folder = folder
        self.server = server
        self.stack = stack
        self.environment = environment

    def said(self, kind: str, argument: str, **settings: Any) -> str:
        """All that anybody could see of a reference that fails, read ahead and then by two accounts."""
        store = SecretStore({kind: settings}, self.folder)
        reference = SecretReference(kind, argument)
        store.read_ahead([reference])
        shown = []
        for _ in range(2):
            try:
                store.read(reference)
            except Refused as refused:
                shown += traceback.format_exception(refused)
                shown += [problem_text(problem).plain for problem in refused.problems]
                shown.append(json.dumps(problems_document(refused.problems), ensure_ascii=False))
            else:
                pytest.fail("it was read")
        return "\n".join(shown)

    def vault(self, argument: str = "secret/mail/x", **settings: Any) -> str:
        table = {"address": self.server.address, "ca": self.server.ca, "allow": ["secret/mail/*"], "timeout": 5}
        return self.said("vault", argument, **{**table, **settings})

    def aws(self, argument: str = "mail/x", **settings: Any) -> str:
        self.environment("AWS_ACCESS_KEY_ID", "x")
        self.environment("AWS_SECRET_ACCESS_KEY", "x")
        return self.said("aws", argument, allow=["mail/*", "mail/*#*"], region="eu-west-1", **settings)

    def command(self, code: str, secret: str, **settings: Any) -> str:
        self.environment("THE_SECRET", secret)
        shell = ["/bin/sh", "-c", code]
        return self.said("command", "it", programs={"it": shell}, allow=["it"], **{"timeout": 5, **settings})


def _env(world: World, secret: str) -> str:
    world.environment("MAIL_X", f"{secret}\t")
    return world.said("env", "MAIL_X", allow=["MAIL_*"])


def _env_not_allowed(world: World, secret: str) -> str:
    world.environment("MAIL_X", secret)
    return world.said("env", "MAIL_X", allow=[])


def _file_not_text(world: World, secret: str) -> str:
    (world.folder / "x").write_bytes(secret.encode() + b"\xff")
    return world.said("file", "x", roots=["."])


def _file_of_two_lines(world: World, secret: str) -> str:
    (world.folder / "x").write_text(f"{secret}\n{secret}\n")
    return world.said("file", "x", roots=["."])


def _age_in_plain(world: World, secret: str) -> str:
    world.environment("EFSYNC_AGE_KEY", str(IDENTITY))
    (world.folder / "x").write_text(secret)
    return world.said("age", "x", roots=["."])


def _age_for_another(world: World, secret: str) -> str:
    world.environment("EFSYNC_AGE_KEY", str(OTHER))
    (world.folder / "x").write_bytes(pyrage.encrypt(secret.encode(), [IDENTITY.to_public()]))
    return world.said("age", "x", roots=["."])


def _age_not_text(world: World, secret: str) -> str:
    world.environment("EFSYNC_AGE_KEY", str(IDENTITY))
    (world.folder / "x").write_bytes(pyrage.encrypt(secret.encode() + b"\xff", [IDENTITY.to_public()]))
    return world.said("age", "x", roots=["."])


def _age_identity(world: World, secret: str) -> str:
    (world.folder / "identity").write_text(f"AGE-SECRET-KEY-1{secret}\n")
    return world.said("age", "x", roots=["."], identities=["identity"])


def _vault_says(status: int, template: str) -> Callable[[World, str], str]:
    def fail(world: World, secret: str) -> str:
        world.server.status, world.server.body = status, template.replace("SECRET", secret).encode()
        return world.vault()

    return fail


def _vault_other_field(world: World, secret: str) -> str:
    world.server.secrets["secret/mail/x"] = {"other": secret, "password": [secret]}
    return world.vault()


def _vault_unusable(world: World, secret: str) -> str:
    world.server.secrets["secret/mail/x"] = {"password": f"{secret}\n"}
    return world.vault()


def _vault_token(world: World, secret: str) -> str:
    world.environment("VAULT_TOKEN", secret.encode("ascii", "ignore").decode() or "x")
    return world.vault()


def _vault_role(world: World, secret: str) -> str:
    world.environment("VAULT_TOKEN", "")
    world.environment("VAULT_ROLE_ID", secret)
    world.environment("VAULT_SECRET_ID", secret)
    return world.vault()


def _vault_away(world: World, secret: str) -> str:
    world.environment("VAULT_TOKEN", secret.encode("ascii", "ignore").decode() or "x")
    return world.vault(address="http://127.0.0.1:9")


def _aws_text(key: str) -> Callable[[World, str], str]:
    def fail(world: World, secret: str) -> str:
        world.stack.enter_context(mock_aws())
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        client.create_secret(Name="mail/x", SecretString=secret if key == "x" else json.dumps({"other": secret}))
        return world.aws(f"mail/x#{key}")

    return fail


def _aws_unusable(world: World, secret: str) -> str:
    world.stack.enter_context(mock_aws())
    boto3.client("secretsmanager", region_name="eu-west-1").create_secret(Name="mail/x", SecretString=f" {secret}")
    return world.aws()


def _aws_error(code: str) -> Callable[[World, str], str]:
    def fail(world: World, secret: str) -> str:
        said = {"Error": {"Code": code.replace("SECRET", secret), "Message": secret}}
        error = exceptions.ClientError(said, "GetSecretValue")
        world.stack.enter_context(mock.patch.object(BaseClient, "_make_api_call", side_effect=error))
        return world.aws()

    return fail


def _aws_away(world: World, secret: str) -> str:
    error = exceptions.EndpointConnectionError(endpoint_url=secret, error=secret)
    world.stack.enter_context(mock.patch.object(BaseClient, "_make_api_call", side_effect=error))
    return world.aws()


def _keyring_error(error: Callable[[str], Exception]) -> Callable[[World, str], str]:
    def fail(world: World, secret: str) -> str:
        world.stack.enter_context(mock.patch.object(keyring, "get_password", side_effect=error(secret)))
        return world.said("keyring", "mail/x", allow=["mail/*"])

    return fail


def _keyring_unusable(world: World, secret: str) -> str:
    world.stack.enter_context(mock.patch.object(keyring, "get_password", return_value=f"{secret} "))
    return world.said("keyring", "mail/x", allow=["mail/*"])


def _command(code: str, **settings: Any) -> Callable[[World, str], str]:
    return lambda world, secret: world.command(code, secret, **settings)


WAYS: dict[str, Callable[[World, str], str]] = {
    "env": _env,
    "env_not_allowed": _env_not_allowed,
    "file_not_text": _file_not_text,
    "file_of_two_lines": _file_of_two_lines,
    "age_in_plain": _age_in_plain,
    "age_for_another": _age_for_another,
    "age_not_text": _age_not_text,
    "age_identity": _age_identity,
    "vault_error": _vault_says(500, '{"errors": ["SECRET"]}'),
    "vault_forbidden": _vault_says(403, '{"errors": ["SECRET"]}'),
    "vault_missing": _vault_says(404, '{"errors": ["SECRET"], "data": {"data": {"password": "SECRET"}}}'),
    "vault_bad_request": _vault_says(400, '{"errors": ["SECRET"]}'),
    "vault_sealed": _vault_says(503, '{"errors": ["SECRET"]}'),
    "vault_no_document": _vault_says(200, "SECRET"),
    "vault_other_document": _vault_says(200, '{"data": "SECRET"}'),
    "vault_other_field": _vault_other_field,
    "vault_unusable": _vault_unusable,
    "vault_token": _vault_token,
    "vault_role": _vault_role,
    "vault_away": _vault_away,
    "aws_no_json": _aws_text("x"),
    "aws_other_key": _aws_text("y"),
    "aws_unusable": _aws_unusable,
    "aws_denied": _aws_error("AccessDeniedException"),
    "aws_token": _aws_error("ExpiredTokenException"),
    "aws_strange": _aws_error("SECRET"),
    "aws_away": _aws_away,
    "keyring_locked": _keyring_error(errors.KeyringLocked),
    "keyring_error": _keyring_error(errors.KeyringError),
    "keyring_bug": _keyring_error(RuntimeError),
    "keyring_unusable": _keyring_unusable,
    "command_status": _command('echo "$THE_SECRET"; exit 1'),
    "command_beside": _command('echo "$THE_SECRET" >&2; exit 1'),
    "command_not_text": _command('printf "%s\\377\\n" "$THE_SECRET"'),
    "command_unusable": _command('echo "$THE_SECRET "'),
    "command_killed": _command('echo "$THE_SECRET"; kill -9 $$'),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with vault(tmp_path_factory.mktemp("vault")) as stand_in:
        yield stand_in


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_is_said_holds_a_secret(way: str, server: StandIn, tmp_path: Path) -> None:
    @given(secret=secrets)
    @settings(max_examples=8)
    def holds(secret: str) -> None:
        server.status, server.body = None, b""
        server.secrets.clear()
        with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
            patch.setenv("VAULT_TOKEN", TOKEN)
            patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
            patch.delenv("EFSYNC_AGE_KEY", raising=False)
            said = WAYS[way](World(tmp_path, server, stack, patch.setenv), secret)
        assert said
        assert secret not in said
        assert secret.encode("ascii", "backslashreplace").decode() not in said
        assert str(IDENTITY) not in said
        assert str(OTHER) not in said
        assert TOKEN not in said

    holds()


def test_every_kind_is_tried() -> None:
    kinds = {way.partition("_")[0] for way in WAYS}
    assert kinds == {"env", "file", "age", "vault", "aws", "keyring", "command"}


def test_a_traceback_of_a_mistake_in_a_provider_is_one_line_without_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = '[targets.erp]\nurl = "sqlite:///erp.db"\n[secrets.keyring]\nallow = ["mail/*"]\n'
    (tmp_path / "efsync.toml").write_text(table)
    (tmp_path / "accounts").mkdir()
    users = "users:\n  A:\n    password: {keyring: mail/a}\n"
    (tmp_path / "accounts/ventas.yaml").write_text(f"version: 1\ndepartment: VENTAS\n{users}")
    monkeypatch.chdir(tmp_path)
    with mock.patch("efsync.secrets.keyring.KeyringProvider.read", side_effect=RuntimeError("¿clave")):
        assert run(["plan"]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("efsync: internal error: RuntimeError at ")
    assert "clave" not in out + err
