"""What is written is what is meant."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.accounts.document import parse


def value_of(written: str) -> Any:
    document = parse(f"a: {written}\n", "f.yaml")
    assert document.problems == []
    return document.data["a"]


@pytest.mark.parametrize(
    "written",
    [
        "0012", "NO", "no", "yes", "on", "1E5", "1e5", "0x1F", "0o17", "0b11", "1_000", "12_000", "~", "null", "true",
        "12:30", "1:20:30", "2024-01-31", "1.5", ".inf", ".nan", "-", "+5", "-0", "=", "ÑANDÚ", "A B", "a.b", "a#b",
    ],
)  # fmt: skip
def test_a_user_code_is_what_is_written_with_quotes_and_without(written: str) -> None:
    if written != "-":
        assert parse(f"{written}: 1\n", "f.yaml").data == {written: 1}
    assert parse(f"'{written}': 1\n", "f.yaml").data == {written: 1}
    assert parse(f'"{written}": 1\n', "f.yaml").data == {written: 1}


def test_a_user_code_is_what_is_written_in_a_file_that_says_to_be_yaml_1_1() -> None:
    assert parse("%YAML 1.1\n---\nNO: NO\n0012: 0012\n12:30: 12:30\n", "f.yaml").data == {
        "NO": "NO", "0012": "0012", "12:30": "12:30",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("587", 587), ("-1", -1), ("0", 0), ("587.5", 587.5), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("'587'", "587"), ("'true'", "true"), ('""', ""), ("!!str 12", "12"), ("!!int '5'", 5),
    ],
)  # fmt: skip
def test_numbers_switches_and_nulls_are_such(written: str, meant: object) -> None:
    found = value_of(written)
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    "written",
    [
        "04125550100", "+582125550100", "1_000", "1.10", "0x1F", "0o17", "1e3", "12:30", "2024-01-31",
        "2024-01-31 10:00:00", "NO", "si", ".inf", "-.inf", ".nan", "-0", "=", "9" * 5000, "0x" + "f" * 9000,
    ],
)  # fmt: skip
def test_a_value_that_would_not_be_written_back_as_it_stands_is_text(written: str) -> None:
    assert value_of(written) == written


@given(st.one_of(st.integers(), st.floats()))
def test_no_number_comes_out_of_a_file_other_than_it_went_in(number: float) -> None:
    found = value_of(repr(number))
    assert found == number or found == repr(number)
    assert not isinstance(found, float) or math.isfinite(found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("|\n  x\n\n", "x\n"), ("|-\n  x\n\n", "x"), ("|+\n  x\n\n", "x\n\n"), ("|\n  x\n    y\n", "x\n  y\n"),
        (">\n  x\n  y\n", "x y\n"), (">-\n  x\n  y\n", "x y"), (">+\n  x\n  y\n\n", "x y\n\n"),
        ("|2\n    x\n", "  x\n"),
        ("'it''s'\n", "it's"), ('"a\\u00f1\\n"\n', "añ\n"), ("x\n  y\n", "x y"),
    ],
    ids=["clip", "strip", "keep", "inner indent", "fold", "fold strip", "fold keep", "indent", "single", "double",
    "plain"],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_long_texts_keep_their_lines_and_their_end(written: str, meant: str, line_end: str) -> None:
    text = f"a: {written}b: 1\n".replace("\n", line_end)
    assert parse(text, "f.yaml").data == {"a": meant, "b": 1}


def test_anchors_may_be_used_again_and_the_last_one_counts() -> None:
    assert parse("a: &x 1\nb: &x 2\nc: *x\n", "f.yaml").data == {"a": 1, "b": 2, "c": 2}


def test_a_merge_adds_what_is_not_there_and_the_first_of_several_wins() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: &d\n  <<: *b\n  y: 4\ne:\n  <<: *d\n"
    data = parse(text, "f.yaml").data
    assert data["c"] == {"x": 3, "y": 1, "z": 2}
    assert data["e"] == {"y": 4, "z": 2}


def test_an_empty_file_is_no_data() -> None:
    for text in ("", "\n", "# only a comment\n", "---\n", "null\n"):
        document = parse(text, "f.yaml")
        assert (document.data, document.problems) == (None, [])
