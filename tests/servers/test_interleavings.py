"""The same on PostgreSQL and MariaDB."""

from tests.workflows.test_interleavings import *  # noqa: F403
