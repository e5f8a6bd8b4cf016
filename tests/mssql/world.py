"""A company whose ERP and state efsync takes to be on SQL Server."""

from pathlib import Path

from tests.layouts.properties import PropertyWorld
from tests.mssql.server import Server
from tests.world import Result, World


class TranslatedWorld(World):
    """Tests look at the SQLite file that takes the server's place; efsync speaks T-SQL."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder)
        super().__init__(folder)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file; settings that name the ERP's file get the server."""
        if isinstance(content, str):
            content = content.replace("sqlite:///erp.db", "mssql://efsync@factory/erp")
        return super().write(name, content)

    def run(self, *arguments: str, typed: str = "", **environment: str) -> Result:
        """Call the command line in this process, where the server is."""
        from tests.cli.inside import call

        return call(self, *arguments, typed=typed, **environment)


class TranslatedPropertyWorld(TranslatedWorld, PropertyWorld):
    """The same with all mail fields in property rows."""
