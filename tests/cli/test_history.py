"""`efsync history`: who applied what, when, and what it was before."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from efsync.views.times import time_text
from tests.cli.inside import applied, call, call_json
from tests.world import World


@pytest.fixture
def twice(sales: World) -> World:
    """The company of `sales` after two applies: all of it, and then another port for MROJAS."""
    applied(sales)
    sales.change("MROJAS", port=2525)
    applied(sales, "--allow-redirect", "MROJAS")
    return sales


def test_every_apply_is_listed_newest_first(twice: World) -> None:
    newest, oldest = call_json(twice, "history").json["runs"]
    assert newest["started_at"] > oldest["started_at"]
    assert (oldest["status"], oldest["summary"]["changed"], oldest["summary"]["adopted"]) == ("applied", 1, 1)
    assert oldest.keys() >= {"who", "host", "plan_id", "source", "finished_at", "target", "tenant"}
    first, second = call(twice, "history").out.splitlines()
    new, old = time_text(newest["started_at"]), time_text(oldest["started_at"])
    assert first.startswith(f"{newest['run']}  {new}  erp  applied  1 changed             ")
    assert second.startswith(f"{oldest['run']}  {old}  erp  applied  1 changed, 1 adopted  ")
    assert first.index(newest["who"]) == second.index(oldest["who"])


def test_of_one_run_every_field_is_shown_before_and_after(twice: World) -> None:
    run = call_json(twice, "history", "--last", "1").json["runs"][0]["run"]
    (found,) = call_json(twice, "history", run).json["runs"]
    ((field,),) = (change["fields"] for change in found["changes"])
    assert (field["field"], field["before"], field["after"], field["origin"]) == ("port", 2525, 587, "drift")
    text = call(twice, "history", run).out
    assert "~ MROJAS  VENTAS  the ERP changed\n" in text
    assert "~ port       2525 → 587\n" in text


def test_a_password_is_shown_as_its_fingerprint(twice: World) -> None:
    oldest = call_json(twice, "history").json["runs"][-1]["run"]
    (change,) = (each for each in call_json(twice, "history", oldest).json["runs"][0]["changes"] if each["fields"])
    (password,) = (each for each in change["fields"] if each["field"] == "password")
    assert password["before"] is None
    assert password["after"].startswith("hmac-sha256:")
    text = call(twice, "history", oldest).out
    assert f"fingerprint none → {password['after'].rpartition(':')[2][:12]}" in text
    assert "clave-jperez" not in text


def test_one_accounts_life_leaves_out_all_others(twice: World) -> None:
    runs = call_json(twice, "history", "--user", "mrojas").json["runs"]
    assert [[change["user"] for change in run["changes"]] for run in runs] == [["MROJAS"], ["MROJAS"]]
    assert [run["changes"][0]["action"] for run in runs] == ["update", "adopt"]
    (only,) = call_json(twice, "history", "--user", "JPEREZ").json["runs"]
    assert only["changes"][0]["user"] == "JPEREZ"
    assert call(twice, "history", "--user", "NADIE").out == "No run that is remembered changed NADIE.\n"


def test_a_run_is_named_by_the_beginning_of_its_name(twice: World) -> None:
    runs = [each["run"] for each in call_json(twice, "history").json["runs"]]
    assert call_json(twice, "history", runs[0][:-2]).json["runs"][0]["run"] == runs[0]
    ambiguous = call_json(twice, "history", "20")
    assert (ambiguous.status, ambiguous.problem("selection")["message"]) == (1, "several runs begin with 20")
    missing = call_json(twice, "history", "19990101")
    assert (missing.status, missing.problem("selection")["message"]) == (1, "there is no run 19990101")


def test_an_apply_that_failed_is_in_the_history_too(sales: World) -> None:
    sales.sql("CREATE TRIGGER keeps AFTER UPDATE ON Usuarios BEGIN UPDATE Usuarios SET Pue_Cor = 1; END")
    call(sales, "apply", "--yes")
    (run,) = call_json(sales, "history").json["runs"]
    assert run["status"] == "failed"


def test_without_an_apply_nothing_is_there_and_nothing_is_made(sales: World) -> None:
    result = call(sales, "history")
    assert (result.status, result.out) == (0, "Nothing was applied yet.\n")
    assert not (sales.folder / ".efsync").exists()


def test_only_the_runs_of_a_target_can_be_asked_for(twice: World) -> None:
    assert len(call_json(twice, "history", "--target", "erp").json["runs"]) == 2
    assert call_json(twice, "history", "--target", "otro").status == 1


def tomorrow() -> str:
    return f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"


def test_pruning_forgets_what_runs_changed_but_not_that_they_were(twice: World) -> None:
    before = call_json(twice, "history").json["runs"]
    assert call(twice, "history", "--prune-before", "2020-01-01", "--yes").out == "Forgot what 0 runs changed.\n"
    assert call(twice, "history", "--prune-before", tomorrow(), "--yes").out == "Forgot what 2 runs changed.\n"
    assert call_json(twice, "history").json["runs"] == before
    shown = call(twice, "history", before[0]["run"]).out
    assert shown.endswith("What it changed was forgotten by `efsync history --prune-before`.\n")
    assert call_json(twice, "plan", "--detailed-exitcode").status == 0


def test_texts_that_accounts_still_have_survive_pruning(sales: World) -> None:
    long = "<p>" + "ñandú " * 100 + "</p>"
    sales.department(f"  JPEREZ:\n    signature: {long!r}\n    footer: {long + '!'!r}\n")
    applied(sales)
    sales.department(f"  JPEREZ:\n    signature: {long!r}\n    footer: null\n")
    applied(sales)
    call(sales, "history", "--prune-before", tomorrow(), "--yes")
    assert call_json(sales, "state", "show", "JPEREZ").json["fields"][0]["applied"] == long
    assert call_json(sales, "drift").status == 0


def test_pruning_asks_first(twice: World) -> None:
    assert call(twice, "history", "--prune-before", tomorrow(), typed="n\n").status == 1
    assert call(twice, "history", "--last", "1", "--user", "MROJAS").out.count("port") == 1


def test_pruning_waits_for_no_apply_and_is_refused_during_one(twice: World) -> None:
    from efsync.database.access import Access
    from efsync.workflows.settings import read_settings
    from efsync.workflows.wiring import state_of

    with state_of(read_settings(twice.folder / "efsync.toml"), Access.CREATE) as state:
        holder = state.lock("erp")
        result = call_json(twice, "history", "--prune-before", tomorrow(), "--yes")
        state.release("erp", holder.token)
    assert (result.status, result.codes) == (1, ["locked"])


def test_a_page_tells_which_password_became_which_by_fingerprints(twice: World) -> None:
    oldest = call_json(twice, "history").json["runs"][-1]["run"]
    page = call(twice, "history", oldest, "--format", "html").out
    assert re.search("fingerprint none → [0-9a-f]{12}", page)
    assert "clave-jperez" not in page
