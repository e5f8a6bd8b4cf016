"""Which characters a text column can hold."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Unicode, UnicodeText, text

BASIC_PLANE = "utf8mb3"
"""What holds the characters up to U+FFFF only, no emoji: MariaDB's old UTF-8."""

# from the manuals of the servers: character set → codec of Python; those that hold everything are left out
_MARIADB: Mapping[str, str] = MappingProxyType(
    {
        **{
            name: name for name in ("ascii", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866", "cp932")
        },
        **{name: name for name in ("big5", "gbk", "gb2312")},
        **dict.fromkeys(("ucs2", "utf8", "utf8mb3"), BASIC_PLANE),
        "latin1": "cp1252",
        "latin2": "iso8859_2",
        "latin5": "iso8859_9",
        "latin7": "iso8859_13",
        "greek": "iso8859_7",
        "hebrew": "iso8859_8",
        "koi8r": "koi8_r",
        "koi8u": "koi8_u",
        "euckr": "euc_kr",
        "sjis": "shift_jis",
        "ujis": "euc_jp",
    }
)
_POSTGRESQL: Mapping[str, str] = MappingProxyType(
    {
        **{f"LATIN{number}": f"iso8859_{part}" for number, part in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (6, 10)]},
        **{f"WIN{page}": f"cp{page}" for page in range(1250, 1259)},
        "LATIN9": "iso8859_15",
        "SQL_ASCII": "ascii",
        "KOI8R": "koi8_r",
        "EUC_JP": "euc_jp",
        "EUC_KR": "euc_kr",
    }
)
_UTF_8_PAGE = 65001


def unencodable(value: str, encoding: str | None) -> str:
    """The characters of `value`, each once and in order, that a column of this encoding can't hold."""
    if encoding is None or _encodes(encoding, value):
        return ""
    return "".join(dict.fromkeys(letter for letter in value if not _encodes(encoding, letter)))


def column_encodings(
    connection: Connection, table: str, schema: str | None, columns: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """The encodings of one table's columns that can't hold every character, by column."""
    match connection.dialect.name:
        case "mysql":
            statement = text(
                "SELECT column_name, character_set_name FROM information_schema.columns "
                "WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :table"
            )
            rows = connection.execute(statement, {"schema": schema, "table": table})
            return {name: _MARIADB[kind] for name, kind in rows if kind in _MARIADB}
        case "postgresql":
            encoding = _POSTGRESQL.get(str(connection.execute(text("SHOW server_encoding")).scalar()))
            return {each["name"]: encoding for each in columns} if encoding else {}
        case "mssql":
            collations = {
                each["name"]: each["type"].collation
                for each in columns
                if getattr(each["type"], "collation", None) and not isinstance(each["type"], Unicode | UnicodeText)
            }
            pages = {collation: _code_page(connection, collation) for collation in set(collations.values())}
            return {name: f"cp{pages[kind]}" for name, kind in collations.items() if pages[kind]}
    return {}


def _code_page(connection: Connection, collation: str) -> int | None:
    """The code page of a collation of SQL Server; none where that is Unicode."""
    statement = text("SELECT CAST(COLLATIONPROPERTY(:collation, 'CodePage') AS int)")
    page = connection.execute(statement, {"collation": collation}).scalar()
    return page if page not in (0, _UTF_8_PAGE) else None


def _encodes(encoding: str, letters: str) -> bool:
    if encoding == BASIC_PLANE:
        return all(letter <= "\uffff" for letter in letters)
    try:
        letters.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
