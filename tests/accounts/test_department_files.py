"""Which files are department files, and what two of them may not both say."""

import os
from pathlib import Path

import pytest

from efsync.model.problems import Problem, Refused, Severity
from tests.accounts.conftest import Accounts


def refused(accounts: Accounts) -> Problem:
    with pytest.raises(Refused) as error:
        accounts.read()
    (problem,) = error.value.problems
    return problem


def test_files_of_sub_folders_count_and_names_with_an_underscore_or_a_dot_do_not(accounts: Accounts) -> None:
    for file in ("b.yaml", "a.yml", "C.YAML", "sur/d.yaml", "sur/este/e.yaml"):
        accounts.department(file, f"D{file}")
    for file in ("_a.yaml", ".b.yaml", "_alt/c.yaml", ".git/d.yaml", "sur/_e.yaml", "f.yaml.bak", "g.json", "yaml"):
        accounts.department(file, "X")
    read = accounts.read()
    assert read.problems == ()
    assert [file.head.file for file in read.files] == [
        "accounts/C.YAML", "accounts/a.yml", "accounts/b.yaml", "accounts/sur/d.yaml", "accounts/sur/este/e.yaml",
    ]  # fmt: skip
    assert read.count == 5


def test_a_missing_folder_is_an_error_and_an_empty_one_a_warning(accounts: Accounts) -> None:
    (problem,) = accounts.read().problems
    assert (problem.code, problem.severity) == ("config", Severity.WARNING)
    accounts.path.rmdir()
    problem = refused(accounts)
    assert (problem.code, problem.severity, str(problem.location)) == ("config", Severity.ERROR, "accounts")


def test_a_file_in_place_of_the_folder_is_an_error(accounts: Accounts) -> None:
    accounts.path.rmdir()
    accounts.path.write_text("version: 1\n")
    assert refused(accounts).code == "config"


