"""The report of a plan and of drift, in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Frame, Page, expect

from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Summary
from efsync.model.problems import Location, Problem, Severity
from efsync.views.drift_report import drift_report
from efsync.views.plan_report import plan_all_report, plan_report
from tests.browser.hostile import CLICKS, FETCHES, RUNS
from tests.browser.test_frames import LONG_ENOUGH, aimed, answered
from tests.browser.witness import Witness
from tests.planning.sides import comparison, plan_of
from tests.views.shown import mixed_drift, mixed_plan

PLACE = "element => element.getBoundingClientRect().toJSON()"

SEEN = """() => {
  const last = document.querySelector("#user-U0999");
  last.scrollIntoView();
  return last.querySelector("iframe");
}"""
BEFORE = "<p>\n<b>José Pérez</b>\nTel. 555-0100, ext. 8\n</p>"
AFTER = '<p style="color: green">\n<b>José Pérez</b>\nTel. 555-0100, ext. 12\nGerente\n</p>'
WARNING = Problem(
    "inactive-user", "user LEAL is not active", Location("accounts/finanzas.yaml", 4, 3), "look", Severity.WARNING
)


def change(user: str, department: str, *fields: FieldChange, number: int = 7) -> AccountChange:
    return AccountChange(
        user, department, Action.UPDATE, fields, location=Location(f"accounts/{department.lower()}.yaml", number)
    )


def signature(before: str | None = BEFORE, after: str | None = AFTER, origin: Origin = Origin.CONFIG) -> FieldChange:
    return FieldChange("signature", before, after, origin)


def plan_with(*changes: AccountChange) -> Plan:
    made = replace(plan_of(comparison([], [])), changes=changes, problems=(WARNING,))
    return replace(made, summary=Summary(changed=len(changes)))


FOUR = plan_with(
    change("JPEREZ", "VENTAS", FieldChange("server", "mail.old.example", "smtp.acme.example", Origin.DRIFT)),
    change("PMUÑOZ", "VENTAS", signature()),
    change("LEAL", "FINANZAS", signature(None)),
    change("A B/1", "FINANZAS", signature(origin=Origin.BOTH), FieldChange("port", 25, 587, Origin.CONFIG)),
    AccountChange("0012", "ALMACEN", Action.ADOPT),
)


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """Errors and warnings of the browser's console; there have to be none."""
    messages: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            messages.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: messages.append(str(error)))
    yield messages
    assert messages == []


def show(page: Page, folder: Path, text: str, fragment: str = "") -> None:
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri() + fragment)


def users(page: Page) -> list[str]:
    """The accounts that are to be seen; text that the browser did not lay out yet counts too."""
    return page.locator("li.account:visible .who").all_text_contents()


def status(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def account(page: Page, user: str) -> None:
    page.locator("summary", has=page.locator(".who", has_text=user)).click()


def frames(page: Page) -> list[Frame]:
    """The frames that are there, loaded."""
    found = page.frames[1:]
    for each in found:
        each.wait_for_load_state()
    return found


def test_accounts_are_found_by_department_kind_field_and_text(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR))
    everybody = ["LEAL", "A B/1", "JPEREZ", "PMUÑOZ"]
    assert (users(page), status(page)) == (everybody, "4 accounts")
    for label, choice, found in (
        ("Department", "FINANZAS (2)", ["LEAL", "A B/1"]),
        ("Kind", "new (1)", ["LEAL"]),
        ("Kind", "the ERP changed (1)", ["JPEREZ"]),
        ("Field", "server (1)", ["JPEREZ"]),
    ):
        page.get_by_label(label).select_option(choice)
        assert (users(page), status(page)) == (found, f"{len(found)} of 4 accounts")
        page.get_by_role("button", name="Clear filter").click()
        expect(page.get_by_role("status")).to_have_text("4 accounts")
        assert users(page) == everybody
    text = page.get_by_role("searchbox", name="Text")
    for words, found in (
        ("munoz", ["PMUÑOZ"]),  # accents are not asked for
        ("OLD.example", ["JPEREZ"]),
        ("gerente", ["LEAL", "A B/1", "PMUÑOZ"]),  # in the source of a text that was not opened
        ("gerente ventas", ["PMUÑOZ"]),  # a word there, and one in the department
        ("finanzas.yaml:7", ["LEAL", "A B/1"]),
    ):
        text.fill(words)
        assert users(page) == found
    text.fill("nobody at all")
    assert (users(page), status(page)) == ([], "No account is like that.")
    text.fill("0012")
    remembered = " ".join(page.locator(".remembered").inner_text().split())
    assert remembered == "1 account: as desired already, only remembered 0012 ALMACEN"


