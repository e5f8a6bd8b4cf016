"""The JSON documents of commands; their form is a contract, and a failed command prints the same one."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import efsync
from efsync.model.accounts import AppliedAccount
from efsync.model.fields import PASSWORD
from efsync.model.plans import Plan, Selection, Source, Summary
from efsync.model.problems import Problem
from efsync.planning.document import (
    FORMAT_VERSION,
    Document,
    changes_to_document,
    last_change_to_document,
    plain,
    plan_to_document,
    problem_to_document,
    reference_to_document,
    source_to_document,
)

if TYPE_CHECKING:  # each is of one command
    from efsync.model.checks import Examination
    from efsync.model.drift import Drift
    from efsync.model.history import History, PastRun
    from efsync.model.outcomes import Applied, Demo, Initialised, Validation
    from efsync.model.probe import Probed
    from efsync.model.secret_checks import SecretReport

_NOT_ASCII = re.compile("[^ -~\n]+")


def as_json(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """A document as text that is readable, and harmless to a terminal that shows it."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _NOT_ASCII.sub(lambda found: _harmless(found[0]), text)


def problems_document(problems: Iterable[Problem]) -> list[Document]:
    """Problems in the form that every document shares."""
    return [problem_to_document(problem) for problem in problems]


def plan_document(plan: Plan) -> Document:
    """A plan, as its file holds it too."""
    return plan_to_document(plan)


def failed_plan_document(target: str | None, selection: Selection, problems: Iterable[Problem]) -> Document:
    """What `plan` prints where no plan could be made: no changes, and why."""
    return {
        **_head("plan"),
        "efsync_version": efsync.__version__,
        "plan_id": None,
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "target": target,
        "selection": {"departments": list(selection.departments), "users": list(selection.users)},
        "source": source_to_document(Source()),
        "summary": Summary().as_dict(),
        "changes": [],
        "problems": problems_document(problems),
    }


def validation_document(validation: "Validation") -> Document:
    """What `validate` found."""
    return {
        **_head("validation"),
        "valid": validation.valid,
        "files": validation.files,
        "accounts": validation.accounts,
        "problems": problems_document(validation.problems),
    }


def apply_document(applied: "Applied") -> Document:
    """What `apply` did."""
    return {
        **_head("apply"),
        "run": applied.run,
        "plan_id": applied.plan_id,
        "target": applied.target,
        "status": applied.status.value,
        "summary": applied.summary.as_dict(),
        "problems": problems_document(applied.problems),
    }


def drift_document(drift: "Drift") -> Document:
    """What `drift` found; a password's values are fingerprints."""
    return {
        **_head("drift"),
        "target": drift.target,
        "summary": {
            "accounts": len(drift.accounts),
            "fields": sum(len(account.fields) for account in drift.accounts),
        },
        "accounts": [
            {
                "user": account.user,
                "department": account.department,
                "fields": [
                    {
                        "field": field.field,
                        "applied": plain(field.applied),
                        "live": plain(field.live),
                        "sensitive": field.sensitive,
                    }
                    for field in account.fields
                ],
                **last_change_to_document(account.last_change),
            }
            for account in drift.accounts
        ],
        "problems": problems_document(drift.problems),
    }


def state_document(accounts: Iterable[AppliedAccount], problems: Iterable[Problem] = ()) -> Document:
    """What `state list` shows."""
    listed = [
        {
            "user": account.code,
            "department": account.department,
            "applied_at": account.applied_at,
            "run": account.run,
        }
        for account in accounts
    ]
    return {**_head("state"), "accounts": listed, "problems": problems_document(problems)}


def account_document(account: AppliedAccount) -> Document:
    """What `state show` shows: every field as applied, the password as its fingerprint and reference."""
    return {
        **_head("state-account"),
        "user": account.code,
        "department": account.department,
        "on_removal": account.on_removal.value,
        "applied_at": account.applied_at,
        "run": account.run,
        "fields": [
            {"field": field, "applied": plain(value), "sensitive": field == PASSWORD}
            for field, value in account.fields.items()
        ],
        "password_reference": reference_to_document(account.reference),
        "problems": [],
    }


