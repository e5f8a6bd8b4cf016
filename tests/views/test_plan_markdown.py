"""A plan as Markdown, as GitHub's renderer shows it."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from efsync.model.accounts import OnRemoval
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Selection
from efsync.model.problems import Location, Problem, Severity
from efsync.views.markdown import length
from efsync.views.markdown_page import LIMIT
from efsync.views.plan_markdown import failed_markdown, plan_markdown
from efsync.views.visible import visible
from tests.planning.generated import FINGERPRINTS
from tests.planning.generated_plans import plans
from tests.planning.sides import comparison, plan_of
from tests.views.rendered import OWN, elements, references, rendered, rendered_by_gitlab, rows, text, texts
from tests.views.shown import PASSWORDS, SIGNATURE, hostile_plan, mixed_plan
from tests.views.test_markdown import HOSTILE, wild
from tests.world import EFSYNC


def update(user: str, *fields: FieldChange, department: str = "VENTAS") -> AccountChange:
    """An account that changes."""
    return AccountChange(user, department, Action.UPDATE, fields, on_removal=OnRemoval.CLEAR)


def changed(field: str, before: str | None, after: str | None) -> FieldChange:
    """A change that the files want."""
    return FieldChange(field, before, after, Origin.CONFIG)


def with_changes(*changes: AccountChange) -> Plan:
    """A plan of them."""
    return replace(plan_of(comparison([], [])), changes=changes)


def assert_harmless(markdown: str) -> None:
    """Nothing but our own elements, nothing that a host links or tells, no fingerprint, and not too long."""
    body = rendered(markdown)
    assert elements(body) <= OWN
    assert references(body) == []
    assert length(markdown) <= LIMIT
    assert not any(each in markdown for each in FINGERPRINTS)
    assert not re.search(r"^/", markdown, re.MULTILINE)  # a quick action of GitLab


def test_a_plan_shows_every_action_origin_and_kind_of_value(snapshot: SnapshotAssertion) -> None:
    made = plan_markdown(mixed_plan())
    assert_harmless(made)
    assert made == snapshot


def test_the_plan_of_the_demo_fits_and_reads_well(demo_master: Path, snapshot: SnapshotAssertion) -> None:
    done = subprocess.run(
        [EFSYNC, "plan", "--format", "markdown"], cwd=demo_master, capture_output=True, text=True, check=True
    )
    made = re.sub(r"`sha256:[0-9a-f]{64}`, made by efsync `[^`]+` at `[^`]+`.*", "`…`", done.stdout)
    assert done.stderr == ""
    assert_harmless(made)
    assert "did not fit" not in made
    assert made == snapshot


def test_the_summary_comes_first_then_a_table_then_the_changes_folded() -> None:
    body = rendered(plan_markdown(mixed_plan()))
    order = [element.tag for element in body]
    assert text(body[0]) == "Plan for erp, tenant ACME"
    assert text(body[1]).startswith("Plan: 6 to change, 1 to clear")
    assert order.index("table") < order.index("details")
    table = body.find("table")
    assert table is not None
    assert rows(table)[0] == ["", "account", "department", "fields", "why", "place"]
    assert rows(table)[1] == [
        "~", "FILE", "COMPRAS", "server, port", "the file changed", "accounts/ventas.yaml:6"
    ]  # fmt: skip
    assert not any(element.get("open") for element in body.iter("details"))


def test_before_and_after_of_each_field_are_side_by_side() -> None:
    body = rendered(plan_markdown(mixed_plan()))
    (mixed,) = (part for part in body.iter("details") if "MIXED" in text(part.find("summary")))  # type: ignore[arg-type]
    table = mixed.find("table")
    assert table is not None
    assert rows(table)[:4] == [
        ["", "field", "before", "after", "why"],
        ["~", "address", "vieja@acme.example", "mixta@acme.example", "the file and the ERP changed"],
        ["~", "password", "", "(sensitive, changed)", "the file changed"],
        ["+", "server", "none", "smtp.acme.example", "the ERP changed"],
    ]
    assert "-Jefe de ventas\n+Gerente de ventas\n" in texts(mixed, "pre")[0]


def test_a_text_that_is_new_or_cleared_is_shown_whole() -> None:
    new, cleared = changed("signature", None, SIGNATURE), changed("footer", "a\nb\n", None)
    body = rendered(plan_markdown(with_changes(update("JPEREZ", new, cleared))))
    assert texts(body, ".//pre") == ["+<p>\n+José Pérez\n+Gerente de ventas\n+</p>\n", "-a\n-b\n"]


def test_a_text_that_many_accounts_share_is_shown_once() -> None:
    same = changed("signature", None, SIGNATURE)
    other = changed("signature", "old\n", SIGNATURE)
    body = rendered(plan_markdown(with_changes(update("A", same), update("B", same), update("C", other))))
    assert len(texts(body, ".//pre")) == 2
    assert texts(body, ".//details/p")[:2] == ["signature:", "signature: as for A above"]


def test_no_password_and_no_fingerprint_is_shown() -> None:
    made = plan_markdown(mixed_plan())
    assert "(sensitive, set)" in made
    assert "(sensitive, known at apply)" in made
    assert not any(each in made for each in (*PASSWORDS, "hmac-sha256"))


def test_hostile_text_is_shown_literally_wherever_it_stands() -> None:
    assert_harmless(plan_markdown(hostile_plan()))


@pytest.mark.parametrize("value", [each for each in HOSTILE if each])
def test_a_hostile_value_comes_out_as_it_is(value: str) -> None:
    place = Location(value, 3, 4)
    change = replace(
        update(value, changed("server", value, f"{value}2"), changed("signature", f"{value}\n1", f"{value}\n2"),
               department=value),
        location=place,
    )  # fmt: skip
    problem = Problem(value, f"before {value} after", place, f"do {value}", Severity.WARNING)
    plan = replace(with_changes(change), target=value, tenant=value, problems=(problem,), plan_id=value,
                   selection=Selection((value,), (value,)))  # fmt: skip
    made = plan_markdown(plan)
    assert_harmless(made)
    accounts, fields = (rows(table) for table in rendered(made).iter("table"))
    shown = visible(value).replace("\t", r"\t")
    assert accounts[1][1:3] == [shown, shown]
    assert accounts[1][5] == f"{shown}:3"
    assert fields[1][2:4] == [shown, f"{shown}2"]


@given(plans())
def test_any_plan_is_harmless(plan: Plan) -> None:
    made = plan_markdown(plan)
    assert_harmless(made)
    assert elements(rendered_by_gitlab(made)) <= OWN
    assert references(rendered_by_gitlab(made)) == []


@given(st.lists(st.builds(Problem, wild, wild, st.builds(Location, wild.filter(bool)) | st.none(), wild), min_size=1))
def test_any_failure_is_harmless(problems: list[Problem]) -> None:
    made = failed_markdown("plan", "erp", problems)
    assert_harmless(made)
    assert texts(rendered(made), "h2") == ["efsync plan failed for erp"]


def test_a_failure_shows_errors_before_warnings_with_places_and_remedies() -> None:
    warning = Problem("inactive-user", "JPEREZ is not active", Location("a.yaml", 3), severity=Severity.WARNING)
    error = Problem("schema", "port: 70000 is greater than 65535", Location("a.yaml", 12, 11), "write a port")
    body = rendered(failed_markdown("plan", None, [warning, error]))
    assert texts(body, "p") == ["1 error, 1 warning"]
    assert [each.split("\n") for each in texts(body, "ul/li")] == [
        ["error a.yaml:12:11: port: 70000 is greater than 65535 (schema)", "", "write a port", "", ""],
        ["warning a.yaml:3: JPEREZ is not active (inactive-user)"],
    ]


def counted(body_text: str, words: str) -> int:
    """The number before `words`."""
    found = re.search(rf"([\d,]+) (?:more )?accounts? {words}", body_text)
    return int(found[1].replace(",", "")) if found else 0


def assert_every_account_is_counted(plan: Plan, markdown: str) -> None:
    """What is not shown is counted, in the table, among the changes, and among the texts."""
    body = rendered(markdown)
    said = " ".join(texts(body, "p"))
    table = body.find("table")
    shown = len(rows(table)) - 1 if table is not None else 0
    assert shown + counted(said, "did not fit into the table") == len(plan.changes)
    written = [change for change in plan.changes if change.fields]
    parts = [part for part in body.iter("details") if "field" in text(part.find("summary"))]  # type: ignore[arg-type]
    left_out = re.search(r"What changes in ([\d,]+) account", said)
    assert len(parts) + (int(left_out[1].replace(",", "")) if left_out else 0) == len(written)
    assert ("The whole of it: efsync show PLAN" in said) == ("did not fit" in said)


@pytest.mark.parametrize(("count", "size"), [(1, 0), (20, 3_000), (200, 0), (200, 3_000), (2_000, 3_000), (20_000, 0)])
def test_a_huge_plan_is_cut_by_account_and_says_how_much_is_left_out(count: int, size: int) -> None:
    text_of = "línea con `comillas` y 😀\n" * (size // 24)
    plan = with_changes(
        *(update(f"U{number}", changed("port", "25", "587"), changed("signature", None, f"{number}\n{text_of}"))
          for number in range(count))
    )  # fmt: skip
    made = plan_markdown(plan)
    assert_harmless(made)
    assert_every_account_is_counted(plan, made)
    assert ("did not fit" in made) == (count > 200 or (size > 0 and count > 1))
    assert length(made) > min(LIMIT * 0.7, count * 150)


def test_a_giant_account_does_not_push_the_others_out() -> None:
    giant = update("GIANT", changed("signature", None, "x\n" * 100_000), changed("server", None, "y" * 70_000))
    large = update("LARGE", changed("signature", None, "x\n" * 100_000))
    small = update("SMALL", changed("signature", None, SIGNATURE))
    plan = with_changes(giant, large, small)
    made = plan_markdown(plan)
    assert_harmless(made)
    assert_every_account_is_counted(plan, made)
    body = rendered(made)
    assert [text(part.find("summary"))[:7] for part in body.iter("details")] == ["+ LARGE", "+ SMALL"]  # type: ignore[arg-type]
    assert len(texts(body, ".//pre")) == 1
    assert "The texts of **1 account** did not fit." in made


def test_a_plan_with_more_problems_than_fit_counts_them() -> None:
    problems = tuple(Problem("schema", f"value {number} " + "x" * 900, Location("a.yaml", number + 1), "é" * 999)
                     for number in range(500))  # fmt: skip
    made = plan_markdown(replace(mixed_plan(), problems=problems))
    assert_harmless(made)
    shown = len(texts(rendered(made), "ul/li"))
    assert f"**{500 - shown} more problems** did not fit." in made
    assert shown > 5
    assert "`MIXED`" in made


def test_a_thousand_adopted_accounts_are_named_as_far_as_there_is_room() -> None:
    adopted = [AccountChange(f"USER{number}", "VENTAS", Action.ADOPT) for number in range(3_000)]
    made = plan_markdown(with_changes(*adopted))
    assert_harmless(made)
    body = rendered(made)
    assert texts(body, "details/summary") == ["3,000 accounts: as desired already, only remembered"]
    named = texts(body, "details/p")[0]
    assert int(re.search(r"and ([\d,]+) more", named)[1].replace(",", "")) + named.count("USER") == 3_000  # type: ignore[index]


any_change = st.builds(
    lambda user, department, before, after, many: update(
        user, changed("server", before, after), changed("signature", before, after * many), department=department
    ),
    wild, wild, wild | st.none(), wild, st.sampled_from([1, 10, 5_000]),
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(any_change, min_size=1, max_size=4), st.sampled_from([1, 10, 300]))
def test_any_plan_of_any_size_is_cut_by_account(changes: list[AccountChange], times: int) -> None:
    plan = with_changes(*changes * times)
    made = plan_markdown(plan)
    assert_harmless(made)
    assert_every_account_is_counted(plan, made)


def test_names_that_fill_the_page_are_cut_and_the_accounts_are_still_counted() -> None:
    long = "\U000e0041|" * 5_000
    change = update("JPEREZ", changed("port", "25", "587"))
    plan = replace(with_changes(change, update(long, changed("port", "25", "587"))), target=long, tenant=long,
                   efsync_version=long, plan_id=long, selection=Selection((long,) * 50, (long,) * 50))  # fmt: skip
    made = plan_markdown(plan)
    assert_harmless(made)
    assert_every_account_is_counted(plan, made)
    assert "`JPEREZ`" in made
    assert "and 40 more" in made


def test_a_plan_that_finds_nothing_says_so_in_a_line() -> None:
    body = rendered(plan_markdown(plan_of(comparison([], []))))
    assert [element.tag for element in body] == ["h2", "p", "p"]
    assert texts(body, "p")[0] == "Nothing differs. 0 unchanged, 0 unmanaged."
