"""A company with many ERP databases, all alike, which one pattern of efsync.toml names."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.world import EFSYNC, World

SETTINGS = """\
[targets."tenant-*"]
names = "tenants.txt"
url = "sqlite:///erps/{name}.db"
tenant = "ACME"

[secrets.env]
allow = ["MAIL_*"]
"""


class Tenants:
    """Databases on SQLite, copies of one world's, and others that a test adds."""

    def __init__(self, world: World, names: Iterable[str]) -> None:
        self.world = world
        self.names = tuple(names)
        (world.folder / "erps").mkdir()
        for name in self.names:
            shutil.copy(world.folder / "erp.db", self.file(name))
        world.write("tenants.txt", "".join(f"{name}\n" for name in self.names))
        world.write("efsync.toml", SETTINGS)

    def file(self, name: str) -> Path:
        """The database of a tenant."""
        return self.world.folder / "erps" / f"{name}.db"

    def target(self, name: str, url: str) -> None:
        """Add a target with a table of its own."""
        settings = self.world.folder / "efsync.toml"
        settings.write_text(f'{settings.read_text()}\n[targets.{name}]\nurl = "{url}"\ntenant = "ACME"\n')

    def erp(self, name: str) -> World:
        """What a test does to one tenant's database."""
        return tenant_world(self.world, f"sqlite:///{self.file(name)}")

    @contextmanager
    def locked(self, *names: str) -> Iterator[None]:
        """Nobody else can write to these databases; what began to waits."""
        locks = [sqlite3.connect(self.file(name), isolation_level=None) for name in names]
        for lock in locks:
            lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            for lock in locks:
                lock.close()

    def runs(self, status: str) -> int:
        """How many applies the state knows that are in a `status`."""
        file = self.world.folder / ".efsync" / "state.db"
        if not file.exists():
            return 0
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchall():
                return 0
            counted = connection.execute("SELECT count(*) FROM runs WHERE status = ?", [status])
            return int(counted.fetchone()[0])

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """A command in a process of its own, as JSON."""
        return subprocess.Popen(
            [EFSYNC, *arguments, "--format", "json"],
            cwd=self.world.folder,
            env=self.world.clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def tenant_world(world: World, url: str) -> World:
    """The same company, with the database at `url`."""
    other = World.__new__(World)
    other.folder, other.url, other.environment = world.folder, url, world.environment
    return other
