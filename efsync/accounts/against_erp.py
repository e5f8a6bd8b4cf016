"""Holds the files against the ERP: who is there, in which department, and which fields it has."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from efsync.accounts.department import DepartmentFile, FileAccount
from efsync.model.accounts import LiveUser
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Severity


def live_problems(
    files: Iterable[DepartmentFile],
    named: Mapping[str, LiveUser],
    others: Collection[LiveUser],
    selection: Selection = Selection(),
) -> Iterator[Problem]:
    """Where the files and the ERP disagree about who is in which department; warnings of selected accounts only.

    `named` has the live users of the files by comparable code, `others` all the rest.
    """
    spelled = {user.department for users in (named.values(), others) for user in users}
    departments = {comparable(each): each for each in sorted(spelled)}
    for file in files:
        if file.accounts and file.head.key not in departments:
            yield _no_department(file, departments)
            continue
        for account in file.accounts:
            user = named.get(account.key)
            if user is None:
                yield _no_user(account, others)
            elif comparable(user.department) != file.head.key:
                hint = message("move the account to the file of its department, or the user in the ERP")
                yield Problem("department-mismatch", _elsewhere(account, user.department), account.location, hint)
            elif not user.active and selection.covers(account.code, account.department):
                yield Problem(
                    "inactive-user",
                    message("user {user} is not active in the ERP", user=account.code),
                    account.location,
                    severity=Severity.WARNING,
                )


def unmapped_problems(files: Iterable[DepartmentFile], mapped: frozenset[str]) -> Iterator[Problem]:
    """Fields that the files name and the target's layout leaves out, each place once."""
    for file in files:
        if file.accounts:
            for field in file.head.defaults.keys() - mapped:
                yield _unmapped(field, file.head.places.locate(("defaults", field)))
        for account in file.accounts:
            for field in account.own.keys() - mapped:
                yield _unmapped(field, account.location_of(field))


def _unmapped(field: str, place: Location) -> Problem:
    said = message("{field}: the target's layout leaves this field out", field=field)
    hint = message("take it out of the file, or map it in efsync.toml: [targets.NAME.columns]")
    return Problem("unmapped-field", said, place, hint)


def _elsewhere(account: FileAccount, department: str) -> str:
    user, file = account.code, account.department
    if not department:
        return message("the ERP has user {user} in no department, and this file is {file}", user=user, file=file)
    return message(
        "the ERP has user {user} in department {department}, and this file is {file}",
        user=user, department=department, file=file,
    )  # fmt: skip


def _no_department(file: DepartmentFile, departments: Mapping[str, str]) -> Problem:
    name = file.head.department
    near = get_close_matches(name.upper(), departments.values(), n=1)
    there = ", ".join(sorted(filter(None, departments.values())))
    hint = message("did you mean {name}?", name=near[0]) if near else message("there are: {names}", names=there)
    said = message("the ERP has no user in a department {department}", department=name)
    return Problem("department-mismatch", said, file.head.location, hint)


def _no_user(account: FileAccount, others: Iterable[LiveUser]) -> Problem:
    near = next((each.code for each in others if _alike(each.code, account.code)), None)
    remedy = message("take the account out of the file, or create the user in the ERP first; efsync never does")
    hint = message("did you mean {name}?", name=near) if near else remedy
    said = message("the ERP has no user {user}", user=account.code)
    return Problem("unknown-user", said, account.location, hint)


def _alike(one: str, other: str) -> bool:
    """Whether two codes differ in one letter or accent only, as a typing mistake does."""
    a, b = comparable(one), comparable(other)
    return len(a) == len(b) > 2 and sum(x != y for x, y in zip(a, b, strict=True)) == 1
