"""Whether apply can note its changes in the ERP's own audit trail, where a target asks for that."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from efsync.erp.audit import (
    AUDIT_COLUMNS,
    audit_misfit,
    audit_problems,
    called_routines,
    unfilled_columns,
)
from efsync.erp.columns import ColumnFacts
from efsync.erp.inspection import routines
from efsync.erp.layout import Audit, Layout
from efsync.model.checks import Check, Topic, doubtful, fine, wrong
from efsync.model.language import joined, message
from efsync.settings.model import TargetSettings
from efsync.workflows.doctor.columns import null_in_words
from efsync.workflows.doctor.database import WRITING, Database, problem_check

_DETAIL_CHARACTERS = 10_000
"""What the detail of an account with three texts may have."""


def audit_checks(
    connection: Connection, target: TargetSettings, database: Database, there: Mapping[str, Mapping[str, ColumnFacts]]
) -> Iterator[Check]:
    """What is wrong with the table or procedure of the trail; of a table that is `there` each column that is filled."""
    layout = target.layout
    if layout.audit is None:
        return
    problems = tuple(audit_problems(connection, layout))
    yield from (problem_check(database, Topic.AUDIT, problem, WRITING) for problem in problems)
    if layout.audit.through == "table":
        columns = there[layout.audit.name]
        yield from _column_checks(layout, columns, connection.dialect.name, target.name)
        yield from _unfilled_checks(layout.audit, columns, target.name)
    elif not problems:
        yield _procedure_check(connection, layout, layout.audit, target.name)


def audit_column_check(layout: Layout, facts: ColumnFacts, dialect: str, target: str) -> Check:
    """One column that every entry fills and can fill: its type, and whether a long detail fits."""
    described = message(
        "{column} is filled by each entry: {kind}, {null}",
        column=f"{facts.table}.{facts.name}",
        kind=facts.described,
        null=null_in_words(facts),
    )
    misfit = audit_misfit(layout, facts, dialect, "x" * _DETAIL_CHARACTERS)
    if misfit is None:
        return fine(Topic.AUDIT, described, target)
    too_short = message(
        "{described}; a detail of {count:,} characters does not fit: {misfit}",
        described=described,
        count=_DETAIL_CHARACTERS,
        misfit=misfit,
    )
    remedy = message("have the column made longer: an entry that does not fit stops apply")
    return doubtful(Topic.AUDIT, too_short, remedy, target)


def _column_checks(layout: Layout, there: Mapping[str, ColumnFacts], dialect: str, target: str) -> Iterator[Check]:
    for name in AUDIT_COLUMNS:
        if name in there and audit_misfit(layout, there[name], dialect) is None:
            yield audit_column_check(layout, there[name], dialect, target)


def _unfilled_checks(audit: Audit, there: Mapping[str, ColumnFacts], target: str) -> Iterator[Check]:
    for name in unfilled_columns(there):
        unfilled = message(
            "{column} may not be NULL, has no default, and is filled by no entry", column=f"{audit.name}.{name}"
        )
        yield wrong(Topic.AUDIT, unfilled, joined("; ", (message("have it given a default"), WRITING)), target)


def _procedure_check(connection: Connection, layout: Layout, audit: Audit, target: str) -> Check:
    found = called_routines(routines(connection, layout), audit, connection.dialect.name)
    takes = [message("takes {count} parameters", count=each.takes) for each in found if each.is_procedure]
    known = joined(message(" or "), takes) if takes else message("does not show its parameters")
    callable_one = message("the procedure {name} {known}, and may be called", name=audit.name, known=known)
    return fine(Topic.AUDIT, callable_one, target)
