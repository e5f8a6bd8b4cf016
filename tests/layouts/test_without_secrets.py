"""The same where all mail fields are property rows, on every database."""

from tests.cli.test_without_secrets import *  # noqa: F403
