"""Codes as the database compares them: no case, no padding; accents count."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.normal import comparable

SAME = {
    "case": ("jperez", "JPEREZ"),
    "padding": ("JPEREZ    ", "JPEREZ"),
    "n_with_tilde_in_other_case": ("nuñez", "NUÑEZ"),
    "accent_in_other_case": ("josé", "JOSÉ"),
    "composed_and_decomposed": ("NUÑEZ", "NUN\u0303EZ"),
    "decomposed_in_other_case": ("pe\u0301rez", "PÉREZ"),
}
OTHER = {
    "n_and_n_with_tilde": ("NUNEZ", "NUÑEZ"),
    "e_and_e_with_accent": ("PEREZ", "PÉREZ"),
    "u_and_u_with_dots": ("AGUERO", "AGÜERO"),
    "c_and_c_with_cedilla": ("CA", "ÇA"),
    "leading_zeros": ("0012", "12"),
    "leading_blank": (" JPEREZ", "JPEREZ"),
    "underscore": ("12_000", "12000"),
    "exponent": ("1E5", "100000"),
    "cyrillic_look_alike": ("JPEREZ", "JPER\u0415Z"),
    "zero_width": ("JPEREZ", "JPE\u200bREZ"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_two_spellings_of_one_code(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER.keys())
def test_two_codes(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(st.text(max_size=10))
def test_a_comparable_code_is_comparable(code: str) -> None:
    assert comparable(comparable(code)) == comparable(code)


@given(st.text(max_size=10), st.integers(0, 5))
def test_neither_padding_nor_the_form_of_its_letters_makes_another_code(code: str, padding: int) -> None:
    padded = code + " " * padding
    forms = {comparable(unicodedata.normalize(form, padded)) for form in ("NFC", "NFD")}
    assert forms == {comparable(code)}


@given(st.text(alphabet="abcñáéíóúüABCÑÁÉÍÓÚÜ0123456789_. -", max_size=10))
def test_case_makes_no_other_code(code: str) -> None:
    assert comparable(code.upper()) == comparable(code.lower()) == comparable(code)
