"""`--format markdown`: what a pipeline puts into a comment."""

import pytest

from tests.cli.inside import applied, call, saved_plan
from tests.cli.tenants import Tenants
from tests.views.rendered import rendered, texts
from tests.views.test_plan_markdown import assert_harmless
from tests.world import World

MARKDOWN = ("--format", "markdown")


def headings(markdown: str) -> list[str]:
    """The main headings, in a page that is as it should be."""
    assert_harmless(markdown)
    return texts(rendered(markdown), "h2")


def test_a_plan_is_one_page_on_standard_output_and_nothing_else(sales: World) -> None:
    result = call(sales, "plan", *MARKDOWN, "--detailed-exitcode")
    assert (result.status, result.err) == (2, "")
    assert headings(result.out) == ["Plan for erp, tenant ACME"]
    assert result.out.endswith(".\n")
    assert "clave-jperez" not in result.out


def test_warnings_stand_in_the_page_and_not_on_standard_error(sales: World) -> None:
    sales.user("NUEVO", status="I")
    sales.department("  NUEVO:\n    port: 25\n", name="VENTAS2", file="b.yaml")
    sales.user("OTRO", department="VENTAS2")
    result = call(sales, "plan", *MARKDOWN)
    assert "warning" not in result.err
    assert headings(result.out) == ["efsync plan failed for erp"]
    assert "department-mismatch" in result.out


def test_a_brake_is_a_warning_with_its_remedy(sales: World) -> None:
    applied(sales)
    sales.department("  JPEREZ:\n    server: smtp.evil.example\n    password: {env: MAIL_JPEREZ}\n")
    result = call(sales, "plan", *MARKDOWN)
    assert result.status == 0
    assert headings(result.out) == ["Plan for erp, tenant ACME"]
    assert "- **warning** `accounts/ventas.yaml:4:3`: apply will refuse this:" in result.out
    assert "`--allow-redirect" in result.out
    assert "(`brake-redirect`)" in result.out


def test_a_saved_plan_is_shown_as_it_was_made(sales: World) -> None:
    made = call(sales, "plan", *MARKDOWN, "--out", "plan.json")
    shown = call(sales, "show", "plan.json", *MARKDOWN)
    assert (shown.status, shown.err, shown.out) == (0, "", made.out)


def test_drift_is_a_page_and_exit_status_2(sales: World) -> None:
    applied(sales)
    sales.change("MROJAS", port=25)
    result = call(sales, "drift", *MARKDOWN)
    assert (result.status, result.err) == (2, "")
    assert headings(result.out) == ["Drift in erp"]
    assert "| `~` | port | `587` | `25` |" in result.out


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_all_targets_are_one_page(sales: World, command: str) -> None:
    tenants = Tenants(sales, ("a", "b"))
    result = call(tenants.world, command, "--all-targets", *MARKDOWN)
    assert (result.status, result.err) == (0, "")
    assert headings(result.out) == ["Plans for 2 targets" if command == "plan" else "Drift in 2 targets"]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        pytest.param(("plan",), "plan", id="plan"),
        pytest.param(("drift",), "drift", id="drift"),
        pytest.param(("plan", "--all-targets"), "plan", id="all plans"),
        pytest.param(("drift", "--all-targets"), "drift", id="all drift"),
        pytest.param(("show", "missing.json"), "show", id="show"),
        pytest.param(("plan", "--bogus"), "plan", id="usage"),
        pytest.param(("show",), "show", id="missing argument"),
    ],
)
def test_a_command_that_fails_prints_a_page_with_the_errors(
    sales: World, arguments: tuple[str, ...], command: str
) -> None:
    (sales.folder / "efsync.toml").unlink()
    result = call(sales, *arguments, *MARKDOWN)
    assert result.status == 1
    assert headings(result.out) == [f"efsync {command} failed"]
    assert "- **error**" in result.out
    assert call(sales, *arguments, EFSYNC_FORMAT="markdown").out == result.out


def test_the_errors_of_a_plan_name_their_places(sales: World) -> None:
    sales.department("  JPEREZ:\n    port: 70000\n    adress: x\n")
    result = call(sales, "plan", *MARKDOWN)
    assert result.status == 1
    assert result.err.startswith("accounts/ventas.yaml:5:11: error: port: 70000 is greater than 65535 [schema]\n")
    assert headings(result.out) == ["efsync plan failed for erp"]
    assert "- **error** `accounts/ventas.yaml:5:11`: port: `70000` is greater than `65535` (`schema`)" in result.out


def test_a_plan_that_was_edited_is_refused_in_a_page(sales: World) -> None:
    path = saved_plan(sales)
    path.write_text(path.read_text().replace("smtp.acme.example", "@evil"))
    result = call(sales, "show", "plan.json", *MARKDOWN)
    assert result.status == 1
    assert headings(result.out) == ["efsync show failed"]
