"""What stands in an ERP's audit trail, and the procedure by which the product writes it."""

from dataclasses import dataclass
from xml.etree import ElementTree

from tests.world import SETTINGS, World

AUDIT = '\n[targets.erp.audit]\nuser = "CONFIG"\ncompany = "FEV"\nbranch = "CCS"\n'

# in the order and with the lengths of the product's procedure; the names are the product's own too
_PARAMETERS = {
    "usuario": 10, "tipo": 15, "tabla": 30, "opcion": 100, "accion": 10, "documento": 10, "codigo": 30, "clave2": 100,
    "clave3": 100, "clave4": 100, "clave5": 100, "detalle": 0, "equipo": 30, "sucursal": 10, "objeto": 100, "notas": 0,
    "empresa": 10,
}  # fmt: skip
COLUMNS = (
    "Cod_Usu", "Tipo", "Tabla", "Opcion", "Accion", "Documento", "Codigo", "Clave2", "Clave3", "Clave4", "Clave5",
    "Detalle", "Equipo", "Cod_Suc", "Cod_Obj", "Notas", "Cod_Emp",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One row of the audit trail; `fields` has what its XML says of each column: before and after."""

    values: dict[str, str]
    fields: dict[str, tuple[str, str]]


def keep_trail(world: World, more: str = "") -> None:
    """Have every change noted in the audit trail."""
    world.write("efsync.toml", SETTINGS + AUDIT + more)


def entries(world: World) -> list[Entry]:
    """The whole trail, by user code."""
    rows = world.sql(f"SELECT {', '.join(COLUMNS)} FROM Auditorias ORDER BY Codigo")
    return [_entry({name: str(value).rstrip() for name, value in zip(COLUMNS, row, strict=True)}) for row in rows]


def _entry(values: dict[str, str]) -> Entry:
    detail = ElementTree.fromstring(values["Detalle"])
    assert (detail.tag, [each.tag for each in detail]) == ("detalle", ["campos"])
    fields = {}
    for field in detail.iterfind("campos/campo"):
        assert [each.tag for each in field] == ["antes", "despues"]
        fields[field.attrib["nombre"]] = (field.findtext("antes", ""), field.findtext("despues", ""))
    return Entry(values, fields)


def make_procedure(world: World) -> None:
    """Make `sp_GuardarAuditoria` on a server, which writes a row of Auditorias."""
    if world.url.startswith("postgresql"):
        parameters = ", ".join(f"{name} varchar" for name in _PARAMETERS)
        given = ", ".join(f"${number}" for number in range(1, len(_PARAMETERS) + 1))
        head = f'CREATE PROCEDURE "sp_GuardarAuditoria" ({parameters}) LANGUAGE SQL'
        world.sql(f"{head} AS $$ INSERT INTO Auditorias ({', '.join(COLUMNS)}) VALUES ({given}) $$")
    else:
        sized = (f"{name} {f'varchar({size})' if size else 'longtext'}" for name, size in _PARAMETERS.items())
        head = f"CREATE PROCEDURE sp_GuardarAuditoria ({', '.join(sized)})"
        world.sql(f"{head} INSERT INTO Auditorias ({', '.join(COLUMNS)}) VALUES ({', '.join(_PARAMETERS)})")
