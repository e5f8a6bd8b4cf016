"""Whatever may change between two plans of a company in which nothing differs."""

import sqlite3
from collections.abc import Callable
from typing import Any

from tests.cli.inside import applied, call
from tests.workflows.settled import PASSWORDS, SALES, SMTP
from tests.world import SETTINGS, USER_COLUMNS, World

Change = Callable[[World], object]
KEY = "another key of the fingerprints"


def _file(name: str, content: str) -> Change:
    return lambda world: world.write(name, content)


def files_of_sales(users: str, more: str = SMTP) -> Change:
    return lambda world: world.department(users, more=more)


def _users_of_stock(users: str) -> Change:
    return lambda world: world.department(users, name="COMPRAS")


def row(column: str, value: Any, code: str = "JPEREZ") -> Change:
    return lambda world: world.sql(f"UPDATE Usuarios SET {column} = ? WHERE rtrim(Cod_Usu) = ?", value, code)


def state(statement: str) -> Change:
    def change(world: World) -> None:
        connection = sqlite3.connect(world.folder / ".efsync" / "state.db")
        with connection:
            connection.execute(statement)
        connection.close()

    return change


def _column(name: str, declared: str) -> Change:
    """Declare a column anew, its rows and the others kept."""

    def change(world: World) -> None:
        ((schema,),) = world.sql("SELECT sql FROM sqlite_master WHERE name = 'Usuarios'")
        lines = [
            f'"{name}" {declared},' if line.strip().partition(" ")[0].strip('"') == name else line
            for line in schema.replace("TEXT\n)", "TEXT,\nCHECK (1))").splitlines()
        ]
        assert f'"{name}" {declared},' in lines
        world.sql("ALTER TABLE Usuarios RENAME TO Older")
        world.sql("\n".join(lines))
        world.sql("INSERT INTO Usuarios SELECT * FROM Older")
        world.sql("DROP TABLE Older")

    return change


def _environment(**variables: str) -> Change:
    return lambda world: world.environment.update(variables)


def _secret_leads_outside(world: World) -> None:
    outside = world.write("elsewhere", "clave-de-mrojas")
    (world.folder / "secrets" / "mrojas").unlink()
    (world.folder / "secrets" / "mrojas").symlink_to(outside)


def _passwords_change_places(world: World) -> None:
    world.secret("mrojas", PASSWORDS[0])
    world.environment["MAIL_JPEREZ"] = PASSWORDS[1]


def _apply_of_other_files(world: World) -> None:
    world.department(SALES.replace("jperez@", "jose@"), more=SMTP)
    applied(world)


def apply_there_and_back(world: World) -> None:
    world.department(SALES, more=SMTP + "on_removal: forget\n")
    applied(world)
    world.department(SALES, more=SMTP)


