"""Import where all mail fields are property rows, on every database."""

from tests.cli.test_import import (  # noqa: F401
    clicked,
    test_it_writes_defaults_shared_files_templates_and_references,
    test_standing_files_get_values_and_users_and_keep_the_rest,
)
from tests.servers.test_import import test_a_plan_right_after_an_import_changes_no_field  # noqa: F401
