"""What the database says of the columns that a layout maps: type, length, NULL, character set."""

import difflib
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, Numeric, String, inspect
from sqlalchemy.exc import NoSuchTableError, SAWarning, UnsupportedCompilationError
from sqlalchemy.types import NullType, TypeEngine

from efsync.erp.encodings import column_encodings
from efsync.erp.layout import Layout, Place
from efsync.model.fields import PlainValue
from efsync.model.language import message
from efsync.model.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column. `encoding` is the Python codec of what its texts may hold, `None` where that is anything.

    A `lenient` column takes any kind of value, whatever its type says: SQLite's do.
    """

    table: str
    name: str
    type: TypeEngine[Any]
    nullable: bool = True
    has_default: bool = False
    encoding: str | None = None
    lenient: bool = False

    @property
    def described(self) -> str:
        """The type as the database writes it, such as `VARCHAR(254)`."""
        try:
            return str(self.type).partition(" COLLATE ")[0]
        except UnsupportedCompilationError:
            return type(self.type).__name__

    @property
    def length(self) -> int | None:
        """How much text the column takes, where that is limited, in its own unit."""
        return self.type.length if isinstance(self.type, String) else None

    @property
    def is_text(self) -> bool:
        """Whether the column holds text."""
        return isinstance(self.type, String)

    @property
    def empty(self) -> PlainValue:
        """What stands for cleared where NULL is not allowed; `None` where the type has no such value."""
        if isinstance(self.type, String):
            return ""
        return 0 if is_number(self.type) or isinstance(self.type, NullType) else None

    @property
    def bound(self) -> TypeEngine[Any]:
        """The type as which a value is sent."""
        return NullType() if self.lenient else self.type


@dataclass(frozen=True, slots=True)
class LayoutColumns:
    """The columns of the user table and of the property table, by name; the latter where the layout needs it."""

    users: Mapping[str, ColumnFacts]
    properties: Mapping[str, ColumnFacts]

    def at(self, place: Place) -> ColumnFacts:
        """The column of a field's place."""
        return (self.users if place.property is None else self.properties)[place.column]


def is_number(kind: TypeEngine[Any]) -> bool:
    """Whether a type holds numbers or yes/no."""
    return isinstance(kind, Integer | Numeric | Boolean) or type(kind).__name__ == "BIT"


def qualifier(layout: Layout, dialect: str) -> str | None:
    """What stands before a table's name: schema, database or both.

    Raises `Refused` (`config`) where the server has no databases to choose from inside a connection.
    """
    if layout.database is None:
        return layout.schema
    if dialect == "mssql":
        return f"[{layout.database}].[{layout.schema or 'dbo'}]"
    if dialect == "mysql":
        return layout.database
    elsewhere = message(
        "a connection to {server} reaches one database only, and the target names {database}",
        server=dialect,
        database=layout.database,
    )
    raise Refused(Problem("config", elsewhere, hint=message("name the database in the url, and take `database` out")))


def read_columns(connection: Connection, layout: Layout) -> LayoutColumns:
    """The mapped columns. Raises `Refused` (`database`) with every table and column that is missing."""
    users = table_facts(connection, layout, layout.table)
    problems = list(missing_columns(connection, layout, layout.table, users))
    properties: Mapping[str, ColumnFacts] = {}
    if layout.property_fields():
        properties = table_facts(connection, layout, layout.properties.table)
        problems += missing_columns(connection, layout, layout.properties.table, properties)
        problems += _long_properties(layout, properties)
    if problems:
        raise Refused(problems)
    return LayoutColumns(users, properties)


def table_facts(connection: Connection, layout: Layout, table: str) -> dict[str, ColumnFacts]:
    """All columns of one table; none where there is no such table."""
    schema = qualifier(layout, connection.dialect.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of types that are unknown, in columns that may be nobody's
            found = inspect(connection).get_columns(table, schema=schema)
    except NoSuchTableError:
        return {}
    encodings = column_encodings(connection, table, schema, found)
    return {
        each["name"]: ColumnFacts(
            table,
            each["name"],
            each["type"],
            each["nullable"],
            each.get("default") is not None
            or each.get("autoincrement") is True
            or bool(each.get("identity") or each.get("computed")),
            encodings.get(each["name"]),
            connection.dialect.name == "sqlite",
        )
        for each in found
    }


def mapped_columns(layout: Layout, table: str) -> Iterator[tuple[str, str]]:
    """The columns of one table that the layout maps, with what each is mapped to."""
    if table == layout.table:
        yield from layout.identity()
        yield from ((column, field) for field, column in layout.user_fields().items())
    else:
        yield from layout.properties.columns()
        for fields in layout.property_fields().values():
            yield from ((column, field) for field, column in fields.items())


def missing_columns(
    connection: Connection, layout: Layout, table: str, there: Mapping[str, ColumnFacts]
) -> Iterator[Problem]:
    """The table, or each of its mapped columns, that is not there, with the nearest name."""
    if not there:
        names = inspect(connection).get_table_names(schema=qualifier(layout, connection.dialect.name))
        missing = message("the database has no table {table}", table=table)
        yield Problem("database", missing, hint=_nearest(table, names))
        return
    free = set(there) - {name for name, _ in mapped_columns(layout, table)}
    for name, meaning in mapped_columns(layout, table):
        if name not in there:
            missing = message(
                "the table {table} has no column {name}, which is mapped to {meaning}",
                table=table,
                name=name,
                meaning=meaning,
            )
            yield Problem("database", missing, hint=_nearest(name, free))


def _long_properties(layout: Layout, there: Mapping[str, ColumnFacts]) -> Iterator[Problem]:
    column = there.get(layout.properties.property)
    for name in layout.property_fields():
        if column and column.length and len(name) > column.length:
            too_long = message(
                "the property {name} is longer than the {length} characters of {column}",
                name=name,
                length=column.length,
                column=column.name,
            )
            yield Problem("config", too_long, hint=message("give it a shorter name in [targets.NAME.columns]"))


def _nearest(name: str, names: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, sorted(names), n=1)
    return message("there is {name}", name=near[0]) if near else None
