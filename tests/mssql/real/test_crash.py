"""The same on SQL Server."""

from tests.workflows.test_crash import *  # noqa: F403
