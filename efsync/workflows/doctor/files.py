"""Whether the department files are there, and every secret that they refer to."""

import stat
from collections.abc import Iterator

from efsync.accounts.read import Departments, read_departments
from efsync.model.checks import Check, Topic, check_of, doubtful, fine, wrong
from efsync.model.fields import PASSWORD
from efsync.model.language import message, plural
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import SecretReference
from efsync.settings.model import Settings
from efsync.workflows.doctor import counts
from efsync.workflows.wiring import accounts_of, secrets_of


def file_checks(settings: Settings) -> Iterator[Check]:
    """The accounts folder in short, and each secret that can't be read; which file says what, validate tells."""
    try:
        departments = read_departments(accounts_of(settings))
    except Refused as refused:
        yield from (check_of(Topic.ACCOUNTS, problem) for problem in refused.problems)
        return
    yield _accounts_check(departments)
    try:
        yield from _secret_checks(settings, departments)
    except Refused as refused:
        yield from (check_of(Topic.SECRETS, problem) for problem in refused.problems)


def _accounts_check(departments: Departments) -> Check:
    found = {
        "files": counts.department_files(departments.count),
        "accounts": counts.accounts(sum(len(file.accounts) for file in departments.files)),
    }
    if errors := sum(problem.is_error for problem in departments.problems):
        some = message("{files} with {accounts} that can be read, and {errors}", **found, errors=counts.errors(errors))
        return wrong(Topic.ACCOUNTS, some, message("efsync validate shows each with its place"))
    if departments.problems:
        return check_of(Topic.ACCOUNTS, departments.problems[0])
    return fine(Topic.ACCOUNTS, message("{files} with {accounts}", **found))


def _secret_checks(settings: Settings, departments: Departments) -> Iterator[Check]:
    store = secrets_of(settings)
    entries = list(departments.passwords)
    store.read_ahead(reference for _, reference in entries)
    unreadable, readable = 0, []
    told: set[Problem] = set()
    for account, reference in entries:
        try:
            store.read(reference)
            readable.append(reference)
        except Refused as refused:
            unreadable += 1
            remedy = message("let efsync have it where it runs")
            for problem in refused.at(account.location_of(PASSWORD)).problems:
                if problem not in told:
                    told.add(problem)
                    yield check_of(Topic.SECRETS, problem, remedy=remedy)
    if not entries:
        yield fine(Topic.SECRETS, message("no account refers to a secret"))
    elif not unreadable:
        yield fine(Topic.SECRETS, plural("{count:,} secret can be read", "{count:,} secrets can be read", len(entries)))
    yield from _open_files(settings, readable)


def _open_files(settings: Settings, references: list[SecretReference]) -> Iterator[Check]:
    """The secret files that every user of this machine may read."""
    names = dict.fromkeys(reference.argument for reference in references if reference.kind == "file")
    found = [name for name in names if (settings.folder / name).stat().st_mode & stat.S_IROTH]
    if found:
        open_to_all = message("everybody on this machine may read {files}", files=counts.some(found))
        remedy = message("chmod o-r; only who runs efsync needs to read them")
        yield doubtful(Topic.SECRETS, open_to_all, remedy)
