"""Adding a property row where the table has columns of its own beside those that are mapped."""

from pathlib import Path

import pytest

from tests.cli.inside import applied, assert_in_order
from tests.layouts.properties import PropertyWorld


@pytest.mark.parametrize(
    "column",
    [
        pytest.param("Largo INTEGER NOT NULL GENERATED ALWAYS AS (length(Val_Car)) VIRTUAL", id="computed"),
        pytest.param("Creado VARCHAR(20) NOT NULL DEFAULT 'hoy'", id="default"),
        pytest.param("Notas VARCHAR(20)", id="null"),
    ],
)
def test_a_column_that_fills_itself_is_left_to_itself(tmp_path: Path, column: str) -> None:
    world = PropertyWorld(tmp_path)
    world.sql("DELETE FROM Campos_Propiedades")
    world.sql(f"ALTER TABLE Campos_Propiedades ADD COLUMN {column}")
    world.user("JPEREZ")
    world.department("  JPEREZ:\n    server: smtp.acme.example\n")
    applied(world)
    assert_in_order(world)
    ((value,),) = world.sql(f"SELECT {column.partition(' ')[0]} FROM Campos_Propiedades")
    assert value == {"Largo": 17, "Creado": "hoy", "Notas": None}[column.partition(" ")[0]]
