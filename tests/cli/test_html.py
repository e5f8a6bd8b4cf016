"""`--format html`: one page for a browser, from every command that makes one, and from those that fail."""

import re

import pytest

from tests.cli.inside import applied, call, saved_plan
from tests.cli.tenants import Tenants
from tests.world import World

HTML = ("--format", "html")


def title(page: str) -> str:
    """The title of a page that fetches nothing."""
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    assert not re.search(r"<(?:link|img|script src)|https?://(?!www\.acme)[^\s<&]*\.(?:js|css|png)", page)
    found = re.search(r"<title>(.*)</title>", page)
    assert found is not None
    return found[1]


def test_a_plan_is_one_page_on_standard_output_and_nothing_else(sales: World) -> None:
    result = call(sales, "plan", *HTML, "--detailed-exitcode")
    assert (result.status, result.err) == (2, "")
    assert title(result.out) == "Plan for erp, tenant ACME"
    assert "smtp.acme.example" in result.out
    assert not re.search("clave-jperez|hmac-sha256:", result.out)


def test_a_saved_plan_is_shown_as_it_was_made(sales: World) -> None:
    made = call(sales, "plan", *HTML, "--out", "plan.json")
    shown = call(sales, "show", "plan.json", *HTML)
    assert (shown.status, shown.err, shown.out) == (0, "", made.out)


def test_a_brake_is_a_warning_with_its_place_and_remedy(sales: World) -> None:
    applied(sales)
    sales.department("  JPEREZ:\n    server: smtp.evil.example\n    password: {env: MAIL_JPEREZ}\n")
    result = call(sales, "plan", *HTML)
    assert result.status == 0
    for each in ("1 warning", "accounts/ventas.yaml:4:3", "brake-redirect", "--allow-redirect"):
        assert each in result.out


def test_drift_is_a_page_and_exit_status_2(sales: World) -> None:
    applied(sales)
    sales.change("MROJAS", port=25)
    result = call(sales, "drift", *HTML)
    assert (result.status, result.err) == (2, "")
    assert title(result.out) == "Drift in erp"


def test_a_history_is_a_table_of_runs_and_a_run_shows_what_it_changed(sales: World) -> None:
    applied(sales)
    page = call(sales, "history", *HTML)
    assert (page.status, page.err) == (0, "")
    run = re.search(r'<th scope="row"><bdi>([^<]+)</bdi>', page.out)
    assert (title(page.out), run is None) == ("History", False)
    assert run is not None
    of_run = call(sales, "history", run[1], *HTML)
    assert f"Run {run[1]}" in of_run.out
    assert 'id="user-JPEREZ"' in of_run.out
    assert not re.search("clave-jperez|hmac-sha256:", of_run.out)


def test_a_rollback_is_a_plan(sales: World) -> None:
    run = applied(sales).json["run"]
    result = call(sales, "rollback", run, *HTML)
    assert (result.status, result.err) == (0, "")
    assert "The plan restores what a run replaced." in result.out


@pytest.mark.parametrize(
    ("command", "named"), [("plan", "Plans for 2 targets"), ("drift", "Drift in 2 targets")], ids=["plan", "drift"]
)
def test_all_targets_are_one_page(sales: World, command: str, named: str) -> None:
    tenants = Tenants(sales, ("a", "b"))
    result = call(tenants.world, command, "--all-targets", *HTML)
    assert (result.status, result.err) == (0, "")
    assert title(result.out) == named


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        pytest.param(("plan",), "plan", id="plan"),
        pytest.param(("drift",), "drift", id="drift"),
        pytest.param(("plan", "--all-targets"), "plan", id="all plans"),
        pytest.param(("drift", "--all-targets"), "drift", id="all drift"),
        pytest.param(("show", "missing.json"), "show", id="show"),
        pytest.param(("plan", "--bogus"), "plan", id="usage"),
        pytest.param(("history",), "history", id="history"),
        pytest.param(("validate",), "validate", id="another command"),
    ],
)
def test_a_command_that_fails_prints_a_page_with_the_errors(
    sales: World, arguments: tuple[str, ...], command: str
) -> None:
    (sales.folder / "efsync.toml").unlink()
    result = call(sales, *arguments, *HTML)
    assert result.status == 1
    assert title(result.out) == f"efsync {command} failed"
    assert '<span class="badge">error</span>' in result.out
    assert call(sales, *arguments, EFSYNC_FORMAT="html").out == result.out


def test_the_errors_of_a_plan_name_their_places(sales: World) -> None:
    sales.department("  JPEREZ:\n    port: 70000\n")
    result = call(sales, "plan", *HTML)
    assert result.status == 1
    assert result.err.startswith("accounts/ventas.yaml:5:11: error: port: 70000 is greater than 65535 [schema]\n")
    assert title(result.out) == "efsync plan failed for erp"
    assert '<code class="place">accounts/ventas.yaml:5:11</code>' in result.out
    assert "port: 70000 is greater than 65535" in result.out


def test_a_plan_that_was_edited_is_refused_in_a_page(sales: World) -> None:
    path = saved_plan(sales)
    path.write_text(path.read_text().replace("smtp.acme.example", "<script>"))
    result = call(sales, "show", "plan.json", *HTML)
    assert result.status == 1
    assert title(result.out) == "efsync show failed"


def test_a_page_is_in_the_language_that_is_asked_for(sales: World) -> None:
    assert '<html lang="es">' in sales.run("--lang", "es", "plan", *HTML).out
