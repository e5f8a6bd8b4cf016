"""The same on PostgreSQL and MariaDB."""

from tests.cli.test_narrowing import *  # noqa: F403
