"""`efsync stats`: how many accounts there are, of which kind, and how many of them the files manage."""

from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from efsync.accounts.department import FileAccount
from efsync.accounts.renames import renames
from efsync.model.accounts import AppliedAccount, LiveAccount, LiveUser, PasswordInUse
from efsync.model.language import message
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Severity, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.model.stats import Stats, Who
from efsync.planning.stats import SeenUser, count_users, in_order
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.files import replace_file
from efsync.workflows.selection import check_selection
from efsync.workflows.sides import open_sides
from efsync.workflows.wiring import accounts_of


def stats(
    settings: Settings, target: str | None = None, selection: Selection = Selection(), *, now: datetime | None = None,
    progress: Progress = unseen,
) -> Stats:  # fmt: skip
    """Count the users of a target, those of the selected departments, and their accounts as the ERP has them.

    Reads no password and writes nothing. Raises `Refused` for errors in the files, and where the state or the database
    can't be read.
    """
    name = settings.target(target).name
    now = now or datetime.now(UTC)
    wanted = Wanted(accounts_of(settings))
    refuse_errors(wanted.departments.problems)
    with open_sides(settings, name, secrets=False, create_key=False) as sides:
        unfinished = (_unfinished(name),) if sides.has_unfinished_runs() else ()
        recorded = sides.recorded
        former = renames(wanted.accounts, recorded)
        passing = _Passing(wanted.accounts, former, recorded, sides.passwords_in_use(), selection)
        with closing(sides.each()) as live:
            counts = count_users(passing.seen(live, progress), now, sides.users.columns.mapped)
        missing, gone = passing.missing(), sides.applied(passing.gone())
        tenant = sides.tenant
    names = passing.departments.union(
        (each.department for each in wanted.named), (each.department for each in gone.values())
    )
    check_selection(selection, [LiveUser("", each, active=True) for each in names])
    return Stats(
        name, tenant, now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), selection, counts, missing,
        _selected(gone.values(), selection), unfinished,
    )  # fmt: skip


def write_stats(text: str, path: Path, mark: str) -> None:
    """Write counts to `path`, in place of others that are there, which have `mark` in them, or into a device or pipe.

    Raises `Refused` (`config`) where that can't be done.
    """
    replace_file(path, text, message("count"), mark)


class _Passing:
    """Holds each user who passes against the files and the state, and remembers of whom nobody passed."""

    def __init__(
        self,
        accounts: Mapping[str, FileAccount],
        former: Mapping[str, str],
        recorded: Collection[str],
        in_use: Mapping[str, PasswordInUse],
        selection: Selection,
    ) -> None:
        self._accounts = accounts
        self._former = former
        self._recorded = recorded
        self._in_use = in_use
        self._selection = selection
        self._unseen = dict.fromkeys(accounts)
        self._unseen_applied = dict.fromkeys(recorded)
        self.departments: set[str] = set()

    def seen(self, live: Iterable[LiveAccount], progress: Progress) -> Generator[SeenUser]:
        """The users of the selected departments, with what the files and the state have of them."""
        for each in live:
            key = each.key
            self._unseen.pop(key, None)
            progress(len(self._accounts) - len(self._unseen), len(self._accounts))
            self._unseen_applied.pop(key, None)
            self.departments.add(each.department)
            if self._selection.covers(each.code, each.department):
                password = self._in_use.get(self._former.get(key, key))
                since = password.since if password else None
                yield SeenUser(each, key in self._accounts, key in self._recorded, since)

    def missing(self) -> tuple[Who, ...]:
        """The accounts of the files that are no users."""
        return _selected((self._accounts[key] for key in self._unseen), self._selection)

    def gone(self) -> list[str]:
        """The accounts of the state that are no users, and that the files do not have, under another code neither."""
        known = {*self._accounts, *self._former.values()}
        return [key for key in self._unseen_applied if key not in known]


def _selected(accounts: Iterable[FileAccount | AppliedAccount], selection: Selection) -> tuple[Who, ...]:
    covered = (each for each in accounts if selection.covers(each.code, each.department))
    return in_order(
        Who(each.code, each.department, each.location if isinstance(each, FileAccount) else None) for each in covered
    )


def _unfinished(target: str) -> Problem:
    said = message(
        "an apply of {target} began and has not ended: what efsync applied is counted as it was before", target=target
    )
    hint = message("the next apply looks at what became of it")
    return Problem("run-under-way", said, hint=hint, severity=Severity.WARNING)
