"""What a script says of itself before it begins: what it changes, and how to run it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from efsync.erp.script.client import Client, Place
from efsync.erp.script.literals import comment
from efsync.erp.script.variables import CHECK_KEY
from efsync.model.plans import Plan
from efsync.model.scripts import ScriptVariable

MARK = "-- efsync script"
"""How every script begins."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a script came to be: from which plan, when (UTC, ISO 8601), for which file of which place."""

    plan: Plan
    at: str
    version: str
    place: Place
    file: str


def header(
    client: Client, made: Made, variables: Sequence[ScriptVariable], *, keyed: bool, codec: str = "plain"
) -> str:
    """Comments only, in which no value of the plan can be anything else.

    `keyed` says that the script needs its check key too, `codec` how passwords are written.
    """
    lines = [f"script for {client.name}", *_about(made), "", *_usage(client, made, variables, keyed, codec)]
    return "\n".join([f"{MARK} for {client.name}", *map(comment, lines[1:])]) + "\n"


def _about(made: Made) -> Iterator[str]:
    plan, source, counts = made.plan, made.plan.source, made.plan.summary
    yield "Changes mail accounts of ERP users in one transaction: all of this, or nothing."
    yield ""
    yield f"target   {plan.target}" + (f", tenant {plan.tenant}" if plan.tenant else "")
    yield f"plan     {plan.plan_id}, made at {plan.created_at}"
    if source.commit:
        yield f"commit   {source.commit}" + (", and changes that are in no commit" if source.dirty else "")
    yield f"script   made at {made.at} by efsync {made.version}"
    yield f"changes  {counts.changed} changed, {counts.cleared} cleared"


def _usage(
    client: Client, made: Made, variables: Sequence[ScriptVariable], keyed: bool, codec: str
) -> Iterator[str]:  # fmt: skip
    yield "Run it with:"
    yield ""
    yield from (
        f"  {each}" for each in client.commands(made.place, made.file, client.passwords_file if keyed else None)
    )
    if not keyed:
        return
    yield ""
    yield f"The file {client.passwords_file}, which nobody else may read and which goes away afterwards, has:"
    yield ""
    names = [CHECK_KEY, *(each.name for each in variables)]
    yield from (f"  {each}" for each in client.assignments(names))
    yield ""
    yield client.escaping
    yield f"{CHECK_KEY} is what efsync printed when it made this script, and stands nowhere in here."
    for each in variables:
        encoded = "" if codec == "plain" else f", as the codec {codec} writes it"
        yield f"{each.name} is the password of {each.user}: {each.reference}{encoded}"
    if other := client.elsewhere(made.place, made.file, names):
        yield from ("", *other)
