"""The page of `efsync preview`, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, FloatRect, Frame, Page, expect

from efsync.model.previews import PartOrigin, Preview, PreviewedMail, PreviewedPart
from efsync.views.preview_page import preview_page
from tests.browser.hostile import CLICKS, FETCHES, RUNS
from tests.browser.test_frames import LONG_ENOUGH, aimed, answered
from tests.browser.witness import Witness

PARTS = (
    PreviewedPart("header", PartOrigin.FILE, "accounts/_templates/header.html", False),
    PreviewedPart("signature", PartOrigin.TEMPLATE, "accounts/_templates/signature.html", False),
    PreviewedPart("footer", PartOrigin.CLEARED, "accounts/ventas.yaml:9:13", True),
)

DARK = """<html><head><meta name="color-scheme" content="light dark">
<style>body {background: #fff} @media (prefers-color-scheme: dark) {body {background: #012345}}</style></head><body>"""


def mail(user: str, html: str, name: str = "", title: str = "Gerente") -> PreviewedMail:
    return PreviewedMail(
        user, "VENTAS", name or f"José Núñez {user}", title, f"{user.lower()}@acme.example", PARTS, html
    )


THREE = Preview(
    (
        mail("JPEREZ", f"{DARK}<p>uno", "José Pérez"),
        mail("PMUÑOZ", "<p>dos", "Pedro Muñoz"),
        mail("A B/1", "<p>tres <a href=https://acme.example>x</a>", "María Peña"),
    ),
    "Factura",
    "erp",
)


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """The errors and warnings of the browser's console, but for what was blocked; there have to be none."""
    messages: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(("Blocked", "Refused", "Loading the")):
            messages.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: messages.append(str(error)))
    yield messages
    assert messages == []


def show(page: Page, folder: Path, preview: Preview, fragment: str = "") -> None:
    file = folder / "preview.html"
    file.write_text(preview_page(preview), encoding="utf-8")
    page.goto(file.as_uri() + fragment)


def frames(page: Page) -> tuple[Frame, Frame]:
    """The mail on a telephone and on a desk, once both are there."""
    found = []
    for kind in ("telephone", "desk"):
        frame = page.locator(f"iframe.{kind}").element_handle().content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        found.append(frame)
    return found[0], found[1]


def expect_text(page: Page, text: str) -> None:
    """Both frames show it, at once or in a moment."""
    for kind in ("telephone", "desk"):
        expect(page.frame_locator(f"iframe.{kind}").locator("body")).to_have_text(text)


def test_a_mail_is_shown_at_the_widths_of_a_telephone_and_a_desk(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, THREE)
    assert [frame.evaluate("innerWidth") for frame in frames(page)] == [375, 1024]
    assert [frame.evaluate("document.compatMode") for frame in frames(page)] == ["CSS1Compat"] * 2
    expect_text(page, "uno")
    assert page.locator("h2").first.inner_text() == "3 accounts"


