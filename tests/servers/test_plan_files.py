"""The same on PostgreSQL and MariaDB."""

from tests.cli.test_plan_files import *  # noqa: F403
