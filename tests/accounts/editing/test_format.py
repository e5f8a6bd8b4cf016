"""Canonical layout: laws over files as people write them, and what it looks like."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from efsync.accounts.document import parse
from efsync.accounts.editing.format import formatted, with_lf
from efsync.accounts.editing.read import read
from efsync.accounts.editing.tree import comments
from efsync.accounts.plain import plain_data
from efsync.schema.fine import is_fine
from efsync.schema.shipped import shipped
from tests.accounts.corpus import AWKWARD, PLAIN, document_of, mutations
from tests.accounts.editing.generated import department_file, department_files

SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in sorted(shipped("accounts").glob("*.yaml"))}


def accounts_in(text: str) -> Any:
    """The data of a department file; nothing where it is none."""
    document = parse(text.removeprefix("\ufeff"), "")
    return document.data if not document.problems and is_fine("department", document.data) else None


def check_laws(text: str) -> None:
    text = text.removeprefix("\ufeff")
    once = formatted(text)
    assert accounts_in(once) == accounts_in(text)
    assert comments(read(with_lf(once)[0])) == comments(read(with_lf(text)[0]))
    assert formatted(once) == once


@settings(max_examples=120)
@given(department_files())
@example(department_file(1412))
@example(department_file(279))
@example(department_file(38))
def test_a_formatted_file_says_the_same_keeps_its_comments_and_is_formatted(text: str) -> None:
    if accounts_in(text) is not None:
        check_laws(text)


@settings(max_examples=60)
@given(st.sampled_from([*PLAIN.values(), *SHIPPED.values()]).flatmap(mutations))
def test_the_same_holds_for_files_with_mistakes_of_the_hand(text: str) -> None:
    if accounts_in(text) is not None:
        check_laws(text)


@pytest.mark.parametrize("value", AWKWARD)
@pytest.mark.parametrize("place", ["code", "header", "port", "variable", "included"])
def test_the_same_holds_for_whatever_parsers_disagree_about(place: str, value: str) -> None:
    text = document_of(**{place: value})
    if accounts_in(text) is not None:
        check_laws(text)


def test_most_generated_files_are_department_files() -> None:
    valid = sum(accounts_in(department_file(seed)) is not None for seed in range(60))
    assert valid > 45


@pytest.mark.parametrize("name", SHIPPED)
def test_the_files_that_come_with_efsync_are_formatted(name: str) -> None:
    assert formatted(SHIPPED[name]) == SHIPPED[name]


def test_what_is_plain_stays_plain_and_so_quick_to_read() -> None:
    assert all(plain_data(formatted(text)) is not None for text in PLAIN.values())


def test_it_looks_like_this(snapshot: SnapshotAssertion) -> None:
    assert formatted(UNTIDY) == snapshot


UNTIDY = """\
# yaml-language-server: $schema=../schemas/department.schema.json

defaults: &base
 port: 587
 server: "smtp.acme.example"   # el de todos
 header: {template: '_templates/header.html'}
 ssl: true
 signature: 'it\'\'s'
 footer: "uno
   dos"
users:     # todos
      MROJAS:
          # la firma de siempre
          signature: |
                <p>María</p>
                  <p>Ventas</p>
          address:   'mrojas@acme.example'      # la nueva

          password:
             env: "MAIL_MROJAS"
          <<: [  *base ]
      '0012': {port: 465, address: "bodega@acme.example", vars: {extension: '101', area: "Depósito, Sur"}}
      0013: {}
      # al final



      # de verdad
vars: {phone: '+58 212-555-0140'}
department: "RECURSOS HUMANOS"
version: 1
"""


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("'x'", "x"),
        ('"x"', "x"),
        ("'NO'", "'NO'"),
        ("NO", "NO"),
        ("'0012'", "'0012'"),
        ("0012", "0012"),
        ("'a: b'", "'a: b'"),
        ('"a: b"', "'a: b'"),
        ("'it''s: x'", '"it\'s: x"'),
        ('"\\u2028"', '"\\u2028"'),
        ("+58", "+58"),
        ("'y'", "'y'"),
        ("'a, b'", "'a, b'"),
        ("a # c", "a  # c"),
    ],
)
def test_quotes_are_there_where_they_are_needed(written: str, wanted: str) -> None:
    start = "version: 1\ndepartment: D\nusers:\n  A:\n    vars:\n      a: "
    assert formatted(f"{start}{written}\n") == f"{start}{wanted}\n"


def test_an_anchor_stays_before_what_refers_to_it() -> None:
    text = "version: 1\ndepartment: D\nusers:\n  A: &a\n    port: 25\n  B:\n    <<: *a\n"
    before = "version: 1\ndepartment: D\nusers:\n  A: &a\n    port: 25\ndefaults: *a\n"
    assert formatted(text) == text
    assert formatted(before) == before


def test_line_ends_stay_as_they_are_where_they_are_all_the_same() -> None:
    text = 'version: 1\ndepartment: "D"\nusers: {}\n'
    assert formatted(text.replace("\n", "\r\n")) == text.replace('"', "").replace("\n", "\r\n")
    assert formatted(text.replace("\n", "\r\n", 1)) == text.replace('"', "")