def test_an_account_shows_its_changes_side_by_side_and_why(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR))
    account(page, "A B/1")
    opened = page.locator("li.account details[open]")
    assert opened.locator(".values tr").all_inner_texts() == [
        "Field\tBefore\tAfter",
        "port\nthe file changed\n\t25\t587",
    ]
    reasons = opened.locator(".reasons").inner_text()
    assert "The ERP still holds what efsync applied last" in reasons
    assert "somebody changed the ERP too" in reasons
    before, after = (opened.locator(f".{side} bdi").evaluate(PLACE) for side in ("old", "new"))
    assert before["y"] == after["y"]
    assert before["x"] < after["x"]


def test_a_text_is_shown_as_it_looks_and_as_a_difference_of_its_source(
    page: Page, said: list[str], tmp_path: Path
) -> None:
    show(page, tmp_path, plan_report(FOUR))
    assert page.frames[1:] == []
    account(page, "PMUÑOZ")
    expect(page.locator("iframe")).to_have_count(2)
    before, after = frames(page)
    assert before.locator("b").inner_text() == "José Pérez"
    assert after.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(0, 128, 0)"
    titles = [each.get_attribute("title") for each in page.locator("iframe").all()]
    assert titles == ["PMUÑOZ: signature, before", "PMUÑOZ: signature, after"]
    rows = [row.locator("td").all_inner_texts() for row in page.locator(".difference:visible tbody tr").all()]
    assert rows == [
        ["1", "<p>", "1", '<p style="color: green">'],
        ["2", "<b>José Pérez</b>", "2", "<b>José Pérez</b>"],
        ["3", "Tel. 555-0100, ext. 8", "3", "Tel. 555-0100, ext. 12"],
        ["", "", "4", "Gerente"],
        ["4", "</p>", "5", "</p>"],
    ]
    assert page.locator(".difference mark").all_inner_texts() == ["8", "12"]


def test_a_new_text_has_nothing_before(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR))
    account(page, "LEAL")
    expect(page.locator("iframe")).to_have_count(1)
    assert page.locator(".nothing").inner_text() == "none"
    assert page.locator("ins").all_inner_texts() == AFTER.split("\n")


def test_an_address_opens_an_account(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR), "#user-PMU%C3%91OZ")
    expect(page.locator("iframe")).to_have_count(2)
    assert page.locator("details[open] > summary .who").all_inner_texts() == ["PMUÑOZ"]


def test_it_is_used_by_keyboard_alone(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR))
    page.keyboard.press("Tab")
    page.keyboard.type("munoz")
    assert users(page) == ["PMUÑOZ"]
    for _ in range(7):  # three choices, three buttons, the account
        page.keyboard.press("Tab")
    assert "PMUÑOZ" in str(page.evaluate("document.activeElement.textContent"))
    page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_have_count(2)


def many(number: int) -> Plan:
    return plan_with(
        *(
            change(
                f"U{each:04}", f"D{each % 20:02}", signature(f"{BEFORE * 10}{each}", f"{AFTER * 10}{each}"),
                FieldChange("server", "mail.old.example", "smtp.acme.example", Origin.DRIFT), number=each + 1,
            )
            for each in range(number)
        )
    )  # fmt: skip


