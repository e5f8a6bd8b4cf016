"""What pages say about a plan as a whole, besides what changes."""

from collections.abc import Callable, Iterator

from efsync.model.plans import Plan
from efsync.views.plan_text import WITHOUT_SECRETS

Shown = Callable[[str], str]
"""How a page writes a name that comes from files or a database."""

_NAMES = 10
"""How many departments and users are named that somebody narrowed a plan down to."""


def plan_title(plan: Plan, shown: Shown) -> str:
    """Which plan it is."""
    return f"Plan for {shown(plan.target)}{f', tenant {shown(plan.tenant)}' if plan.tenant else ''}"


def plan_notices(plan: Plan, shown: Shown) -> Iterator[str]:
    """What a reader has to know besides: what the plan was narrowed down to, and that no secret was read."""
    parts = [
        f"{noun} {', '.join(map(shown, names[:_NAMES]))}{f' and {len(names) - _NAMES:,} more' * (len(names) > _NAMES)}"
        for noun, names in (("department", plan.selection.departments), ("user", plan.selection.users))
        if names
    ]
    if parts:
        yield f"Only {'; '.join(parts)}."
    if plan.without_secrets:
        yield WITHOUT_SECRETS


def plan_made(plan: Plan, shown: Shown) -> str:
    """Which plan it is, and when and from what it was made."""
    commit = f" from commit {shown(plan.source.commit)}" if plan.source.commit else ""
    changed = " and changes that are not committed" if plan.source.commit and plan.source.dirty else ""
    number = f"Plan {shown(plan.plan_id)}, m" if plan.plan_id else "M"
    return f"{number}ade by efsync {shown(plan.efsync_version)} at {shown(plan.created_at)}{commit}{changed}."
