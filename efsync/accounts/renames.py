"""Users whose code was changed in the ERP, as the files tell it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from efsync.accounts.department import DepartmentFile, FileAccount
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.problems import Problem


def rename_problems(files: Iterable[DepartmentFile]) -> Iterator[Problem]:
    """Former codes that can't be: a user's own, one that stands in the files too, or one that two users had."""
    renamed = [account for file in files for account in file.accounts if account.renamed_from is not None]
    if not renamed:
        return
    there = {account.key: account for file in files for account in file.accounts}
    first: dict[str, FileAccount] = {}
    for account in renamed:
        former = comparable(str(account.renamed_from))
        earlier = first.setdefault(former, account)
        if former == account.key:
            yield _problem(account, message("{user} was not renamed: that is the same code", user=account.code))
        elif former in there:
            place = there[former].location
            said = message("{former} stands in the files too, at {place}", former=account.renamed_from, place=place)
            yield _problem(account, said)
        elif earlier is not account:
            said = message("{former} can't have become two users: {other} says the same, at {place}",
                           former=account.renamed_from, other=earlier.code, place=earlier.location)  # fmt: skip
            yield _problem(account, said)


def renames(accounts: Mapping[str, FileAccount], recorded: Collection[str]) -> dict[str, str]:
    """The comparable codes of the accounts that efsync remembers under another one, and that one."""
    found = {
        key: comparable(account.renamed_from)
        for key, account in accounts.items()
        if account.renamed_from is not None and key not in recorded
    }
    return {key: former for key, former in found.items() if former in recorded}


def still_there(account: FileAccount) -> Problem:
    """That the ERP still has a user of the former code of `account`."""
    said = message("{former} is still a user of the ERP, so {user} is somebody else", former=account.renamed_from,
                   user=account.code)  # fmt: skip
    return _problem(account, said)


def _problem(account: FileAccount, said: str) -> Problem:
    hint = message("take renamed_from out, or correct it")
    return Problem("renamed-from", said, account.location_of_rename, hint)
