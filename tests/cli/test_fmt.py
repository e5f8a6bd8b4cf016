"""`efsync fmt` as a command: what it writes, what it leaves alone, its exit status."""

import os
import stat

from tests.world import World

UNTIDY = 'department: "VENTAS"   # todos\nversion: 1\nusers: {A: {port: 25}}\n'
TIDY = "version: 1\ndepartment: VENTAS     # todos\nusers:\n  A:\n    port: 25\n"


def test_it_writes_files_and_then_has_nothing_to_do(world: World) -> None:
    path = world.write("accounts/a.yaml", UNTIDY)
    path.chmod(0o640)
    result = world.run("fmt")
    assert (result.status, result.out) == (0, "Formatted accounts/a.yaml.\n1 file formatted, of 1.\n")
    assert path.read_text() == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(path.parent) == ["a.yaml"]
    assert world.run("fmt", "--check").out == "1 file: nothing to format.\n"


def test_check_says_with_its_exit_status_that_a_file_would_change(world: World) -> None:
    path = world.write("accounts/a.yaml", UNTIDY)
    world.write("accounts/b.yaml", TIDY.replace("VENTAS", "COMPRAS"))
    result = world.json("fmt", "--check")
    assert (result.status, result.json["summary"]) == (2, {"files": 2, "changed": 1, "new": 0})
    assert result.json["written"] is False
    assert path.read_text() == UNTIDY
    assert world.run("fmt", "--check", "accounts/b.yaml").status == 0


def test_diff_shows_and_writes_nothing(world: World) -> None:
    path = world.write("accounts/a.yaml", UNTIDY)
    result = world.run("fmt", "--diff")
    assert result.status == 0
    assert "--- accounts/a.yaml\n+++ accounts/a.yaml\n" in result.out
    assert '-department: "VENTAS"   # todos' in result.out
    assert path.read_text() == UNTIDY
    assert world.run("fmt", "--diff", "--check").status == 2


def test_a_file_with_an_error_is_left_alone_and_the_others_are_not(world: World) -> None:
    for number, text in enumerate(["users: [\n", "a: b\n", UNTIDY.replace("25", "70000"), "", "users: \xff\n"]):
        world.write(f"accounts/{number}.yaml", text.encode("latin-1"))
    good = world.write("accounts/good.yaml", UNTIDY)
    result = world.json("fmt")
    assert result.status == 1
    assert {each["file"] for each in result.json["problems"]} == {f"accounts/{number}.yaml" for number in range(5)}
    assert good.read_text() == TIDY
    assert (world.folder / "accounts/2.yaml").read_text() == UNTIDY.replace("25", "70000")
    checked = world.run("fmt", "--check")
    assert (checked.status, checked.out) == (1, "")


def test_only_files_and_folders_that_are_named(world: World) -> None:
    for name in ("a", "sub/b", "sub/c"):
        world.write(f"accounts/{name}.yaml", UNTIDY)
    assert [each["file"] for each in world.json("fmt", "--check", "accounts/sub").json["files"]] == [
        "accounts/sub/b.yaml", "accounts/sub/c.yaml",
    ]  # fmt: skip
    assert world.json("fmt", "--check", "accounts/sub", "accounts/a.yaml").json["summary"]["files"] == 3


def test_what_is_no_department_file_is_refused_before_anything_is_written(world: World) -> None:
    path = world.write("accounts/a.yaml", UNTIDY)
    outside = world.write("b.yaml", UNTIDY)
    world.write("accounts/_templates/x.html", "<p>")
    result = world.json("fmt", "accounts/a.yaml", "b.yaml", "accounts/_templates", "accounts/no.yaml")
    assert (result.status, result.codes) == (1, ["text-file"] * 3)
    assert path.read_text() == outside.read_text() == UNTIDY


def test_links_are_followed_inside_the_accounts_folder_only(world: World) -> None:
    outside = world.write("elsewhere.yaml", UNTIDY)
    (world.folder / "accounts/out.yaml").symlink_to(outside)
    inside = world.write("accounts/_real/in.yaml", UNTIDY)
    (world.folder / "accounts/in.yaml").symlink_to(inside)
    result = world.json("fmt")
    assert (result.status, result.codes) == (1, ["path-outside"])
    assert outside.read_text() == UNTIDY
    assert inside.read_text() == TIDY
    assert (world.folder / "accounts/in.yaml").is_symlink()


def test_a_byte_order_mark_goes(world: World) -> None:
    path = world.write("accounts/a.yaml", "\ufeff" + TIDY)
    assert world.run("fmt", "--check").status == 2
    world.run("fmt")
    assert path.read_text() == TIDY


def test_a_folder_that_can_not_be_written_to_is_a_problem(world: World) -> None:
    if os.geteuid() == 0:
        world.write("accounts/a.yaml", UNTIDY)
        os.mkfifo(world.folder / "accounts/b.yaml")
        assert world.json("fmt").codes == ["text-file"]


def test_a_failure_is_a_document_too(world: World) -> None:
    world.write("efsync.toml", "nope")
    result = world.json("fmt")
    assert (result.status, result.json["kind"], result.json["files"]) == (1, "fmt", [])
    assert world.json("fmt", "--nope").codes == ["usage"]
