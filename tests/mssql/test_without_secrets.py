"""The same in T-SQL."""

from tests.cli.test_without_secrets import *  # noqa: F403
