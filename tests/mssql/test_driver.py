"""What is relied on in pymssql itself: how it writes values, that it can be told to encrypt, what its errors hold."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import pymssql
import pytest
from pymssql import _mssql
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from efsync.database.errors import describe
from efsync.model.secrets import Secret

PRELOGIN, LOGIN = 0x12, 0x10
"""Kinds of packet, from the protocol's description MS-TDS."""
NO_ENCRYPTION = 2


@dataclass
class Listener:
    """A server that says it can't encrypt, and notes the kinds of packet that it gets."""

    port: int = 0
    packets: list[int] = field(default_factory=list)


@contextmanager
def without_encryption() -> Iterator[Listener]:
    """Listens for one client, and ends once that has gone."""
    heard = Listener()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard.port = listening.getsockname()[1]
        thread = threading.Thread(target=_answer, args=(listening, heard))
        thread.start()
        yield heard
        thread.join(timeout=30)


def _answer(listening: socket.socket, heard: Listener) -> None:
    client, _ = listening.accept()
    with client, client.makefile("rb") as received:
        while header := received.read(8):
            kind, _, size = struct.unpack(">BBH", header[:4])
            received.read(size - 8)
            heard.packets.append(kind)
            if kind != PRELOGIN:
                return
            # two options, version and encryption, each with its place and size, and then their values
            body = bytes([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 3, 0xE8, 0, 0, NO_ENCRYPTION])
            client.sendall(struct.pack(">BBHI", 4, 1, 8 + len(body), 0x100) + body)


@pytest.mark.parametrize(
    ("query", "packets"),
    [
        pytest.param("", [PRELOGIN, LOGIN], id="asked-for-nothing"),
        pytest.param("?encryption=require", [PRELOGIN], id="encryption-required"),
    ],
)
def test_no_login_goes_to_a_server_without_encryption_where_the_url_requires_it(query: str, packets: list[int]) -> None:
    with without_encryption() as heard:
        url = f"mssql+pymssql://efsync:clave@127.0.0.1:{heard.port}/erp{query}"
        engine = create_engine(url, poolclass=NullPool, connect_args={"login_timeout": 10})
        with pytest.raises(DBAPIError):
            engine.connect()
    assert heard.packets == packets


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("o'neil ñ 😀 %s", "N'o''neil ñ 😀 %s'"),
        (True, "1"),
        (587, "587"),
        (Decimal("587.0000"), "587.0000"),
        (None, "NULL"),
    ],
)
def test_a_value_is_written_as_t_sql_knows_it(value: str | int | Decimal | None, written: str) -> None:
    assert _mssql.substitute_params("%(value)s", {"value": value}).decode() == written


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(
            "Invalid object name 'dbo.Otra'.DB-Lib error message 20018, severity 16:\n"
            "General SQL Server error: Check messages from the SQL Server\n",
            "Invalid object name 'dbo.Otra'.",
            id="server",
        ),
        pytest.param(
            "DB-Lib error message 20002, severity 9:\nAdaptive Server connection failed (factory)\n" * 2,
            "Adaptive Server connection failed (factory)",
            id="library",
        ),
        pytest.param("La contraseña clave-ñ no sirve", "La contraseña Secret(…) no sirve", id="not-ascii"),
        pytest.param(
            "Conversion failed when converting the nvarchar value 'otra 'clave'' to data type int.",
            "Conversion failed when converting the nvarchar value … to data type int.",
            id="value",
        ),
        pytest.param(
            "Violation of UNIQUE KEY constraint 'UQ'. Cannot insert duplicate key in object 'dbo.T'. "
            "The duplicate key value is (otra clave).",
            "Violation of UNIQUE KEY constraint 'UQ'. Cannot insert duplicate key in object 'dbo.T'",
            id="key",
        ),
        pytest.param(
            "String or binary data would be truncated in table 'T', column 'C'. Truncated value: 'otra'.",
            "String or binary data would be truncated in table 'T', column 'C'",
            id="truncated",
        ),
    ],
)
def test_a_message_is_shown_as_text_without_what_it_quotes(said: str, shown: str) -> None:
    error = DBAPIError("", {}, pymssql.OperationalError((50000, said.encode())))
    assert describe(error, [Secret("clave-ñ")]) == shown


def test_a_server_that_is_not_there_is_said_once_and_without_the_password() -> None:
    engine = create_engine("mssql+pymssql://efsync:clave-secreta@127.0.0.1:1/erp", poolclass=NullPool)
    with pytest.raises(DBAPIError) as refused:
        engine.connect()
    message = describe(refused.value)
    assert message.count("Unable to connect") == 1
    assert "clave-secreta" not in message
