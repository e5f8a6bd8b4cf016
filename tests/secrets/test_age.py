"""`{age: PATH}`, with real files of age."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.secrets import Secret
from efsync.secrets.age import AgeProvider, encrypted
from efsync.secrets.interface import ProviderDown, SecretError
from tests.secrets.listed import assert_refused

IDENTITY = pyrage.x25519.Identity.from_str("AGE-SECRET-KEY-1ZW5UTPGE3AYZ4JC24DCPXRM9SCCXK5RZ96GS226S6KQ9DPWKCSYSW7QLZA")
OTHER = pyrage.x25519.Identity.from_str("AGE-SECRET-KEY-1CW6U24UFL5Y666HTXRUX8RJKPHN62S4224GPJU0CY634FURCKKLQDKQJY2")


def age_file(path: Path, text: str | bytes, *identities: Any, armored: bool = True) -> Path:
    """Encrypt `text` to the recipients of `identities`, or of ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    recipients = [each.to_public() for each in identities or (IDENTITY,)]
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(pyrage.encrypt(data, recipients, armored=armored))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an age file below `secrets`, another beside it, and our identity elsewhere."""
    monkeypatch.delenv("EFSYNC_AGE_KEY", raising=False)
    folder = tmp_path / "configuration"
    age_file(folder / "secrets" / "jperez.age", "clave\n")
    age_file(folder / "others" / "root.age", "ajena")
    (tmp_path / "identities.txt").write_text(f"# created: 2026-01-02\n# public key: age1…\n{IDENTITY}\n\n")
    return folder


def provider(folder: Path, *roots: str, identities: tuple[str, ...] = ("../identities.txt",)) -> AgeProvider:
    """A provider that allows these roots."""
    return AgeProvider({"roots": list(roots or ["secrets"]), "identities": list(identities)}, folder)


def problem(provider: AgeProvider, argument: str = "secrets/jperez.age") -> SecretError:
    """What is said of a file that may be read, and can't be."""
    provider.check_allowed(argument)
    with pytest.raises(SecretError) as raised:
        provider.read(argument)
    said = f"{raised.value.message} {raised.value.hint}"
    assert "clave" not in said
    assert str(IDENTITY) not in said
    return raised.value


@pytest.mark.parametrize("armored", [True, False])
@pytest.mark.parametrize("text", ["clave", "clave\n", "clave\r\n", "\ufeffclave\n"])
def test_a_file_that_is_encrypted_to_us_is_read(folder: Path, text: str, armored: bool) -> None:
    age_file(folder / "secrets" / "jperez.age", text, OTHER, IDENTITY, armored=armored)
    assert provider(folder).read("secrets/jperez.age").reveal() == "clave"


def test_the_identity_may_be_in_a_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFSYNC_AGE_KEY", f"# one a line\n{OTHER}\n{IDENTITY}\n")
    assert provider(folder, identities=()).read("secrets/jperez.age").reveal() == "clave"


def test_the_identity_may_be_an_ssh_key(folder: Path) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (folder / "id_ed25519").write_bytes(private)
    (folder / "secrets" / "jperez.age").write_bytes(encrypted(Secret("clave"), [f"{public} jperez@acme.example\n"]))
    assert provider(folder, identities=("id_ed25519",)).read("secrets/jperez.age").reveal() == "clave"


