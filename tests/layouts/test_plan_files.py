"""The same where all mail fields are property rows, on every database."""

from tests.cli.test_plan_files import *  # noqa: F403

del test_a_plan_for_another_tenant_is_refused  # noqa: F821  # its users are in two tenants, which is refused before
