"""Codecs, on servers."""

from tests.cli.test_codecs import *  # noqa: F403
