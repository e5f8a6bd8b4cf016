"""Nothing from a file or a database can speak to the terminal."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.problems import Location, Problem, Severity
from efsync.views.documents import as_json
from efsync.views.text import problem_text
from efsync.views.visible import visible

HOSTILE = {
    "colour": ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    "title": ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    "eight_bit_escape": ("\x9b31m", "\\x9b31m"),
    "line_end": ("one\nNothing differs.", "one\\nNothing differs."),
    "carriage_return": ("one\rtwo", "one\\rtwo"),
    "backspace": ("abc\b\b\b", "abc\\x08\\x08\\x08"),
    "delete": ("\x7f", "\\x7f"),
    "direction": ("acme\u202eelpmaxe", "acme\\u202eelpmaxe"),
    "isolate": ("\u2066a\u2069", "\\u2066a\\u2069"),
    "arabic_letter_mark": ("a\u061cb", "a\\u061cb"),
    "zero_width": ("smtp\u200b.acme", "smtp\\u200b.acme"),
    "soft_hyphen": ("smtp\u00ad.acme", "smtp\\xad.acme"),
    "byte_order_mark": ("\ufeffa", "\\ufeffa"),
    "tag": ("a\U000e0041", "a\\U000e0041"),
    "no_break_space": ("a\u00a0b", "a\\xa0b"),
    "line_separator": ("a\u2028b", "a\\u2028b"),
    "half_a_pair": ("a\ud83d", "a\\ud83d"),
    "private_use": ("\ue000", "\\ue000"),
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_would_speak_to_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["", "José Ñandú", "[bold]x[/bold]", "日本語", "\\x1b", "a\tb", "😀", "<p>&nbsp;</p>"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


any_text = st.text(alphabet=st.characters(exclude_categories=()))


@given(any_text)
def test_whatever_is_shown_is_printable(text: str) -> None:
    assert visible(text).replace("\t", "").isprintable()


@given(any_text)
def test_what_is_shown_is_harmless_already(text: str) -> None:
    assert visible(visible(text)) == visible(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(any_text, json_values, max_size=4))
def test_a_document_is_harmless(document: dict[str, Any]) -> None:
    for character in as_json(document):
        assert character == "\n" or character.isprintable()


@given(st.dictionaries(st.text(), st.text()))
def test_a_document_comes_back_as_it_was(document: dict[str, str]) -> None:
    assert json.loads(as_json(document)) == document


@pytest.mark.parametrize("text", [each[0] for each in HOSTILE.values()], ids=HOSTILE.keys())
def test_a_hostile_value_comes_back_from_a_document_as_it_was(text: str) -> None:
    assert json.loads(as_json({"value": text, text: "key"})) == {"value": text, text: "key"}


def test_a_document_is_readable() -> None:
    assert as_json({"user": "NUÑEZ", "port": 587}) == '{\n  "user": "NUÑEZ",\n  "port": 587\n}'


PROBLEMS = {
    "whole": (
        Problem("schema", "port: 70000 is greater than 65535", Location("accounts/ventas.yaml", 12, 11)),
        "accounts/ventas.yaml:12:11: error: port: 70000 is greater than 65535 [schema]",
    ),
    "warning": (
        Problem("inactive-user", "not active", Location("a.yaml", 3), severity=Severity.WARNING),
        "a.yaml:3: warning: not active [inactive-user]",
    ),
    "without_a_place": (Problem("config", "no efsync.toml"), "error: no efsync.toml [config]"),
    "with_a_hint": (
        Problem("unknown-key", "adress", Location("a.yaml", 3, 5), "did you mean address?"),
        "a.yaml:3:5: error: adress [unknown-key]\n    did you mean address?",
    ),
    "with_markup": (Problem("schema", "[bold]x[/] [link=http://x]"), "error: [bold]x[/] [link=http://x] [schema]"),
    "hostile": (
        Problem("schema", "x\x1b[2J\nerror: y", Location("a\x1b[2J.yaml", 1), "\x1b]0;z\x07"),
        "a\\x1b[2J.yaml:1: error: x\\x1b[2J\\nerror: y [schema]\n    \\x1b]0;z\\x07",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("problem", "shown"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_problem_reads_as_an_editor_expects_it(problem: Problem, shown: str) -> None:
    assert problem_text(problem).plain == shown


@given(any_text, any_text, any_text, any_text)
def test_a_problem_is_one_line_and_its_hint_another(code: str, message: str, file: str, hint: str) -> None:
    lines = problem_text(Problem(code, message, Location(file or "x", 1, 1), hint)).plain.split("\n")
    assert len(lines) == (2 if hint else 1)
    assert all(unicodedata.category(character) != "Cc" for line in lines for character in line.replace("\t", ""))
