"""Checks what `--department` and `--user` name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Protocol

from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Refused, refuse_errors


class _Account(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def department(self) -> str: ...


def check_selection(
    selection: Selection, accounts: Iterable[_Account], where: str = ", neither in the files nor in the ERP"
) -> None:
    """Raise `Refused` (`selection`) for each name that no account has, and where no account has both of its names.

    A typing mistake would select nothing, and look as if nothing were to do. `where` says where `accounts` are from.
    """
    if selection == Selection():
        return
    accounts = tuple(accounts)
    users = {comparable(account.code): account.code for account in accounts}
    departments = {comparable(account.department): account.department for account in accounts}
    refuse_errors(
        [
            *(_unknown("user", name, users, where) for name in selection.users if comparable(name) not in users),
            *(
                _unknown("department", name, departments, where)
                for name in selection.departments
                if comparable(name) not in departments
            ),
        ]
    )
    if not any(selection.covers(account.code, account.department) for account in accounts) and selection.users:
        message = f"{', '.join(selection.users)} is in none of these departments: {', '.join(selection.departments)}"
        raise Refused(Problem("selection", message))


def _unknown(kind: str, name: str, known: Mapping[str, str], where: str) -> Problem:
    near = get_close_matches(comparable(name), known, n=1)
    hint = f"did you mean {known[near[0]]}?" if near else None
    return Problem("selection", f"there is no {kind} {name}{where}", hint=hint)
