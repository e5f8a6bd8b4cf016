"""`{file: PATH}` and its roots."""

import os
import socket
from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.model.secrets import SecretReference
from efsync.secrets.file import FileProvider
from efsync.secrets.interface import SecretError
from efsync.secrets.roots import MAX_BYTES
from efsync.secrets.store import SecretStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with secrets below `secrets`, and a secret of somebody else beside it."""
    folder = tmp_path / "configuration"
    (folder / "secrets" / "deep").mkdir(parents=True)
    (folder / "secrets" / "jperez").write_text("clave\n")
    (folder / "secrets" / "deep" / "mrojas").write_text("otra")
    (folder / "secrets-of-others").mkdir()
    (folder / "secrets-of-others" / "root").write_text("ajena")
    (tmp_path / "shadow").write_text("ajena")
    return folder


def provider(folder: Path, *roots: str) -> FileProvider:
    """A provider that allows these roots."""
    return FileProvider({"roots": list(roots or ["secrets"])}, folder)


def refusal(provider: FileProvider, argument: str) -> SecretError:
    """What is said of a file that may not be read."""
    with pytest.raises(SecretError) as checked:
        provider.check_allowed(argument)
    with pytest.raises(SecretError) as read:
        provider.read(argument)
    assert read.value.message == checked.value.message
    assert "ajena" not in checked.value.message
    return checked.value


def problem_of_reading(provider: FileProvider, argument: str) -> str:
    """What is said of a file that may be read, and can't be."""
    provider.check_allowed(argument)
    with pytest.raises(SecretError) as raised:
        provider.read(argument)
    return raised.value.message


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("secrets/jperez", "clave"),
        ("secrets/deep/mrojas", "otra"),
        ("secrets/../secrets/jperez", "clave"),
        ("./secrets//jperez", "clave"),
    ],
)
def test_a_file_below_a_root_is_read(folder: Path, argument: str, text: str) -> None:
    allowing = provider(folder)
    allowing.check_allowed(argument)
    assert allowing.read(argument).reveal() == text


def test_an_absolute_path_and_an_absolute_root_are_the_same_as_relative_ones(folder: Path) -> None:
    absolute = str(folder / "secrets" / "jperez")
    assert provider(folder).read(absolute).reveal() == "clave"
    assert provider(folder, str(folder / "secrets")).read("secrets/jperez").reveal() == "clave"
    assert provider(folder, "other", str(folder / "secrets")).read(absolute).reveal() == "clave"


def test_a_root_that_is_a_link_stands_for_the_folder_that_it_leads_to(folder: Path) -> None:
    (folder / "run").symlink_to("secrets")
    assert provider(folder, "run").read("run/jperez").reveal() == "clave"
    assert provider(folder, "run").read("secrets/jperez").reveal() == "clave"


OUTSIDE = [
    "../shadow", "secrets/../../shadow", "secrets/deep/../../../shadow", "secrets-of-others/root", "/etc/shadow",
    "/etc/passwd", "/proc/self/environ", "secrets", "secrets/", "secrets/.", "secrets/deep/..", ".", "..", "/", "",
    "~/secrets/jperez", "efsync.toml",
]  # fmt: skip


@pytest.mark.parametrize("argument", OUTSIDE, ids=repr)
def test_what_is_not_below_a_root_is_refused(folder: Path, argument: str) -> None:
    error = refusal(provider(folder), argument)
    assert error.hint is not None
    assert "[secrets.file] roots" in error.hint


def test_nothing_is_allowed_without_roots(folder: Path) -> None:
    refusal(FileProvider({}, folder), "secrets/jperez")
    refusal(FileProvider({"roots": []}, folder), "secrets/jperez")


@pytest.mark.parametrize("through", ["file", "folder", "two_links"])
def test_a_link_that_leads_out_of_the_root_is_refused(folder: Path, through: str) -> None:
    secrets = folder / "secrets"
    if through == "file":
        (secrets / "link").symlink_to("../../shadow")
        argument = "secrets/link"
    elif through == "folder":
        (secrets / "link").symlink_to("../secrets-of-others")
        argument = "secrets/link/root"
    else:
        (secrets / "first").symlink_to("second")
        (secrets / "second").symlink_to(folder.parent / "shadow")
        argument = "secrets/first"
    refusal(provider(folder), argument)


def test_a_link_that_stays_below_the_root_is_followed(folder: Path) -> None:
    (folder / "secrets" / "link").symlink_to("deep/mrojas")
    assert provider(folder).read("secrets/link").reveal() == "otra"


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "secrets" / "one").symlink_to("two")
    (folder / "secrets" / "two").symlink_to("one")
    with pytest.raises(SecretError):
        provider(folder).read("secrets/one")


def test_a_zero_byte_in_a_path_is_refused(folder: Path) -> None:
    refusal(provider(folder), "secrets/jperez\0.txt")


@pytest.mark.parametrize("root", [".", ".efsync", "/"])
def test_the_key_of_efsync_is_never_a_password_whatever_is_allowed(folder: Path, root: str) -> None:
    (folder / ".efsync").mkdir()
    (folder / ".efsync" / "key").write_text("0123456789abcdef" * 4)
    (folder / ".efsync" / "link").symlink_to("key")
    for argument in (".efsync/key", "secrets/../.efsync/key", ".efsync/link", str(folder / ".efsync" / "key")):
        refusal(provider(folder, root), argument)


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    assert problem_of_reading(provider(folder), "secrets/nobody") == "the file secrets/nobody does not exist"


def test_a_folder_is_not_a_file(folder: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    assert problem_of_reading(provider(folder), "secrets/deep") == "secrets/deep is not a file"
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "secrets" / "pipe")
    assert problem_of_reading(provider(folder), "secrets/pipe") == "secrets/pipe is not a file"


