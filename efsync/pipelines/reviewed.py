"""Whether a reviewed plan is still what the merged files would do."""

from collections.abc import Iterator, Mapping
from typing import Any

Plan = Mapping[str, Any]
"""A plan as `efsync show PLAN --format json` prints it."""


def what_moved(reviewed: Plan, fresh: Plan) -> list[str]:
    """Why `reviewed` can't be applied, as sentences; none where it can.

    `fresh` was made just now from what was merged. Commits are not compared, since a squash or a merge makes new
    ones: the files are, by their digest. Everything that the reviewed plan would do has to be in the fresh one,
    so that a plan which somebody made up is refused too. The fresh one may do more, such as undo drift that came
    after the review: that is not applied.
    """
    return list(_reasons(reviewed, fresh))


def _reasons(reviewed: Plan, fresh: Plan) -> Iterator[str]:
    if reviewed.get("without_secrets"):
        yield "it was made without secrets, so what it would write is not known"
        return
    for name, what in (("target", "target"), ("tenant", "tenant"), ("selection", "selection of accounts")):
        if reviewed.get(name) != fresh.get(name):
            yield f"it is for another {what}"
            return
    if reviewed.get("fingerprint_key") != fresh.get("fingerprint_key"):
        yield "its passwords were compared with another EFSYNC_KEY"
        return
    if reviewed["source"]["config_digest"] != fresh["source"]["config_digest"]:
        yield "settings and accounts that were merged are not those that were reviewed"
        return
    now = {change["user"]: change for change in fresh["changes"]}
    for change in reviewed["changes"]:
        moved = _moved(change, now.get(change["user"]))
        if moved:
            yield f"{change['user']}: {moved}"


def _moved(change: Mapping[str, Any], now: Mapping[str, Any] | None) -> str:
    if now is None:
        return "there is nothing to do any more"
    if not change["fields"] and change["action"] != now["action"]:
        return f"it would be {now['action']} now, and {change['action']} was reviewed"
    writes = {each["field"]: _write(each) for each in now["fields"]}
    moved = [each["field"] for each in change["fields"] if writes.get(each["field"]) != _write(each)]
    return ", ".join(moved) + " would not be written as reviewed" if moved else ""


def _write(field: Mapping[str, Any]) -> tuple[Any, ...]:
    return (field["before"], field["after"], field.get("unknown", False))
