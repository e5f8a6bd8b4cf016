"""Whether an ERP's database has all that plan and apply need: tables, columns, rights, users."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection

from efsync.database.errors import database_errors
from efsync.erp.columns import ColumnFacts, table_facts
from efsync.erp.connection import WHAT
from efsync.erp.inspection import CodeComparison, code_comparison
from efsync.erp.layout import Layout
from efsync.model.checks import Check, CheckStatus, Topic, doubtful, fine
from efsync.model.language import Message, joined, message
from efsync.model.problems import Refused
from efsync.settings.model import Settings, TargetSettings
from efsync.workflows.doctor import counts
from efsync.workflows.doctor.audit import audit_checks
from efsync.workflows.doctor.columns import codec_checks, column_checks
from efsync.workflows.doctor.database import Database, attempt, database_checks, refusal_checks
from efsync.workflows.doctor.rights import rights_checks
from efsync.workflows.wiring import erp_of


def target_checks(settings: Settings, target: TargetSettings) -> Iterator[Check]:
    """All that can be seen of one target's database without writing."""
    database = Database(WHAT, target.url, settings.folder, target.name, target.timeouts)

    def deeper(connection: Connection) -> Iterator[Check]:
        """What can be seen once there is a connection."""
        return _table_checks(settings, target, database, connection)

    yield from database_checks(database, deeper)


def _table_checks(
    settings: Settings, target: TargetSettings, database: Database, connection: Connection
) -> Iterator[Check]:
    layout = target.layout
    try:
        with database_errors(WHAT):
            there = {name: table_facts(connection, layout, name) for name in _tables(layout)}
            trail = {name: table_facts(connection, layout, name) for name in _audit_tables(layout)}
    except Refused as refused:
        yield from refusal_checks(database, Topic.TABLE, refused, database.reached)
        return
    columns = [
        check
        for name, facts in there.items()
        for check in attempt(database, Topic.TABLE, column_checks(connection, target, name, facts))
    ]
    columns += codec_checks(target)
    yield from columns
    audit = [*attempt(database, Topic.AUDIT, audit_checks(connection, target, database, trail))]
    yield from audit
    yield from attempt(database, Topic.RIGHTS, rights_checks(connection, settings, target, there | trail))
    key = there[layout.table].get(layout.key)
    if key is not None:
        yield from attempt(database, Topic.COLLATION, _collation_checks(connection, target, key))
    if _are_well(columns):
        users = _users_checks(settings, target, database, audit_is_well=_are_well(audit))
        yield from attempt(database, Topic.USERS, users)


def _are_well(checks: Iterable[Check]) -> bool:
    return all(check.status is not CheckStatus.ERROR for check in checks)


def _tables(layout: Layout) -> list[str]:
    return [layout.table, *([layout.properties.table] if layout.property_fields() else [])]


def _audit_tables(layout: Layout) -> list[str]:
    return [layout.audit.name] if layout.audit and layout.audit.through == "table" else []


def _collation_checks(connection: Connection, target: TargetSettings, key: ColumnFacts) -> Iterator[Check]:
    yield collation_check(code_comparison(connection, target.layout, key), target.name)


def collation_check(found: CodeComparison, target: str) -> Check:
    """Whether the database takes the same user codes as one as efsync does: upper and lower case, but no accents."""
    collation = _collation(found)
    if found.folds_case is None:
        by_efsync = message("{collation}; codes are compared by efsync itself", collation=collation)
        return fine(Topic.COLLATION, by_efsync, target)
    if found.folds_accents:
        folding = message(
            "{collation}; it takes some letters with and without accents as one (n and ñ, or e and é)",
            collation=collation,
        )
        remedy = message("nothing for efsync, which tells such codes apart and matches rows to the letter")
        return doubtful(Topic.COLLATION, folding, remedy, target)
    if not found.folds_case:
        telling = message("{collation}; it tells upper and lower case apart, and efsync does not", collation=collation)
        remedy = message("keep no two users whose codes differ by upper and lower case only: efsync refuses them")
        return doubtful(Topic.COLLATION, telling, remedy, target)
    return fine(Topic.COLLATION, message("{collation}; codes compare as in efsync", collation=collation), target)


def _collation(found: CodeComparison) -> Message:
    named = []
    if found.database:
        named.append(message("database {name}", name=found.database))
    if found.column:
        named.append(message("user codes {name}", name=found.column))
    if not named:
        return message("no collation of its own")
    return message("collation: {collations}", collations=joined(", ", named))


def _users_checks(
    settings: Settings, target: TargetSettings, database: Database, *, audit_is_well: bool
) -> Iterator[Check]:
    """What reading the users finds: tenants, codes that are there twice, tables without transactions."""
    with erp_of(settings, target).reading() as users:
        live = users.read(fingerprint=None)
        yield fine(Topic.USERS, _readable(len(live), users.tenant), target.name)
        yield from shared_checks((account.code for account in live.values() if account.shared), target.name)
        for look in (users.check_transactions, *([users.check_audit] if audit_is_well else [])):
            yield from attempt(database, Topic.TABLE, _look(look))


def shared_checks(codes: Iterable[str], target: str) -> Iterator[Check]:
    """A line for the users whose property rows may be another tenant's, where there are any."""
    shared = sorted(codes)
    if shared:
        ambiguous = message(
            "another tenant has the codes of {users} too, and property rows do not say whose they are: {names}",
            users=counts.users(len(shared)),
            names=counts.some(shared),
        )
        remedy = message(
            "leave them out of the files, or keep their fields in columns of the user table: apply refuses them"
        )
        yield doubtful(Topic.USERS, ambiguous, remedy, target)


def _readable(number: int, tenant: str | None) -> Message:
    if tenant:
        return message("{users} of tenant {tenant} can be read", users=counts.users(number), tenant=tenant)
    return message("{users} can be read", users=counts.users(number))


def _look(check: Callable[[], None]) -> Iterator[Check]:
    """Nothing, where `check` raises nothing."""
    check()
    yield from ()
