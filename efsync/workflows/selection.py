"""Checks what `--department` and `--user` name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Protocol

from efsync.model.language import Message, message
from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Refused, refuse_errors


class _Account(Protocol):
    @property
    def code(self) -> str:
        """The user's code."""
        ...

    @property
    def department(self) -> str:
        """The department that it is in."""
        ...


def check_selection(selection: Selection, accounts: Iterable[_Account], *, in_files: bool = False) -> None:
    """Raise `Refused` (`selection`) for each name that no account has, and where no account has both of its names.

    A typing mistake would select nothing, and look as if nothing were to do. `in_files` says that `accounts` are those
    of the files only.
    """
    if selection == Selection():
        return
    accounts = tuple(accounts)
    users = {comparable(account.code): account.code for account in accounts}
    departments = {comparable(account.department): account.department for account in accounts}
    refuse_errors(
        [
            *(
                _unknown(_no_user(name, in_files=in_files), name, users)
                for name in selection.users
                if comparable(name) not in users
            ),
            *(
                _unknown(_no_department(name, in_files=in_files), name, departments)
                for name in selection.departments
                if comparable(name) not in departments
            ),
        ]
    )
    if not any(selection.covers(account.code, account.department) for account in accounts) and selection.users:
        apart = message(
            "{users} is in none of these departments: {departments}",
            users=", ".join(selection.users),
            departments=", ".join(selection.departments),
        )
        raise Refused(Problem("selection", apart))


def _no_user(name: str, *, in_files: bool) -> Message:
    if in_files:
        return message("there is no user {name} in any department file", name=name)
    return message("there is no user {name}, neither in the files nor in the ERP", name=name)


def _no_department(name: str, *, in_files: bool) -> Message:
    if in_files:
        return message("there is no department {name} in any department file", name=name)
    return message("there is no department {name}, neither in the files nor in the ERP", name=name)


def _unknown(what: Message, name: str, known: Mapping[str, str]) -> Problem:
    near = get_close_matches(comparable(name), known, n=1)
    hint = message("did you mean {name}?", name=known[near[0]]) if near else None
    return Problem("selection", what, hint=hint)