def background(frame: Frame) -> str:
    return str(frame.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_colours_are_those_that_were_chosen_whatever_the_system_has(
    page: Page, said: list[str], tmp_path: Path
) -> None:
    show(page, tmp_path, THREE)
    light, dark = "rgb(255, 255, 255)", "rgb(1, 35, 69)"
    for choice, colour, filtered in (
        ("Dark", dark, "none"), ("Inverted", light, "invert(1) hue-rotate(180deg)"), ("Light", light, "none"),
    ):  # fmt: skip
        page.get_by_label(choice).check()
        assert [background(frame) for frame in frames(page)] == [colour, colour]
        for kind in ("telephone", "desk"):
            assert page.locator(f"iframe.{kind}").evaluate("frame => getComputedStyle(frame).filter") == filtered


def test_a_mail_without_dark_colours_stays_light_in_the_dark(page: Page, said: list[str], tmp_path: Path) -> None:
    show(page, tmp_path, THREE, "#user-PMU%C3%91OZ")
    page.get_by_label("Dark").check()
    frame, _ = frames(page)
    assert frame.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    box = page.locator("iframe.telephone").bounding_box()
    assert box is not None
    inside: FloatRect = {"x": box["x"] + 20, "y": box["y"] + 20, "width": 300, "height": 300}
    picture = page.screenshot(clip=inside)
    page.get_by_label("Light").check()
    assert page.screenshot(clip=inside) == picture


def test_accounts_are_chosen_from_the_list_by_address_and_one_after_the_other(
    page: Page, said: list[str], tmp_path: Path
) -> None:
    show(page, tmp_path, THREE, "#user-PMU%C3%91OZ")
    expect_text(page, "dos")
    chosen = page.locator("nav a[aria-current=true]")
    assert chosen.inner_text() == "Pedro Muñoz PMUÑOZ"
    page.get_by_role("link", name="María Peña").click()
    expect_text(page, "tres x")
    page.get_by_role("link", name="Previous").press("Enter")
    expect_text(page, "dos")
    assert page.evaluate("document.activeElement.textContent") == "Pedro Muñoz"
    page.go_back()
    page.go_back()
    page.get_by_role("link", name="José Pérez").press("Enter")
    expect_text(page, "uno")
    assert page.get_by_role("link", name="Previous").count() == 0
    page.get_by_role("link", name="Next").click()
    expect_text(page, "dos")
    page.goto(f"{page.url.partition('#')[0]}#nobody")
    expect_text(page, "uno")


def test_only_the_mail_that_is_shown_has_frames(page: Page, said: list[str], tmp_path: Path) -> None:
    many = Preview(tuple(mail(f"U{number}", f"<p>{number}") for number in range(1_000)), "Factura")
    show(page, tmp_path, many)
    assert len(page.frames) == 3
    page.get_by_role("link", name="José Núñez U777 U777").click()
    expect_text(page, "777")
    assert len(page.frames) == 3


def test_where_its_script_may_not_run_the_page_shows_the_first_mail_and_says_so(page: Page, tmp_path: Path) -> None:
    text = preview_page(THREE).replace("script-src", "x")
    (tmp_path / "preview.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "preview.html").as_uri())
    expect_text(page, "uno")
    assert page.get_by_text("This is the first of 3 accounts.").is_visible()
    assert not page.locator("nav").is_visible()


def test_a_hostile_mail_neither_runs_nor_fetches_anything(page: Page, witness: Witness, tmp_path: Path) -> None:
    ran: list[str] = []
    page.expose_function("ran", lambda: ran.append("here"))
    got = answered(page)
    html = aimed("".join([*FETCHES.values(), *CLICKS.values(), *RUNS.values()]), witness, "all")
    hostile = PreviewedMail(
        html, html, html, html, html, (PreviewedPart("header", PartOrigin.FILE, html, False),), html
    )
    show(page, tmp_path, Preview((hostile, mail("JPEREZ", f"<p>{html}")), html, html))
    for colours in ("Dark", "Inverted"):
        frames(page)
        page.get_by_label(colours).check()
        page.wait_for_timeout(LONG_ENOUGH)
        page.get_by_role("link", name="JPEREZ").click()
    assert (witness.seen, got, ran) == ([], [], [])
    assert page.title() == "Mail preview"
    assert page.locator("iframe").count() == 2


def test_half_a_character_does_not_keep_the_page_from_being_written() -> None:
    assert "<p>?" not in preview_page(THREE)
    assert "&lt;p&gt;?" in preview_page(Preview((mail("JPEREZ", "<p>\ud83d"),), "Factura"))


def test_what_a_mail_shows_stays_in_its_frame(page: Page, said: list[str], tmp_path: Path) -> None:
    covering = (
        "<style>html, body, iframe, h1 {position: fixed; inset: -2000px; z-index: 99999; background: red}</style>"
    )
    show(page, tmp_path, Preview((mail("JPEREZ", covering),), "Factura"))
    frames(page)
    at_title = page.evaluate("document.elementFromPoint(60, 30).tagName")
    assert at_title == "H1"


def test_a_remote_image_is_a_place_with_its_text(page: Page, tmp_path: Path) -> None:
    images = '<img src="https://acme.example/logo.png" alt="Logotipo" width="200" height="60"><img src="data:,">'
    show(page, tmp_path, Preview((mail("JPEREZ", images),), "Factura"))
    remote, inside = frames(page)[0].locator("img").all()
    style = "image => getComputedStyle(image).outlineStyle"
    assert (remote.evaluate(style), inside.evaluate(style)) == ("dashed", "none")
    assert remote.evaluate("image => [image.offsetWidth, image.offsetHeight]") == [200, 60]


@pytest.mark.parametrize("width", [375, 1680])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, said: list[str], tmp_path: Path, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    shared = (mail("UNO", "<p>igual"), mail("DOS", "<p>igual"))
    show(page, tmp_path, Preview((*shared, *THREE.mails), "Factura"))
    for name in ("José Núñez UNO", "José Pérez"):
        page.get_by_role("link", name=name).click()
        found = Axe().run(page, options={"iframes": False, "resultTypes": ["violations"]})
        assert found.response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
