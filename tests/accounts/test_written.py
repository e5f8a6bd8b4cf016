"""Where a character of a text is written in a department file."""

import pytest

from efsync.accounts.document import parse
from efsync.model.problems import Location


def within(yaml: str, line: int, column: int) -> Location:
    """The place of a character of the text at `t`, which has to be what stands there where it is told exactly."""
    document = parse(yaml, "f.yaml")
    return document.within(("t",), document.data["t"], line, column)


@pytest.mark.parametrize("header", ["|", "|-", "|+", "|2", "| # note", "&a |", "!!str |", "&a !!str |-"])
def test_each_character_of_a_literal_block_is_told_exactly(header: str) -> None:
    yaml = f"# note\nt: {header}\n  <p>\n\n    José\n  </p>\nu: x\n"
    text = parse(yaml, "f.yaml").data["t"]
    lines = yaml.split("\n")
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            place = within(yaml, number, column)
            assert place.line is not None
            assert place.column is not None
            assert lines[place.line - 1][place.column - 1] == character


def test_a_block_with_windows_line_ends_is_told_exactly() -> None:
    assert within("t: |\r\n  <p>\r\n  x\r\n", 2, 1) == Location("f.yaml", 3, 3)


def test_a_block_that_begins_with_empty_lines_is_told_exactly() -> None:
    assert within("t: |\n\n\n   <p>\n", 3, 2) == Location("f.yaml", 4, 5)


def test_the_text_behind_an_alias_is_where_it_is_written() -> None:
    assert within("s: &a |\n  <p>\nt: *a\n", 1, 1) == Location("f.yaml", 2, 3)


@pytest.mark.parametrize(
    ("yaml", "column"),
    [("t: a <b>\n", 6), ("t: 'a <b>'\n", 7), ('t: "a <b>"\n', 7), ("t: &x 'a <b>'\n", 10), ("t:\n  a <b>\n", 5)],
)
def test_a_text_on_one_line_is_told_exactly(yaml: str, column: int) -> None:
    assert within(yaml, 1, 3).column == column


@pytest.mark.parametrize("yaml", ["t: >\n  a\n  <b>\n", "t: 'a''b <b>'\n", 't: "a\\n<b>"\n', "t: a\n  <b>\n"])
def test_a_text_that_is_written_otherwise_is_told_by_where_it_begins(yaml: str) -> None:
    assert within(yaml, 1, 3) == Location("f.yaml", 1, 4)
