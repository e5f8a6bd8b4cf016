"""Whether an ERP's database has all that plan and apply need: tables, columns, rights, users."""

from collections.abc import Iterator

from sqlalchemy import Connection

from efsync.database import database_errors
from efsync.erp.columns import ColumnFacts, table_facts
from efsync.erp.connection import WHAT
from efsync.erp.inspection import CodeComparison, code_comparison
from efsync.erp.layout import Layout
from efsync.model.checks import Check, CheckStatus, Topic, doubtful, fine
from efsync.model.problems import Refused
from efsync.settings.model import Settings, TargetSettings
from efsync.workflows.doctor.columns import column_checks
from efsync.workflows.doctor.database import Database, attempt, database_checks, refusal_checks
from efsync.workflows.doctor.rights import rights_checks
from efsync.workflows.wiring import erp_of


def target_checks(settings: Settings, target: TargetSettings) -> Iterator[Check]:
    """All that can be seen of one target's database without writing."""
    database = Database(WHAT, target.url, settings.folder, target.name, target.timeouts)

    def deeper(connection: Connection) -> Iterator[Check]:
        return _table_checks(settings, target, database, connection)

    yield from database_checks(database, deeper)


def _table_checks(
    settings: Settings, target: TargetSettings, database: Database, connection: Connection
) -> Iterator[Check]:
    layout = target.layout
    try:
        with database_errors(WHAT):
            there = {name: table_facts(connection, layout, name) for name in _tables(layout)}
    except Refused as refused:
        yield from refusal_checks(database, Topic.TABLE, refused)
        return
    columns = [
        check
        for name, facts in there.items()
        for check in attempt(database, Topic.TABLE, column_checks(connection, target, name, facts))
    ]
    yield from columns
    yield from attempt(database, Topic.RIGHTS, rights_checks(connection, settings, target, there))
    key = there[layout.table].get(layout.key)
    if key is not None:
        yield from attempt(database, Topic.COLLATION, _collation_checks(connection, target, key))
    if all(check.status is not CheckStatus.ERROR for check in columns):
        yield from attempt(database, Topic.USERS, _users_checks(settings, target))


def _tables(layout: Layout) -> list[str]:
    return [layout.table, *([layout.properties.table] if layout.property_fields() else [])]


def _collation_checks(connection: Connection, target: TargetSettings, key: ColumnFacts) -> Iterator[Check]:
    yield collation_check(code_comparison(connection, target.layout, key), target.name)


def collation_check(found: CodeComparison, target: str) -> Check:
    """Whether the database takes the same user codes as one as efsync does: upper and lower case, but no accents."""
    names = {"database": found.database, "user codes": found.column}
    collations = ", ".join(f"{what} {name}" for what, name in names.items() if name)
    named = f"collation: {collations}" if collations else "no collation of its own"
    if found.folds_case is None:
        return fine(Topic.COLLATION, f"{named}; codes are compared by efsync itself", target)
    if found.folds_accents:
        message = f"{named}; it takes some letters with and without accents as one (n and ñ, or e and é)"
        remedy = "nothing for efsync, which tells such codes apart and matches rows to the letter"
        return doubtful(Topic.COLLATION, message, remedy, target)
    if not found.folds_case:
        message = f"{named}; it tells upper and lower case apart, and efsync does not"
        remedy = "keep no two users whose codes differ by upper and lower case only: efsync refuses them"
        return doubtful(Topic.COLLATION, message, remedy, target)
    return fine(Topic.COLLATION, f"{named}; codes compare as in efsync", target)


def _users_checks(settings: Settings, target: TargetSettings) -> Iterator[Check]:
    """What reading the users finds: tenants, codes that are there twice, tables without transactions."""
    with erp_of(settings, target).reading() as users:
        tenant = f" of tenant {users.tenant}" if users.tenant else ""
        count = len(users.read(fingerprint=None))
        counted = f"{count:,} user{'' if count == 1 else 's'}"
        yield fine(Topic.USERS, f"{counted}{tenant} can be read", target.name)
        users.check_transactions()
