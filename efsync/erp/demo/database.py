"""Makes the demo ERP's database."""

import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CHAR,
    Column,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    create_engine,
    inspect,
    table,
)
from sqlalchemy import column as plain_column
from sqlalchemy.pool import NullPool

from efsync.database.errors import database_errors
from efsync.erp.demo.content import demo_users
from efsync.model.language import message
from efsync.model.normal import normal_value
from efsync.model.problems import Problem, Refused

metadata = MetaData()

usuarios = Table(
    "Usuarios",
    metadata,
    Column("Cod_Usu", CHAR(10), nullable=False),
    Column("Nom_Usu", String(100)),
    Column("Status", CHAR(1)),
    Column("Departamento", String(30)),
    Column("Cargo", String(100)),
    Column("Correo", String(254)),
    Column("Correo2", String(254)),
    Column("Cod_Cli", CHAR(10)),
    Column("Cod_Idi", CHAR(10)),
    Column("Rif", String(20)),
    Column("Tipo", String(20)),
    Column("Clase", String(20)),
    Column("Nivel", Integer),
    Column("Telefonos", String(60)),
    Column("Movil", String(60)),
    Column("Direccion", String(200)),
    Column("Sexo", CHAR(1)),
    Column("Fec_Nac", DateTime),
    Column("Fec_Ini", DateTime),
    Column("Opc_Def", String(60)),
    Column("Comentario", Text),
    Column("Cla_Cor", String(200)),
    Column("Ser_Cor", String(253)),
    Column("Pue_Cor", Integer),
    Column("Ssl_Cor", Integer),
    Column("Dom_Cor", String(253)),
    Column("Enc_Cor", Text),
    Column("Fir_Cor", Text),
    Column("Pie_Cor", Text),
    Index("IX_Usuarios", "Cod_Usu", "Cod_Cli"),
)

idiomas = Table(
    "Idiomas",
    metadata,
    Column("cod_idi", CHAR(10), primary_key=True),
    Column("nom_idi", String(60)),
)

campos_propiedades = Table(
    "Campos_Propiedades",
    metadata,
    Column("Cod_Pro", CHAR(20), nullable=False),
    Column("Cod_Reg", CHAR(30), nullable=False),
    Column("Origen", String(30), nullable=False),
    Column("Tip_Pro", CHAR(1)),
    Column("Val_Car", String(254)),
    Column("Val_Num", Numeric(18, 4)),
    Column("Val_Log", Integer),
    Column("Val_Fec", DateTime),
    Column("Val_Mem", Text),
)

auditorias = Table(
    "Auditorias",
    metadata,
    Column("Registro", DateTime),
    Column("Cod_Usu", CHAR(10)),
    Column("Tipo", String(15)),
    Column("Tabla", String(30)),
    Column("Opcion", String(100)),
    Column("Accion", String(10)),
    Column("Documento", String(10)),
    Column("Codigo", String(30)),
    Column("Clave2", String(100)),
    Column("Clave3", String(100)),
    Column("Clave4", String(100)),
    Column("Clave5", String(100)),
    Column("Detalle", Text),
    Column("Equipo", String(30)),
    Column("Cod_Suc", String(10)),
    Column("Cod_Obj", String(100)),
    Column("Notas", Text),
    Column("Cod_Emp", String(10)),
)

_LANGUAGES = [
    {"cod_idi": "ES".ljust(10), "nom_idi": "Español"},
    {"cod_idi": "EN".ljust(10), "nom_idi": "English"},
]


def fill_demo_database(engine: Engine) -> int:
    """Make the demo ERP's tables and users in an empty database; how many users it has.

    Raises `Refused` (`database`) where it is not empty.
    """
    there = sorted(inspect(engine).get_table_names())
    if there:
        full = message(
            "the database has a table {name} already; the demo ERP is made in an empty one only", name=there[0]
        )
        raise Refused(Problem("database", full, hint=message("name another one, or drop all tables of this one")))
    users = demo_users()
    # untyped on SQLite: the values are as dirty as those of a real table; a server takes what its columns allow
    dirty = engine.dialect.name == "sqlite"
    rows = users if dirty else [_clean(user) for user in users]
    table_of_users = table("Usuarios", *(plain_column(name) for name in users[0])) if dirty else usuarios
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(idiomas.insert(), _LANGUAGES)
        connection.execute(table_of_users.insert(), rows)
        connection.execute(campos_propiedades.insert(), [_property(user) for user in users[:5]])
    return len(users)


def _clean(user: dict[str, Any]) -> dict[str, Any]:
    """A user whose numbers and yes/no are such, as columns of a server demand."""
    ssl = normal_value("ssl", user["Ssl_Cor"])
    return {
        **user,
        "Pue_Cor": normal_value("port", user["Pue_Cor"]),
        "Ssl_Cor": None if ssl is None else int(ssl is True),
    }


def make_demo_database(path: Path) -> int:
    """Make the demo ERP as a SQLite file at `path`, in place of what is there; how many users it has.

    Raises `Refused` (`database`) where the file can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with database_errors(message("the demo database")):
            users = fill_demo_database(create_engine(f"sqlite:///{waiting}", poolclass=NullPool, hide_parameters=True))
        os.replace(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)
    return users


def _property(user: dict[str, object]) -> dict[str, object]:
    """A custom property as the product keeps it, to be left alone."""
    return {
        "Cod_Pro": "USU-DPTO".ljust(20),
        "Cod_Reg": str(user["Cod_Usu"]).ljust(30),
        "Origen": "Usuarios",
        "Tip_Pro": "M",
        "Val_Mem": user["Departamento"],
    }
