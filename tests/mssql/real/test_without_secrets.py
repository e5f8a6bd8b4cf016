"""The same on SQL Server."""

from tests.cli.test_without_secrets import *  # noqa: F403
