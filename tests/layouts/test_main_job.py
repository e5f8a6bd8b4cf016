"""The same where all mail fields are property rows, on every database."""

from tests.cli.test_main_job import *  # noqa: F403
