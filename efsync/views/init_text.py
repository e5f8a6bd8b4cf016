"""What `init` wrote and found, as text."""

from collections.abc import Iterator

from rich.text import Text

from efsync.model.language import _, _n
from efsync.model.outcomes import Initialised
from efsync.views.doctor_text import doctor_text
from efsync.views.text import problem_text
from efsync.views.visible import visible


def init_text(made: Initialised, file: str, step: str) -> Iterator[Text]:
    """What was written, what was there, what the doctor and the pipeline ask for, and the next `step`.

    Where the doctor found errors, that is to put them right, in the settings' `file` or around it.
    """
    if made.written:
        yield Text(_("Wrote {names}.", names=_names(made.written)), style="green")
    if made.kept:
        there = _n(
            "There already, and left as it is: {names}.",
            "There already, and left as they are: {names}.",
            len(made.kept),
            names=_names(made.kept),
        )
        yield Text(there)
    if not made.written:
        yield Text(_("Nothing was changed."))
    if not made.ignored:
        yield Text(_("Add a line to .gitignore: .efsync/ (state and key are not for the repository)."), style="yellow")
    if made.found:
        yield Text()
        yield from doctor_text(made.found)
    if made.problems:
        yield Text()
        yield from map(problem_text, made.problems)
        yield Text()
    if made.is_well:
        yield Text(_("Next: {step}", step=visible(step)), style="bold")
    else:
        right = _("Next: put right what is an error above, in {file} or in the environment; then: {step}",
            file=visible(file), step=visible(step))  # fmt: skip
        yield Text(right, style="bold")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(map(visible, names))
