"""The fingerprint key: how it is made, read and told apart from another."""

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.problems import Refused
from efsync.model.secrets import Secret
from efsync.secrets.fingerprints import MIN_CHARACTERS, FingerprintKey, create_key, passing_key, read_key

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _without_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EFSYNC_KEY", raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the key is, or is to be."""
    return tmp_path / ".efsync" / "key"


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a key file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def refusal(path: Path) -> str:
    """Why a key is refused."""
    with pytest.raises(Refused) as raised:
        read_key(path)
    (problem,) = raised.value.problems
    assert problem.code == "config"
    assert KEY[:8] not in f"{problem.message} {problem.hint}"
    return problem.message


def test_a_key_is_made_in_a_file_that_only_its_owner_reads(path: Path) -> None:
    umask = os.umask(0)
    try:
        key = create_key(path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().strip()) == 64
    assert read_key(path) == key
    assert os.listdir(path.parent) == ["key"]


def test_no_two_keys_are_the_same(tmp_path: Path) -> None:
    identities = {create_key(tmp_path / name).identity for name in "abc"} | {passing_key().identity}
    assert len(identities) == 4


def test_a_key_that_is_there_is_never_replaced(path: Path) -> None:
    first = create_key(path)
    text = path.read_text()
    assert create_key(path) == first
    assert path.read_text() == text
    assert os.listdir(path.parent) == ["key"]


def test_of_many_that_make_a_key_at_once_all_get_the_same(path: Path) -> None:
    barrier = threading.Barrier(8)
    made: list[str] = []

    def make() -> None:
        barrier.wait()
        made.append(create_key(path).identity)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert os.listdir(path.parent) == ["key"]


def test_no_key_is_made_by_looking_for_one(path: Path) -> None:
    assert read_key(path) is None
    assert not path.parent.exists()


def test_a_key_that_can_not_be_made_is_a_problem_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / ".efsync").write_text("in the way")
    with pytest.raises(Refused) as raised:
        create_key(tmp_path / ".efsync" / "key")
    (problem,) = raised.value.problems
    assert problem.code == "config"
    assert problem.hint is not None
    assert "EFSYNC_KEY" in problem.hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o601])
def test_a_key_that_others_may_use_is_refused(path: Path, mode: int) -> None:
    write(path, KEY, mode)
    assert "others" in refusal(path)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_of_its_owner_alone_is_read(path: Path, mode: int) -> None:
    write(path, KEY, mode)
    assert read_key(path) is not None


@pytest.mark.parametrize("text", ["", "\n", "x" * (MIN_CHARACTERS - 1), " " * 40, "short\n"], ids=repr)
def test_a_key_that_is_too_short_is_refused(path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, text)
    assert f"shorter than {MIN_CHARACTERS}" in refusal(path)
    monkeypatch.setenv("EFSYNC_KEY", text)
    assert "EFSYNC_KEY" in refusal(path)


def test_a_key_of_just_enough_characters_is_read(path: Path) -> None:
    write(path, "x" * MIN_CHARACTERS)
    assert read_key(path) is not None


@pytest.mark.parametrize("data", [b"\xff\xfe" * 20, None], ids=["binary", "folder"])
def test_a_key_file_that_is_none_is_refused(path: Path, data: bytes | None) -> None:
    path.parent.mkdir()
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
        path.chmod(0o600)
    assert "can't be read" in refusal(path)


def test_the_variable_goes_before_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, "another-key-of-the-file")
    of_file = read_key(path)
    monkeypatch.setenv("EFSYNC_KEY", KEY)
    of_variable = read_key(path)
    assert of_variable is not None
    assert of_variable != of_file


def test_the_variable_needs_no_file_and_a_bad_file_does_not_matter_to_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFSYNC_KEY", KEY)
    assert read_key(path) is not None
    write(path, "short", 0o666)
    assert read_key(path) is not None


def test_a_line_end_is_no_part_of_the_key(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, KEY + "\n")
    of_file = read_key(path)
    monkeypatch.setenv("EFSYNC_KEY", f" {KEY}\r\n")
    assert read_key(path) == of_file


def test_an_identity_tells_keys_apart_and_gives_nothing_away() -> None:
    one, same, other = FingerprintKey(KEY.encode()), FingerprintKey(KEY.encode()), FingerprintKey(KEY[::-1].encode())
    assert one.identity == same.identity != other.identity
    assert len(one.identity) == 16
    assert KEY not in repr(one) + str(one)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_fingerprint_is_the_same_for_the_same_password_only(one: str, other: str) -> None:
    key = FingerprintKey(KEY.encode())
    first, second = key.fingerprint(Secret(one)), key.fingerprint(Secret(other))
    assert first == key.fingerprint(Secret(one))
    if one.strip() and other.strip() and one.rstrip() != other.rstrip() and "\r" not in one + other:
        assert first != second


def test_a_fingerprint_needs_its_key() -> None:
    one, other = FingerprintKey(KEY.encode()), FingerprintKey(KEY[::-1].encode())
    assert one.fingerprint(Secret("clave")) != other.fingerprint(Secret("clave"))


@pytest.mark.parametrize("text", ["", "   ", "\r\n"], ids=repr)
def test_an_empty_password_has_no_fingerprint(text: str) -> None:
    assert passing_key().fingerprint(Secret(text)) is None


def test_padding_of_the_column_does_not_change_a_fingerprint() -> None:
    key = passing_key()
    assert key.fingerprint(Secret("clave     ")) == key.fingerprint(Secret("clave"))


def test_a_password_that_the_database_holds_in_no_encoding_has_a_fingerprint_too() -> None:
    assert passing_key().fingerprint(Secret("cla\udce9ve")) is not None
