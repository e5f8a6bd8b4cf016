"""A company with many ERP databases, all alike, which one pattern of efsync.toml names."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.world import World

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


def tenant_world(world: World, url: str) -> World:
    """The same company, with the database at `url`."""
    other = World.__new__(World)
    other.folder, other.url, other.environment = world.folder, url, world.environment
    return other
