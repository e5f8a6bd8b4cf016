"""T-SQL read as SQL Server would read it, and said again in SQLite's words."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import ErrorLevel, exp

COLLATION = "Modern_Spanish_CI_AS"
EXACT = "Latin1_General_100_BIN2"
SCHEMA = "dbo"


@lru_cache(maxsize=1000)
def parse(statement: str) -> tuple[exp.Expression, ...]:
    """The statements of a batch. Raises where one is no T-SQL that sqlglot knows."""
    parsed = sqlglot.parse(statement, read="tsql", error_level=ErrorLevel.RAISE)
    for each in parsed:
        if each is None or isinstance(each, exp.Command):
            raise AssertionError(f"this was not understood: {statement}")
    return tuple(each for each in parsed if isinstance(each, exp.Expression))


def to_sqlite(statement: exp.Expression, database: str, variables: Mapping[str, Any] | None = None) -> str:
    """One statement for SQLite: without qualifiers and lock hints, texts compared as the collation does."""
    known = variables or {}

    def translated(node: exp.Expression) -> exp.Expression:
        return _collated(_plain_type(_plain_text(_unqualified(_value_of(node, known), database))))

    return statement.transform(translated).sql(dialect="sqlite")


def is_datetime(statement: exp.Expression) -> list[bool]:
    """Of each column of a SELECT, whether it is cast to a date and time."""
    if not isinstance(statement, exp.Select):
        return []
    kinds = [each.unalias().args.get("to") for each in statement.expressions]
    return [kind is not None and kind.this is exp.DataType.Type.DATETIME for kind in kinds]


def hinted_tables(statement: exp.Expression) -> dict[str, frozenset[str]]:
    """The tables that a statement reads, each with the lock hints that stand at it."""
    found: dict[str, frozenset[str]] = {}
    for each in statement.find_all(exp.Table):
        hints: Iterable[exp.Expression] = (hint for group in each.args.get("hints") or () for hint in group.expressions)
        found[each.name] = frozenset(hint.name.upper() for hint in hints)
    return found


def _value_of(node: exp.Expression, known: Mapping[str, Any]) -> exp.Expression:
    """`@name` and `@@name` as what they hold."""
    if isinstance(node, exp.Parameter):
        name = node.this.name if not isinstance(node.this, exp.Parameter) else f"@{node.this.this.name}"
        return exp.Literal.string(known[name]) if isinstance(known[name], str) else exp.Literal.number(known[name])
    if isinstance(node, exp.CurrentSchema):
        return exp.Literal.string(SCHEMA)
    return node


def _unqualified(node: exp.Expression, database: str) -> exp.Expression:
    """A name without `dbo`; one of this database without the database too, one of another with that alone."""
    schema, catalog = node.args.get("db"), node.args.get("catalog")
    if isinstance(node, exp.Column):
        of_what_was_written = node.table == "inserted"
        if of_what_was_written or schema is not None or catalog is not None:
            of = None if of_what_was_written else node.args["table"].copy()
            return exp.Column(this=node.this.copy(), table=of)
    if isinstance(node, exp.Table) and schema is not None and schema.name == SCHEMA:
        node.set("db", catalog.copy() if catalog is not None and catalog.name != database else None)
        node.set("catalog", None)
    return node


def _plain_text(node: exp.Expression) -> exp.Expression:
    return exp.Literal.string(node.this) if isinstance(node, exp.National) else node


def _plain_type(node: exp.Expression) -> exp.Expression:
    """A type in a CAST without its length, and anywhere without `max`: SQLite knows neither."""
    if isinstance(node, exp.DataType):
        unlimited = any(each.name.upper() == "MAX" for each in node.expressions)
        if unlimited or isinstance(node.parent, exp.Cast):
            node.set("expressions", None)
    return node


def _collated(node: exp.Expression) -> exp.Expression:
    compares = isinstance(node, exp.EQ | exp.NEQ | exp.In) and not isinstance(node.this, exp.Collate)
    if compares and not (isinstance(node.parent, exp.Update) and node.arg_key == "expressions"):
        node.set("this", exp.Collate(this=exp.Paren(this=node.this.copy()), expression=exp.Var(this=COLLATION)))
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        node.set("expressions", [_one_of_the_same(each) for each in node.expressions])
    return node


def _one_of_the_same(column: exp.Expression) -> exp.Expression:
    collated = exp.Collate(this=column.unalias().copy(), expression=exp.Var(this=COLLATION))
    return exp.Alias(this=collated, alias=exp.to_identifier(column.alias_or_name, quoted=True))
