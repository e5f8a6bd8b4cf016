"""Import on PostgreSQL and MariaDB: for whatever they hold, a plan right after it changes no field."""

import shutil
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.cli.test_import import (  # noqa: F401
    clicked,
    test_it_writes_defaults_shared_files_templates_and_references,
    test_standing_files_get_values_and_users_and_keep_the_rest,
)
from tests.workflows.import_.companies import users
from tests.workflows.import_.test_laws import check
from tests.world import World


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=users())
def test_a_plan_right_after_an_import_changes_no_field(world: World, rows: list[dict[str, Any]]) -> None:
    for table in ("Usuarios", "Campos_Propiedades"):
        world.sql(f"DELETE FROM {table}")
    for folder in ("accounts", ".efsync"):
        shutil.rmtree(world.folder / folder, ignore_errors=True)
        (world.folder / folder).mkdir()
    check(world, rows)
