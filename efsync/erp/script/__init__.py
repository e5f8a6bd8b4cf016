"""A plan as SQL that a database administrator reads and runs with the server's own client."""

from efsync.erp.script.client import Client, Place
from efsync.erp.script.clients import find_client
from efsync.erp.script.compose import Work, compose, needs_check_key
from efsync.erp.script.header import MARK, Made, header
from efsync.erp.script.variables import CHECK_KEY, variables_of

__all__ = [
    "CHECK_KEY",
    "MARK",
    "Client",
    "Made",
    "Place",
    "Work",
    "compose",
    "find_client",
    "header",
    "needs_check_key",
    "variables_of",
]
