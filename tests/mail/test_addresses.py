"""What an address leads to, as the most careless program reads it."""

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from efsync.mail.addresses import address_problem, image_problem, scheme_of

NOISE = st.text("\t\n\r\x00\x01\x0b\x1f \xa0javscript:JAVBSCRIPT/?#.", max_size=4)


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """A script's scheme with noise anywhere."""
    scheme = draw(st.sampled_from(["javascript:x", "JavaScript:x", "vbscript:x"]))
    return "".join(draw(NOISE) + letter if draw(st.booleans()) else letter for letter in scheme)


def leads_to(address: str, *schemes: str) -> bool:
    """Whether a sanitizer, which reads addresses as browsers do, lets an address with these schemes pass."""
    written = address.replace("&", "&amp;").replace('"', "&quot;")
    cleaned = nh3.clean(f'<a href="{written}">x</a>', url_schemes=set(schemes), link_rel=None)
    return "href=" in cleaned


@given(address=disguised() | st.text(max_size=12))
@example("java\tscript:x")
@example("\x01 javascript:x")
def test_what_a_browser_takes_for_a_script_is_found(address: str) -> None:
    scripts = ("javascript", "vbscript")
    if "\x00" not in address and leads_to(address, *scripts) and not leads_to(address, "https"):
        assert address_problem(address) is not None


@pytest.mark.parametrize(
    ("address", "scheme"),
    [("HTTPS://x", "https"), (" mailto:x", "mailto"), ("logo.png", ""), ("//x/y:z", ""), ("", ""), ("1:x", "")],
)
def test_a_scheme_is_read_as_it_is_written(address: str, scheme: str) -> None:
    assert scheme_of(address) == scheme


def test_a_picture_needs_https_or_is_attached() -> None:
    assert image_problem("https://x") is image_problem("cid:x") is None
    assert image_problem("http://x") is not None
    assert image_problem("logo.png") is not None
