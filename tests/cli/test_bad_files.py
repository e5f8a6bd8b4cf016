"""Each bad file, through the console script: told with its place, as JSON too, and nothing is written."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.inside import call_json
from tests.world import Result, World

GOOD = "version: 1\ndepartment: VENTAS\nusers:\n  JPEREZ:\n    address: jperez@acme.example\n"
USER = "version: 1\ndepartment: VENTAS\nusers:\n  JPEREZ:\n    "
FILE = "accounts/ventas.yaml"

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)

IN_THE_FILE: dict[str, tuple[str | bytes, str, int | None, int | None]] = {
    "broken yaml": ("users: [\n", "yaml-syntax", 2, 1),
    "tabs": ("version: 1\nusers:\n\tJPEREZ: {}\n", "yaml-syntax", 3, 1),
    "a key twice": (GOOD + "    address: x@acme.example\n", "duplicate-key", 6, 5),
    "a code twice, with quotes": (GOOD + "  'JPEREZ': {}\n", "duplicate-key", 6, 3),
    "a user twice with other case": (GOOD + "  jperez: {}\n", "duplicate-user", 6, 3),
    "empty": ("", "schema", 1, 1),
    "a list": ("- JPEREZ\n", "schema", 1, 1),
    "binary": (b"\x00\x01\x02", "encoding", 1, 1),
    "utf-16": (GOOD.encode("utf-16"), "encoding", 1, 1),
    "not utf-8": (b"version: 1\n# \xe9\n", "encoding", 2, 3),
    "50 MB": (b"# " + b"x" * 50 * 2**20, "too-large", 1, 1),
    "aliases without end": (LAUGHS, "too-large", None, None),
    "an alias in itself": ("users: &a [*a]\n", "yaml-syntax", 1, 8),
    "port in quotes": (USER + "port: '587'\n", "schema", 5, 11),
    "port 0": (USER + "port: 0\n", "schema", 5, 11),
    "port 70000": (USER + "port: 70000\n", "schema", 5, 11),
    "port true": (USER + "port: true\n", "schema", 5, 11),
    "ssl si": (USER + "ssl: si\n", "schema", 5, 10),
    "an address without @": (USER + "address: jperez\n", "schema", 5, 14),
    "an address with a line break": (USER + 'address: "a@b.example\\nBcc: x@y.example"\n', "schema", 5, 14),
    "an address with a control character": (USER + 'address: "a\\e[31m@b.example"\n', "schema", 5, 14),
    "a code of 11 characters": ("version: 1\ndepartment: VENTAS\nusers:\n  ABCDEFGHIJK: {}\n", "schema", 4, 3),
    "an unknown key": (USER + "prot: 25\n", "unknown-key", 5, 5),
    "a password as text": (USER + "password: hunter2\n", "plain-password", 5, 15),
    "a reference with two kinds": (USER + "password: {env: MAIL_X, file: x}\n", "schema", 5, 15),
    "a template that is missing": (USER + "header: {template: _templates/x.html}\n", "text-file", 5, 13),
    "a path up": (USER + "header: {file: ../../etc/passwd}\n", "path-outside", 5, 13),
    "an absolute path": (USER + "header: {file: /etc/passwd}\n", "path-outside", 5, 13),
    "a template elsewhere": (USER + "header: {template: ../efsync.toml}\n", "path-outside", 5, 13),
    "a line end that is not seen": ("version: 1 # \u2028department: VENTAS\n", "yaml-syntax", 1, 14),
}  # fmt: skip

IN_A_TEMPLATE = {
    "an error": ("\n{% if %}", "t.html:2"),
    "an undefined name": ("\n\n{{ user.nombre }}", "t.html:3: user.nombre is undefined"),
    "__class__": ("{{ user.__class__ }}", "unsafe"),
    "a loop for ever": ("{% for i in range(99999) %}" * 3 + "{% endfor %}" * 3, "too many steps"),
    "itself": ("{% include '_templates/t.html' %}", "without end"),
    "a huge text": ("{{ 'x' * 1000000000 }}", "can't be used"),
}


@pytest.fixture
def shop(world: World) -> World:
    """A company with one user, who is in no file yet."""
    world.user("JPEREZ", server="smtp.acme.example")
    return world


def is_problem(problem: Any) -> bool:
    return (
        set(problem) == {"severity", "code", "message", "file", "line", "column", "hint"}
        and problem["severity"] in ("error", "warning")
        and isinstance(problem["code"], str)
        and bool(problem["message"])
        and all(problem[key] is None or isinstance(problem[key], kind) for key, kind in
                (("file", str), ("line", int), ("column", int), ("hint", str)))
    )  # fmt: skip


def refused(world: World, act: Callable[[], Result], kind: str) -> list[Any]:
    """The problems of a command that has to fail: as a document of its kind, with nothing written."""
    before = world.dump()
    result = act()
    assert (result.status, result.err) == (1, "")
    document = result.json
    assert (document["format_version"], document["kind"]) == ("1.0", kind)
    assert all(is_problem(problem) for problem in document["problems"])
    if kind == "validation":
        assert set(document) == {"format_version", "kind", "valid", "files", "accounts", "problems"}
        assert document["valid"] is False
    else:
        assert (document["changes"], document["plan_id"]) == ([], None)
        assert set(document["summary"].values()) == {0}
    assert world.dump() == before
    assert not (world.folder / ".efsync" / "state.db").exists()
    assert not (world.folder / "p.json").exists()
    assert "hunter2" not in result.out
    return list(document["problems"])


def refused_by_both(world: World) -> list[Any]:
    validated = refused(world, lambda: world.json("validate"), "validation")
    planned = refused(world, lambda: call_json(world, "plan", "--out", "p.json"), "plan")
    assert {str(each) for each in validated if each["severity"] == "error"} <= {str(each) for each in planned}
    return validated


@pytest.mark.parametrize("name", IN_THE_FILE)
def test_a_bad_department_file_is_told_with_its_place(shop: World, name: str) -> None:
    content, code, line, column = IN_THE_FILE[name]
    shop.write(FILE, content)
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"], problem["severity"]) == (code, FILE, "error")
    if line:
        assert (problem["line"], problem["column"]) == (line, column)


@pytest.mark.parametrize("name", IN_A_TEMPLATE)
def test_a_bad_template_is_told_at_the_value_that_names_it(shop: World, name: str) -> None:
    template, said = IN_A_TEMPLATE[name]
    shop.write("accounts/_templates/t.html", template)
    shop.write(FILE, USER + "signature: {template: _templates/t.html}\n")
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == ("template", FILE, 5, 16)
    assert said in problem["message"]


@pytest.mark.parametrize("linked", ["file", "folder", "department"])
def test_a_link_out_of_the_folder_is_told(shop: World, linked: str) -> None:
    shop.write("outside/secret.html", GOOD)
    if linked == "department":
        (shop.folder / FILE).symlink_to("../outside/secret.html")
    else:
        name = {"file": "link.html", "folder": "link/secret.html"}[linked]
        target = {"file": "../outside/secret.html", "folder": "../../outside"}[linked]
        link = shop.folder / "accounts" / {"file": "link.html", "folder": "_templates/link"}[linked]
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(target)
        name = name if linked == "file" else f"_templates/{name}"
        shop.write(FILE, USER + f"header: {{file: {name}}}\n")
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"]) == ("path-outside", FILE)


def test_a_pipe_in_place_of_a_file_is_not_waited_for(shop: World) -> None:
    os.mkfifo(shop.folder / FILE)
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"]) == ("text-file", FILE)


def test_a_user_in_two_files_is_told_with_both_places(shop: World) -> None:
    shop.write("accounts/a.yaml", GOOD)
    shop.write("accounts/sur/b.yml", "version: 1\ndepartment: SUR\nusers:\n  jperez: {}\n")
    problem = next(each for each in refused_by_both(shop) if each["code"] == "duplicate-user")
    assert (problem["file"], problem["line"], problem["column"]) == ("accounts/sur/b.yml", 4, 3)
    assert "accounts/a.yaml:4:3" in problem["message"]


def test_a_department_in_two_files_is_told_with_both_places(shop: World) -> None:
    shop.write("accounts/a.yaml", GOOD)
    shop.write("accounts/b.yaml", "version: 1\ndepartment: ventas\nusers: {}\n")
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"], problem["line"]) == ("duplicate-department", "accounts/b.yaml", 2)
    assert "accounts/a.yaml:2:13" in problem["message"]


def test_a_missing_folder_is_told_and_taken_for_no_empty_one(shop: World) -> None:
    (shop.folder / "accounts").rmdir()
    (problem,) = refused_by_both(shop)
    assert (problem["code"], problem["file"]) == ("config", "accounts")
