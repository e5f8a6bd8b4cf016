"""The same on SQL Server."""

from tests.cli.test_plan_files import *  # noqa: F403

del test_a_plan_for_another_tenant_is_refused  # noqa: F821  # with property rows, users in two tenants are refused before