def test_a_socket_is_not_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "secrets")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert "secrets/socket" in problem_of_reading(provider(folder), "secrets/socket")


def test_a_device_is_not_a_file(folder: Path) -> None:
    assert problem_of_reading(provider(folder, "/dev"), "/dev/zero") == "/dev/zero is not a file"


def test_a_path_through_a_file_is_refused(folder: Path) -> None:
    assert "secrets/jperez/more" in problem_of_reading(provider(folder), "secrets/jperez/more")


def test_a_large_file_is_refused_and_the_largest_is_read(folder: Path) -> None:
    (folder / "secrets" / "large").write_bytes(b"x" * MAX_BYTES)
    assert len(provider(folder).read("secrets/large").reveal()) == MAX_BYTES
    (folder / "secrets" / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    assert "larger than 65,536 bytes" in problem_of_reading(provider(folder), "secrets/large")


def test_what_is_not_utf_8_is_refused_without_showing_any_of_it(folder: Path) -> None:
    (folder / "secrets" / "latin").write_bytes("contraseña".encode("latin-1"))
    message = problem_of_reading(provider(folder), "secrets/latin")
    assert message == "the file secrets/latin is not UTF-8 text"


TEXTS = {
    "no_line_end": (b"clave", "clave"),
    "line_end": (b"clave\n", "clave"),
    "windows_line_end": (b"clave\r\n", "clave"),
    "one_of_two_line_ends": (b"clave\n\n", "clave\n"),
    "byte_order_mark": (b"\xef\xbb\xbfclave\n", "clave"),
    "blanks": (b" clave \n", " clave "),
    "accents": ("contraseña\n".encode(), "contraseña"),
    "empty": (b"", ""),
    "only_a_line_end": (b"\n", ""),
}


@pytest.mark.parametrize(("data", "text"), TEXTS.values(), ids=TEXTS.keys())
def test_a_secret_is_the_text_without_the_line_end_of_an_editor(folder: Path, data: bytes, text: str) -> None:
    (folder / "secrets" / "text").write_bytes(data)
    assert provider(folder).read("secrets/text").reveal() == text


@pytest.mark.parametrize("swapped", ["file", "folder", "folder_above"])
def test_a_link_that_is_put_in_the_way_after_the_check_is_not_followed(folder: Path, swapped: str) -> None:
    inner = folder / "secrets" / "deep" / "inner"
    inner.mkdir()
    (inner / "root").write_text("clave")
    allowing = provider(folder)
    allowing.check_allowed("secrets/deep/inner/root")
    place = {"file": inner / "root", "folder": inner, "folder_above": inner.parent}[swapped]
    outside = folder / "secrets-of-others"
    (outside / "inner").mkdir()
    (outside / "inner" / "root").write_text("ajena")
    place.rename(folder / "moved")
    place.symlink_to(outside / "root" if swapped == "file" else outside)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(SecretError) as raised:
        allowing.read("secrets/deep/inner/root")
    assert "ajena" not in raised.value.message
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_key_of_efsync_is_no_password_by_a_hard_link_either(folder: Path) -> None:
    (folder / ".efsync").mkdir()
    (folder / ".efsync" / "key").write_text("0123456789abcdef" * 4)
    os.link(folder / ".efsync" / "key", folder / "secrets" / "mine")
    assert problem_of_reading(provider(folder), "secrets/mine") == "the file secrets/mine may not be read"


@pytest.mark.parametrize(
    "argument",
    [
        "//secrets/jperez", "secrets\\jperez", "SECRETS/jperez", "secrets/jperez/../../../shadow",
        "secrets/./../../shadow", "secrets\u2044jperez", "s\u00e9crets/jperez", "se\u0301crets/jperez",
        " secrets/jperez", "file:secrets/jperez",
        "secrets*/root", "secrets-of-other?/root", "[s]ecrets/jperez", "${HOME}/x", "/proc/self/cwd/shadow",
        "/proc/self/root/etc/shadow", "/proc/self/fd/0", "/dev/stdin", "/dev/fd/0", "\udcff/jperez", "x" * 5000,
        "secrets/jperez\n../../shadow\0",
    ],
    ids=ascii,
)  # fmt: skip
def test_no_other_way_of_writing_a_path_leads_out_of_the_roots(folder: Path, argument: str) -> None:
    refusal(provider(folder), argument)


@pytest.mark.parametrize("argument", ["secrets/jperez ", "secrets/Jperez", "secrets/jpe\u0301rez", "secrets/jperez\n"])
def test_a_name_below_a_root_is_taken_to_the_letter(folder: Path, argument: str) -> None:
    assert "does not exist" in problem_of_reading(provider(folder), argument)


def test_a_slash_at_the_end_of_a_file_is_of_no_use(folder: Path) -> None:
    assert provider(folder).read("secrets/jperez/").reveal() == "clave"


def test_what_lies_outside_is_refused_in_the_same_words_whether_it_is_there_or_not(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0)
    (folder / "circle").symlink_to("circle")
    said = {
        refusal(provider(folder), argument).message.replace(argument, "X")
        for argument in ("../shadow", "../nobody", "closed/x", "closed", "circle", "circle/x", "../shadow/x", "a\0b")
    }
    assert said == {"the file X may not be read"}


def test_the_variables_of_a_process_are_no_password_though_a_root_has_them(folder: Path) -> None:
    store = SecretStore({"file": {"roots": ["/proc"]}}, folder)
    with pytest.raises(Refused) as raised:
        store.read(SecretReference("file", "/proc/self/environ"))
    (problem,) = raised.value.problems
    assert problem.code in ("secret-value", "secret-missing")
    assert os.environ["PATH"] not in str(problem)
