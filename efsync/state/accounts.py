"""The accounts as applied, in the tables of the state: read whole or in short, and remembered."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    not_,
    select,
)

from efsync.model.accounts import AppliedAccount, AppliedPassword, RetiredPassword
from efsync.model.batches import BATCH, batches
from efsync.model.digests import record_digest
from efsync.model.fields import PASSWORD
from efsync.model.normal import comparable
from efsync.planning.document import plain, reference_from_document, reference_to_document
from efsync.planning.record import Record
from efsync.state.rows import account_of
from efsync.state.tables import applied_accounts, retired_passwords, runs
from efsync.state.texts import Texts


def revision(connection: Connection, target: str, tenant: str | None) -> str:
    """How many runs a target had and how many ended, the last of them, and how many accounts are remembered.

    Only runs that end add or change accounts. Which run is the last is not enough: clocks differ.
    """
    ended = (func.count(runs.c.id), func.count(runs.c.finished_at), func.max(runs.c.id), func.max(runs.c.finished_at))
    last = connection.execute(select(*ended).where(runs.c.target == target)).one()
    counted = select(func.count()).select_from(applied_accounts).where(*_of(applied_accounts, target, tenant))
    return f"{tuple(last)} {connection.execute(counted).scalar_one()}"


def recorded(connection: Connection, target: str, tenant: str | None) -> dict[str, int]:
    """The digest of every account of a target, by comparable code."""
    columns = applied_accounts.c
    statement = select(columns.key, columns.digest).where(*_of(applied_accounts, target, tenant))
    rows = connection.execute(statement, execution_options={"yield_per": BATCH})
    return {key: int(digest, 16) if digest else -1 for key, digest in rows}


def codes(connection: Connection, target: str | None) -> Iterator[tuple[str, str]]:
    """Code and department of every account of a target, or of all, whatever its tenant."""
    columns = applied_accounts.c
    statement = select(columns.code, columns.department).order_by(columns.key)
    rows = connection.execute(statement if target is None else statement.where(columns.target == target))
    yield from ((code, department) for code, department in rows)


def passwords(connection: Connection, target: str, tenant: str | None) -> dict[str, AppliedPassword]:
    """The password of each account, by comparable code."""
    columns = applied_accounts.c
    of_target = _of(applied_accounts, target, tenant)
    statement = select(columns.key, columns.password_reference, columns.fingerprint).where(*of_target)
    rows = connection.execute(statement, execution_options={"yield_per": BATCH})
    return {key: AppliedPassword(reference_from_document(document), mark) for key, document, mark in rows}


def applied(
    connection: Connection, target: str, tenant: str | None, keys: Sequence[str] | None
) -> dict[str, AppliedAccount]:
    """The accounts with these `keys`, or all, by comparable code in its order."""
    statement = select(applied_accounts).where(*_of(applied_accounts, target, tenant)).order_by(applied_accounts.c.key)
    some = (
        [statement] if keys is None else (statement.where(applied_accounts.c.key.in_(each)) for each in batches(keys))
    )
    texts = Texts(connection)
    found: dict[str, AppliedAccount] = {}
    for each in some:
        rows = connection.execute(each).mappings().all()
        texts.read(row["fields"] for row in rows)
        found |= {row["key"]: account_of(row, texts) for row in rows}
    return found


def retired(connection: Connection, target: str, tenant: str | None) -> Iterator[RetiredPassword]:
    """The passwords that accounts of a target had and have no more."""
    rows = connection.execute(select(retired_passwords).where(*_of(retired_passwords, target, tenant))).mappings()
    texts = Texts(connection)
    yield from (_known_password(row, texts) for row in rows)


def elsewhere(
    connection: Connection, target: str, tenant: str | None, fingerprints: Iterable[str]
) -> Iterator[RetiredPassword]:
    """The passwords with these `fingerprints` that accounts of other targets have or had, each once for an account."""
    texts = Texts(connection)
    for table in (applied_accounts, retired_passwords):
        for batch in batches(fingerprints):
            one = [table.c.key, table.c.fingerprint]
            is_other = not_(and_(*_of(table, target, tenant)))
            first = (
                select(*one, func.min(table.c.target).label("target"))
                .where(table.c.fingerprint.in_(batch), is_other)
                .group_by(*one)
                .subquery()
            )
            is_first = and_(*(table.c[name] == first.c[name] for name in ("key", "fingerprint", "target")))
            columns = select(table.c.key, table.c.fields, table.c.password_reference)
            rows = connection.execute(columns.join(first, is_first)).mappings().all()
            texts.read(map(_password_of, rows))
            yield from (_known_password(row, texts) for row in rows)


def remember(connection: Connection, target: str, tenant: str | None, run: str, record: Record) -> None:
    """Bring the accounts and the retired passwords of `run` into the state. Raises `Refused` as `Texts.write` does."""
    gone = [*record.removed, *(account.key for account in record.accounts)]
    of_target = _of(applied_accounts, target, tenant)
    for keys in batches(gone):
        connection.execute(delete(applied_accounts).where(*of_target, applied_accounts.c.key.in_(keys)))
    place = {"target": target, "tenant": tenant_key(tenant)}
    texts = Texts(connection)
    for accounts in batches(record.accounts):
        rows = [place | _account_row(account, texts) for account in accounts]
        texts.write()
        connection.execute(insert(applied_accounts), rows)
    is_one = (retired_passwords.c[name] == bindparam(f"its_{name}") for name in ("key", "fingerprint"))
    known = delete(retired_passwords).where(*_of(retired_passwords, target, tenant), *is_one)
    once = {(each.key, each.fields[PASSWORD]): each for each in record.retired}
    for retired in batches(once.values()):
        passwords = [_retired_row(each) for each in retired]
        connection.execute(
            known, [{"its_key": each["key"], "its_fingerprint": each["fingerprint"]} for each in passwords]
        )
        connection.execute(insert(retired_passwords), [place | each | {"run": run} for each in passwords])


def forget(connection: Connection, target: str, tenant: str | None, key: str) -> None:
    """Remember nothing of an account any more."""
    of_target = _of(applied_accounts, target, tenant)
    connection.execute(delete(applied_accounts).where(*of_target, applied_accounts.c.key == key))


def tenant_key(tenant: str | None) -> str:
    """A tenant as the tables have it."""
    return comparable(tenant or "")


def _known_password(row: RowMapping, texts: Texts) -> RetiredPassword:
    reference = reference_from_document(row["password_reference"])
    return RetiredPassword(row["key"], texts.whole(_password_of(row)), reference)


def _password_of(row: RowMapping) -> dict[str, Any]:
    """What a row holds of a password: itself, and where it goes."""
    return {field: row["fields"][field] for field in (PASSWORD, "server", "port", "ssl") if field in row["fields"]}


def _account_row(account: AppliedAccount, texts: Texts) -> dict[str, Any]:
    return {
        "key": account.key,
        "code": account.code,
        "department": account.department,
        "on_removal": account.on_removal.value,
        "fields": texts.kept(account.fields),
        "password_reference": reference_to_document(account.reference),
        "digest": f"{record_digest(account):032x}",
        "fingerprint": plain(account.fields.get(PASSWORD)),
        "applied_at": account.applied_at,
        "run": account.run,
    }


def _retired_row(each: RetiredPassword) -> dict[str, Any]:
    return {
        "key": each.key,
        "fingerprint": each.fields[PASSWORD],
        "fields": {field: plain(value) for field, value in each.fields.items()},
        "password_reference": reference_to_document(each.reference),
    }


def _of(table: Table, target: str, tenant: str | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.target == target, table.c.tenant == tenant_key(tenant)
