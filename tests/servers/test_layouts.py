"""Tables and columns that are called otherwise, and stand somewhere else, on a server."""

import secrets

import pytest
from sqlalchemy import NullPool, create_engine

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import SETTINGS, World


def settings(*lines: str, columns: str = "") -> str:
    """The settings with more lines in the target."""
    target = SETTINGS.replace("tenant =", "\n".join(lines) + "\ntenant =")
    return f"{target}\n[targets.erp.columns]\n{columns}\n" if columns else target


def test_the_user_table_and_its_columns_can_be_called_otherwise(sales: World) -> None:
    others = {
        "key": ("Cod_Usu", "Clave_Usu"), "name": ("Nom_Usu", "Nombre_Usu"), "title": ("Cargo", "Puesto_Usu"),
        "department": ("Departamento", "Area_Usu"), "status": ("Status", "Estado_Usu"),
        "tenant": ("Cod_Cli", "Empresa_Usu"), "server": ("Ser_Cor", "Servidor_Usu"),
    }  # fmt: skip
    for before, after in others.values():
        sales.sql(f"ALTER TABLE Usuarios RENAME COLUMN {before} TO {quoted(sales, after)}")
    sales.sql(f"ALTER TABLE Usuarios RENAME TO {quoted(sales, 'Personas_')}")
    columns = "\n".join(f'{meaning} = "{name}"' for meaning, (_, name) in others.items())
    sales.write("efsync.toml", settings('table = "Personas_"', columns=columns))
    applied(sales)
    assert_in_order(sales)
    table, key, server = (quoted(sales, name) for name in ("Personas_", "Clave_Usu", "Servidor_Usu"))
    assert sales.sql(f"SELECT {server} FROM {table} WHERE rtrim({key}) = 'JPEREZ'") == [("smtp.acme.example",)]


@pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)
def test_the_tables_can_be_in_a_schema(sales: World) -> None:
    sales.sql("CREATE SCHEMA erp")
    sales.sql("ALTER TABLE Usuarios SET SCHEMA erp")
    assert "the database has no table Usuarios" in call(sales, "plan").err
    sales.write("efsync.toml", settings('schema = "erp"'))
    applied(sales)
    assert_in_order(sales)
    assert sales.sql("SELECT Ser_Cor FROM erp.Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ'") == [("smtp.acme.example",)]


@pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
def test_the_tables_can_be_in_another_database_of_the_server(sales: World) -> None:
    other = f"efsync_test_{secrets.token_hex(6)}"
    engine = create_engine(sales.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {other}")
        try:
            connection.exec_driver_sql(f"RENAME TABLE Usuarios TO {other}.Usuarios")
            sales.write("efsync.toml", settings(f'database = "{other}"'))
            applied(sales)
            assert_in_order(sales)
            rows = connection.exec_driver_sql(f"SELECT Ser_Cor FROM {other}.Usuarios WHERE Cod_Usu = 'JPEREZ'")
            assert rows.all() == [("smtp.acme.example",)]
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {other}")


@pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)
def test_another_database_is_refused_where_a_connection_reaches_one_only(sales: World) -> None:
    sales.write("efsync.toml", settings('database = "Factory_Global"'))
    result = call_json(sales, "plan")
    assert (result.status, result.codes) == (1, ["config"])
    assert "reaches one database only" in result.json["problems"][0]["message"]


def test_a_table_without_tenants(sales: World) -> None:
    sales.sql("DROP INDEX `IX_Usuarios` ON Usuarios" if sales.url.startswith("mariadb") else 'DROP INDEX "IX_Usuarios"')
    sales.sql("ALTER TABLE Usuarios DROP COLUMN Cod_Cli")
    sales.write("efsync.toml", SETTINGS.replace('tenant = "ACME"', "") + "\n[targets.erp.columns]\ntenant = false\n")
    applied(sales)
    assert_in_order(sales)


def test_one_field_as_a_property_row_and_the_rest_in_columns(sales: World) -> None:
    columns = 'server = {property = "USU-MAILSRV", value = "Val_Car"}'
    sales.write("efsync.toml", settings(columns=columns))
    applied(sales, "--allow-redirect", "MROJAS")  # its server is empty there
    assert_in_order(sales)
    assert sales.live("JPEREZ")["address"] == "jperez@acme.example"
    assert sales.live("JPEREZ")["server"] is None
    rows = sales.sql("SELECT Val_Car FROM Campos_Propiedades WHERE rtrim(Cod_Pro) = 'USU-MAILSRV'")
    assert rows == [("smtp.acme.example",)] * 2


def test_the_property_table_can_be_called_otherwise(sales: World) -> None:
    for before, after in [
        ("Cod_Pro", "Propiedad"),
        ("Cod_Reg", "Registro_"),
        ("Origen", "Tabla_"),
        ("Val_Car", "Texto"),
    ]:
        sales.sql(f"ALTER TABLE Campos_Propiedades RENAME COLUMN {before} TO {quoted(sales, after)}")
    sales.sql("ALTER TABLE Campos_Propiedades DROP COLUMN Tip_Pro")
    sales.sql(f"ALTER TABLE Campos_Propiedades RENAME TO {quoted(sales, 'Propiedades')}")
    table = (
        '[targets.erp.property_table]\ntable = "Propiedades"\nproperty = "Propiedad"\nrecord = "Registro_"\n'
        'origin = "Tabla_"\norigin_value = "Personas_"\nkind = false\n'
    )
    sales.write("efsync.toml", settings(columns='server = {property = "SRV", value = "Texto"}\n' + table))
    applied(sales, "--allow-redirect", "MROJAS")  # its server is empty there
    assert_in_order(sales)
    columns = ", ".join(quoted(sales, name) for name in ("Tabla_", "Texto"))
    rows = sales.sql(f"SELECT {columns} FROM {quoted(sales, 'Propiedades')}")
    assert rows == [("Personas_", "smtp.acme.example")] * 2


def quoted(world: World, name: str) -> str:
    """A name that the demo's tables do not have, quoted for the server."""
    quote = '"' if world.url.startswith("postgresql") else "`"
    return f"{quote}{name}{quote}"
