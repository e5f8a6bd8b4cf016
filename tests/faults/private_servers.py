"""Database servers of a test's own, which it may stop, crash and start again."""

import shutil
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tests.faults.databases import wait_until
from tests.servers.databases import administrator


class PrivateServer(ABC):
    """A server with an empty data folder and a port of its own; used with `with`."""

    def __init__(self, owner: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="efsync-server-"))
        shutil.chown(self.folder, owner)
        self.port = _free_port()

    def __enter__(self) -> "PrivateServer":
        self.make()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    @property
    @abstractmethod
    def engine(self) -> Engine:
        """The way in, for its administrator."""

    @abstractmethod
    def make(self) -> None:
        """Make the data folder."""

    @abstractmethod
    def start(self) -> None:
        """Start, and return when it answers."""

    @abstractmethod
    def stop(self, *, crash: bool = False) -> None:
        """End all connections and stop; with `crash` without any tidying up."""

    def restart(self, *, crash: bool = False) -> None:
        """Stop and start again."""
        self.stop(crash=crash)
        self.start()


class PrivatePostgres(PrivateServer):
    """PostgreSQL, run as its own user."""

    needs = ("runuser", "initdb", "pg_ctl")

    def __init__(self) -> None:
        super().__init__("postgres")

    @property
    def engine(self) -> Engine:
        return administrator(f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres")

    def make(self) -> None:
        _run("runuser", "-u", "postgres", "--", "initdb", "-D", self._data, "-A", "trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._control("start", "-w", "-l", log, "-o", options)

    def stop(self, *, crash: bool = False) -> None:
        self._control("stop", "-w", "-m", "immediate" if crash else "fast")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _control(self, *arguments: str) -> None:
        _run("runuser", "-u", "postgres", "--", "pg_ctl", "-D", self._data, *arguments)


class PrivateMariaDB(PrivateServer):
    """MariaDB, run as its own user."""

    needs = ("mariadb-install-db", "mariadbd")

    def __init__(self) -> None:
        super().__init__("mysql")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def engine(self) -> Engine:
        return administrator(f"mariadb+pymysql://root@127.0.0.1:{self.port}/mysql")

    def make(self) -> None:
        _run(
            "mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        )  # fmt: skip

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                "mariadbd", "--no-defaults", "--user=mysql", f"--datadir={self.folder / 'data'}",
                f"--port={self.port}", f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}",
                "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=16M", "--skip-name-resolve",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self._answers, 30)

    def stop(self, *, crash: bool = False) -> None:
        assert self._process is not None
        if crash:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        try:
            self.engine.connect().close()
        except SQLAlchemyError:
            return False
        return True


PRIVATE: dict[str, type[PrivatePostgres] | type[PrivateMariaDB]] = {
    "postgresql": PrivatePostgres,
    "mariadb": PrivateMariaDB,
}


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
