"""One TLS context for all of a process's connections to MariaDB.

PyMySQL makes one for each, reads the certificates of all the authorities of the system into it, and, where the url
asks for nothing, checks none of them: a third of the time of a test.
"""

import ssl
from functools import cache
from typing import Any

from pymysql.connections import Connection  # type: ignore[import-untyped]

_made_anew = Connection._create_ssl_ctx


def _create(connection: Any, wanted: Any) -> ssl.SSLContext:
    return _made_anew(connection, wanted) if wanted else _unchecked()


@cache
def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def use_one_tls_context() -> None:
    """Let connections to MariaDB share what they check no certificate with."""
    Connection._create_ssl_ctx = _create
