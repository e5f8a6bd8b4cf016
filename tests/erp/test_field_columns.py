"""How values are written, and which of them a column can't hold."""

from typing import Any

import pytest
from sqlalchemy import CHAR, DATE, INTEGER, NUMERIC, SMALLINT, TEXT, VARCHAR
from sqlalchemy.dialects import mssql, mysql
from sqlalchemy.types import TypeEngine

from efsync.erp.codecs import PlainCodec
from efsync.erp.columns import ColumnFacts
from efsync.erp.field_columns import FieldColumn
from efsync.erp.layout import Converter, Place
from efsync.model.fields import PlainValue
from efsync.model.secrets import Secret

EMOJI = "\N{PARTY POPPER}"


def field_column(
    kind: TypeEngine[Any], converter: str = "auto", dialect: str = "postgresql", nullable: bool = True,
    encoding: str | None = None, lenient: bool = False,
) -> FieldColumn:  # fmt: skip
    facts = ColumnFacts("Usuarios", "Col", kind, nullable, encoding=encoding, lenient=lenient)
    return FieldColumn(Place("Col", converter=Converter(converter)), facts, PlainCodec(), dialect)


@pytest.mark.parametrize(
    ("kind", "converter", "value", "stored"),
    [
        (VARCHAR(50), "auto", "smtp.acme.example", "smtp.acme.example"),
        (VARCHAR(50), "auto", 587, "587"),
        (VARCHAR(50), "auto", True, "1"),
        (INTEGER(), "auto", 587, 587),
        (INTEGER(), "auto", True, 1),
        (mssql.BIT(), "auto", True, True),
        (mssql.BIT(), "bit", False, False),
        (INTEGER(), "bit", False, 0),
        (VARCHAR(50), "number as text", 587, "587"),
        (VARCHAR(50), "text", False, "0"),
        (CHAR(1), "S/N", True, "S"),
        (CHAR(1), "S/N", False, "N"),
        (CHAR(2), "SI/NO", True, "SI"),
        (CHAR(2), "SI/NO", False, "NO"),
        (CHAR(2), "SI/NO", None, None),
        (VARCHAR(50), "blank for none", None, ""),
        (VARCHAR(50), "blank for none", "x", "x"),
        (INTEGER(), "blank for none", None, 0),
        (VARCHAR(50), "auto", None, None),
    ],
)
def test_a_value_is_written_as_its_converter_says(
    kind: TypeEngine[Any], converter: str, value: PlainValue, stored: PlainValue
) -> None:
    found = field_column(kind, converter).stored(value)
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(("kind", "empty"), [(VARCHAR(9), ""), (TEXT(), ""), (INTEGER(), 0), (mssql.BIT(), 0)])
def test_a_cleared_field_is_the_columns_own_empty_where_null_is_not_allowed(
    kind: TypeEngine[Any], empty: PlainValue
) -> None:
    assert field_column(kind, nullable=False).stored(None) == empty
    assert field_column(kind, nullable=False).misfit(None) is None


def test_a_column_of_sqlite_takes_numbers_as_they_are() -> None:
    assert field_column(VARCHAR(9), lenient=True).stored(587) == 587
    assert field_column(VARCHAR(9), "number as text", lenient=True).stored(587) == "587"


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (field_column(VARCHAR(5)), "123456", "it has 6 characters, and the column Col (VARCHAR(5)) takes 5"),
        (field_column(VARCHAR(2)), 587, "it has 3 characters, and the column Col (VARCHAR(2)) takes 2"),
        (field_column(VARCHAR(5), lenient=True), "123456",
         "it has 6 characters, and the column Col (VARCHAR(5)) takes 5"),
        (field_column(SMALLINT()), 40000, "the column Col (SMALLINT) takes numbers from -32768 to 32767"),
        (field_column(mssql.TINYINT(), dialect="mssql"), 587, "the column Col (TINYINT) takes numbers from 0 to 255"),
        (field_column(NUMERIC(4, 1)), 1000, "the column Col (NUMERIC(4, 1)) takes numbers from -999 to 999"),
        (field_column(INTEGER()), "smtp", "the column Col (INTEGER) takes numbers, and no text"),
        (field_column(INTEGER(), "S/N"), True, "the column Col (INTEGER) takes numbers, and no text"),
        (field_column(mssql.BIT(), dialect="mssql"), 587, "the column Col (BIT) takes numbers from 0 to 1"),
        (field_column(DATE(), nullable=False), None,
         "the column Col (DATE) takes no NULL, and has no empty value of its own"),
        (field_column(VARCHAR(9), encoding="cp1252"), f"ñ{EMOJI}",
         f"the character set of the column Col (VARCHAR(9)) has no {EMOJI}"),
        (field_column(VARCHAR(9), encoding="utf8mb3"), EMOJI,
         f"the character set of the column Col (VARCHAR(9)) has no {EMOJI}"),
        (field_column(VARCHAR(9), encoding="ascii"), "año",
         "the character set of the column Col (VARCHAR(9)) has no ñ"),
        (field_column(mysql.TINYTEXT(), dialect="mysql"), "ñ" * 128,
         "it has 256 bytes, and the column Col (TINYTEXT) takes 255"),
        (field_column(mssql.NVARCHAR(3), dialect="mssql"), EMOJI * 2,
         "it has 4 characters (UTF-16), and the column Col (NVARCHAR(3)) takes 3"),
        (field_column(mssql.VARCHAR(3), dialect="mssql", encoding="cp1252"), "ñññ1",
         "it has 4 bytes, and the column Col (VARCHAR(3)) takes 3"),
    ],
)  # fmt: skip
def test_what_a_column_can_not_hold_is_said_with_its_limit(column: FieldColumn, value: PlainValue, why: str) -> None:
    assert column.misfit(value) == why


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (field_column(VARCHAR(5)), "12345"),
        (field_column(VARCHAR(2)), EMOJI * 2),
        (field_column(VARCHAR()), "x" * 100_000),
        (field_column(mssql.VARCHAR(), dialect="mssql", encoding="cp1252"), "ñ" * 100_000),
        (field_column(mssql.VARCHAR(3), dialect="mssql", encoding="cp1252"), "ñññ"),
        (field_column(mssql.NVARCHAR(2), dialect="mssql"), EMOJI),
        (field_column(mysql.TINYTEXT(), dialect="mysql", encoding="cp1252"), "ñ" * 255),
        (field_column(mysql.SMALLINT(unsigned=True), dialect="mysql"), 65535),
        (field_column(NUMERIC(5)), 65535),
        (field_column(mssql.BIT(), dialect="mssql"), True),
        (field_column(mysql.BIT(1), dialect="mysql"), True),
        (field_column(INTEGER(), lenient=True), "text is taken there"),
        (field_column(VARCHAR(9), encoding="cp1252"), "€ñÿ"),
        (field_column(DATE()), None),
    ],
)
def test_what_a_column_can_hold_is_no_misfit(column: FieldColumn, value: PlainValue) -> None:
    assert column.misfit(value) is None


def test_neither_a_password_nor_its_length_is_shown() -> None:
    why = field_column(VARCHAR(5)).misfit(Secret("muy-secreta"))
    assert why == "it is too long: the column Col (VARCHAR(5)) takes 5 characters"
    why = field_column(VARCHAR(9), encoding="ascii").misfit(Secret("ñandú"))
    assert why == "the character set of the column Col (VARCHAR(9)) has no such characters"
