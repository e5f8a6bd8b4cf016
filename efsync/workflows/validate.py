"""`efsync validate`: the files against the schema and each other, and with a target against the ERP."""

from efsync.model.outcomes import Validation
from efsync.model.plans import Selection
from efsync.settings.model import Settings
from efsync.workflows.desired import read_desired, without_secrets
from efsync.workflows.selection import check_selection
from efsync.workflows.wiring import accounts_of, erp_of, secrets_of


def validate(settings: Settings, target: str | None = None, selection: Selection = Selection()) -> Validation:
    """Check all department files; no secret is read, and without `target` no database either.

    With a selection only its accounts and the problems of their files are reported.
    Raises `Refused` where the folder or the database can't be read.
    """
    live, columns = None, None
    if target is not None:
        with erp_of(settings, settings.target(target)).reading() as users:
            live, columns = users.read(fingerprint=None), users.columns
    desired = read_desired(accounts_of(settings), without_secrets(secrets_of(settings), {}), live, columns)
    chosen = [each for each in desired.accounts.values() if selection.covers(each.code, each.department)]
    if selection == Selection():
        return Validation(desired.departments.count, len(chosen), desired.problems)
    check_selection(selection, desired.accounts.values())
    files = {account.location.file for account in chosen if account.location}
    problems = tuple(each for each in desired.problems if each.location is None or each.location.file in files)
    return Validation(len(files), len(chosen), problems)
