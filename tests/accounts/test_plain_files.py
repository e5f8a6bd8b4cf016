"""The quick way gives the same data as the exact one, and sends it whatever is unusual."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.accounts.department import department_file
from efsync.accounts.document import parse
from efsync.accounts.places import LookedUpPlaces
from efsync.accounts.plain import plain_data
from efsync.schema.messages import schema_problems
from tests.accounts.conftest import Accounts
from tests.accounts.corpus import AWKWARD, PLAIN, document_of, mutations


def same_or_exact(text: str) -> bool:
    """Whether the quick way took `text`; it has to give what the exact one does then, value by value, key by key."""
    quick = plain_data(text)
    if quick is None:
        return False
    exact = parse(text, "f.yaml")
    assert exact.problems == []
    assert repr(quick) == repr(exact.data)  # tells 1, 1.0 and True apart, and the order of keys
    assert list(schema_problems("department", exact.data, exact.locate)) == []
    return True


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_plain_file_is_read_quickly_and_as_it_is_meant(text: str) -> None:
    assert same_or_exact(text)


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_file_with_the_line_ends_of_windows_is_plain_too(text: str) -> None:
    assert same_or_exact(text.replace("\n", "\r\n"))
    assert plain_data(text.replace("\n", "\r\n")) == plain_data(text)


@pytest.mark.parametrize("awkward", AWKWARD)
def test_what_is_awkward_means_the_same_wherever_it_stands(awkward: str) -> None:
    same_or_exact(document_of(header=awkward))
    same_or_exact(document_of(code=awkward))
    same_or_exact(document_of(port=awkward))
    same_or_exact(document_of(variable=awkward))
    same_or_exact(document_of(version=awkward))
    same_or_exact(document_of(included=awkward))


@given(st.sampled_from(list(PLAIN.values())).flatmap(mutations))
@settings(max_examples=600)
def test_a_file_with_any_mistake_in_it_means_the_same(text: str) -> None:
    same_or_exact(text)


@pytest.mark.parametrize("number", ["0x24B", "0o1113", "5_87", "0587", "+587", "587.0", "5.87e2", "587e0"])
def test_a_number_that_is_written_in_another_way_is_left_to_the_exact_one(number: str) -> None:
    assert plain_data(document_of(port=number)) is None
    assert plain_data(document_of(port="587")) is not None
    assert plain_data(document_of(variable=number)) is None


@pytest.mark.parametrize("code", ["0012", "12", "1e5", "true", "null", "~", "&a X", "*a", "!x", "<<", '"\\x41"'])
def test_a_code_that_is_no_plain_text_is_left_to_the_exact_one(code: str) -> None:
    assert plain_data(document_of(code=code)) is None


def test_a_word_about_ports_in_a_text_is_no_port() -> None:
    text = document_of(header="|\n      Soporte: 0212\n      <p>port 0x1F</p>")
    assert same_or_exact(text)


@given(st.sampled_from(list(PLAIN.values())).flatmap(mutations))
@settings(max_examples=200)
def test_a_place_that_is_looked_up_is_the_exact_one(text: str) -> None:
    data = plain_data(text)
    if data is None:
        return
    exact = parse(text, "f.yaml")
    looked_up = LookedUpPlaces("f.yaml", lambda: text, tuple(data["users"]))
    for code, user in data["users"].items():
        assert looked_up.locate(("users", code), key=True) == exact.locate(("users", code), key=True)
        for field in user:
            assert looked_up.locate(("users", code, field)) == exact.locate(("users", code, field))
    assert looked_up.locate(("department",)) == exact.locate(("department",))


def test_the_place_of_a_user_is_found_without_reading_the_file_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("efsync.accounts.document.parse", None)
    for name, text in PLAIN.items():
        data = plain_data(text)
        assert data is not None
        if name == "flow":
            continue
        file = department_file(data, LookedUpPlaces("f.yaml", lambda text=text: text, tuple(data["users"])))  # type: ignore[misc]
        lines = [account.location.line for account in file.accounts]
        assert lines == sorted(lines, key=lambda line: line or 0)
        assert None not in lines


def test_a_file_that_is_gone_when_a_place_is_looked_up_is_named_all_the_same(accounts: Accounts) -> None:
    path = accounts.department("a.yaml", "VENTAS", "JPEREZ")
    (file,) = accounts.read().files
    path.unlink()
    assert str(file.accounts[0].location) == "accounts/a.yaml:1:1"
