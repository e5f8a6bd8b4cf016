"""The property rows of all users, as they were read."""

from collections.abc import Iterable, Mapping
from typing import Any

from efsync.erp.layout import Layout
from efsync.model.language import message
from efsync.model.normal import comparable, normal_text
from efsync.model.problems import Problem, Refused


class PropertyRows:
    """Gives each user's values and rows; a property that a user does not have leaves its fields empty."""

    def __init__(self, layout: Layout, rows: Iterable[Mapping[Any, Any]]) -> None:
        self._fields = {comparable(name): (name, fields) for name, fields in layout.property_fields().items()}
        self._rows: dict[str, dict[str, list[Mapping[Any, Any]]]] = {}
        for row in rows:
            of_user = self._rows.setdefault(comparable(normal_text(row["record"]) or ""), {})
            of_user.setdefault(comparable(normal_text(row["property"]) or ""), []).append(row)

    def values(self, code: str) -> dict[str, Any]:
        """The stored value of every field that is kept in a property row.

        Raises `Refused` (`database`) where the user has two rows of one property.
        """
        found: dict[str, Any] = {}
        for key, (name, fields) in self._fields.items():
            row = self._row(code, key, name)
            found |= {field: row[field] if row else None for field in fields}
        return found

    def keys(self, code: str) -> dict[str, tuple[object, ...]]:
        """What finds each of the user's rows again, by property."""
        rows = {name: self._row(code, key, name) for key, (name, _) in self._fields.items()}
        return {name: (row["property"], row["record"]) for name, row in rows.items() if row}

    def _row(self, code: str, key: str, name: str) -> Mapping[Any, Any] | None:
        rows = self._rows.get(comparable(code), {}).get(key, [])
        if len(rows) > 1:
            many = message(
                "user {user} has {number} rows of the property {name}", user=code, number=len(rows), name=name
            )
            hint = message("efsync can't tell which one is meant: delete one")
            raise Refused(Problem("database", many, hint=hint))
        return rows[0] if rows else None
