"""The same on SQL Server."""

from tests.cli.test_main_job import *  # noqa: F403
