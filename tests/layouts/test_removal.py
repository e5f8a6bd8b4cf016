"""The same where all mail fields are property rows, on every database."""

from tests.cli.test_removal import *  # noqa: F403
