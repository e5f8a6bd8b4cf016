"""The documented tables as SQL Server's catalogue describes them, without a server."""

from typing import Any

from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

from efsync.erp.columns import ColumnFacts, LayoutColumns
from efsync.erp.layout import Layout
from efsync.erp.statements import Statements
from tests.mssql.translation import COLLATION

Types = dict[str, TypeEngine[Any]]


def char(length: int) -> TypeEngine[Any]:
    """`char(length)`, in the product's collation."""
    return mssql.CHAR(length, collation=COLLATION)


def varchar(length: int | None = None) -> TypeEngine[Any]:
    """`varchar(length)`, or `varchar(max)`."""
    return mssql.VARCHAR(length, collation=COLLATION)


USERS: Types = {
    "Cod_Usu": char(10), "Nom_Usu": varchar(100), "Status": char(1), "Departamento": varchar(30), "Cargo": varchar(100),
    "Cod_Cli": char(10), "Correo": varchar(254), "Cla_Cor": mssql.NVARCHAR(200, collation=COLLATION),
    "Ser_Cor": varchar(253), "Pue_Cor": mssql.INTEGER(), "Ssl_Cor": mssql.BIT(), "Dom_Cor": varchar(253),
    "Enc_Cor": varchar(), "Fir_Cor": mssql.NTEXT(collation=COLLATION), "Pie_Cor": mssql.TEXT(collation=COLLATION),
}  # fmt: skip
PROPERTIES: Types = {
    "Cod_Pro": char(20), "Cod_Reg": char(30), "Origen": varchar(30), "Tip_Pro": char(1), "Val_Car": varchar(254),
    "Val_Num": mssql.DECIMAL(18, 4), "Val_Log": mssql.BIT(), "Val_Fec": mssql.DATETIME(),
    "Val_Mem": mssql.TEXT(collation=COLLATION),
}  # fmt: skip


def columns_of(layout: Layout, never_null: frozenset[str] = frozenset()) -> LayoutColumns:
    """The columns of both tables."""

    def facts(table: str, types: Types) -> dict[str, ColumnFacts]:
        return {
            name: ColumnFacts(table, name, kind, nullable=name not in never_null, encoding="cp1252")
            for name, kind in types.items()
        }

    return LayoutColumns(facts(layout.table, USERS), facts(layout.properties.table, PROPERTIES))


def statements_of(layout: Layout, never_null: frozenset[str] = frozenset()) -> Statements:
    """The statements for SQL Server."""
    return Statements(layout, columns_of(layout, never_null), "mssql")