def history_document(history: "History | None", problems: Iterable[Problem] = ()) -> Document:
    """What `history` shows; `changes` only where one run or one user was asked for, passwords as fingerprints."""
    from efsync.model.history import History

    found = history or History()
    return {
        **_head("history"),
        "user": found.user,
        "runs": [_past_run(each) for each in found.runs],
        "problems": problems_document(problems or found.problems),
    }


def _past_run(past: "PastRun") -> Document:
    run = past.run
    changes = {} if past.changes is None else {"pruned": past.is_pruned, "changes": changes_to_document(past.changes)}
    return {
        "run": run.id,
        "target": run.target,
        "tenant": run.tenant,
        "status": run.status.value,
        "who": run.who,
        "host": run.host,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "plan_id": run.plan_id,
        "source": source_to_document(run.source),
        "summary": run.summary.as_dict(),
        **changes,
    }


def pruned_document(count: int, problems: Iterable[Problem] = ()) -> Document:
    """Of how many runs `history --prune-before` forgot what they changed."""
    return {**_head("history-pruned"), "runs": count, "problems": problems_document(problems)}


def secrets_document(report: "SecretReport") -> Document:
    """What `secrets check` found: no password, nor anything that stands for one."""
    from efsync.model.secret_checks import SecretStatus

    return {
        **_head("secrets"),
        "target": report.target,
        "summary": {status.value.replace("-", "_"): report.count(status) for status in SecretStatus},
        "secrets": [
            {
                "user": use.user,
                "department": use.department,
                "reference": reference_to_document(use.reference),
                "status": use.status.value,
                "since": use.since,
            }
            for use in report.uses
        ],
        "problems": problems_document(report.problems),
    }


def demo_document(demo: "Demo") -> Document:
    """What `demo` made."""
    return {
        **_head("demo"),
        "written": list(demo.written),
        "database": demo.database,
        "users": demo.users,
        "passwords": demo.passwords,
        "target": demo.target,
        "settings": list(demo.settings),
        "problems": [],
    }


def init_document(made: "Initialised") -> Document:
    """What `init` wrote, what was there, what the doctor found, if it was asked, and what it warns of."""
    return {
        **_head("init"),
        "written": list(made.written),
        "kept": list(made.kept),
        "doctor": doctor_document(made.found) if made.found else None,
        "problems": problems_document(made.problems),
    }


def doctor_document(found: "Examination", problems: Sequence[Problem] = ()) -> Document:
    """What `doctor` found; its findings are checks, and `problems` what kept it from looking."""
    from efsync.model.checks import CheckStatus

    return {
        **_head("doctor"),
        "status": CheckStatus.ERROR.value if problems else found.status.value,
        "summary": {status.value: found.count(status) for status in CheckStatus},
        "checks": [
            {
                "status": check.status.value,
                "topic": check.topic.value,
                "target": check.target,
                "message": check.message,
                "remedy": check.remedy,
            }
            for check in found.checks
        ],
        "problems": problems_document(problems),
    }


def probe_document(probed: "Probed") -> Document:
    """What `probe` heard; with problems only where there are some."""
    results = [
        {
            "server": result.server,
            "port": result.port,
            "ssl": result.ssl,
            "users": list(result.users),
            "status": result.status.value,
            "message": result.message,
            "seconds": result.seconds,
        }
        for result in probed.results
    ]
    problems = {"problems": problems_document(probed.problems)} if probed.problems else {}
    return {**_head("probe"), "results": results, **problems}


def failure_document(kind: str, problems: Iterable[Problem]) -> Document:
    """What any other command prints where it failed."""
    return {**_head(kind), "problems": problems_document(problems)}


def _harmless(text: str) -> str:
    """`text` from inside of JSON's quotes, with all that is not printable escaped."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _head(kind: str) -> dict[str, Any]:
    return {"format_version": FORMAT_VERSION, "kind": kind}
