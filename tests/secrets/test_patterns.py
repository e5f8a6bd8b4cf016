"""Names in allow-lists, and their patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.secrets.patterns import is_field_listed, is_listed, is_plain
from tests.secrets.listed import STRANGE

LISTED = [
    ("mail/jperez", "mail/jperez"), ("mail/*", "mail/jperez"), ("*/*", "mail/jperez"), ("mail/j*", "mail/jperez"),
    ("mail/?perez", "mail/jperez"), ("mail/[a-z]*", "mail/jperez"), ("mail/*/smtp", "mail/jperez/smtp"),
    ("mail/*", "mail/josé"), ("*", "mail"), ("mail/*", "mail/j perez"), ("mail/*", "mail/.hidden"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "name"), LISTED)
def test_a_name_that_a_pattern_matches_step_by_step_is_listed(pattern: str, name: str) -> None:
    assert is_listed(name, ["other", pattern])


@pytest.mark.parametrize("argument", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_not_listed_or_means_more_than_it_shows_is_not(argument: str) -> None:
    assert not is_listed(argument.format("mail/jperez"), ["mail/*", "mail/jperez"])


@pytest.mark.parametrize("name", ["mail/jperez", "a/b/c", "/", "mail/../x", ""])
def test_a_star_stays_between_two_slashes(name: str) -> None:
    assert not is_listed(name, ["*"])


def test_nothing_is_listed_without_a_list() -> None:
    assert not is_listed("mail/jperez", [])


FIELDS = [
    ("mail/*", "password", True), ("mail/*", "admin", False), ("mail/*#admin", "admin", True),
    ("mail/*#*", "admin", True), ("mail/*#*", "password", True), ("mail/*#admin", "password", False),
    ("root/*#*", "admin", False), ("mail/*#*", "ad/min", False), ("mail/*#*", "ad#min", True),
    ("mail/*#*", "ad\nmin", False), ("mail/*#*", "..", False), ("mail/*#*", "a%20", False),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "field", "listed"), FIELDS)
def test_a_field_is_listed_by_its_own_pattern_or_is_the_standard_one(pattern: str, field: str, listed: bool) -> None:
    assert is_field_listed("mail/jperez", field, [pattern], "password") is listed


@pytest.mark.parametrize(("pattern", "field", "listed"), [
    ("mail/*", "", True), ("mail/*", "key", False), ("mail/*#key", "key", True), ("mail/*#*", "", False),
])  # fmt: skip
def test_without_a_standard_field_a_pattern_means_the_whole(pattern: str, field: str, listed: bool) -> None:
    assert is_field_listed("mail/jperez", field, [pattern]) is listed


@given(st.text(), st.lists(st.text(max_size=5), max_size=5).map("/".join))
def test_no_listed_name_leaves_its_folder(name: str, more: str) -> None:
    for written in (name, f"mail/{name}", f"mail/{more}"):
        if is_listed(written, ["mail/*"]):
            folder, _, last = written.partition("/")
            assert folder == "mail"
            assert last not in ("", ".", "..")
            assert "/" not in last
            assert written.isprintable()


@given(st.text(max_size=600))
def test_a_plain_name_has_no_step_up(name: str) -> None:
    if is_plain(name):
        assert not {"", ".", ".."} & set(name.split("/"))
        assert "%" not in name
        assert len(name) <= 500
