"""Generates a company: department files, passwords, settings, and an ERP with other values in it."""

import json
import os
import shutil
from functools import cached_property
from pathlib import Path

from benchmarks.databases import Database, fill
from benchmarks.people import DEPARTMENT_SIZE, INCLUDED, Person, Way, department, text

MOST = 100_000
"""The codes of a company have five digits."""

AS_IS = "efsync.toml"
MOVED = "moved.toml"
"""Settings whose department files give one per cent of the users another domain; target and state are the same."""

_FOLDERS = {AS_IS: "accounts", MOVED: "moved"}
_SETTINGS = """\
accounts = "{accounts}"
default_target = "erp"

[targets.erp]
url = {url}
tenant = "ACME"

[secrets.env]
allow = ["MAIL_*"]

[secrets.file]
roots = ["secrets"]
"""


class Company:
    """A company of `accounts` users in `folder`, which is empty or does not exist yet; its ERP is `database`."""

    def __init__(self, folder: Path, accounts: int, database: Database, way: Way = Way.PLAIN) -> None:
        self.folder = folder
        self.database = database
        self.way = way
        self.people = tuple(Person(number) for number in range(accounts))
        self._saved = folder.with_name(f"{folder.name}-saved")

    @property
    def moving(self) -> list[str]:
        """The codes of the users whose domain is another one with the settings `MOVED`."""
        return [person.code for person in self.people if person.moves]

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables of a process that may read the passwords, without any that would speak to efsync."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("EFSYNC", "_EFSYNC", "MAIL_"))
        }
        references = ((person.reference(self.way), person.password) for person in self.people)
        return kept | {name: password for (kind, name), password in references if kind == "env"}

    @property
    def department_files(self) -> list[Path]:
        return sorted((self.folder / self.accounts_folder(AS_IS)).glob("*.yaml"))

    def accounts_folder(self, settings: str) -> str:
        """The name of the folder with the department files of these settings."""
        return _FOLDERS[settings]

    def generate(self) -> None:
        """Write everything; the ERP holds an older value in every field."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for settings, accounts in _FOLDERS.items():
            written = _SETTINGS.format(accounts=accounts, url=json.dumps(self.database.url))
            (self.folder / settings).write_text(written, encoding="utf-8")
            self._write_departments(self.folder / accounts, moved=settings == MOVED)
        self._write_passwords()
        fill(self.database, self.people)

    def forget_cache(self) -> None:
        """Delete whatever efsync keeps between its runs to be faster."""
        shutil.rmtree(self.folder / ".efsync" / "cache", ignore_errors=True)

    def save(self, name: str) -> None:
        """Keep the ERP and efsync's state as they are now, without its cache."""
        self.forget_cache()
        self.database.save(name)
        state = self.folder / ".efsync"
        if state.exists():
            shutil.copytree(state, self._saved / name)

    def restore(self, name: str) -> None:
        """Bring back what `save` kept; nothing is cached then."""
        self.database.restore(name)
        shutil.rmtree(self.folder / ".efsync", ignore_errors=True)
        if (self._saved / name).exists():
            shutil.copytree(self._saved / name, self.folder / ".efsync")

    def _write_departments(self, folder: Path, *, moved: bool) -> None:
        templates = folder / "_templates"
        templates.mkdir(parents=True)
        for name in INCLUDED:
            (templates / name).write_text(text(name), encoding="utf-8")
        for start in range(0, len(self.people), DEPARTMENT_SIZE):
            written = department(self.people[start : start + DEPARTMENT_SIZE], self.way, moved=moved)
            (folder / f"department-{start // DEPARTMENT_SIZE:03}.yaml").write_text(written, encoding="utf-8")

    def _write_passwords(self) -> None:
        (self.folder / "secrets").mkdir()
        for person in self.people:
            kind, name = person.reference(self.way)
            if kind == "file":
                (self.folder / name).write_text(person.password + "\n", encoding="utf-8")
