"""`efsync secrets`: which references resolve, since when each password is in use, and a new age file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from efsync.database.access import Access
from efsync.model.accounts import PasswordInUse
from efsync.model.fields import PASSWORD
from efsync.model.language import message
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Refused, Severity, refuse_errors
from efsync.model.secret_checks import Encrypted, SecretReport, SecretStatus, SecretUse
from efsync.model.secrets import Secret, SecretReference
from efsync.secrets.age import encrypted
from efsync.secrets.interface import SecretError
from efsync.secrets.store import SecretStore, unusable
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.files import write_file
from efsync.workflows.selection import check_selection
from efsync.workflows.state import tenant_of
from efsync.workflows.wiring import accounts_of, key_of, secrets_of, state_of


def check_secrets(settings: Settings, target: str | None = None, selection: Selection = Selection()) -> SecretReport:
    """Read every password that the files refer to, and compare it with the one that was applied to `target`.

    Writes nothing. What can't be had is in the report. Raises `Refused` for errors in the files, and where the state
    or the key can't be read.
    """
    name = settings.target(target).name
    wanted = Wanted(accounts_of(settings), selection)
    refuse_errors(wanted.departments.problems)
    check_selection(selection, wanted.named)
    store = secrets_of(settings)
    store.read_ahead(reference for _, reference in wanted.passwords)
    tenant = tenant_of(settings, name)
    with state_of(settings, Access.READ) as state:
        key = key_of(settings, state.key_id(), create=False)
        in_use = state.passwords_in_use(name, tenant)
    uses: list[SecretUse] = []
    problems: dict[Problem, None] = {}
    for account, reference in wanted.passwords:
        known = in_use.get(account.key)
        use = SecretUse(account.code, account.department, reference, SecretStatus.MISSING, known and known.since)
        try:
            status = _status(key.fingerprint(store.read(reference)), known)
            uses.append(replace(use, status=status))
        except Refused as refused:
            uses.append(use)
            problems |= dict.fromkeys(refused.at(account.location_of(PASSWORD)).problems)
    return SecretReport(name, tuple(uses), tuple(problems))


def recipients_of(settings: Settings, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Who can read what is encrypted: those who are `named`, or those of the settings. Raises `Refused` (`config`)."""
    found = tuple(named) or tuple(settings.secrets.get("age", {}).get("recipients", ()))
    if not found:
        hint = message("name them in {file}: [secrets.age] recipients, or with --recipient", file=settings.file)
        raise Refused(Problem("config", message("there is nobody to encrypt it to"), hint=hint))
    return found


def encrypt_secret(
    settings: Settings, secret: Secret, recipients: Sequence[str] = (), out: Path | None = None, *, force: bool = False
) -> Encrypted:
    """Encrypt `secret` to `recipients`, or to those of the settings, and write it to `out` where that is named.

    Raises `Refused`: `config` where there are no recipients, or one is none, or a file is there and not to be written
    over; `secret-value` or `secret-missing` where it can't be a password.
    """
    if problem := unusable(secret, lambda: message("what was given")):
        raise Refused(problem)
    try:
        data = encrypted(secret, recipients_of(settings, recipients))
    except SecretError as error:
        raise Refused(Problem("config", error.message, hint=error.hint)) from None
    if out is None:
        return Encrypted(data.decode())
    write_file(out, data.decode(), force=force)
    reference = SecretReference("age", _as_written(out, settings.folder))
    return Encrypted(data.decode(), out, reference, tuple(_not_allowed(secrets_of(settings), reference)))


def _status(fingerprint: str | None, known: PasswordInUse | None) -> SecretStatus:
    if known is None:
        return SecretStatus.NOT_APPLIED
    return SecretStatus.IN_USE if known.fingerprint == fingerprint else SecretStatus.RENEWED


def _not_allowed(store: SecretStore, reference: SecretReference) -> Iterator[Problem]:
    """That the settings do not let the file be read yet."""
    try:
        store.check_allowed(reference)
    except Refused as refused:
        for problem in refused.problems:
            yield replace(problem, severity=Severity.WARNING)


def _as_written(path: Path, folder: Path) -> str:
    """A path as a department file names it: relative to the settings' folder where it is inside."""
    whole = path.parent.resolve() / path.name
    inside = whole.is_relative_to(folder)
    return (whole.relative_to(folder) if inside else whole).as_posix()
