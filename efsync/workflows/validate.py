"""`efsync validate`: the files against the schema and each other, and with a target against the ERP."""

from contextlib import closing

from efsync.model.outcomes import Validation
from efsync.model.plans import Selection
from efsync.model.problems import Problem
from efsync.model.progress import Progress, unseen
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted, by_place, without_secrets
from efsync.workflows.mail_check import MailCheck
from efsync.workflows.selection import check_selection
from efsync.workflows.survey import survey
from efsync.workflows.wiring import accounts_of, erp_of, secrets_of


def validate(
    settings: Settings, target: str | None = None, selection: Selection = Selection(), *, progress: Progress = unseen
) -> Validation:
    """Check all department files and their mails; no secret is read, and without `target` no database either.

    With a selection only its accounts and the problems of their files and mails are reported.
    Raises `Refused` where the folder or the database can't be read.
    """
    wanted = Wanted(accounts_of(settings))
    read_password = without_secrets(secrets_of(settings), dict)
    if target is None:
        resolver = wanted.resolver(read_password)
        check = MailCheck(resolver, settings.lint, selection)
        survey((), wanted, check, {}, Selection(), progress=progress)
        problems = wanted.problems(resolver)
    else:
        with erp_of(settings, settings.target(target)).reading() as users:
            resolver = wanted.resolver(read_password, users.columns)
            check = MailCheck(resolver, settings.lint, selection)
            with closing(users.each(fingerprint=None)) as passing:
                seen = survey(passing, wanted, check, {}, Selection(), progress=progress)
            problems = wanted.problems(resolver, seen.named, seen.others, users.columns)
    if selection == Selection():
        names = wanted.departments.names
        return Validation(len(names), len(wanted.accounts), _in_order(problems, check), names)
    check_selection(selection, wanted.named)
    files = {
        file.head.file: [each for each in file.accounts if selection.covers(each.code, each.department)]
        for file in wanted.departments.files
    }
    chosen = {name: accounts for name, accounts in files.items() if accounts}
    reported = tuple(each for each in problems if each.location is None or each.location.file in chosen)
    return Validation(len(chosen), sum(map(len, chosen.values())), _in_order(reported, check), tuple(chosen))


def _in_order(problems: tuple[Problem, ...], check: MailCheck) -> tuple[Problem, ...]:
    return tuple(sorted((*problems, *check.problems), key=by_place))
