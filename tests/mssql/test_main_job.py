"""The same in T-SQL."""

from tests.cli.test_main_job import *  # noqa: F403
