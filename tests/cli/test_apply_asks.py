"""`efsync apply` without a plan file: plans, shows and asks."""

import json
import subprocess

import pytest

from tests.cli.inside import assert_in_order, call, call_json
from tests.erp.tables import note_updates, noted_updates
from tests.world import EFSYNC, World


def test_yes_applies_what_was_shown(sales: World) -> None:
    result = call(sales, "apply", typed="y\n")
    assert result.status == 0
    assert "+ JPEREZ" in result.out
    assert "Apply this to erp?" in result.err
    assert "Applied: 1 changed, 0 cleared, 0 forgotten, 1 adopted." in result.out
    assert_in_order(sales)


@pytest.mark.parametrize("typed", ["n\n", "\n", "N\n"])
def test_anything_else_writes_nothing(sales: World, typed: str) -> None:
    before = sales.dump()
    result = call(sales, "apply", typed=typed)
    assert (result.status, "Nothing was written." in result.err) == (1, True)
    assert sales.dump() == before
    assert not (sales.folder / ".efsync" / "state.db").exists()


def test_where_nobody_is_there_to_answer_that_is_said_once_and_nothing_is_written(sales: World) -> None:
    before = sales.dump()
    result = call(sales, "apply", typed="")
    assert (result.status, result.err) == (
        1,
        "Apply this to erp? [y/N]: \n"
        "Error: nothing was written: standard input is no terminal to ask at; --yes goes on without asking\n",
    )
    assert sales.dump() == before
    assert not (sales.folder / ".efsync" / "state.db").exists()


def test_without_any_standard_input_it_is_the_same(sales: World) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{EFSYNC} apply <&-"], cwd=sales.folder, env=sales.clean_environment(), capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n"), "no terminal" in done.stderr) == (1, 2, True)


def test_an_answer_that_is_none_writes_nothing(sales: World) -> None:
    before = sales.dump()
    result = call(sales, "apply", typed="perhaps\n")
    assert (result.status, "Error: invalid input" in result.err) == (1, True)
    assert sales.dump() == before


def test_as_json_a_no_is_a_document_too(sales: World) -> None:
    result = call(sales, "apply", "--format", "json", typed="n\n")
    assert (result.status, json.loads(result.out)["status"]) == (1, "refused")
    assert call(sales, "apply", "--format", "json", typed="").codes == ["usage"]


def test_where_nothing_differs_nothing_is_asked(sales: World) -> None:
    call(sales, "apply", "--yes")
    result = call(sales, "apply", typed="")
    assert (result.status, result.err) == (0, "")
    assert result.out.endswith("Nothing to do.\n")
    assert call_json(sales, "apply").json["status"] == "nothing"


def test_a_saved_plan_was_reviewed_and_is_not_asked_about(sales: World) -> None:
    call(sales, "plan", "--out", "plan.json")
    assert call(sales, "apply", "plan.json", typed="").status == 0


def test_a_selection_is_applied_alone(sales: World) -> None:
    result = call_json(sales, "apply", "--yes", "--user", "MROJAS")
    assert result.json["summary"]["adopted"] == 1
    assert sales.live("JPEREZ")["address"] is None


def test_an_error_in_any_file_stops_all(sales: World) -> None:
    before = sales.dump()
    sales.department("  X:\n    prt: 587\n", name="OTRA")
    result = call_json(sales, "apply", "--yes", "--user", "JPEREZ")
    assert (result.status, result.json["status"]) == (1, "refused")
    assert "unknown-key" in result.codes
    assert sales.dump() == before


def test_only_the_changed_columns_of_changed_users_are_written(sales: World) -> None:
    call(sales, "apply", "--yes")
    sales.change("JPEREZ", address="other@acme.example")
    note_updates(sales)
    assert call_json(sales, "apply", "--yes").json["status"] == "applied"
    assert noted_updates(sales) == {("JPEREZ", "Correo")}


def test_text_and_json_agree_on_how_it_ended(sales: World) -> None:
    sales.sql("CREATE TRIGGER no BEFORE UPDATE ON Usuarios BEGIN SELECT RAISE(ABORT, 'no'); END")
    text, document = call(sales, "apply", "--yes"), call_json(sales, "apply", "--yes")
    assert text.status == document.status == 1
    assert "Failed." in text.out
    assert "writing user JPEREZ: no [database]" in text.err
    assert document.json["status"] == "failed"
