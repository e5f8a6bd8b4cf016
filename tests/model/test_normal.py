"""Normal forms: two values that the ERP holds as the same are the same."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.fields import FIELDS, FieldKind
from efsync.model.normal import normal_text, normal_value

CLEARED = {
    "null": None, "empty": "", "one_blank": " ", "padding": " " * 40, "empty_bytes": b"", "blank_bytes": b"   ",
    "tab": "\t", "line_ends": "\r\n\r\n", "no_break_space": "\u00a0",
}  # fmt: skip


@pytest.mark.parametrize("raw", CLEARED.values(), ids=CLEARED.keys())
@pytest.mark.parametrize("field", FIELDS)
def test_null_and_empty_and_blank_are_all_cleared(field: str, raw: object) -> None:
    assert normal_value(field, raw) is None


TEXTS = {
    "padded": ("smtp.acme.example     ", "smtp.acme.example"),
    "blank_in_front": ("  smtp", "  smtp"),
    "case": ("SMTP.Acme.Example", "SMTP.Acme.Example"),
    "bytes": ("José".encode(), "José"),
    "broken_bytes": (b"Jos\xe9", "Jos\ufffd"),
    "number": (587, "587"),
    "no_break_space_at_the_end": ("a\u00a0", "a\u00a0"),
}


@pytest.mark.parametrize(("raw", "normal"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_loses_its_padding_and_nothing_else(raw: object, normal: str) -> None:
    assert normal_value("server", raw) == normal


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
def test_line_ends_are_one(end: str) -> None:
    assert normal_value("signature", end.join(["<p>", "Saludos ", "</p>"])) == "<p>\nSaludos \n</p>"


@pytest.mark.parametrize(
    "raw",
    [587, "587", " 587 ", "587.0", "0587", "5.87E2", Decimal(587), Decimal("587.00"), 587.0, b"587"],
    ids=repr,
)
def test_a_number_is_one_number_however_it_is_stored(raw: object) -> None:
    found = normal_value("port", raw)
    assert (found, type(found)) == (587, int)


@pytest.mark.parametrize(("raw", "number"), [(0, 0), ("-0", 0), (-25, -25), (True, 1), (False, 0)], ids=repr)
def test_zero_and_negative_numbers_are_values_and_not_cleared(raw: object, number: int) -> None:
    found = normal_value("port", raw)
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize(
    "raw", ["smtp", "587,0", "587.5", 587.5, "nan", "Infinity", "5 87", "0x24B", "1E19", "9" * 5000], ids=lambda _: ""
)
def test_what_is_no_whole_number_stays_text_so_that_it_differs_from_every_port(raw: object) -> None:
    assert normal_value("port", raw) == str(raw)


@pytest.mark.parametrize("raw", ["1E999999999", "-1E999999999999", "0E999999999"])
def test_a_number_that_would_fill_the_memory_stays_text(raw: str) -> None:
    started = time.monotonic()
    assert normal_value("port", raw) == raw
    assert time.monotonic() - started < 1


YES = [True, 1, "1", -1, "-1", 1.0, Decimal(1), Decimal("1.00"), b"\x01", "S", "s", "S  ", "SI", "sí", "Sí", "Y", "yes",
       "T", "True", "true", "V", "Verdadero", b"S"]  # fmt: skip
NO = [False, 0, "0", 0.0, Decimal(0), b"\x00", "N", "n", "NO", "No ", "F", "False", "false", "Falso", b"N"]


@pytest.mark.parametrize("raw", YES, ids=repr)
def test_a_yes_is_a_yes_however_it_is_stored(raw: object) -> None:
    assert normal_value("ssl", raw) is True


@pytest.mark.parametrize("raw", NO, ids=repr)
def test_a_no_is_a_no_however_it_is_stored(raw: object) -> None:
    assert normal_value("ssl", raw) is False


@pytest.mark.parametrize("raw", ["maybe", 2, "X", "si no", "on"], ids=repr)
def test_what_is_neither_yes_nor_no_stays_text_so_that_it_differs_from_both(raw: object) -> None:
    assert normal_value("ssl", raw) == str(raw)


def test_a_byte_that_is_no_bit_is_not_a_yes() -> None:
    assert normal_value("ssl", b"\x02") == "\x02"


raw_values = (
    st.none()
    | st.text()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.decimals()
    | st.binary()
    | st.sampled_from([*YES, *NO])
    | st.text(alphabet="0123456789eE.-+ ", max_size=12)
)


@given(st.sampled_from(list(FIELDS)), raw_values)
def test_a_normal_value_is_normal(field: str, raw: object) -> None:
    once = normal_value(field, raw)
    twice = normal_value(field, once)
    assert (twice, type(twice)) == (once, type(once))


@given(st.sampled_from([field for field, kind in FIELDS.items() if kind is not FieldKind.SECRET]), raw_values)
def test_padding_of_a_char_column_makes_no_difference(field: str, raw: object) -> None:
    text = normal_text(raw)
    assert normal_value(field, f"{text or ''}      ") == normal_value(field, text)


@given(st.text(alphabet="ab \r\n"))
def test_a_normal_text_has_no_carriage_return_and_no_blank_at_its_end(raw: str) -> None:
    text = normal_text(raw)
    assert text is None or ("\r" not in text and not text.endswith(" ") and text.strip())
