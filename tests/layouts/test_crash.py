"""The same where all mail fields are property rows, on every database."""

from tests.workflows.test_crash import *  # noqa: F403
