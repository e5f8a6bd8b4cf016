"""`efsync demo`, and that reading commands leave no trace."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.cli.inside import call, call_json
from tests.world import World


class Demo(World):
    """A folder with the demo, or where it is to be made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {}


@pytest.fixture
def made(demo: Path) -> Demo:
    """A folder of its own with the demo."""
    return Demo(demo)


@pytest.fixture
def empty(tmp_path: Path) -> Demo:
    """An empty folder."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return Demo(folder)


def _listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_in_an_empty_folder_it_writes_all_that_plan_needs(empty: Demo) -> None:
    result = call_json(empty, "demo")
    assert result.status == 0
    assert {"efsync.toml", "accounts", "schemas", ".gitignore"} == set(result.json["written"])
    assert ".efsync/" in (empty.folder / ".gitignore").read_text()
    planned = call_json(empty, "plan")
    summary = planned.json["summary"]
    assert planned.status == 0
    assert all(summary[count] for count in ("changed", "adopted", "unmanaged"))


def test_the_first_apply_needs_no_word_but_yes_and_then_nothing_differs(made: Demo) -> None:
    assert call_json(made, "apply", "--yes").json["status"] == "applied"
    assert call_json(made, "plan", "--detailed-exitcode").status == 0
    assert call_json(made, "drift").status == 0


def test_passwords_are_files_for_their_owner_only(made: Demo) -> None:
    folder = made.folder / ".efsync" / "demo-secrets"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len({path.read_text() for path in folder.iterdir()}) == len(list(folder.iterdir())) > 10


def test_a_reset_forgets_what_was_applied_and_gives_the_same_plan_again(made: Demo) -> None:
    first = call_json(made, "plan").json["summary"]
    call_json(made, "apply", "--yes")
    again = call_json(made, "demo")
    assert (again.status, again.json["written"]) == (0, [])
    assert call_json(made, "state", "list").json["accounts"] == []
    assert call_json(made, "plan").json["summary"] == first


def test_a_reset_does_not_follow_a_link_nor_keep_an_open_mode(made: Demo) -> None:
    victim = made.write("victim", "precious")
    code, other = sorted(path.name for path in (made.folder / ".efsync" / "demo-secrets").iterdir())[:2]
    link = made.folder / ".efsync" / "demo-secrets" / code
    link.unlink()
    link.symlink_to(victim)
    (made.folder / ".efsync" / "demo-secrets" / other).chmod(0o644)
    assert call_json(made, "demo").status == 0
    assert victim.read_text() == "precious"
    assert stat.S_IMODE((made.folder / ".efsync" / "demo-secrets" / other).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["accounts", "schemas"])
def test_what_is_there_is_never_overwritten(empty: Demo, name: str) -> None:
    empty.write(f"{name}/mine.yaml", "mine")
    result = call_json(empty, "demo")
    assert (result.status, result.codes) == (1, ["config"])
    assert name in result.problem("config")["message"]
    assert _listing(empty.folder) == {f"{name}/mine.yaml": b"mine"}


def test_settings_and_accounts_of_ones_own_stay_as_they_are(made: Demo) -> None:
    made.write("accounts/ventas.yaml", "version: 1\ndepartment: VENTAS\nusers: {}\n")
    before = {name: data for name, data in _listing(made.folder).items() if not name.startswith(".efsync")}
    call_json(made, "demo")
    assert {name: data for name, data in _listing(made.folder).items() if not name.startswith(".efsync")} == before


def test_a_target_called_demo_that_is_another_database_is_not_forgotten(sales: World) -> None:
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings.replace("targets.erp", "targets.demo").replace('"erp"', '"demo"'))
    assert call_json(sales, "apply", "--yes").status == 0
    assert call_json(sales, "demo").status == 0
    assert len(call_json(sales, "state", "list").json["accounts"]) == 2


def test_a_demo_on_another_database_says_what_to_add_to_settings_that_stand_already(made: Demo) -> None:
    before = (made.folder / "efsync.toml").read_text()
    result = call(made, "demo", "--url", "sqlite:///other.db")
    head, *lines = result.out[result.out.index("Next: ") :].splitlines()
    assert head == "Next: add the lines below to your settings, and then: efsync plan --target demo-2"
    assert (made.folder / "efsync.toml").read_text() == before
    made.write("efsync.toml", before + "\n" + "\n".join(lines) + "\n")
    assert call_json(made, "plan", "--target", "demo-2").json["summary"]["changed"]
    (made.folder / "other.db").unlink()
    again = call(made, "demo", "--url", "sqlite:///other.db")
    assert again.out.splitlines()[-1] == "Next: efsync plan --target demo-2"


def test_a_password_does_not_stand_in_the_lines_to_add(made: Demo) -> None:
    url = "sqlite:///other.db?password=clave-secreta"
    result = call_json(made, "demo", "--url", url)
    assert "clave-secreta" not in result.out + result.err
    assert result.json["settings"][1] == 'url = "env:ERP_URL"'
    told = call(made, "demo", "--url", url.replace("other", "third"))
    assert "Next: set ERP_URL to the url, with its password, and then: add the lines below" in told.out


def test_what_is_in_the_way_in_the_folder_is_said_before_a_database_is_filled(empty: Demo) -> None:
    empty.write("accounts/mine.yaml", "mine")
    assert call_json(empty, "demo", "--url", "sqlite:///other.db").codes == ["config"]
    assert not (empty.folder / "other.db").exists()


def test_a_folder_that_can_not_be_written_is_said(empty: Demo) -> None:
    empty.write(".efsync", "a file")
    result = call_json(empty, "demo")
    assert (result.status, result.codes) == (1, ["config"])


def test_a_demo_that_is_being_applied_is_not_reset(made: Demo) -> None:
    call_json(made, "apply", "--yes")
    connection = sqlite3.connect(made.folder / ".efsync" / "state.db")
    connection.execute(
        "INSERT INTO locks VALUES ('demo', 't', 'ana', 'elsewhere', 1, 'elsewhere', '9999-01-01T00:00:00Z', "
        "'9999-01-01T00:00:00Z')"
    )
    connection.commit()
    connection.close()
    before = (made.folder / ".efsync" / "demo-erp.db").read_bytes()
    assert call_json(made, "demo").codes == ["locked"]
    assert (made.folder / ".efsync" / "demo-erp.db").read_bytes() == before


READING = [
    ("validate",), ("validate", "--target", "demo"), ("plan", "--without-secrets"), ("drift",), ("state", "list"),
    ("state", "show", "JPEREZ"), ("schema", "department"), ("state", "unlock"),
]  # fmt: skip


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_reading_command_leaves_no_trace_before_the_first_apply(made: Demo, command: tuple[str, ...]) -> None:
    before = _listing(made.folder)
    call(made, *command)
    assert _listing(made.folder) == before


def test_plan_makes_the_key_and_nothing_else(made: Demo) -> None:
    before = _listing(made.folder)
    assert call_json(made, "plan").status == 0
    assert _listing(made.folder).keys() - before.keys() == {os.path.join(".efsync", "key")}


@pytest.mark.parametrize("command", [*READING, ("plan",)], ids=" ".join)
def test_a_reading_command_leaves_no_trace_after_an_apply_but_what_a_plan_saw(
    demo_master: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    world = Demo(Path(shutil.copytree(demo_master, tmp_path / "demo")))
    call_json(world, "apply", "--yes")
    before = _listing(world.folder)
    call(world, *command)
    assert (world.folder / ".efsync" / "cache").exists() == ("plan" in command)
    shutil.rmtree(world.folder / ".efsync" / "cache", ignore_errors=True)
    assert _listing(world.folder) == before
