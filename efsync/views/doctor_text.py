"""What doctor found, as text: a group for efsync itself and one for each target, with remedies below."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

import efsync
from efsync.model.checks import Check, CheckStatus, Examination, Topic
from efsync.views.visible import visible

_COLOURS = {CheckStatus.OK: "green", CheckStatus.WARNING: "yellow", CheckStatus.ERROR: "bold red"}
_STATUS = max(map(len, CheckStatus))
_TOPIC = max(map(len, Topic))


def doctor_text(found: Examination) -> Iterator[Text]:
    """The lines of an examination, and its counts."""
    for target, checks in groupby(sorted(found.checks, key=_is_of_target), lambda check: check.target):
        yield Text(f"Target {visible(target)}" if target else f"efsync {efsync.__version__}", style="bold")
        for check in checks:
            yield from _check(check)
        yield Text()
    errors, warnings, fine = map(found.count, (CheckStatus.ERROR, CheckStatus.WARNING, CheckStatus.OK))
    words = f"{fine} ok, {_count(warnings, 'warning')}, {_count(errors, 'error')}."
    yield Text(words, style=_COLOURS[found.status])


def _check(check: Check) -> Iterator[Text]:
    yield Text.assemble(
        "  ",
        (f"{check.status.value:<{_STATUS}}", _COLOURS[check.status]),
        (f"  {check.topic.value:<{_TOPIC}}  ", "dim"),
        visible(check.message),
    )
    if check.remedy:
        yield Text(" " * (_STATUS + _TOPIC + 6) + visible(check.remedy), style="dim")


def _is_of_target(check: Check) -> bool:
    return check.target is not None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
