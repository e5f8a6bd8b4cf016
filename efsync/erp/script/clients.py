"""Which client speaks to which server."""

from efsync.erp.script.client import Client
from efsync.erp.script.mysql import Mysql
from efsync.erp.script.psql import Psql
from efsync.erp.script.sqlcmd import Sqlcmd
from efsync.erp.script.sqlite3_shell import Sqlite3

_CLIENTS: dict[str, type[Client]] = {
    "sqlite": Sqlite3,
    "postgresql": Psql,
    "mysql": Mysql,
    "mariadb": Mysql,
    "mssql": Sqlcmd,
}


def find_client(dialect: str, wait: int) -> Client:
    """The client of a kind of server, whose scripts wait for `wait` seconds for a lock."""
    return _CLIENTS[dialect](wait)