def cpu(page: Page, task: str) -> float:
    """Seconds of the browser's own work for `task`, whatever else the machine does."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    before = worked()
    page.evaluate(task)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return worked() - before


def test_a_thousand_accounts_open_and_filter_without_a_pause(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(many(1_000)))
    assert status(page) == "1,000 accounts"
    assert len(page.frames) == 1
    typed = "words.value = {!r}; words.dispatchEvent(new Event('input', {{bubbles: true}}))"
    cpu(page, typed.format("g"))
    assert cpu(page, typed.format("u0777")) < 0.2
    assert users(page) == ["U0777"]
    assert cpu(page, "document.querySelector('#user-U0777 summary').click()") < 0.3
    expect(page.locator("iframe")).to_have_count(2)
    page.get_by_role("button", name="Clear filter").click()
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("#user-U0999 details")).to_have_attribute("open", "")
    assert len(page.frames) < 100  # a browser shows no more than a thousand
    page.wait_for_function(SEEN)
    frame = page.frame_locator("#user-U0999 iframe").first
    expect(frame.locator("b").first).to_have_text("José Pérez")


def hostile_plan(witness: Witness) -> Plan:
    """A plan in which everything stands wherever a file or a database can put a text."""
    html = aimed("".join([*FETCHES.values(), *CLICKS.values(), *RUNS.values()]), witness, "all")
    place = Location(html, 4, 3)
    fields = (
        FieldChange("server", html, f"{html}2", Origin.NEW),
        FieldChange("header", f"{html}\n1", f"{html}\n2", Origin.NEW),
        FieldChange("signature", None, html, Origin.CONFIG),
    )
    change = AccountChange(html, html, Action.UPDATE, fields, location=place)
    remembered = AccountChange(f"{html}2", html, Action.ADOPT)
    problem = Problem(html, html, place, html)
    made = plan_with(change, remembered, change_of_another())
    return replace(made, problems=(problem,), target=html, tenant=html, plan_id=html)


def change_of_another() -> AccountChange:
    return change("JPEREZ", "VENTAS", signature())


@pytest.mark.parametrize("is_of_all", [False, True], ids=["a plan", "all targets"])
def test_nothing_hostile_runs_or_fetches_or_is_an_element(
    page: Page, witness: Witness, tmp_path: Path, is_of_all: bool
) -> None:
    ran: list[str] = []
    page.expose_function("ran", lambda: ran.append("here"))
    got = answered(page)
    plan = hostile_plan(witness)
    show(page, tmp_path, plan_all_report([plan]) if is_of_all else plan_report(plan))
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("iframe")).to_have_count(5)
    page.get_by_role("searchbox").fill("script")
    page.get_by_label("Kind").select_option(index=1)
    page.wait_for_timeout(LONG_ENOUGH)
    assert (witness.seen, got, ran) == ([], [], [])
    elements = page.evaluate("Array.from(new Set(Array.from(document.querySelectorAll('*'), each => each.localName)))")
    assert not {"img", "object", "embed", "svg", "link", "xmp", "plaintext"} & set(elements)
    assert page.locator("a:not([href^='#text-'])").count() == 0
    assert page.locator("iframe").count() == 5
    for each in page.locator("iframe").all():
        assert each.get_attribute("sandbox") == ""


def test_styles_of_a_text_stay_in_its_frame(page: Page, said: list[str], tmp_path: Path) -> None:
    covering = "<style>*, html, body, h1 {position: fixed; inset: -2000px; z-index: 99999; background: red}</style>"
    show(page, tmp_path, plan_report(plan_with(change("A", "V", signature(None, covering), number=1))))
    account(page, "A")
    frames(page)
    page.wait_for_timeout(100)
    assert (
        page.evaluate(
            "document.elementFromPoint(document.querySelector('h1').getBoundingClientRect().x + 5, 40).tagName"
        )
        == "H1"
    )


def test_where_its_script_may_not_run_the_page_shows_changes_and_sources(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR).replace("script-src", "x"))
    assert page.get_by_text("A small script of this page").is_visible()
    assert not page.get_by_role("searchbox").is_visible()
    account(page, "PMUÑOZ")
    page.locator("details[open] .html a").click()
    assert "+Gerente" in page.locator("pre:visible").first.inner_text()


def test_on_paper_every_account_that_was_found_has_its_changes(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, plan_report(FOUR))
    page.get_by_role("searchbox").fill("munoz")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert users(page) == ["PMUÑOZ"]
    assert page.locator(".difference:visible ins").last.inner_text() == "Gerente"
    assert not page.get_by_role("button", name="Clear filter").is_visible()
    assert status(page) == "1 of 4 accounts"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(plan_report(FOUR), id="plan"),
        pytest.param(plan_report(mixed_plan()), id="mixed"),
        pytest.param(drift_report(mixed_drift()), id="drift"),
        pytest.param(plan_all_report([FOUR, mixed_plan()]), id="all"),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, said: list[str], tmp_path: Path, text: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    show(page, tmp_path, text)
    page.get_by_role("button", name="Open all").click()
    page.wait_for_timeout(300)
    found = Axe().run(page, options={"iframes": False, "resultTypes": ["violations"]})
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_only_script_is_the_one_that_the_policy_names(page: Page, tmp_path: Path) -> None:
    text = plan_report(FOUR)
    assert len(re.findall(r"<script", text)) == 1
    assert re.search(r"script-src &#39;sha256-[\w+/=]{44}&#39;|script-src 'sha256-[\w+/=]{44}'", text)
