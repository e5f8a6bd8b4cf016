"""Writing to many users at once does what writing to one after the other does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable

from efsync.erp.connection import Erp
from efsync.erp.layout import Layout
from efsync.erp.presets import EFACTORY, EFACTORY_PROPERTIES
from efsync.erp.users import UserTable
from efsync.erp.writing import Changed, Unsure, Writing
from efsync.model.fields import PlainValue
from efsync.model.problems import Refused
from efsync.model.secrets import Secret
from tests.erp.conftest import Reader, fingerprint
from tests.layouts.properties import PropertyWorld
from tests.world import World

Values = Mapping[str, PlainValue | Secret]
WRITTEN: Mapping[str, Values] = {
    "ALL": {"address": "a@x.example", "password": Secret("clave"), "server": "s", "port": 587, "ssl": True,
            "domain": "x.example", "header": "<p>", "signature": "<b>ñ 50% :a</b>", "footer": "</p>"},
    "NEW1": {"server": "one.example"},
    "NEW2": {"server": "two.example"},
    "CLEARED": {"server": None, "port": None},
    "HALF": {"server": None, "port": 465},
    "SWITCH": {"ssl": False},
    "PASSWORD": {"password": Secret("otra"), "server": "three.example"},
    "NOTHING": {"domain": None},
}  # fmt: skip
"""What each user gets: in columns that others get too, or not."""


def _world(kind: type[World], folder: Path) -> World:
    folder.mkdir()
    world = kind(folder)
    for code in WRITTEN:
        world.user(code, server="old", port=25, signature="<p>old</p>", header="kept")
    world.user("BARE")
    world.user("ALL", tenant="GLOBEX", server="globex")
    world.sql("DELETE FROM Campos_Propiedades WHERE rtrim(Cod_Reg) = 'NEW1'")
    return world


def _write(world: World, layout: Layout, write: Callable[[UserTable, list[Changed]], None]) -> str:
    """Everything in the tables after that, the audit trail too."""
    with Erp("sqlite:///erp.db", layout, "ACME", world.folder).writing() as users:
        live = users.read(fingerprint)
        write(users, [(live[code.casefold()], values) for code, values in WRITTEN.items()])
    names = "Cod_Usu, Tipo, Tabla, Opcion, Accion, Codigo, Detalle, Equipo, Cod_Suc, Cod_Emp, Registro IS NULL"
    return "\n".join([world.dump(), *map(repr, world.sql(f"SELECT {names} FROM Auditorias ORDER BY rowid"))])


def _one_by_one(users: UserTable, changed: list[Changed]) -> None:
    for account, values in changed:
        users.write([(account, values)])


@pytest.mark.parametrize(
    ("kind", "layout"), [(World, EFACTORY), (PropertyWorld, EFACTORY_PROPERTIES)], ids=["columns", "properties"]
)
@pytest.mark.parametrize("audited", [False, True])
def test_many_at_once_leave_what_one_after_the_other_leaves(
    tmp_path: Path, kind: type[World], layout: Layout, audited: bool
) -> None:
    if audited:
        layout = layout.overridden({"tenant": "ACME", "audit": {"through": "table"}})
    apart = _write(_world(kind, tmp_path / "apart"), layout, _one_by_one)
    together = _write(_world(kind, tmp_path / "together"), layout, UserTable.write)
    assert together == apart
    assert "three.example" in together
    assert together.count("'efsync'") == audited * 2 * len(WRITTEN)


def test_accounts_that_get_the_same_columns_are_written_with_one_statement(
    world: World, erp: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        world.user(f"U{number}")
    ran: list[int] = []
    run = Writing.run

    def counted(writing: Writing, statement: Executable, rows: Any) -> int:
        ran.append(len(rows))
        return run(writing, statement, rows)

    monkeypatch.setattr(Writing, "run", counted)
    with erp.erp().writing() as users:
        accounts = users.read(fingerprint).values()
        users.write([(each, {"server": each.code} | ({"port": 1} if each.code == "U7" else {})) for each in accounts])
    assert sorted(ran) == [1, 19]
    assert {code: world.live(code)["server"] for code in ("U0", "U7", "U19")} == {"U0": "U0", "U7": "U7", "U19": "U19"}


@pytest.mark.parametrize(
    "missing",
    [
        "DELETE FROM Usuarios WHERE rtrim(Cod_Usu) = 'MROJAS'",
        "INSERT INTO Usuarios SELECT * FROM Usuarios WHERE rtrim(Cod_Usu) = 'MROJAS'",
    ],
    ids=["gone", "twice"],
)
def test_another_number_of_rows_than_of_accounts_tells_of_none_of_them(world: World, erp: Reader, missing: str) -> None:
    for code in ("JPEREZ", "MROJAS", "LDIAZ"):
        world.user(code)
    accounts = erp.read().values()
    world.sql(missing)
    before = world.dump()
    with pytest.raises(Unsure), erp.erp().writing() as users:
        users.write([(account, {"server": "new"}) for account in accounts])
    assert world.dump() == before


def test_what_the_database_says_of_one_of_many_is_told_of_nobody(world: World, erp: Reader) -> None:
    for code in ("JPEREZ", "MROJAS"):
        world.user(code)
    world.sql("CREATE TRIGGER no BEFORE UPDATE ON Usuarios BEGIN SELECT RAISE(ABORT, 'clave-1 is no password'); END")
    changed: list[Changed] = [(account, {"password": Secret("clave-1")}) for account in erp.read().values()]
    with pytest.raises(Unsure) as raised, erp.erp().writing() as users:
        users.write(changed)
    assert "clave" not in repr(raised.value)
    assert raised.value.__suppress_context__


def test_one_alone_is_told_of(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    account = erp.read()["jperez"]
    world.sql("UPDATE Usuarios SET Cod_Usu = 'OTHER'")
    with pytest.raises(Refused) as refused, erp.erp().writing() as users:
        users.write([(account, {"server": "new"})])
    assert "writing user JPEREZ reached 0 rows" in str(refused.value)
