"""The same on PostgreSQL and MariaDB."""

from tests.workflows.test_crash import *  # noqa: F403
