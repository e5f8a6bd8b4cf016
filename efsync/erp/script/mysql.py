"""`mysql` and `mariadb`, which are one client by two names, for MariaDB and MySQL."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, literal_column
from sqlalchemy.dialects import mysql

from efsync.erp.locks import MYSQL_NAME, lock_statement
from efsync.erp.script.client import Client, Place
from efsync.erp.script.literals import joined, lines, quoted

_OPENING = """
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET SESSION innodb_lock_wait_timeout = 30;
CREATE TEMPORARY TABLE IF NOT EXISTS efsync_stop (
  message varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY
);
SET @efsync_stop = NULL, @efsync_begun = NULL;
SET autocommit = 0;
"""

_STOP = (
    "INSERT INTO efsync_stop SELECT @efsync_stop FROM (SELECT 1 UNION ALL SELECT 2) AS twice"
    " WHERE @efsync_stop IS NOT NULL;"
)


class Mysql(Client):
    """Literals hold no backslash, and so mean the same in every `sql_mode`."""

    name = "mysql"
    dialect = mysql.dialect(paramstyle="named")

    def text(self, value: str) -> str:
        """Literals, and `CHAR()` with the bytes of what can't stand there."""
        found = lines(value, lambda letter: letter.isprintable() and letter != "\\")
        written = [[quoted(run) if plain else _characters(run) for plain, run in line] for line in found]
        return joined(written, lambda terms, space: f"CONCAT({f',{space}'.join(terms)})") if written else "''"

    def variable(self, name: str) -> str:
        """A variable of the session; one that is not set is NULL."""
        return f"@{name}"

    def letters(self, held: Any) -> Any:
        """Text, compared letter by letter."""
        unicode = func.convert(func.rtrim(held).op("USING")(literal_column("utf8mb4")))
        return unicode.collate("utf8mb4_bin")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA-256."""
        return func.sha2(func.concat(key, letters), 256)

    def digest_of(self, key: str, text: str) -> str:
        """SHA-256 over UTF-8."""
        return hashlib.sha256((key + text).encode("utf-8", "surrogatepass")).hexdigest()

    def opening(self) -> Iterable[str]:
        """A temporary table is made before the transaction, where every server allows it."""
        return _OPENING.strip().splitlines()

    def begin(self) -> Iterable[str]:
        """The lock is held until the connection ends, or this script does."""
        yield "START TRANSACTION;"
        yield "SET @efsync_begun = 1;"
        yield self.expect(f"({lock_statement('mysql')}) = 1", "another apply is writing to this ERP")

    def expect(self, condition: str, message: str) -> str:
        """Neither server has an error that can be raised outside of a procedure: a key that is there twice is one.

        The variable remembers it, so that nothing is committed where the client goes on all the same.
        """
        return f"SET @efsync_stop = COALESCE(@efsync_stop, IF({condition}, NULL, {self.text(message)}));\n{_STOP}"

    def closing(self, message: str) -> Iterable[str]:
        """`--force` and `source` go on after an error; the commit does not."""
        yield "SET @efsync_good = @efsync_stop IS NULL AND @efsync_begun <=> 1;"
        yield "SET @efsync_end = IF(@efsync_good, 'COMMIT', 'DO 0');"
        yield "PREPARE efsync_end FROM @efsync_end;"
        yield "EXECUTE efsync_end;"
        yield "ROLLBACK;"
        yield "SET autocommit = 1;"
        yield f"DO RELEASE_LOCK({MYSQL_NAME});"
        yield f"SELECT IF(@efsync_good, {self.text(message)}, 'nothing was changed') AS efsync;"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Both files through standard input, one after the other; the client stops at the first error."""
        files = " ".join(shlex.quote(each) for each in (passwords, script) if each)
        options = [("-h", place.host), ("-P", place.port)]
        words = [f"{option} {shlex.quote(str(value))}" for option, value in options if value is not None]
        database = [shlex.quote(place.database)] if place.database else []
        return [" ".join([f"cat {files} | mysql --default-character-set=utf8mb4", *words, *database])]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Quotes and backslashes in the value are doubled."""
        return [f"SET @{name} = '…';" for name in names]


def _characters(run: str) -> str:
    return f"CHAR({', '.join(map(_code, run))} USING utf8mb4)"


def _code(letter: str) -> str:
    return str(int.from_bytes(letter.encode("utf-8", "surrogatepass"), "big"))
