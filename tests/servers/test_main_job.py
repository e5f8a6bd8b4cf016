"""The same on PostgreSQL and MariaDB."""

from tests.cli.test_main_job import *  # noqa: F403
