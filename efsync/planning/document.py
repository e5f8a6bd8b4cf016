"""A plan as the JSON document that `plan --out` writes, and back.

The document's form is a contract: `schemas/plan.schema.json`. `plan_id` is the digest of everything else
in it, so that an edited plan is recognised.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from efsync.model.accounts import OnRemoval
from efsync.model.drift import LastChange
from efsync.model.fields import FIELDS, UNKNOWN, Unknown, Value
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Selection, Source, Summary
from efsync.model.problems import Location, Problem, Severity
from efsync.model.secrets import SecretReference
from efsync.planning.wording import text_of, wording_of

FORMAT_VERSION = "1.0"
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode

FORMER = ("renamed_from", "moved_from")
"""The members of a change that are there only where the account had another code, or department, before."""

Document = dict[str, Any]


def plan_to_document(plan: Plan) -> Document:
    """The document of `plan`, with its `plan_id`."""
    document = {**_head(plan), "changes": changes_to_document(plan.changes), "problems": _problems(plan)}
    document["plan_id"] = plan_digest(document)
    return document


def plan_id_of(plan: Plan) -> str:
    """The digest that its document has, without a document of all its changes."""
    changes = map(_change_to_document, plan.changes)
    return plan_digest({**_head(plan), "changes": changes, "problems": _problems(plan)})


def _head(plan: Plan) -> Document:
    return {
        "format_version": FORMAT_VERSION,
        "kind": "plan",
        "efsync_version": plan.efsync_version,
        "plan_id": None,
        "created_at": plan.created_at,
        "target": plan.target,
        "tenant": plan.tenant,
        "selection": {"departments": list(plan.selection.departments), "users": list(plan.selection.users)},
        "source": source_to_document(plan.source),
        "fingerprint_key": plan.key_id,
        "without_secrets": plan.without_secrets,
        "summary": plan.summary.as_dict(),
    }


def _problems(plan: Plan) -> list[Document]:
    return [_problem_with_wording(problem) for problem in plan.problems]


def plan_from_document(document: Mapping[str, Any]) -> Plan:
    """The plan of a document that is valid against the plan's schema."""
    selection = document["selection"]
    return Plan(
        target=document["target"],
        tenant=document.get("tenant"),
        efsync_version=document["efsync_version"],
        created_at=document["created_at"],
        selection=Selection(tuple(selection["departments"]), tuple(selection["users"])),
        source=source_from_document(document["source"]),
        summary=summary_from_document(document["summary"]),
        changes=changes_from_document(document["changes"]),
        problems=tuple(_problem_from_document(each) for each in document["problems"]),
        key_id=document.get("fingerprint_key"),
        without_secrets=document.get("without_secrets", False),
        plan_id=document["plan_id"],
    )


def plan_digest(document: Mapping[str, Any]) -> str:
    """The digest of all of a plan's document but the digest itself, as JSON with names in order and without blanks.

    The changes may be an iterator: one is held at a time.
    """
    found = hashlib.sha256()

    def add(text: str) -> None:
        """Let a piece of the document into the digest."""
        found.update(text.encode("utf-8", "surrogatepass"))

    for position, name in enumerate(sorted(document.keys() - {"plan_id"})):
        add(f"{',' if position else '{'}{_canonical(name)}:")
        if name != "changes":
            add(_canonical(document[name]))
            continue
        add("[")
        for number, change in enumerate(document[name]):
            add(f"{',' if number else ''}{_canonical(change)}")
        add("]")
    add("}")
    return f"sha256:{found.hexdigest()}"


def changes_to_document(changes: tuple[AccountChange, ...]) -> list[Document]:
    """The changes as a plan and the journal hold them."""
    return [_change_to_document(change) for change in changes]


def changes_from_document(documents: list[Document]) -> tuple[AccountChange, ...]:
    """The changes of a plan or of the journal."""
    return tuple(_change_from_document(document) for document in documents)


def source_to_document(source: Source) -> Document:
    """Which state of the files: commit, whether there were uncommitted changes, digest."""
    return {"commit": source.commit, "dirty": source.dirty, "config_digest": source.config_digest}


