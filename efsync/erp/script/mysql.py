"""`mysql` and `mariadb`, which are one client by two names, for MariaDB and MySQL."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, literal_column
from sqlalchemy.dialects import mysql

from efsync.erp.locks import MYSQL_NAME, lock_statement
from efsync.erp.script.client import Client, Place
from efsync.erp.script.compile import Compilable, compile_marked, fill_in
from efsync.erp.script.literals import joined, lines, quoted

_OPENING = """
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET SESSION innodb_lock_wait_timeout = {wait}, lock_wait_timeout = {wait};
CREATE TEMPORARY TABLE IF NOT EXISTS efsync_stop (
  message varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY
);
SET @efsync_step = NULL, @efsync_good = NULL;
SET autocommit = 0;
"""

_TWICE = "(SELECT 1 UNION ALL SELECT 2) AS twice"
_UNKNOWN = "what was changed is not known: make a new plan"


class Mysql(Client):
    """Checks and writes are numbered steps, each of which counts only where the one before it went well.

    So a client that goes on after errors does nothing more, and neither does one that connects anew, where variables
    are gone and every statement would be committed at once. Literals hold no backslash, and so mean the same in every
    `sql_mode`.
    """

    name = "mysql"
    dialect = mysql.dialect(paramstyle="named")

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self._steps = 0

    def statement(self, statement: Compilable) -> str:
        """Writes where all steps before it went well; a step itself."""
        marked, values = compile_marked(statement, self.dialect)
        written = fill_in(_where(marked, self._counted), values, self.literal)
        return f"{written};\n{self._step('@@error_count = 0')}"

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

    def opening(self, variables: Sequence[str]) -> Iterable[str]:
        """A temporary table is made before the transaction, where every server allows it."""
        return _OPENING.format(wait=self.wait).strip().splitlines()

    def lock(self) -> Iterable[str]:
        """The lock is held until the connection ends, or this script does."""
        yield self.expect(f"({lock_statement('mysql')}) = 1", "another apply is writing to this ERP")

    def expect(self, condition: str, message: str) -> str:
        """Neither server has an error that can be raised outside of a procedure: a key that is there twice is one."""
        stop = f"INSERT INTO efsync_stop SELECT {self.text(message)} FROM {_TWICE} WHERE {self._counted}"  # noqa: S608
        return f"{self._step(condition)}\n{stop};"

    @property
    def _counted(self) -> str:
        """Whether every step up to here was counted, and none after it."""
        return f"@efsync_step = {self._steps}"

    def _step(self, condition: str) -> str:
        """Counts a step where those before it were counted and `condition` is true."""
        before = self._counted
        self._steps += 1
        return f"SET @efsync_step = IF({before} AND ({condition}), {self._steps}, @efsync_step);"

    def transaction(self, body: Sequence[str], done: str, variables: Sequence[str]) -> Iterable[str]:
        """`--force`, `source` and a prompt go on after an error; the commit does not."""
        yield "START TRANSACTION;"
        yield "SET @efsync_step = IF(@@autocommit = 0, 0, NULL);"
        yield from body
        yield f"SET @efsync_good = @efsync_step <=> {self._steps};"
        yield "SET @efsync_end = IF(@efsync_good, 'COMMIT', 'DO 0');"
        yield "PREPARE efsync_end FROM @efsync_end;"
        yield "EXECUTE efsync_end;"
        yield "SET @efsync_good = IF(@efsync_good AND @@error_count, NULL, @efsync_good);"
        yield "ROLLBACK;"
        yield "SET autocommit = 1;"
        yield f"DO RELEASE_LOCK({MYSQL_NAME});"
        answers = f"WHEN 1 THEN {self.text(done)} WHEN 0 THEN 'nothing was changed' ELSE {self.text(_UNKNOWN)}"
        yield f"SELECT CASE @efsync_good {answers} END AS efsync;"

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


def _where(marked: str, condition: str) -> str:
    """A statement with marks for its values, under one more condition; a call of a procedure takes none."""
    if marked.startswith("INSERT "):
        head, _, values = marked.partition(" VALUES (")
        return f"{head} SELECT {values.removesuffix(')')} FROM DUAL WHERE {condition}"  # noqa: S608
    return marked if marked.startswith("CALL ") else f"{marked} AND {condition}"


def _characters(run: str) -> str:
    return f"CHAR({', '.join(map(_code, run))} USING utf8mb4)"


def _code(letter: str) -> str:
    return str(int.from_bytes(letter.encode("utf-8", "surrogatepass"), "big"))
