"""What efsync says in T-SQL does what its own words for SQLite do: the same plan, the same rows afterwards."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymssql
import pytest

from tests.cli.inside import assert_in_order, call_json
from tests.layouts.properties import PropertyWorld
from tests.mssql.world import TranslatedPropertyWorld, TranslatedWorld
from tests.world import SETTINGS, World

AUDIT = "\n[targets.erp.audit]\ncompany = 'FEV'\n"
CONVERTED = """
[targets.erp.columns]
port = {column = "Pue_Cor", converter = "number as text"}
ssl = {column = "Ssl_Cor", converter = "S/N"}
server = {column = "Ser_Cor", converter = "blank for none"}
domain = {column = "Dom_Cor", converter = "text"}
"""
CONVERTED_ROWS = """
[targets.erp.columns]
port = {property = "USU-MAIL", value = "Val_Car", converter = "number as text"}
ssl = {property = "USU-MAILSSL", value = "Val_Car", converter = "SI/NO"}
signature = {property = "USU-MAIL", value = "Val_Mem"}
server = {property = "USU-MAILSRV", value = "Val_Car", converter = "blank for none"}
"""
FIRST = """\
  JPEREZ:
    address: jperez@acme.example
    password: {env: MAIL_JPEREZ}
    server: smtp.acme.example
    port: 587
    ssl: true
    signature: "<p>O'Neil &amp; ñandú\\n[x] 50% :a @b %s -- ; DROP TABLE Usuarios</p>"
  mrojas:
    ssl: false
    domain: acme.example
    port: 25
  LDIAZ:
    server: null
    port: null
"""
SECOND = """\
  JPEREZ:
    address: j.perez@acme.example
    password: null
    server: null
    port: null
    ssl: null
    signature: null
  MROJAS:
    ssl: true
    domain: null
    port: 2525
"""


@dataclass(frozen=True)
class Pair:
    """The same company twice: efsync speaks to one in SQLite's words, to the other in T-SQL."""

    native: World
    translated: TranslatedWorld

    def both(self, method: str, *arguments: Any, **options: Any) -> None:
        """Do the same to both."""
        for world in (self.native, self.translated):
            getattr(world, method)(*arguments, **options)

    def same(self, *arguments: str) -> Any:
        """Call a command for both; what it prints has to be the same but for names and times."""
        native, translated = (call_json(world, *arguments) for world in (self.native, self.translated))
        assert translated.status == native.status, (native.out, translated.out)
        told = [_lasting(result.json) for result in (native, translated)]
        assert told[1] == told[0]
        assert _rows(self.translated) == _rows(self.native)
        return translated.json


def _lasting(document: dict[str, Any]) -> dict[str, Any]:
    changing = {"plan_id", "created_at", "run", "config_digest", "key_id", "accounts", "source"}
    for change in document.get("changes", ()):
        change.get("last_change", {}).pop("at", None)
    return {name: value for name, value in document.items() if name not in changing}


def _rows(world: World) -> str:
    """Everything in the tables, but for the time of an entry in the audit trail."""
    names = "Cod_Usu, Tipo, Tabla, Opcion, Accion, Codigo, Detalle, Equipo, Cod_Suc, Cod_Emp, Registro IS NULL"
    return "\n".join([world.dump(), *map(repr, world.sql(f"SELECT {names} FROM Auditorias ORDER BY rowid"))])


@pytest.fixture(params=["columns", "properties"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A company twice, with users of two tenants."""
    in_rows = request.param == "properties"
    (tmp_path / "native").mkdir()
    (tmp_path / "translated").mkdir()
    native = (PropertyWorld if in_rows else World)(tmp_path / "native")
    translated = (TranslatedPropertyWorld if in_rows else TranslatedWorld)(tmp_path / "translated")
    monkeypatch.setattr(pymssql, "connect", translated.server.connect)
    made = Pair(native, translated)
    for world in (native, translated):
        world.environment |= {"MAIL_JPEREZ": "clave-'ñ%s", "EFSYNC_KEY": "one key for both of them"}
    for code in ("JPEREZ", "MROJAS", "LDIAZ"):
        made.both("user", code)
    made.both("change", "LDIAZ", server="old.example", port=25)
    made.both("user", "AJENO", tenant="GLOBEX", server="kept.example")
    return made


def _apply_twice(pair: Pair, settings: str) -> None:
    """Apply one set of files and then another, with drift in between."""
    pair.both("write", "efsync.toml", settings)
    pair.both("department", FIRST)
    pair.same("plan")
    assert pair.same("apply", "--yes")["status"] == "applied"
    pair.both("change", "MROJAS", port=1)
    pair.same("drift")
    pair.both("department", SECOND)
    pair.same("plan")
    assert pair.same("apply", "--yes", "--allow-cleared")["status"] == "applied"
    for world in (pair.native, pair.translated):
        assert_in_order(world)


def test_plan_apply_and_drift_have_the_same_effect(pair: Pair) -> None:
    _apply_twice(pair, SETTINGS)
    assert any("WITH (UPDLOCK" in said for said in pair.translated.server.said)


def test_every_converter_has_the_same_effect(pair: Pair) -> None:
    texts = {"Pue_Cor": "VARCHAR(10)", "Ssl_Cor": "CHAR(1)"}
    for world in (pair.native, pair.translated):
        _rebuild(world, texts)
    _apply_twice(pair, SETTINGS + (CONVERTED_ROWS if isinstance(pair.native, PropertyWorld) else CONVERTED))


def test_the_audit_trail_has_the_same_entries(pair: Pair) -> None:
    _apply_twice(pair, SETTINGS + AUDIT)
    assert len(pair.translated.sql("SELECT 1 FROM Auditorias")) == 5


def test_columns_that_take_no_null_get_the_same_empty_values(pair: Pair) -> None:
    numbers = {"Pue_Cor": "INTEGER", "Ssl_Cor": "BIT", "Val_Num": "NUMERIC(18, 4)"}
    never = {name: f"{kind} NOT NULL DEFAULT 0" for name, kind in numbers.items()}
    for world in (pair.native, pair.translated):
        _rebuild(world, never | {"Ser_Cor": "VARCHAR(253) NOT NULL DEFAULT ''"})
    _apply_twice(pair, SETTINGS)


def _rebuild(world: World, declared: dict[str, str]) -> None:
    """Make both tables anew with some columns declared otherwise; a NULL that is not allowed becomes the default."""
    for table in ("Usuarios", "Campos_Propiedades"):
        there = {row[1]: row[2] + (" NOT NULL" if row[3] else "") for row in world.sql(f"PRAGMA table_info({table})")}
        columns = {name: declared.get(name, kind) for name, kind in there.items()}
        values = (
            f"COALESCE({name}, {kind.rpartition('DEFAULT ')[2]})" if "DEFAULT" in kind else name
            for name, kind in columns.items()
        )
        world.sql(f"ALTER TABLE {table} RENAME TO Old_{table}")
        world.sql(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        world.sql(f"INSERT INTO {table} SELECT {', '.join(values)} FROM Old_{table}")
        world.sql(f"DROP TABLE Old_{table}")
