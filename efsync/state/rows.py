"""Accounts and runs as rows of the state's tables, and back."""

from typing import Any

from sqlalchemy import RowMapping

from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.normal import comparable
from efsync.model.runs import Run, RunStatus
from efsync.planning.document import (
    reference_from_document,
    source_from_document,
    source_to_document,
    summary_from_document,
)
from efsync.state.texts import Texts


def account_of(row: RowMapping, texts: Texts) -> AppliedAccount:
    """The account in a row of `applied_accounts`, whose texts were read."""
    return AppliedAccount(
        code=row["code"],
        department=row["department"],
        on_removal=OnRemoval(row["on_removal"]),
        fields=texts.whole(row["fields"]),
        reference=reference_from_document(row["password_reference"]),
        applied_at=row["applied_at"],
        run=row["run"],
    )


def row_of(run: Run) -> dict[str, Any]:
    """A run as a row of `runs`."""
    return {
        "id": run.id,
        "target": run.target,
        "tenant": comparable(run.tenant or ""),
        "plan_id": run.plan_id,
        "status": run.status.value,
        "who": run.who,
        "host": run.host,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "source": source_to_document(run.source),
        "summary": run.summary.as_dict(),
    }


def run_of(row: RowMapping) -> Run:
    """The run in a row of `runs`."""
    return Run(
        id=row["id"],
        target=row["target"],
        tenant=row["tenant"] or None,
        plan_id=row["plan_id"],
        status=RunStatus(row["status"]),
        who=row["who"],
        host=row["host"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        source=source_from_document(row["source"]),
        summary=summary_from_document(row["summary"]),
    )
