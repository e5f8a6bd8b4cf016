"""The same on PostgreSQL and MariaDB."""

from tests.cli.test_removal import *  # noqa: F403
