"""The law of import: for whatever an ERP holds, a plan right after it changes no field."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from efsync.accounts.editing.format import formatted
from efsync.settings.read import read_settings
from efsync.workflows.import_ import import_accounts
from efsync.workflows.plan import plan
from tests.workflows.import_.companies import users
from tests.world import World


def fill(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        world.user(**row)


def check(world: World, rows: list[dict[str, Any]]) -> None:
    """Import all of it, and see that the files say what the ERP holds, in canonical layout, and a second import too."""
    fill(world, rows)
    before = world.dump()
    found = read_settings(world.folder / "efsync.toml")
    made = import_accounts(found, write=True)
    planned = plan(found)
    assert [(change.user, field) for change in planned.changes for field in change.fields] == []
    assert [problem.code for problem in planned.problems if problem.is_error] == []
    assert len(planned.changes) == made.new
    for path in (world.folder / "accounts").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert formatted(text) == text
    again = import_accounts(found, write=True)
    assert (again.new, again.edits.files) == (0, ())
    assert world.dump() == before


@settings(max_examples=60)
@given(users())
def test_a_plan_right_after_an_import_changes_no_field(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(World(Path(folder)), rows)


@settings(max_examples=40)
@given(users(), users())
def test_values_that_changed_since_come_into_the_standing_files(
    rows: list[dict[str, Any]], later: list[dict[str, Any]]
) -> None:
    """The rest of the ERP's users comes later; those who are there by then get what the later rows say."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        fill(world, rows)
        found = read_settings(world.folder / "efsync.toml")
        import_accounts(found, write=True)
        known = {row["code"] for row in rows}
        for row in later:
            if row["code"] in known:
                row = {
                    name: value for name, value in row.items() if name not in ("name", "title", "department", "status")
                }
                world.change(**row)
            else:
                world.user(**row)
        made = import_accounts(found, write=True)
        blocked = any(problem.code == "left-out" and "is left out" in problem.message for problem in made.problems)
        planned = plan(found)
        assert blocked or [field for change in planned.changes for field in change.fields] == []
