"""`{file: PATH}`: what may be read, and what not."""

import os
from pathlib import Path

import pytest

from efsync.accounts.folder import MAX_TEXT_BYTES
from tests.accounts.conftest import Accounts


def test_a_text_is_as_the_file_holds_it(accounts: Accounts) -> None:
    accounts.write("_templates/a.html", "<p>Ñandú</p>\r\n\tx\n\n")
    assert accounts.included("_templates/a.html") == "<p>Ñandú</p>\r\n\tx\n\n"
    assert accounts.included("./_templates/../_templates/a.html") == "<p>Ñandú</p>\r\n\tx\n\n"
    accounts.write("mark.html", b"\xef\xbb\xbf<p>")
    assert accounts.included("mark.html") == "<p>"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "..", "../efsync.toml", "_templates/../../efsync.toml", "/etc/passwd", "//etc/passwd",
        "C:\\boot.ini", "C:boot.ini", "\\\\host\\share\\x", "\\etc\\passwd", "_templates/../..", "a\x00b",
    ],
)  # fmt: skip
def test_a_path_out_of_the_folder_is_refused(accounts: Accounts, name: str) -> None:
    (accounts.path / "_templates").mkdir()
    (accounts.base / "efsync.toml").write_text("x = 1\n")
    problem = accounts.included_problem(name)
    assert (problem.code, problem.location) == ("path-outside", None)
    assert problem.hint


def test_an_absolute_path_into_the_folder_is_refused_too(accounts: Accounts) -> None:
    path = accounts.write("a.html", "x")
    assert accounts.included_problem(str(path)).code == "path-outside"


def test_a_home_is_not_expanded_and_a_variable_neither(accounts: Accounts) -> None:
    for name in ("~/id_rsa", "$HOME/x", "%APPDATA%"):
        assert accounts.included_problem(name).code == "text-file"


@pytest.fixture
def secret(accounts: Accounts) -> Path:
    path = accounts.base / "secret" / "key.html"
    path.parent.mkdir()
    path.write_text("secret")
    return path


def test_a_link_out_of_the_folder_is_refused(accounts: Accounts, secret: Path) -> None:
    (accounts.path / "file.html").symlink_to(secret)
    (accounts.path / "relative.html").symlink_to("../secret/key.html")
    (accounts.path / "twice.html").symlink_to("file.html")
    (accounts.path / "folder").symlink_to(secret.parent)
    (accounts.path / "up").symlink_to("..")
    for name in ("file.html", "relative.html", "twice.html", "folder/key.html", "up/secret/key.html"):
        assert accounts.included_problem(name).code == "path-outside", name


def test_a_folder_whose_name_begins_as_the_accounts_folder_is_outside(accounts: Accounts) -> None:
    beside = accounts.base / "accounts-old"
    beside.mkdir()
    (beside / "a.html").write_text("x")
    assert accounts.included_problem("../accounts-old/a.html").code == "path-outside"


def test_a_link_inside_the_folder_is_followed(accounts: Accounts) -> None:
    accounts.write("_templates/a.html", "x")
    (accounts.path / "b.html").symlink_to("_templates/a.html")
    assert accounts.included("b.html") == "x"


def test_what_is_not_there_or_no_file_is_refused(accounts: Accounts) -> None:
    accounts.write("folder/a.html", "x")
    os.mkfifo(accounts.path / "pipe.html")
    (accounts.path / "lost.html").symlink_to("nothing")
    (accounts.path / "circle.html").symlink_to("circle.html")
    for name in ("missing.html", "folder", "x" * 5000, "pipe.html", "lost.html", "folder/a.html/b"):
        problem = accounts.included_problem(name)
        assert (problem.code, problem.location) == ("text-file", None), name
        assert name in problem.message
    assert accounts.included_problem(".").code == "text-file"
    assert accounts.included_problem("circle.html").code == "path-outside"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (MAX_TEXT_BYTES + 1), "too-large"), ("<p>".encode("utf-16"), "encoding"),
        ("<p>".encode("utf-16-le"), "encoding"), (b"<p>\xe9</p>", "encoding"), (b"GIF89a\x00", "encoding"),
    ],
    ids=["large", "utf-16", "utf-16 unmarked", "latin-1", "binary"],
)  # fmt: skip
def test_a_text_that_is_none_is_refused(accounts: Accounts, content: bytes, code: str) -> None:
    accounts.write("a.html", content)
    problem = accounts.included_problem("a.html")
    assert (problem.code, problem.location) == (code, None)
    assert "accounts/a.html" in problem.message


def test_a_text_as_large_as_it_may_be_is_read(accounts: Accounts) -> None:
    accounts.write("a.html", "x" * MAX_TEXT_BYTES)
    assert len(accounts.included("a.html")) == MAX_TEXT_BYTES


def test_the_digest_changes_with_every_text_that_was_read(accounts: Accounts) -> None:
    def digest(text: str) -> str:
        accounts.write("a.html", text)
        folder = accounts.folder()
        folder.included_text("a.html")
        return folder.digest(b"settings")

    assert digest("a") == digest("a")
    assert len({digest("a"), digest("b"), accounts.folder().digest(b"settings")}) == 3