def source_from_document(document: Mapping[str, Any]) -> Source:
    """The source of a plan or run."""
    return Source(document["commit"], document["dirty"], document["config_digest"])


def summary_from_document(document: Mapping[str, int]) -> Summary:
    """The summary's counts; names of a later minor version are ignored."""
    return Summary(**{name: document[name] for name in Summary.__dataclass_fields__ if name in document})


def problem_to_document(problem: Problem) -> Document:
    """One problem in the form that every command's JSON shares."""
    location = problem.location
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "file": location.file if location else None,
        "line": location.line if location else None,
        "column": location.column if location else None,
        "hint": problem.hint,
    }


def reference_to_document(reference: SecretReference | None) -> Document | None:
    """A reference as a department file writes it."""
    return {reference.kind: reference.argument} if reference else None


def reference_from_document(document: Mapping[str, str] | None) -> SecretReference | None:
    """The reference of a plan, the state or a department file."""
    if not document:
        return None
    ((kind, argument),) = document.items()
    return SecretReference(kind, argument)


def last_change_to_document(change: LastChange | None) -> Document:
    """Who changed an account last, as a member of its document; none where the ERP does not tell."""
    return {"last_change": {"user": change.user, "at": change.at, "efsync": change.own}} if change else {}


def _last_change_from_document(document: Mapping[str, Any] | None) -> LastChange | None:
    return LastChange(document["user"], document["at"], document["efsync"]) if document else None


def plain(value: Value) -> str | int | bool | None:
    """A value as JSON holds it: what is not known is null."""
    return None if isinstance(value, Unknown) else value


def _change_to_document(change: AccountChange) -> Document:
    location = change.location
    return {
        "user": change.user,
        "department": change.department,
        "action": change.action.value,
        "location": {"file": location.file, "line": location.line, "column": location.column} if location else None,
        "fields": [_field_to_document(field) for field in change.fields],
        "unchanged": {field: plain(change.unchanged[field]) for field in FIELDS if field in change.unchanged},
        "on_removal": change.on_removal.value if change.on_removal else None,
        "password_reference": reference_to_document(change.reference),
        **{name: value for name in FORMER if (value := getattr(change, name)) is not None},
        **last_change_to_document(change.last_change),
    }


def _field_to_document(change: FieldChange) -> Document:
    document: Document = {
        "field": change.field,
        "before": plain(change.before),
        "after": plain(change.after),
        "origin": change.origin.value,
        "sensitive": change.sensitive,
    }
    if change.unknown:
        document["unknown"] = True
    return document


def _change_from_document(document: Mapping[str, Any]) -> AccountChange:
    location = document["location"]
    on_removal = document.get("on_removal")
    return AccountChange(
        user=document["user"],
        department=document["department"],
        action=Action(document["action"]),
        fields=tuple(_field_from_document(field) for field in document["fields"]),
        unchanged=dict(document.get("unchanged", {})),
        on_removal=OnRemoval(on_removal) if on_removal else None,
        reference=reference_from_document(document.get("password_reference")),
        location=Location(location["file"], location["line"], location["column"]) if location else None,
        **{name: document[name] for name in FORMER if name in document},
        last_change=_last_change_from_document(document.get("last_change")),
    )


def _field_from_document(document: Mapping[str, Any]) -> FieldChange:
    after: Value = UNKNOWN if document.get("unknown") else document["after"]
    return FieldChange(document["field"], document["before"], after, Origin(document["origin"]))


def _problem_with_wording(problem: Problem) -> Document:
    """A problem as a plan has it: with what its texts are made of, where another language has others."""
    found = {"message": wording_of(problem.message), "hint": wording_of(problem.hint)}
    wording = {name: each for name, each in found.items() if each}
    return problem_to_document(problem) | ({"wording": wording} if wording else {})


def _problem_from_document(document: Mapping[str, Any]) -> Problem:
    file, hint, wording = document["file"], document["hint"], document.get("wording", {})
    return Problem(
        code=document["code"],
        message=text_of(document["message"], wording.get("message")),
        location=Location(file, document["line"], document["column"]) if file else None,
        hint=hint and text_of(hint, wording.get("hint")),
        severity=Severity(document["severity"]),
    )
