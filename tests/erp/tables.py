"""Changes to the ERP's table itself."""

from collections.abc import Mapping

from tests.world import World


def forbid_null(world: World, columns: Mapping[str, str]) -> None:
    """Rebuild the user table, still empty, so that these columns, of this type, take no NULL."""
    ((schema,),) = world.sql("SELECT sql FROM sqlite_master WHERE name = 'Usuarios'")
    lines = schema.splitlines()
    for number, line in enumerate(lines):
        name = line.strip().partition(" ")[0].strip('"')
        if name in columns:
            lines[number] = f'"{name}" {columns[name]} NOT NULL{"," if line.strip().endswith(",") else ""}'
    world.sql("DROP TABLE Usuarios")
    world.sql("\n".join(lines))


def note_updates(world: World) -> None:
    """Make the ERP note which column of which user an UPDATE names, changed or not."""
    world.sql("CREATE TABLE Noted (code TEXT, name TEXT)")
    for column in [row[1] for row in world.sql("PRAGMA table_info(Usuarios)")]:
        world.sql(
            f"CREATE TRIGGER note_{column} AFTER UPDATE OF {column} ON Usuarios "
            f"BEGIN INSERT INTO Noted VALUES (rtrim(NEW.Cod_Usu), '{column}'); END"
        )


def noted_updates(world: World) -> set[tuple[str, str]]:
    """Users and columns that were named in an UPDATE since."""
    return {(code, column) for code, column in world.sql("SELECT code, name FROM Noted")}