def test_a_folder_that_can_not_be_read_is_an_error_and_not_an_empty_one(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.department("sur/a.yaml", "SUR", "A")
    scandir = os.scandir

    def locked(path: str) -> object:
        if str(path).endswith("sur"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    problem = refused(accounts)
    assert (problem.code, str(problem.location)) == ("config", "accounts/sur")
    assert "Permission denied" in problem.message


def test_a_user_in_two_files_is_an_error_that_shows_both_places(accounts: Accounts) -> None:
    accounts.department("a.yaml", "A", "JPEREZ", "MROJAS")
    accounts.department("sur/b.yaml", "B", "LSUAREZ", "mrojas")
    (problem,) = accounts.read().problems
    assert (problem.code, str(problem.location)) == ("duplicate-user", "accounts/sur/b.yaml:5:3")
    assert "accounts/a.yaml:5:3" in problem.message
    assert "mrojas" in problem.message


@pytest.mark.parametrize(
    ("one", "other"),
    [("JPEREZ", "jperez"), ("ÑANDÚ", "ñandú"), ("'JOS\u00c9'", "'jose\u0301'"), ("'0012'", '"0012" '), ("no", "NO")],
    ids=["case", "accents", "composed and not", "quotes", "no"],
)
def test_a_code_twice_in_one_file_is_an_error_that_shows_both_places(accounts: Accounts, one: str, other: str) -> None:
    accounts.department("a.yaml", "A", one, other)
    (problem,) = accounts.read().problems
    assert problem.code in ("duplicate-user", "duplicate-key")
    assert str(problem.location) == "accounts/a.yaml:5:3"
    assert "accounts/a.yaml:4:3" in problem.message


def test_codes_that_differ_in_an_accent_are_two_users(accounts: Accounts) -> None:
    accounts.department("a.yaml", "A", "PENA", "PEÑA", "JOSE", "JOSÉ")
    read = accounts.read()
    assert read.problems == ()
    assert len(read.files[0].accounts) == 4


def test_a_department_in_two_files_is_an_error_that_shows_both_places(accounts: Accounts) -> None:
    accounts.department("a.yaml", "VENTAS", "A")
    accounts.department("b.yaml", "Ventas", "B")
    accounts.department("c.yml", "'VENTAS  '", "C")
    problems = accounts.read().problems
    assert [(problem.code, str(problem.location)) for problem in problems] == [
        ("duplicate-department", "accounts/b.yaml:2:13"), ("duplicate-department", "accounts/c.yml:2:13"),
    ]  # fmt: skip
    assert all("accounts/a.yaml:2:13" in problem.message for problem in problems)


def test_a_mistake_in_one_file_hides_none_in_another(accounts: Accounts) -> None:
    accounts.write("a.yaml", "version: 2\nusers: {A: {prot: 1, ssl: si}}\n")
    accounts.write("b.yaml", "a: [\n")
    accounts.write("c.yaml", b"\xff\xfea\x00")
    accounts.department("d.yaml", "D", "X")
    accounts.department("e.yaml", "d", "x")
    read = accounts.read()
    assert read.count == 5
    assert [(problem.location.file, problem.code) for problem in read.problems if problem.location] == [
        ("accounts/a.yaml", "schema"), ("accounts/a.yaml", "schema"), ("accounts/a.yaml", "unknown-key"),
        ("accounts/a.yaml", "schema"), ("accounts/b.yaml", "yaml-syntax"), ("accounts/c.yaml", "encoding"),
        ("accounts/e.yaml", "duplicate-department"), ("accounts/e.yaml", "duplicate-user"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "schema", "empty"), (b"# nothing\n", "schema", "empty"), (b"- a\n", "schema", "mapping"),
        (b"hunter2", "schema", "mapping"), (b"\x00\x01", "encoding", "binary"),
        (b"PK\x03\x04\x00", "encoding", "binary"),
        ("version: 1".encode("utf-16"), "encoding", "UTF-16"), ("a: b".encode("utf-16-be"), "encoding", "UTF-16"),
        ("department: Almac\u00e9n".encode("latin-1"), "encoding", "0xe9"),
        (b"x" * (8 * 2**20 + 1), "too-large", "larger"),
    ],
    ids=["empty", "comment", "list", "text", "binary", "zip", "utf-16", "utf-16 unmarked", "latin-1", "large"],
)  # fmt: skip
def test_a_file_that_is_none_is_told_as_what_it_is(accounts: Accounts, content: bytes, code: str, said: str) -> None:
    accounts.write("a.yaml", content)
    (problem,) = accounts.read().problems
    assert problem.code == code
    assert said in problem.message
    assert "hunter2" not in problem.message
    assert problem.location is not None
    assert (problem.location.file, problem.location.line) == ("accounts/a.yaml", 1)


def test_the_byte_that_is_not_utf_8_has_its_place(accounts: Accounts) -> None:
    accounts.write("a.yaml", "version: 1\n# ñ ".encode() + b"\xe9\n")
    (problem,) = accounts.read().problems
    assert str(problem.location) == "accounts/a.yaml:2:5"


def test_a_byte_order_mark_is_no_part_of_the_file(accounts: Accounts) -> None:
    accounts.write("a.yaml", b"\xef\xbb\xbfversion: 1\r\ndepartment: A\r\nusers: {}\r\n")
    read = accounts.read()
    assert read.problems == ()
    assert str(read.files[0].head.location) == "accounts/a.yaml:2:13"


def outside(accounts: Accounts) -> Path:
    path = accounts.base / "elsewhere" / "b.yaml"
    path.parent.mkdir()
    path.write_text("version: 1\ndepartment: B\nusers: {}\n")
    return path


def test_a_department_file_that_is_a_link_out_of_the_folder_is_an_error(accounts: Accounts) -> None:
    (accounts.path / "b.yaml").symlink_to(outside(accounts))
    (problem,) = accounts.read().problems
    assert (problem.code, str(problem.location)) == ("path-outside", "accounts/b.yaml")


def test_a_folder_that_is_a_link_out_of_the_folder_is_an_error_and_not_left_out(accounts: Accounts) -> None:
    (accounts.path / "sur").symlink_to(outside(accounts).parent)
    problem = refused(accounts)
    assert (problem.code, str(problem.location)) == ("path-outside", "accounts/sur")


def test_the_folder_itself_may_be_a_link(accounts: Accounts) -> None:
    accounts.department("a.yaml", "A", "X")
    accounts.path.rename(accounts.base / "real")
    accounts.path.symlink_to("real")
    assert [file.head.file for file in accounts.read().files] == ["accounts/a.yaml"]


def test_links_that_lead_nowhere_or_in_a_circle_are_errors(accounts: Accounts) -> None:
    (accounts.path / "a.yaml").symlink_to("a.yaml")
    (accounts.path / "b.yaml").symlink_to("nothing")
    codes = {str(problem.location): problem.code for problem in accounts.read().problems}
    assert codes == {"accounts/a.yaml": "path-outside", "accounts/b.yaml": "text-file"}


def test_a_pipe_in_place_of_a_file_is_not_waited_for(accounts: Accounts) -> None:
    os.mkfifo(accounts.path / "a.yaml")
    (problem,) = accounts.read().problems
    assert problem.code == "text-file"


def test_a_name_that_is_not_utf_8_is_told_and_not_stumbled_over(accounts: Accounts) -> None:
    (accounts.path / os.fsdecode(b"ventas\xff.yaml")).write_text("a: [\n")
    (problem,) = accounts.read().problems
    assert problem.code == "yaml-syntax"
    assert accounts.folder().digest(b"").startswith("sha256:")