WITH_PASSPHRASE = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAxWlzIg0
NxxwYlt13iEm5eAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIFPfZp0JneQGu71t
kP1DYy5EhjR1g/Rl69aRQLzMcbWfAAAAkO9QEigoT1tLBzrfT+FWO+M+0c3J0NSvUUlN4P
L2Q/sKwqy/2Cm5KIAtwk/ONuBv4Ng3RUkVxxZRbtUx65xJFzBHPcmlgOwXmjhWk0Igyyne
PHPv9X/aVyNJGVE5iFmIpoIb+dR9GZ0t31AQIX5OUsDDuGSTm4kTC6QL0StiotoEVLNUs4
FnRfbKvGitmF2ChA==
-----END OPENSSH PRIVATE KEY-----
"""
ITS_RECIPIENT = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFPfZp0JneQGu71tkP1DYy5EhjR1g/Rl69aRQLzMcbWf"


def test_an_ssh_key_with_a_passphrase_can_not_be_used_and_asks_nobody(folder: Path) -> None:
    (folder / "id_ed25519").write_text(WITH_PASSPHRASE)
    (folder / "secrets" / "jperez.age").write_bytes(encrypted(Secret("clave"), [ITS_RECIPIENT]))
    problem(provider(folder, identities=("id_ed25519",)))


@pytest.mark.parametrize("argument", [
    "others/root.age", "../identities.txt", "secrets/../others/root.age", "/etc/passwd", "secrets", "secrets/", "", ".",
    "secrets/../../identities.txt", "secrets/jperez.age\0", "SECRETS/jperez.age", "~/secrets/jperez.age",
    "secrets\uff0fjperez.age", "s\u0435crets/jperez.age", "secrets/" + "x" * 5000, "secret", "secrets-of-others/x",
])  # fmt: skip
def test_what_is_not_below_a_root_is_refused(folder: Path, argument: str) -> None:
    with pytest.raises(SecretError):
        provider(folder).check_allowed(argument)


@pytest.mark.parametrize("through", ["file", "folder"])
def test_a_link_that_leads_out_of_the_root_is_refused(folder: Path, through: str) -> None:
    link = folder / "secrets" / "link"
    link.symlink_to("../others/root.age" if through == "file" else "../others")
    assert_refused(provider(folder), "secrets/link" if through == "file" else "secrets/link/root.age")


def test_nothing_is_allowed_without_roots(folder: Path) -> None:
    assert_refused(AgeProvider({}, folder), "secrets/jperez.age")


@pytest.mark.parametrize("root", [".", ".efsync", "/"])
def test_the_key_of_efsync_is_below_no_root(folder: Path, root: str) -> None:
    age_file(folder / ".efsync" / "key", "0123456789abcdef" * 4)
    assert_refused(provider(folder, root), ".efsync/key")


WITH_A_PASSPHRASE = b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB6cEVkUHNsbUdxbnNrMTNnNmFsSVpBIDE4CmhqY2ZEK3g0c2xJaFV1a215"
    "blQwSWdwaWFNaHVWU0c4VDBtT1hTYlFLZFkKLS0tIGF3R0hrUzh2SnVxZWtwWkhrUmYwcHNQQlA4Rjk4NHlqZEFOTnFWS0J0U00K"
    "lcsmwnMuKxck0N5UJxvKMsbvmkT1vc0i6iIppU18AhHPSId9/g=="
)
"""To make one anew takes a second or two."""

WRONG = {
    "plain_text": b"clave",
    "empty": b"",
    "for_another": pyrage.encrypt(b"clave", [OTHER.to_public()]),
    "with_a_passphrase": WITH_A_PASSPHRASE,
    "cut_off": pyrage.encrypt(b"clave", [IDENTITY.to_public()])[:-8],
    "changed": pyrage.encrypt(b"clave", [IDENTITY.to_public()])[:-1] + b"\0",
    "bad_armor": b"-----BEGIN AGE ENCRYPTED FILE-----\nclave\n-----END AGE ENCRYPTED FILE-----\n",
    "version_of_the_future": b"age-encryption.org/v9\n--- x\n",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_a_file_that_can_not_be_decrypted_is_a_matter_of_that_file(folder: Path, data: bytes) -> None:
    (folder / "secrets" / "jperez.age").write_bytes(data)
    error = problem(provider(folder))
    assert not isinstance(error, ProviderDown)
    assert error.message == "the file secrets/jperez.age is not encrypted to us, or is no age file"


@given(st.binary(max_size=300), st.booleans(), st.integers(0, 250))
def test_whatever_is_in_a_file_is_no_crash(data: bytes, damaged: bool, at: int) -> None:
    whole = pyrage.encrypt(b"clave", [IDENTITY.to_public()])
    if damaged:
        at = min(at, len(whole))
        data = whole[:at] + data[:3] + whole[at + len(data[:3]) :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFSYNC_AGE_KEY", str(IDENTITY))
        reading = AgeProvider({"roots": ["/"]}, Path("/"))
        patch.setattr(reading._roots, "read", lambda _argument: data)
        try:
            assert reading.read("x").reveal() == "clave"
            assert damaged
        except SecretError as error:
            assert "clave" not in error.message  # noqa: PT017


def test_a_text_that_is_no_utf_8_is_told_so(folder: Path) -> None:
    age_file(folder / "secrets" / "jperez.age", b"clave\xff")
    assert "not UTF-8" in problem(provider(folder)).message


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    error = problem(provider(folder), "secrets/nobody.age")
    assert error.message == "the file secrets/nobody.age does not exist"
    assert not isinstance(error, ProviderDown)


def test_without_an_identity_no_file_can_be_read(folder: Path) -> None:
    error = problem(provider(folder, identities=()))
    assert isinstance(error, ProviderDown)
    assert "EFSYNC_AGE_KEY" in (error.hint or "")


@pytest.mark.parametrize("text", ["clave", f"{IDENTITY}clave", str(IDENTITY.to_public()), f"{IDENTITY}\nclave"])
@pytest.mark.parametrize("where", ["file", "variable"])
def test_what_is_no_identity_is_told_without_repeating_it(
    folder: Path, text: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bad.txt").write_text(text)
    if where == "variable":
        monkeypatch.setenv("EFSYNC_AGE_KEY", text)
    error = problem(provider(folder, identities=("bad.txt",) if where == "file" else ()))
    assert isinstance(error, ProviderDown)
    assert ("EFSYNC_AGE_KEY" if where == "variable" else "bad.txt") in error.message


def test_an_identity_file_that_is_not_there_is_named(folder: Path) -> None:
    error = problem(provider(folder, identities=("~/no-such-file",)))
    assert isinstance(error, ProviderDown)
    assert "no-such-file" in error.message


def test_what_is_encrypted_can_be_read_by_each_of_its_recipients() -> None:
    data = encrypted(Secret("contraseña"), [str(IDENTITY.to_public()), f" {OTHER.to_public()}\n"])
    assert data.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert b"contrase" not in data
    for identity in (IDENTITY, OTHER):
        assert pyrage.decrypt(data, [identity]).decode() == "contraseña"


@pytest.mark.parametrize("recipient", ["", "age1qqqq", str(OTHER), "ssh-ed25519 AAAA", "jperez@acme.example"])
def test_what_is_no_recipient_is_told_without_repeating_it(recipient: str) -> None:
    with pytest.raises(SecretError) as raised:
        encrypted(Secret("clave"), [str(IDENTITY.to_public()), recipient])
    assert raised.value.message == "number 2 of the recipients is none"
    assert not recipient or recipient not in f"{raised.value.message} {raised.value.hint}"
