"""The ERP's audit trail, read: who changed a user last, and when.

Columns are those of the product's public report code. What stands in Detalle is not read: nobody outside knows
whether the product leaves passwords out of it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, column, func, select, table
from sqlalchemy.exc import SQLAlchemyError

from efsync.erp.audit import OPTION
from efsync.erp.columns import qualifier, table_facts
from efsync.erp.layout import Layout
from efsync.model.batches import batches
from efsync.model.drift import LastChange
from efsync.model.normal import comparable, normal_text

TRAIL = "Auditorias"
_NEEDED = ("Registro", "Cod_Usu", "Tabla", "Opcion", "Codigo")

_LONGEST = 30
"""Characters that are taken from a cell, which has as many as ten, or a time."""

log = logging.getLogger(__name__)


def last_changes(connection: Connection, layout: Layout, codes: Iterable[str]) -> dict[str, LastChange]:
    """Who changed each of the users `codes` last, by comparable code; nobody where the trail is missing or unreadable.

    After a failure the transaction is of no more use: this is the last thing to be read in one.
    """
    name = layout.audit.name if layout.audit is not None and layout.audit.through == "table" else TRAIL
    found: dict[str, LastChange] = {}
    try:
        if not set(_NEEDED) <= table_facts(connection, layout, name).keys():
            return {}
        for some in batches(codes):
            for code, user, at, option in connection.execute(_newest(layout, name, some, connection.dialect.name)):
                # of two entries of one moment, the one that tells more
                key, own = comparable(str(code)), normal_text(option) == OPTION
                if normal_text(user) is not None and (key not in found or found[key].own):
                    found[key] = LastChange(str(user).strip()[:_LONGEST], _moment(at)[:_LONGEST], own)
    except SQLAlchemyError as error:
        log.info("the audit trail %s can't be read: %s", name, type(error).__name__)
        return {}
    return found


def _newest(layout: Layout, name: str, codes: list[str], dialect: str) -> Select[Any]:
    """The newest entries of each of the users `codes`."""
    trail = table(name, *(column(each) for each in _NEEDED), schema=qualifier(layout, dialect))
    code = func.upper(func.rtrim(trail.c.Codigo))
    tables = [layout.table] + ([layout.properties.table] if layout.property_fields() else [])
    about = and_(
        func.upper(func.rtrim(trail.c.Tabla)).in_([each[:30].upper() for each in tables]),
        code.in_([each.upper() for each in codes]),
    )
    newest = select(code.label("code"), func.max(trail.c.Registro).label("at")).where(about).group_by(code).subquery()
    both = and_(code == newest.c.code, trail.c.Registro == newest.c.at)
    return select(newest.c.code, trail.c.Cod_Usu, newest.c.at, trail.c.Opcion).join(newest, both).where(about)


def _moment(at: Any) -> str:
    """The time of an entry as the server keeps it, to the second; it says of no time zone."""
    return at.isoformat(sep=" ", timespec="seconds") if isinstance(at, datetime) else str(at).strip()
