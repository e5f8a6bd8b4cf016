"""What passwords are in their column, and back."""

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from efsync.erp.codecs import Base64Codec, Codec, PlainCodec, find_codec, identity_of, steady
from efsync.erp.fernet import FernetCodec
from efsync.model.problems import Refused
from efsync.model.secrets import Secret

KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
CODECS = {"plain": PlainCodec, "base64": Base64Codec, "fernet": FernetCodec}
passwords = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs"]), min_size=1, max_size=40)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFSYNC_FERNET_KEY", KEY)
    monkeypatch.delenv("EFSYNC_FERNET_KEY_FILE", raising=False)


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_is_found_by_its_entry_point(name: str) -> None:
    assert type(find_codec(name)) is CODECS[name]


@pytest.mark.parametrize("codec", [PlainCodec(), Base64Codec(), FernetCodec()], ids=CODECS)
@given(text=passwords)
def test_what_is_written_is_read_back_with_a_columns_padding_too(codec: Codec, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFSYNC_FERNET_KEY", KEY)
        written = codec.encode(Secret(text))
        assert codec.decode(written) == Secret(text)
        assert codec.decode(written.ljust(200).rstrip(" ")) == Secret(text)


def test_base64_is_what_everybody_calls_so() -> None:
    assert Base64Codec().encode(Secret("contraseña")) == base64.b64encode("contraseña".encode()).decode()


def test_fernet_is_what_cryptography_calls_so_and_differs_each_time() -> None:
    first, second = (FernetCodec().encode(Secret("clave")) for _ in range(2))
    assert first != second
    assert [Fernet(KEY).decrypt(each) for each in (first, second)] == [b"clave", b"clave"]


@pytest.mark.parametrize("stored", ["clave", "=", "YWJj!", "YWJ", "ñ", "/w==", "YW Jj"])
def test_what_is_no_base64_of_a_text_stands_for_no_password(stored: str) -> None:
    with pytest.raises(ValueError):
        Base64Codec().decode(stored)


@pytest.mark.parametrize("stored", [
    "clave", "", "ñ", Fernet(OTHER).encrypt(b"clave").decode(), Fernet(KEY).encrypt(b"clave").decode()[:-3],
    Fernet(KEY).encrypt(b"\xff").decode(),
], ids=["plain", "empty", "not_ascii", "another_key", "cut_off", "not_utf_8"])  # fmt: skip
def test_what_is_no_token_of_ours_stands_for_no_password(stored: str) -> None:
    with pytest.raises(ValueError) as raised:
        FernetCodec().decode(stored)
    assert "clave" not in str(raised.value)


@given(st.text(max_size=60))
def test_no_text_in_a_column_is_a_crash(stored: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFSYNC_FERNET_KEY", KEY)
        for codec in (Base64Codec(), FernetCodec()):
            try:
                codec.decode(stored)
            except ValueError:
                continue


def test_a_key_can_be_replaced_by_naming_the_new_one_before_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    old = FernetCodec().encode(Secret("clave"))
    monkeypatch.setenv("EFSYNC_FERNET_KEY", f"{OTHER}, {KEY}\n")
    assert FernetCodec().decode(old) == Secret("clave")
    assert Fernet(OTHER).decrypt(FernetCodec().encode(Secret("clave"))) == b"clave"


def test_the_key_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EFSYNC_FERNET_KEY")
    (tmp_path / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("EFSYNC_FERNET_KEY_FILE", str(tmp_path / "key"))
    assert Fernet(KEY).decrypt(FernetCodec().encode(Secret("clave"))) == b"clave"


@pytest.mark.parametrize(("variables", "said"), [
    ({}, "has no key"), ({"EFSYNC_FERNET_KEY": " "}, "has no key"),
    ({"EFSYNC_FERNET_KEY": "clave-que-no-es"}, "has a key that is none"),
    ({"EFSYNC_FERNET_KEY": f"{KEY},clave"}, "has a key that is none"),
    ({"EFSYNC_FERNET_KEY": KEY[:-4]}, "has a key that is none"),
    ({"EFSYNC_FERNET_KEY": "clavé"}, "has a key that is none"),
    ({"EFSYNC_FERNET_KEY_FILE": "/nowhere/clave"}, "can't be read"),
])  # fmt: skip
def test_without_a_key_nothing_is_written_or_read(
    variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EFSYNC_FERNET_KEY")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    codec = FernetCodec()
    for call in (lambda: codec.encode(Secret("x")), lambda: codec.decode("x"), lambda: codec.identity):
        with pytest.raises(Refused) as raised:
            call()
        (problem,) = raised.value.problems
        assert problem.code == "config"
        assert said in problem.message
        assert "clave" not in f"{problem.message} {problem.hint}"


def test_a_codec_with_another_key_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = identity_of(FernetCodec())
    assert identity_of(FernetCodec()) == first
    assert KEY not in first
    monkeypatch.setenv("EFSYNC_FERNET_KEY", OTHER)
    assert identity_of(FernetCodec()) != first
    assert identity_of(PlainCodec()) != identity_of(Base64Codec())


def test_what_a_codec_writes_each_time_is_known_only_where_it_is_the_same() -> None:
    assert steady(PlainCodec(), Secret("clave")) == "clave"
    assert steady(Base64Codec(), Secret("clave")) == "Y2xhdmU="
    assert steady(FernetCodec(), Secret("clave")) is None
