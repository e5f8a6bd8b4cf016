"""Every key and every value has its place."""

import string

from hypothesis import given
from hypothesis import strategies as st

from efsync.accounts.document import parse
from efsync.model.problems import Location

TEXT = """\
# a comment
version: 1
users:
  JPEREZ:
    address: jperez@acme.example
    password: {env: MAIL_JPEREZ}
    vars: {phones: [1, 22]}
  'ÑANDÚ':   {port:   25}
  ? NO
  : signature: |
      <p>
"""


def place(line: int, column: int) -> Location:
    return Location("accounts/ventas.yaml", line, column)


def test_every_value_has_its_place() -> None:
    document = parse(TEXT, "accounts/ventas.yaml")
    assert document.problems == []
    assert document.locate(()) == place(2, 1)
    assert document.locate(("version",)) == place(2, 10)
    assert document.locate(("users",)) == place(4, 3)
    assert document.locate(("users", "JPEREZ", "address")) == place(5, 14)
    assert document.locate(("users", "JPEREZ", "password")) == place(6, 15)
    assert document.locate(("users", "JPEREZ", "password", "env")) == place(6, 21)
    assert document.locate(("users", "JPEREZ", "vars", "phones", 1)) == place(7, 24)
    assert document.locate(("users", "ÑANDÚ", "port")) == place(8, 23)
    assert document.locate(("users", "NO", "signature")) == place(10, 16)


def test_every_key_has_its_place() -> None:
    document = parse(TEXT, "accounts/ventas.yaml")
    assert document.locate(("users",), key=True) == place(3, 1)
    assert document.locate(("users", "JPEREZ"), key=True) == place(4, 3)
    assert document.locate(("users", "JPEREZ", "password", "env"), key=True) == place(6, 16)
    assert document.locate(("users", "ÑANDÚ"), key=True) == place(8, 3)
    assert document.locate(("users", "NO"), key=True) == place(9, 5)


def test_what_is_not_there_is_placed_at_the_nearest_thing_around_it() -> None:
    document = parse(TEXT, "accounts/ventas.yaml")
    assert document.locate(("users", "JPEREZ", "server")) == document.locate(("users", "JPEREZ"))
    assert document.locate(("defaults", "server")) == document.locate(())
    assert parse("", "accounts/ventas.yaml").locate(("users",)) == place(1, 1)


def test_nothing_stands_behind_its_key_and_not_at_the_next_thing() -> None:
    document = parse("users:\n  A:\n  # a comment\n\n  B: {port: , ssl: true}\n  C:\n", "f.yaml")
    assert document.locate(("users", "A")) == Location("f.yaml", 2, 5)
    assert document.locate(("users", "B", "port")) == Location("f.yaml", 5, 12)
    assert document.locate(("users", "C")) == Location("f.yaml", 6, 5)


def test_a_carriage_return_before_a_line_feed_moves_no_place() -> None:
    unix, windows = parse(TEXT, "f.yaml"), parse(TEXT.replace("\n", "\r\n"), "f.yaml")
    path = ("users", "NO", "signature")
    assert windows.data == unix.data
    assert windows.locate(path) == unix.locate(path)


def test_what_a_merge_brings_stands_where_it_was_written() -> None:
    document = parse("a: &a\n  port: 25\nb:\n  <<: *a\n  ssl: true\n", "f.yaml")
    assert document.data["b"] == {"ssl": True, "port": 25}
    assert document.locate(("b", "port")) == Location("f.yaml", 2, 9)
    assert document.locate(("b", "port"), key=True) == Location("f.yaml", 2, 3)


words = st.text(string.ascii_letters, min_size=1, max_size=8)


@given(keys=st.lists(words, min_size=1, unique=True), indent=st.integers(1, 9), gap=st.integers(1, 9))
def test_a_place_is_that_of_the_text_itself(keys: list[str], indent: int, gap: int) -> None:
    text = "top:\n" + "".join(f"{' ' * indent}{key}:{' ' * gap}'{key * 2}'\n" for key in keys)
    lines = text.split("\n")
    document = parse(text, "f.yaml")
    for key in keys:
        for place, found in (
            (document.locate(("top", key), key=True), f"{key}:{' ' * gap}'{key * 2}'"),
            (document.locate(("top", key)), f"'{key * 2}'"),
        ):
            assert lines[(place.line or 0) - 1][(place.column or 0) - 1 :] == found
