"""The same on PostgreSQL and MariaDB."""

from tests.cli.test_without_secrets import *  # noqa: F403
