"""What `init` wrote and found, as text."""

from collections.abc import Iterator

from rich.text import Text

from efsync.model.language import _
from efsync.model.outcomes import Initialised
from efsync.views.doctor_text import doctor_text
from efsync.views.visible import visible


def init_text(made: Initialised, step: str) -> Iterator[Text]:
    """What was written, what was there, what the doctor says, and the next `step`."""
    if made.written:
        yield Text(_("Wrote {names}.", names=_names(made.written)), style="green")
    if made.kept:
        yield Text(_("There already, and left as it is: {names}.", names=_names(made.kept)))
    if not made.written:
        yield Text(_("Nothing was changed."))
    if not made.ignored:
        yield Text(_("Add a line to .gitignore: .efsync/ (state and key are not for the repository)."), style="yellow")
    if made.found:
        yield Text()
        yield from doctor_text(made.found)
    yield Text(_("Next: {step}", step=visible(step)), style="bold")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(map(visible, names))
