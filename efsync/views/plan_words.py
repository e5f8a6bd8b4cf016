"""What pages say about a plan as a whole, besides what changes."""

from collections.abc import Callable, Iterator, Sequence

from efsync.model.language import _, translated
from efsync.model.plans import Plan
from efsync.views.plan_text import FILES_STAY, WITHOUT_SECRETS
from efsync.views.times import time_text

Shown = Callable[[str], str]
"""How a page writes a name that comes from files or a database."""

_NAMES = 10
"""How many departments and users are named that somebody narrowed a plan down to."""


def plan_title(plan: Plan, shown: Shown) -> str:
    """Which plan it is."""
    if plan.tenant:
        return _("Plan for {target}, tenant {tenant}", target=shown(plan.target), tenant=shown(plan.tenant))
    return _("Plan for {target}", target=shown(plan.target))


def plan_notices(plan: Plan, shown: Shown) -> Iterator[str]:
    """What a reader has to know besides: what the plan was narrowed down to, and what it does not look at or change."""
    parts = []
    if plan.selection.departments:
        parts.append(_("department {names}", names=_named(plan.selection.departments, shown)))
    if plan.selection.users:
        parts.append(_("user {names}", names=_named(plan.selection.users, shown)))
    if parts:
        yield _("Only {parts}.", parts="; ".join(parts))
    if plan.without_secrets:
        yield str(translated(WITHOUT_SECRETS))
    if plan.restores:
        yield str(translated(FILES_STAY))


def plan_made(plan: Plan, shown: Shown) -> str:
    """Which plan it is, and when and from what it was made."""
    facts = {
        "version": shown(plan.efsync_version),
        "time": shown(time_text(plan.created_at)),
        "source": _source(plan, shown),
    }
    if plan.plan_id:
        return _("Plan {number}, made by efsync {version} at {time}{source}.", number=shown(plan.plan_id), **facts)
    return _("Made by efsync {version} at {time}{source}.", **facts)


def _source(plan: Plan, shown: Shown) -> str:
    if not plan.source.commit:
        return ""
    commit = shown(plan.source.commit)
    if plan.source.dirty:
        return " " + _("from commit {commit} and changes that are not committed", commit=commit)
    return " " + _("from commit {commit}", commit=commit)


def _named(names: Sequence[str], shown: Shown) -> str:
    first = ", ".join(map(shown, names[:_NAMES]))
    more = len(names) - _NAMES
    return _("{names} and {count:,} more", names=first, count=more) if more > 0 else first
