"""`{vault: MOUNT/PATH#FIELD}`, with a stand-in for Vault's documented HTTP API."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.vault import VaultProvider
from tests.secrets.listed import STRANGE, assert_refused
from tests.secrets.vault_server import ROLE, ROLE_SECRET, TOKEN, StandIn, vault

PERROR = "secret/mail/jperez"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A Vault with one secret, and its token where hvac looks for one."""
    for name in ("VAULT_TOKEN", "VAULT_ROLE_ID", "VAULT_SECRET_ID", "VAULT_ADDR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault(tmp_path) as stand_in:
        stand_in.secrets[PERROR] = {"password": "clave-jperez", "smtp": "clave-smtp", "port": 587}
        yield stand_in


def provider(server: StandIn, folder: Path = Path(), **settings: Any) -> VaultProvider:
    """A provider of the server's secrets below secret/mail."""
    allow = ["secret/mail/*", "secret/mail/*#smtp", "secret/mail/*#port"]
    return VaultProvider({"address": server.address, "ca": server.ca, "allow": allow, "timeout": 5, **settings}, folder)


def down(provider: VaultProvider, argument: str = PERROR) -> ProviderDown:
    """What is said where Vault is no help for any secret."""
    with pytest.raises(ProviderDown) as raised:
        provider.read(argument)
    assert "clave" not in f"{raised.value.message} {raised.value.hint}"
    assert TOKEN not in f"{raised.value.message} {raised.value.hint}"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


def missing(provider: VaultProvider, argument: str) -> str:
    """What is said where one secret can't be had."""
    with pytest.raises(SecretError) as raised:
        provider.read(argument)
    assert not isinstance(raised.value, ProviderDown)
    assert "clave" not in f"{raised.value.message} {raised.value.hint}"
    return raised.value.message


@pytest.mark.parametrize(("argument", "text"), [
    (PERROR, "clave-jperez"), (f"{PERROR}#password", "clave-jperez"), (f"{PERROR}#smtp", "clave-smtp"),
])  # fmt: skip
def test_a_field_of_a_secret_is_read(server: StandIn, argument: str, text: str) -> None:
    reading = provider(server)
    reading.check_allowed(argument)
    assert reading.read(argument).reveal() == text


def test_a_secret_is_asked_for_once_however_many_of_its_fields_are_meant(server: StandIn) -> None:
    reading = provider(server)
    for field in ("password", "smtp", "password"):
        reading.read(f"{PERROR}#{field}")
    assert server.requests == ["secret/data/mail/jperez"]


def test_a_path_may_have_letters_that_a_url_has_to_write_otherwise(server: StandIn) -> None:
    server.secrets["secret/mail/josé & co"] = {"password": "clave"}
    assert provider(server).read("secret/mail/josé & co").reveal() == "clave"
    assert server.requests == ["secret/data/mail/josé & co"]


@pytest.mark.parametrize("argument", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_not_listed_is_refused_and_nobody_is_asked(server: StandIn, argument: str) -> None:
    named = argument.format("mail/jperez") if argument else ""
    for written in (f"secret/{named}" if named else "", f"{named}#smtp", f"secret/{named}#admin"):
        assert_refused(provider(server), written)
    assert server.requests == []


@pytest.mark.parametrize("argument", [
    "secret/mail/jperez#admin", "secret/mail/jperez#smt", "secret/mail/jperez#SMTP", "secret/mail/jperez#smtp#x",
    "mail/jperez", "jperez", "sys/seal-status", "secret/mail/jperez#smtp/x",
])  # fmt: skip
def test_a_field_or_a_mount_that_is_not_listed_is_refused(server: StandIn, argument: str) -> None:
    error = assert_refused(provider(server), argument)
    assert "[secrets.vault] allow" in (error.hint or "")


def test_nothing_is_allowed_without_a_list(server: StandIn) -> None:
    assert_refused(VaultProvider({"address": server.address}, Path()), PERROR)
    assert_refused(VaultProvider({}, Path()), PERROR)


def test_a_secret_that_is_not_there_is_named(server: StandIn) -> None:
    assert missing(provider(server), "secret/mail/nobody") == "Vault has no secret secret/mail/nobody"


def test_a_field_that_is_not_there_or_is_no_text_is_named(server: StandIn) -> None:
    server.secrets["secret/mail/mrojas"] = {}
    assert "password of the secret secret/mail/mrojas of Vault is not there" in missing(
        provider(server), "secret/mail/mrojas"
    )
    assert "field port of" in missing(provider(server), f"{PERROR}#port")


def test_a_secret_that_the_tokens_policy_keeps_is_a_matter_of_that_secret(server: StandIn) -> None:
    server.secrets["secret/mail/mrojas"] = {"password": "clave"}
    server.forbidden.add(PERROR)
    reading = provider(server)
    assert "does not let us read the secret secret/mail/jperez" in missing(reading, PERROR)
    assert reading.read("secret/mail/mrojas").reveal() == "clave"


def test_a_token_that_is_good_no_more_is_a_matter_of_all_secrets(server: StandIn) -> None:
    server.tokens.clear()
    error = down(provider(server))
    assert error.message == f"Vault at {server.address} does not take the token"
    assert "VAULT_TOKEN" in (error.hint or "")


def test_without_any_token_nobody_is_asked(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("", "  ", "a\nb", "café"):
        monkeypatch.setenv("VAULT_TOKEN", token)
        assert down(provider(server)).message == "there is no token for Vault"
    assert server.requests == []


def test_the_token_may_be_in_a_file(server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".vault-token").write_text(TOKEN)
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert provider(server).read(PERROR).reveal() == "clave-jperez"
    (tmp_path / "home" / ".vault-token").write_text("old")
    assert provider(server, tmp_path, token_file="token").read(PERROR).reveal() == "clave-jperez"


def test_a_token_file_that_can_not_be_read_is_named(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    (tmp_path / "token").mkdir()
    assert str(tmp_path / "token") in down(provider(server, tmp_path, token_file="token")).message


def test_an_app_role_logs_in_once(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_ROLE_ID", ROLE)
    monkeypatch.setenv("VAULT_SECRET_ID", ROLE_SECRET)
    server.secrets["secret/mail/mrojas"] = {"password": "clave"}
    reading = provider(server)
    assert [reading.read(each).reveal() for each in (PERROR, "secret/mail/mrojas")] == ["clave-jperez", "clave"]
    assert server.requests.count("auth/approle/login") == 1


def test_an_app_role_that_is_not_let_in_is_told_without_its_secret(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_ROLE_ID", ROLE)
    monkeypatch.setenv("VAULT_SECRET_ID", "clave-of-the-role")
    assert down(provider(server)).message == f"Vault at {server.address} does not let the AppRole in"


WRONG: dict[str, tuple[int, bytes, str]] = {
    "sealed": (503, b'{"errors": ["Vault is sealed"]}', "is sealed"),
    "too_many": (429, b'{"errors": ["request path: rate limit quota exceeded"]}', "is asked too much"),
    "broken": (500, b'{"errors": ["clave in an error"]}', "is not well"),
    "gateway": (502, b"<html>clave", "is not well"),
    "no_document": (200, b"clave, and no JSON", "gives an answer"),
    "nothing": (204, b"", "gives an answer"),
    "another_document": (200, b'{"data": {"password": "clave of version 1"}}', "gives an answer"),
    "a_list": (200, b'["clave"]', "gives an answer"),
    "no_fields": (200, b'{"data": {"data": null, "metadata": {}}}', "gives an answer"),
    "redirected": (307, b"", "sends us elsewhere"),
    "moved": (301, b"", "sends us elsewhere"),
}


@pytest.mark.parametrize(("status", "body", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_server_that_is_not_well_is_a_matter_of_all_secrets(
    server: StandIn, status: int, body: bytes, said: str
) -> None:
    server.status, server.body = status, body
    assert said in down(provider(server)).message


def test_a_request_that_vault_does_not_understand_is_a_matter_of_one_secret(server: StandIn) -> None:
    server.status, server.body = 400, b'{"errors": ["clave"]}'
    assert "secret/mail/jperez" in missing(provider(server), PERROR)


def test_a_certificate_of_an_unknown_authority_is_not_trusted(server: StandIn, tmp_path: Path) -> None:
    with vault(tmp_path / "..") as other:
        error = down(provider(server, ca=other.ca))
    assert error.message == f"Vault at {server.address} has a certificate that can't be trusted"
    assert server.requests == []


def test_a_certificate_file_that_is_not_there_is_no_crash(server: StandIn) -> None:
    down(provider(server, ca="/nowhere/ca.pem"))


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAULT_TOKEN", TOKEN)
        reading = VaultProvider({"address": address, "allow": ["secret/mail/*"]}, Path())
        assert down(reading).message == f"Vault at {address} can't be reached"


@pytest.mark.parametrize("speaks", [False, True], ids=["never_accepts", "never_answers"])
def test_a_server_that_does_not_answer_is_waited_for_no_longer_than_settings_say(
    speaks: bool, server: StandIn, tmp_path: Path
) -> None:
    if speaks:
        server.delay = 3
        reading = provider(server, timeout=1)
        assert "does not answer within 1 seconds" in down(reading).message
        return
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        reading = VaultProvider({"address": address, "allow": ["secret/mail/*"], "timeout": 1}, tmp_path)
        assert "within 1 seconds" in down(reading).message


def test_a_namespace_is_told_to_the_server(server: StandIn) -> None:
    provider(server, namespace="acme").read(PERROR)
    assert server.namespaces == {"acme"}


def test_without_an_address_nobody_is_asked() -> None:
    assert "address" in down(VaultProvider({"allow": ["secret/mail/*"]}, Path())).message
