"""A company whose ERP keeps all mail fields as property rows."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Update, and_, func, insert, select, update

from efsync.erp.demo.database import campos_propiedades
from efsync.erp.presets import EFACTORY_PROPERTIES
from tests.world import World

_PLACES = EFACTORY_PROPERTIES.fields


class PropertyWorld(World):
    """Stored values are looked at and changed in the rows of Campos_Propiedades."""

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file; settings get the layout of property rows."""
        if isinstance(content, str) and name == "efsync.toml":
            content = content.replace('tenant = "ACME"', 'tenant = "ACME"\nlayout = "efactory-properties"')
        return super().write(name, content)

    def user(self, code: str, department: str = "VENTAS", tenant: str = "ACME", name: str = "", title: str = "",
        status: str = "A", **fields: Any) -> None:  # fmt: skip
        """Add a user, and a property row for each field that is not None."""
        super().user(code, department, tenant, name, title, status)
        self.change(code, tenant, **{field: value for field, value in fields.items() if value is not None})

    def change(self, code: str, tenant: str = "ACME", **fields: Any) -> None:
        """Change a user behind efsync's back, with new rows where there are none."""
        with self.engine.begin() as connection:
            for field, value in fields.items():
                if connection.execute(self.changing(code, tenant, **{field: value})).rowcount == 0:
                    self._insert(connection, code, field, value)

    def changing(self, code: str, tenant: str = "ACME", **fields: Any) -> Update:
        """The statement that changes one field of a user who has a row for it."""
        ((field, value),) = fields.items()
        return update(campos_propiedades).where(self._is_property(code, field)).values({_PLACES[field].column: value})

    def live(self, code: str, tenant: str = "ACME") -> dict[str, Any]:
        """What the ERP holds of a user, by mail field, as stored; None where there is no row."""
        with self.engine.begin() as connection:
            return {field: self._stored(connection, code, field) for field in _PLACES}

    def rows(self, code: str) -> set[str]:
        """The codes of the property rows that a user has."""
        names = campos_propiedades.c
        statement = select(names.Cod_Pro).where(func.rtrim(names.Cod_Reg) == code)
        with self.engine.begin() as connection:
            return {name.rstrip() for name in connection.execute(statement).scalars()}

    def dump(self) -> str:
        """Everything in both tables."""
        with self.engine.begin() as connection:
            rows = sorted(map(repr, connection.execute(select(campos_propiedades))))
        return "\n".join([super().dump(), *rows])

    def _stored(self, connection: Connection, code: str, field: str) -> Any:
        column = campos_propiedades.c[_PLACES[field].column]
        return connection.execute(select(column).where(self._is_property(code, field))).scalar_one_or_none()

    def _insert(self, connection: Connection, code: str, field: str, value: Any) -> None:
        place = _PLACES[field]
        row = {"Cod_Pro": place.property, "Cod_Reg": code, "Origen": "Usuarios", "Tip_Pro": "C", place.column: value}
        connection.execute(insert(campos_propiedades).values(row))

    def _is_property(self, code: str, field: str) -> Any:
        names = campos_propiedades.c
        return and_(func.rtrim(names.Cod_Reg) == code, func.rtrim(names.Cod_Pro) == _PLACES[field].property)
