"""`{file: PATH}`: what may be read, and what not."""

import os
from pathlib import Path

import pytest

from efsync.accounts.folder import MAX_TEXT_BYTES, AccountsFolder
from efsync.model.problems import Location, Refused
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


HIDDEN = [".git/config", ".efsync/key", "_templates/.env", ".netrc", "_templates/../.git/config"]


@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_name_is_not_read_though_it_is_in_the_folder(accounts: Accounts, name: str) -> None:
    (accounts.path / "_templates").mkdir()
    (accounts.path / name).parent.mkdir(exist_ok=True)
    (accounts.path / name).write_text("secret")
    problem = accounts.included_problem(name)
    assert (problem.code, problem.location) == ("path-outside", None)
    assert "hidden" in problem.message


def test_a_link_to_a_hidden_name_is_not_followed(accounts: Accounts) -> None:
    accounts.write(".git/config", "secret")
    (accounts.path / "file.html").symlink_to(".git/config")
    (accounts.path / "ventas.yaml").symlink_to(".git/config")
    assert accounts.included_problem("file.html").code == "path-outside"
    assert [each.code for each in accounts.read().problems] == ["path-outside"]
    (accounts.path / "folder").symlink_to(".git")
    assert accounts.included_problem("folder/config").code == "path-outside"
    with pytest.raises(Refused):
        accounts.read()


def test_a_folder_that_kubernetes_mounts_is_read_through_its_links(accounts: Accounts) -> None:
    accounts.write("..2026_03_01/a.html", "x")
    (accounts.path / "..data").symlink_to("..2026_03_01")
    (accounts.path / "a.html").symlink_to("..data/a.html")
    assert accounts.included("a.html") == "x"


def test_no_secret_is_read_as_a_text_where_its_folder_is_in_the_accounts_folder(accounts: Accounts) -> None:
    accounts.write("secrets/jperez", "clave")
    accounts.write("secrets-of-mine.html", "x")
    (accounts.path / "link.html").symlink_to("secrets/jperez")
    folder = AccountsFolder(accounts.path, accounts.base, closed=[accounts.path / "secrets", accounts.base])
    assert folder.included_text("secrets-of-mine.html") == "x"
    for name in ("secrets/jperez", "link.html", "./secrets/../secrets/jperez"):
        with pytest.raises(Refused) as refused:
            folder.included_text(name)
        assert [each.code for each in refused.value.problems] == ["path-outside"]


@pytest.mark.parametrize("place", [".", "..", "/etc", ".efsync", ".efsync/inner"])
def test_an_accounts_folder_that_is_a_link_to_another_place_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / ".efsync" / "inner").mkdir(parents=True)
    (tmp_path / "accounts").symlink_to(place)
    with pytest.raises(Refused) as refused:
        AccountsFolder(tmp_path / "accounts", tmp_path).department_files()
    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == ("path-outside", Location("accounts"))


def test_an_accounts_folder_may_be_a_link_beside_the_settings_or_wherever_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "base" / "..data" / "accounts").mkdir(parents=True)
    (tmp_path / "base" / "accounts").symlink_to("..data/accounts")
    (tmp_path / ".config").mkdir()
    for written in ("accounts", "../.config", ".", str(tmp_path / ".config")):
        assert AccountsFolder(tmp_path / "base" / written, tmp_path / "base").department_files() == ()
