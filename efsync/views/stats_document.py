"""Counts as a JSON document; its words are a contract, and English always."""

from collections.abc import Iterable
from typing import Any

from efsync.model.problems import Problem
from efsync.model.stats import DepartmentCount, Split, Stats, Who
from efsync.planning.document import FORMAT_VERSION
from efsync.views.documents import problems_document


def stats_document(stats: Stats) -> dict[str, Any]:
    """What `stats` counted, and who is in no file or no user of the ERP: nothing that stands for a password."""
    counts = stats.counts
    return {
        "format_version": FORMAT_VERSION,
        "kind": "stats",
        "target": stats.target,
        "tenant": stats.tenant,
        "made_at": stats.made_at or None,
        "selection": {"departments": list(stats.selection.departments)},
        "summary": {**_standings(counts.total), "missing": len(stats.missing), "gone": len(stats.gone)},
        "departments": [{"department": each.department, **_standings(each)} for each in counts.departments],
        "servers": [{"server": each.server, "port": each.port, **_split(each.split)} for each in counts.servers],
        "ssl": [{"ssl": each.value, **_split(split)} for each, split in counts.ssl.items()],
        "passwords": [{"age": each.value, **_split(split)} for each, split in counts.passwords.items()],
        "accounts": {
            "applied_only": _accounts(counts.applied_only),
            "not_managed": _accounts(counts.with_mail),
            "missing": _accounts(stats.missing),
            "gone": _accounts(stats.gone),
        },
        "problems": problems_document(stats.problems),
    }


def failed_stats_document(target: str | None, problems: Iterable[Problem]) -> dict[str, Any]:
    """What `stats` prints that counted nothing."""
    return stats_document(Stats(target, problems=tuple(problems)))


def _standings(count: DepartmentCount) -> dict[str, int]:
    return {
        "users": count.users,
        "managed": count.managed,
        "applied_only": count.applied_only,
        "unmanaged": count.unmanaged,
        "not_managed": count.with_mail,
        "no_mail_settings": count.without_mail,
        "inactive": count.inactive,
    }


def _split(split: Split) -> dict[str, int]:
    return {"managed": split.managed, "not_managed": split.in_no_file, "accounts": split.accounts}


def _accounts(accounts: Iterable[Who]) -> list[dict[str, Any]]:
    return [
        {
            "user": each.code,
            "department": each.department,
            "file": each.location.file if each.location else None,
            "line": each.location.line if each.location else None,
        }
        for each in accounts
    ]
