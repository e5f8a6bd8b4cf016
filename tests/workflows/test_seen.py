"""What a plan saw and kept: whatever becomes of it, the next plan says the same, and it gives nothing away."""

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.secrets import SecretReference
from efsync.secrets.fingerprints import FingerprintKey
from efsync.workflows import seen
from efsync.workflows.seen import PROOF, Seen, SeenFile, read_seen, write_seen
from tests.cli.inside import call
from tests.workflows.settled import PASSWORDS, cache, plan, plan_anew, plan_the_short_way, takes_the_short_way
from tests.world import World

KEY = FingerprintKey(b"a key for tests only, and long enough")
IS_ROOT = os.name == "posix" and os.geteuid() == 0


def kept(world: World) -> Path:
    """The one file that a plan kept."""
    (path,) = cache(world).iterdir()
    return path


def _replaced_by_link(path: Path) -> None:
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    path.symlink_to(aside)


def _replaced_by_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()


def _replaced_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _folder_replaced_by_file(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("a file")


def _folder_replaced_by_link(path: Path) -> None:
    aside = path.parent.with_name("aside")
    path.parent.rename(aside)
    path.parent.symlink_to(aside)


def _written(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


HARM: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "its folder deleted": lambda path: shutil.rmtree(path.parent),
    "empty": _written(b""),
    "shorter": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "garbage": _written(os.urandom(5000)),
    "a digest and nothing else": lambda path: path.write_bytes(path.read_bytes()[:32]),
    "a link": _replaced_by_link,
    "a link that leads nowhere": _replaced_by_link_to_nowhere,
    "a folder": _replaced_by_folder,
    "a pipe": _replaced_by_pipe,
    "others may write it": lambda path: path.chmod(0o666),
    "the group may write it": lambda path: path.chmod(0o620),
    "others may write into its folder": lambda path: path.parent.chmod(0o777),
    "the group may write into its folder": lambda path: path.parent.chmod(0o770),
    "its folder is a file": _folder_replaced_by_file,
    "its folder is a link": _folder_replaced_by_link,
    "nobody may read it": lambda path: path.chmod(0),
    **({"another's file": lambda path: os.chown(path, 65534, 65534),
        "another's folder": lambda path: os.chown(path.parent, 65534, 65534)} if IS_ROOT else {}),
}  # fmt: skip
HARMLESS = {"nobody may read it"} if IS_ROOT else set()


@pytest.mark.parametrize("harm", HARM)
def test_whatever_becomes_of_it_it_is_not_believed_and_the_next_plan_says_the_same(settled: World, harm: str) -> None:
    first = plan(settled)
    HARM[harm](kept(settled))
    assert takes_the_short_way(settled) == (harm in HARMLESS)
    assert plan(settled) == first


def test_what_became_unusable_is_made_anew(settled: World) -> None:
    plan(settled)
    kept(settled).write_bytes(b"garbage")
    assert not takes_the_short_way(settled)
    plan_the_short_way(settled)


def test_it_is_ours_alone_to_read(settled: World) -> None:
    plan(settled)
    assert stat.S_IMODE(kept(settled).stat().st_mode) == 0o600
    assert stat.S_IMODE(cache(settled).stat().st_mode) == 0o700


@pytest.mark.parametrize("function", ["open", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_where_it_can_not_be_written_the_plan_is_the_same_and_nothing_is_left(
    settled: World, number: int, function: str
) -> None:
    before = plan_anew(settled)
    shutil.rmtree(cache(settled))
    failing = mock.Mock(side_effect=OSError(number, os.strerror(number)))
    with mock.patch.object(seen, "os", mock.Mock(wraps=os, O_WRONLY=1, O_CREAT=64, O_EXCL=128, **{function: failing})):
        assert plan(settled) == before
    assert failing.called
    assert list(cache(settled).iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_leaves_nothing(settled: World) -> None:
    before = plan_anew(settled)
    shutil.rmtree(cache(settled))
    real = os.open

    def full(path: Any, flags: int, *mode: int) -> int:
        descriptor = real(path, flags, *mode)
        if Path(path).parent != cache(settled):
            return descriptor
        os.close(descriptor)
        return real("/dev/full", os.O_WRONLY)

    with mock.patch.object(os, "open", full):
        assert plan(settled) == before
    assert list(cache(settled).iterdir()) == []


def test_an_interrupted_plan_leaves_no_half_file(settled: World) -> None:
    with mock.patch.object(os, "replace", side_effect=KeyboardInterrupt):
        assert call(settled, "plan").status == 1
    assert list(cache(settled).iterdir()) == []


def test_it_holds_no_password_no_address_and_no_text(settled: World) -> None:
    plan(settled)
    data = kept(settled).read_bytes()
    assert b"MAIL_JPEREZ" in data  # the reference, as a department file has it
    secret = [*PASSWORDS, "acme.example", "Acme", "<h1>", "smtp", "Rojas", "Gerente", "hmac-sha256"]
    assert [each for each in secret if each.encode() in data] == []


codes = st.text(st.characters(codec="utf-8"), max_size=10)
references = st.one_of(st.none(), st.builds(SecretReference, st.sampled_from(["env", "file"]), codes))
some_codes = st.lists(codes, max_size=3).map(tuple)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
seen_files = st.builds(
    SeenFile,
    digest=digests,
    department=codes,
    included=some_codes,
    former=some_codes,
    references=st.dictionaries(codes, references, max_size=5),
)
everything = st.builds(
    Seen,
    context=digests,
    differs=st.booleans(),
    included=some_codes,
    files=st.dictionaries(codes, seen_files, max_size=3),
    proofs=st.frozensets(st.binary(min_size=PROOF, max_size=PROOF), max_size=5),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where something may be kept."""
    return tmp_path_factory.mktemp("seen") / "cache" / "name"


@given(kept=everything)
def test_what_was_written_is_read(path: Path, kept: Seen) -> None:
    write_seen(path, kept, KEY)
    assert read_seen(path, KEY) == kept


@given(kept=everything, data=st.data())
def test_with_any_byte_changed_there_is_nothing(path: Path, kept: Seen, data: st.DataObject) -> None:
    write_seen(path, kept, KEY)
    written = bytearray(path.read_bytes())
    written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(written)
    assert read_seen(path, KEY) is None


@given(kept=everything, data=st.data())
def test_with_anything_cut_off_there_is_nothing(path: Path, kept: Seen, data: st.DataObject) -> None:
    write_seen(path, kept, KEY)
    written = path.read_bytes()
    path.write_bytes(written[: data.draw(st.integers(0, len(written) - 1))])
    assert read_seen(path, KEY) is None


@given(
    garbage=st.one_of(st.binary(max_size=200), st.recursive(st.integers(), st.lists).map(json.dumps).map(str.encode))
)
def test_garbage_is_nothing(path: Path, garbage: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(garbage)
    assert read_seen(path, KEY) is None


def test_what_an_other_efsync_wrote_is_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one: Any = Seen("0" * 64, False, (), {}, frozenset())
    write_seen(path, one, KEY)
    assert read_seen(path, KEY) == one
    monkeypatch.setattr("efsync.__version__", "99.0")
    assert read_seen(path, KEY) is None


def test_what_was_not_made_with_the_key_is_none(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "x"
    file = SeenFile("0" * 64, "ventas", (), (), {"jperez": None})
    one = Seen("context", False, (), {"accounts/ventas.yaml": file}, frozenset({b"p" * PROOF}))
    write_seen(path, one, FingerprintKey(b"the key of somebody else, long enough"))
    assert read_seen(path, KEY) is None
    write_seen(path, one, KEY)
    assert read_seen(path, KEY) == one
    path.write_bytes(path.read_bytes().replace(b"context", b"another"))  # what is proven is for one context only
    assert read_seen(path, KEY) is None