CHANGES: dict[str, Change] = {
    "nothing": lambda world: None,
    "a value in a department file": files_of_sales(SALES.replace("jperez@", "jose@")),
    "a comment in a department file": files_of_sales("  # a comment\n" + SALES),
    "a default in a department file": files_of_sales(SALES, SMTP.replace("587", "465")),
    "what becomes of those who leave": files_of_sales(SALES, SMTP + "on_removal: forget\n"),
    "a reference to the same password": files_of_sales(SALES.replace("{env: MAIL_JPEREZ}", "{env: MAIL_JOSE}")),
    "an account leaves a department file": files_of_sales(SALES.partition("  MROJAS")[0]),
    "an account joins a department file": files_of_sales(SALES + "  RSOTO:\n    domain: acme.example\n"),
    "a mistake in a department file": files_of_sales(SALES.replace("address: j", "adress: j")),
    "a department file is gone": lambda world: (world.folder / "accounts" / "compras.yaml").unlink(),
    "a department file is renamed": lambda world: (world.folder / "accounts" / "compras.yaml").rename(
        world.folder / "accounts" / "otra.yaml"
    ),
    "another department file": lambda world: world.department("  RSOTO: {}\n", name="OTRA"),
    "the same department twice": lambda world: world.department("  RSOTO: {}\n", file="sur/ventas.yaml"),
    "no accounts folder": lambda world: (world.folder / "accounts").rename(world.folder / "gone"),
    "a department file includes a text no more": files_of_sales(
        SALES.replace("    header: {file: _texts/header.html}\n", "")
    ),
    "a department file includes another text": files_of_sales(
        SALES.replace("header: {file: _texts/header.html}", "footer: {template: _texts/signature.html}")
    ),
    "a user's former code is in no file": files_of_sales(
        SALES.replace("  MROJAS:\n", "  MROJAS:\n    renamed_from: ROJAS\n")
    ),
    "a user's former code is in another file": files_of_sales(
        SALES.replace("  MROJAS:\n", "  MROJAS:\n    renamed_from: '0012'\n")
    ),
    "a user moves to another file": _users_of_stock("  0012:\n    domain: null\n  RSOTO:\n    domain: null\n"),
    "a user is in two files": _users_of_stock("  0012:\n    domain: null\n  JPEREZ:\n    domain: null\n"),
    "an included text": _file("accounts/_texts/header.html", "<h1>Globex</h1>"),
    "an included text is gone": lambda world: (world.folder / "accounts" / "_texts" / "header.html").unlink(),
    "a template": _file("accounts/_texts/signature.html", "<b>{{ user.name }}</b>"),
    "a template that fails": _file("accounts/_texts/signature.html", "{{ user.nombre }}"),
    "a text that nobody includes": _file("accounts/_texts/other.html", "<p></p>"),
    "settings: a comment": _file("efsync.toml", SETTINGS + "# a comment\n"),
    "settings: another tenant": _file("efsync.toml", SETTINGS.replace("ACME", "GLOBEX")),
    "settings: what counts as active": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", 'active = "X"\n\n[secrets.env]')
    ),
    "settings: a column is left out": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", "[targets.erp.columns]\ndomain = false\n\n[secrets.env]")
    ),
    "settings: another column": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", '[targets.erp.columns]\ndomain = "Correo2"\n\n[secrets.env]')
    ),
    "settings: another converter": _file(
        "efsync.toml",
        SETTINGS.replace("[secrets.env]", '[targets.erp.columns]\nssl = {converter = "S/N"}\n\n[secrets.env]'),
    ),
    "settings: a variable is allowed no more": _file("efsync.toml", SETTINGS.replace("MAIL_*", "POST_*")),
    "settings: a folder is allowed no more": _file("efsync.toml", SETTINGS.replace('["secrets"]', '["other"]')),
    "settings: another state": _file("efsync.toml", SETTINGS + '\n[state]\nurl = "sqlite:///other.db"\n'),
    "settings: a brake": _file("efsync.toml", SETTINGS + "\n[safety]\nmax_changed_percent = 1\n"),
    "settings: another database": lambda world: (world.folder / "erp.db").rename(world.folder / "away.db"),
    **{f"the ERP: {field}": row(column, "1" if field in ("port", "ssl") else "x") for field, column in
       USER_COLUMNS.items()},
    **{f"the ERP: {field} cleared": row(column, None) for field, column in USER_COLUMNS.items()},
    "the ERP: a name in a template": row("Nom_Usu", "María Rosas", "MROJAS"),
    "the ERP: a title in a template": row("Cargo", "Jefa", "MROJAS"),
    "the ERP: a name in no template": row("Nom_Usu", "José"),
    "the ERP: a status": row("Status", "I"),
    "the ERP: a status in no file": row("Status", "I", "RSOTO"),
    "the ERP: a department": row("Departamento", "COMPRAS"),
    "the ERP: the department of all": lambda world: world.sql("UPDATE Usuarios SET Departamento = 'X'"),
    "the ERP: a code in lower case": row("Cod_Usu", "jperez"),
    "the ERP: another code": row("Cod_Usu", "JPEREZ2"),
    "the ERP: a tenant in lower case": row("Cod_Cli", "acme"),
    "the ERP: another tenant": row("Cod_Cli", "GLOBEX"),
    "the ERP: a column that is not mapped": row("Correo2", "x"),
    "the ERP: a field that is not managed": row("Pie_Cor", "<p>other</p>", "0012"),
    "the ERP: a number as text": row("Pue_Cor", " 587 "),
    "the ERP: padding": row("Ser_Cor", "smtp.acme.example   "),
    "the ERP: a user joins": lambda world: world.user("NUEVA", password="x"),
    "the ERP: a user leaves": lambda world: world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'JPEREZ%'"),
    "the ERP: a user in no file leaves": lambda world: world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'RSOTO%'"),
    "the ERP: one in no file for another": row("Cod_Usu", "NUEVA", "RSOTO"),
    "the ERP: a user twice": lambda world: world.user("jperez"),
    "the ERP: a row twice": lambda world: world.sql(
        "INSERT INTO Usuarios SELECT * FROM Usuarios WHERE Cod_Usu LIKE 'JPEREZ%'"
    ),
    "the ERP: a user in no file twice": lambda world: world.user("rsoto"),
    "the ERP: no users": lambda world: world.sql("DELETE FROM Usuarios"),
    "the ERP: a user without a code": lambda world: world.user(""),
    "the ERP: a column takes no NULL": _column("Correo", "VARCHAR(254) NOT NULL"),
    "the ERP: a column is of another type": _column("Pue_Cor", "VARCHAR(5)"),
    "the ERP: a column is shorter": _column("Correo", "VARCHAR(5)"),
    "a password in a variable is renewed": _environment(MAIL_JPEREZ="clave-nueva"),
    "a password in a variable is empty": _environment(MAIL_JPEREZ=" "),
    "a password in a variable is gone": lambda world: world.environment.pop("MAIL_JPEREZ"),
    "a password in a file is renewed": lambda world: world.secret("mrojas", "clave-nueva"),
    "a password in a file ends in a line": lambda world: world.secret("mrojas", "clave-de-mrojas\n"),
    "a password in a file is gone": lambda world: (world.folder / "secrets" / "mrojas").unlink(),
    "a password's file leads outside": _secret_leads_outside,
    "two passwords change places": _passwords_change_places,
    "another key": _environment(EFSYNC_KEY=KEY),
    "the key is gone": lambda world: (world.folder / ".efsync" / "key").unlink(),
    "an account is forgotten": lambda world: call(world, "state", "forget", "JPEREZ", "--yes"),
    "an apply of nothing": applied,
    "an apply of other files": _apply_of_other_files,
    "an apply of other files, whose text comes back": apply_there_and_back,
    "an apply that did not end": state("UPDATE runs SET status = 'started', finished_at = NULL"),
    "the state is gone": lambda world: (world.folder / ".efsync" / "state.db").unlink(),
    "the state is of an older efsync": state("UPDATE alembic_version SET version_num = '0002'"),
    "a digest in the state is gone": state("UPDATE applied_accounts SET digest = NULL WHERE key = 'jperez'"),
}  # fmt: skip
