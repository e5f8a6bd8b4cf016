"""What differs: fields of an account, lines of a text."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.fields import UNKNOWN, UNREAD, Values
from efsync.planning.differences import differing_fields, line_difference


def test_fields_come_in_the_order_of_the_screen() -> None:
    after: Values = {"footer": "x", "port": 1, "address": "a"}
    assert differing_fields({}, after) == ("address", "port", "footer")


def test_a_number_and_its_text_differ_and_so_do_passwords_that_are_not_read() -> None:
    before = {"port": 587, "ssl": None, "password": UNREAD}
    assert differing_fields(before, {"port": "587", "ssl": False, "password": UNKNOWN}) == ("password", "port", "ssl")


def test_a_text_is_compared_line_by_line() -> None:
    assert line_difference("<p>\nHola\n</p>", "<p>\nSaludos\n</p>") == (
        "@@ -1,3 +1,3 @@", " <p>", "-Hola", "+Saludos", " </p>",
    )  # fmt: skip


PECULIAR = {
    "vertical_tab": ("a\x0bb", "a\nb"),
    "form_feed": ("a\x0cb", "a\nb"),
    "next_line": ("a\x85b", "a\nb"),
    "line_separator": ("a\u2028b", "a\u2029b"),
    "line_end_at_the_end": ("a", "a\n"),
    "only_blanks": ("a\n b", "a\nb"),
    "nothing_before": ("", "a"),
    "case": ("a", "A"),
    "composed": ("\u00e9", "e\u0301"),
}


@pytest.mark.parametrize(("before", "after"), PECULIAR.values(), ids=PECULIAR.keys())
def test_two_texts_that_differ_show_a_line_on_each_side(before: str, after: str) -> None:
    lines = line_difference(before, after)
    assert any(line.startswith(("+", "-")) for line in lines)


@given(st.text(), st.text())
def test_any_two_texts_that_differ_show_a_difference(before: str, after: str) -> None:
    if before != after:
        assert any(line.startswith(("+", "-")) for line in line_difference(before, after))


@given(*[st.lists(st.sampled_from(["", "a", "b", "- c", "@@ d"]), min_size=1)] * 2)
def test_a_difference_is_the_unified_difference_of_the_lines(before: list[str], after: list[str]) -> None:
    if before != after:
        shown = list(line_difference("\n".join(before), "\n".join(after)))
        if "" == before[-1] == after[-1] and len(before) > 1 and len(after) > 1:
            before, after = before[:-1], after[:-1]  # a line end that both have is no line of its own
        expected = list(difflib.unified_diff(before, after, lineterm=""))[2:]
        assert shown == expected
