"""What stands in a report. How it looks and what it does is tried in a real browser: tests/browser."""

from dataclasses import replace
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.drift import Drift
from efsync.model.language import message
from efsync.model.outcomes import Failed
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan
from efsync.model.problems import Location, Problem, Severity
from efsync.views.drift_report import drift_all_report, drift_report
from efsync.views.plan_report import EXPLANATIONS, failed_report, plan_all_report, plan_report
from tests.planning.sides import comparison, plan_of
from tests.views.shown import PASSWORDS, hostile_plan, mixed_drift, mixed_plan
from tests.views.test_markdown import HOSTILE, wild

NOTHING_APPLIED = Problem("nothing-applied", "nothing was applied to new yet", severity=Severity.WARNING)


def parsed(page: str) -> Any:
    """The page as a browser reads it, which has to find no mistake but a character that no text should have."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(page)
    assert [code for _, code, _ in parser.errors if code != "invalid-codepoint"] == []
    return document


def words(page: str, path: str) -> list[str]:
    """What is said in the elements at `path`, with single blanks."""
    return [" ".join(" ".join(each.itertext()).split()) for each in parsed(page).iterfind(path)]


def elements(page: str) -> list[str]:
    return [each.tag for each in parsed(page).iter() if isinstance(each.tag, str)]


def changed(user: str, *fields: FieldChange, department: str = "VENTAS") -> AccountChange:
    return AccountChange(user, department, Action.UPDATE, fields)


def plan_with(*changes: AccountChange) -> Plan:
    return replace(plan_of(comparison([], [])), changes=changes)


def test_every_account_is_there_by_department_with_what_happens_to_it() -> None:
    page = plan_report(mixed_plan())
    assert [each.split()[0] for each in words(page, ".//h3")][:3] == ["COMPRAS", "SISTEMAS", "VENTAS"]
    summaries = words(page, ".//li[@data-kinds]/details/summary")
    assert summaries[0] == "~ changed FILE server, port the file changed accounts/ventas.yaml:6"
    assert "- cleared LEFT" in " ".join(summaries)
    assert ". forgotten KEPT" in " ".join(summaries)
    (remembered,) = words(page, ".//details[@class='remembered']")
    assert remembered == "1 account: as desired already, only remembered ADOPTED COMPRAS"


def test_every_reason_that_a_plan_has_is_explained() -> None:
    page = plan_report(mixed_plan())
    said = dict(zip(words(page, ".//dt"), words(page, ".//dd"), strict=True))
    origins = {"not applied before", "the file changed", "the ERP changed", "the file and the ERP changed"}
    assert origins <= set(said)
    assert said == {words: said[words] for words in EXPLANATIONS if words in said}


def test_both_sides_of_a_value_stand_beside_each_other() -> None:
    (row,) = (each for each in words(plan_report(mixed_plan()), ".//tr") if each.startswith("address the file and"))
    assert row == "address the file and the ERP changed vieja@acme.example mixta@acme.example"


@pytest.mark.parametrize("page", [plan_report(mixed_plan()), drift_report(mixed_drift())], ids=["plan", "drift"])
def test_no_password_and_no_fingerprint_is_shown(page: str) -> None:
    assert "(sensitive, changed)" in page
    assert not any(each in page for each in (*PASSWORDS, "hmac-sha256:"))


def test_a_text_that_many_accounts_share_is_in_the_page_once() -> None:
    same = FieldChange("footer", "<p>one", "<p>another", Origin.CONFIG)
    page = plan_report(plan_with(*(changed(f"U{number}", same) for number in range(50))))
    assert page.count("&amp;lt;p&amp;gt;another") + page.count("&lt;p&gt;another") == 2  # its source, its frame
    assert page.count('data-text="text-1"') == 50


def test_a_report_of_drift_says_what_was_applied_and_what_the_erp_holds() -> None:
    page = drift_report(mixed_drift())
    assert words(page, ".//table[@class='values']/thead/tr")[0] == "field as applied in the ERP"
    assert words(page, ".//h1") == ["Drift in erp"]


def test_nothing_is_said_in_a_sentence() -> None:
    nothing = plan_of(comparison([], []))
    assert words(plan_report(nothing), ".//header//p")[0].startswith("Nothing differs.")
    assert words(drift_report(Drift("erp", ())), ".//header//p") == [
        "No drift: what efsync applied is what the ERP holds."
    ]
    assert "form" not in elements(plan_report(nothing))


def test_all_targets_are_a_table_and_the_changes_of_each() -> None:
    broken = Failed("broken", (Problem("database", "is away", Location("efsync.toml", 3), "start it"),))
    page = plan_all_report([mixed_plan(), broken, plan_of(comparison([], []))])
    assert words(page, ".//table[@class='targets']/tbody/tr")[1] == "broken failed"
    assert words(page, ".//h2")[:2] == ["1 error, 1 warning", "Plan for erp, tenant ACME"]
    drift = drift_all_report([mixed_drift(), Drift("new", (), (NOTHING_APPLIED,)), broken])
    assert words(drift, ".//table[@class='targets']/tbody/tr")[1:] == ["new never applied", "broken failed"]
    assert "nothing was applied" not in drift


def test_a_command_that_failed_says_why_errors_first() -> None:
    problems = (NOTHING_APPLIED, Problem("schema", "port is wrong", Location("a.yaml", 3, 4), "write a number"))
    page = failed_report("plan", "erp", problems)
    assert words(page, ".//h1") == ["efsync plan failed for erp"]
    assert words(page, ".//ul[@class='problems']/li")[0] == "error a.yaml:3:4 schema port is wrong write a number"


def plan_full_of(value: str) -> Plan:
    """A plan in which a value stands wherever a file or a database can put one."""
    place = Location(value, 3, 4)
    fields = (FieldChange("server", value, f"{value}2", Origin.CONFIG), FieldChange("footer", value, None, Origin.NEW))
    change = replace(changed(value, *fields, department=value), location=place)
    problem = Problem(value, f"before {value} after", place, f"do {value}", Severity.WARNING)
    return replace(plan_with(change), target=value, tenant=value, problems=(problem,), plan_id=value)


@pytest.mark.parametrize(
    "value", [*filter(None, HOSTILE), "</textarea><script>x</script>", "</template></pre></style><b>", "{{ 7 * 7 }}"]
)
def test_a_hostile_value_is_text_wherever_it_stands(value: str) -> None:
    assert elements(plan_report(plan_full_of(value))) == elements(plan_report(plan_full_of("x")))


@given(wild.filter(bool))
def test_whatever_stands_in_a_plan_the_page_is_made_of_the_same_elements(value: str) -> None:
    assert elements(plan_report(plan_full_of(value))) == elements(plan_report(plan_full_of("x")))


def test_escapes_for_a_terminal_are_written_out() -> None:
    assert not {"\x1b", "\x07", "\u202e"} & set(plan_report(hostile_plan()).partition("srcdoc")[0])


@given(st.text(st.characters(categories=["Cs"]), min_size=1))
def test_half_a_character_does_not_keep_a_page_from_being_written(value: str) -> None:
    assert plan_report(plan_full_of(value)).encode()


def test_what_is_ours_in_backticks_is_code_and_what_others_wrote_stays() -> None:
    hint = message("`efsync fmt {name}` mends it", name="`a`.yaml")
    problem = Problem("x", message("look at {name}", name="`b` <i>"), hint=hint, severity=Severity.WARNING)
    page = plan_report(replace(plan_with(), problems=(problem,)))
    assert "<p>look at `b` &lt;i&gt;</p>" in page
    assert '<p class="quiet"><code>efsync fmt `a`.yaml</code> mends it</p>' in page
