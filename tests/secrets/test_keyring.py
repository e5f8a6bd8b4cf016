"""`{keyring: SERVICE/USER}`, with the file backend that keyring's own people keep."""

import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyrings.alt.file import PlaintextKeyring

from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.keyring import KeyringProvider
from tests.secrets.listed import STRANGE, assert_refused


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyringBackend]:
    """A keyring in a file, with a password."""
    before = keyring.get_keyring()
    backend = PlaintextKeyring()
    backend.file_path = str(tmp_path / "ring.cfg")
    keyring.set_keyring(backend)
    keyring.set_password("mail", "jperez", "clave-jperez")
    keyring.set_password("root", "admin", "clave-ajena")
    yield backend
    keyring.set_keyring(before)


def provider(timeout: int = 5) -> KeyringProvider:
    """A provider of what belongs to the service mail."""
    return KeyringProvider({"allow": ["mail/*"], "timeout": timeout}, Path())


def refusal(argument: str = "mail/jperez", timeout: int = 5) -> SecretError:
    """What is said where a password can't be had."""
    with pytest.raises(SecretError) as raised:
        provider(timeout).read(argument)
    assert "clave" not in f"{raised.value.message} {raised.value.hint}"
    return raised.value


def test_a_password_of_the_keyring_is_read(ring: KeyringBackend) -> None:
    provider().check_allowed("mail/jperez")
    assert provider().read("mail/jperez").reveal() == "clave-jperez"


@pytest.mark.parametrize("argument", [*STRANGE.values(), "root/admin", "mail", "mail/a/b"], ids=repr)
def test_what_is_not_listed_is_refused(argument: str) -> None:
    assert "[secrets.keyring] allow" in (assert_refused(provider(), argument.format("mail/jperez")).hint or "")


def test_nothing_is_allowed_without_a_list() -> None:
    assert_refused(KeyringProvider({}, Path()), "mail/jperez")


def test_a_password_that_is_not_there_is_named(ring: KeyringBackend) -> None:
    error = refusal("mail/nobody")
    assert error.message == "the keyring has no password mail/nobody"
    assert not isinstance(error, ProviderDown)


class Broken(KeyringBackend):
    """A keyring that is no help."""

    priority = 1
    error: Exception | None = None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        time.sleep(3)
        return "clave"


WRONG = {
    "locked": errors.KeyringLocked("clave"),
    "not_begun": errors.InitError("clave"),
    "other": errors.KeyringError("clave"),
    "bug": RuntimeError("clave"),
}


@pytest.mark.parametrize("error", WRONG.values(), ids=WRONG.keys())
def test_a_keyring_that_is_no_help_is_a_matter_of_all_passwords(ring: KeyringBackend, error: Exception) -> None:
    broken = Broken()  # type: ignore[no-untyped-call]
    broken.error = error
    keyring.set_keyring(broken)
    assert isinstance(refusal(), ProviderDown)


def test_a_machine_without_a_keyring_is_told_so(ring: KeyringBackend) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    error = refusal()
    assert (type(error), error.message) == (ProviderDown, "there is no keyring here")


def test_a_keyring_that_asks_its_owner_is_waited_for_no_longer_than_settings_say(ring: KeyringBackend) -> None:
    keyring.set_keyring(Broken())  # type: ignore[no-untyped-call]
    began = time.monotonic()
    error = refusal(timeout=1)
    assert isinstance(error, ProviderDown)
    assert "within 1 seconds" in error.message
    assert time.monotonic() - began < 2.5
