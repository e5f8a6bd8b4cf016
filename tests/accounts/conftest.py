"""An accounts folder to read from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import Departments, read_departments
from efsync.accounts.templates import Person, Templates
from efsync.model.problems import Location, Problem, Refused

PLACE = Location("accounts/ventas.yaml", 9, 5)
"""Where a department file names the text that a test is about."""

PERSON = Person("JPEREZ", "José <b>Pérez</b>", "Jefe & Co", "VENTAS", "jperez@acme.example", "acme.example")


class Accounts:
    """The folder `accounts` of a configuration folder."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.path = base / "accounts"
        self.path.mkdir()

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file below the accounts folder."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def department(self, file: str, department: str, *codes: str) -> Path:
        """Write a department file whose users have nothing set."""
        users = "".join(f"  {code}: {{}}\n" for code in codes) or "  {}\n"
        return self.write(file, f"version: 1\ndepartment: {department}\nusers:\n{users}")

    def folder(self) -> AccountsFolder:
        """The folder as efsync sees it."""
        return AccountsFolder(self.path, self.base)

    def read(self) -> Departments:
        """All department files."""
        return read_departments(self.folder())

    def included(self, name: str) -> str:
        """A text that a department file names."""
        return self.folder().included_text(name)

    def included_problem(self, name: str) -> Problem:
        """Why a text can't be included."""
        with pytest.raises(Refused) as refused:
            self.included(name)
        (problem,) = refused.value.problems
        return problem

    def rendered(self, template: str, **variables: Any) -> str:
        """The template text, written to `t.html` and rendered for PERSON."""
        self.write("t.html", template)
        return self.render("t.html", variables)

    def render(self, name: str, variables: Mapping[str, Any] = {}) -> str:
        """The template called `name`, rendered for PERSON."""
        return Templates(self.folder()).render(name, PERSON, variables)

    def template_problem(self, template: str, **variables: Any) -> Problem:
        """Why the template text can't be rendered."""
        with pytest.raises(Refused) as refused:
            self.rendered(template, **variables)
        (problem,) = refused.value.problems
        return problem


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    """An empty accounts folder."""
    return Accounts(tmp_path)
