"""What the options before a command's name say, and where output goes."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from efsync.model.batches import batches
from efsync.model.language import message

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from efsync.model.problems import Problem
    from efsync.model.progress import Progress
    from efsync.workflows.settings import Settings


_ACCOUNTS = message("accounts")


@dataclass(frozen=True)
class Session:
    """One call of efsync."""

    config: Path
    verbose: bool = False
    color: bool = True

    @cached_property
    def settings(self) -> "Settings":
        """The settings. Raises `Refused` where they can't be read."""
        from efsync.workflows.settings import read_settings

        return read_settings(self.config)

    def settings_with(self, inactive: str | None) -> "Settings":
        """The settings, with another word on users who are not active. Raises `Refused` as `settings` does."""
        from efsync.model.accounts import Inactive

        return replace(self.settings, inactive=Inactive(inactive)) if inactive else self.settings

    def target_name(self, named: str | None) -> str | None:
        """The target that is meant, as far as that can be told."""
        from efsync.model.problems import Refused

        try:
            return self.settings.target(named).name
        except Refused:
            return named

    def output(self, format_name: str) -> "Output":
        """Where a command writes, in which form."""
        return Output(format_name, color=self.color, verbose=self.verbose)


@dataclass(frozen=True)
class Output:
    """Data to standard output, everything else to standard error."""

    format_name: str
    color: bool
    verbose: bool = False
    _consoles: dict[bool, "Console"] = field(default_factory=dict)

    @property
    def json(self) -> bool:
        """Whether a document for programs is wanted."""
        return self.format_name == "json"

    @property
    def markdown(self) -> bool:
        """Whether a page of Markdown is wanted."""
        return self.format_name == "markdown"

    @property
    def html(self) -> bool:
        """Whether a page for a browser is wanted."""
        return self.format_name == "html"

    @property
    def has_problems(self) -> bool:
        """Whether what is printed to standard output says what is wrong too; text does not."""
        return self.format_name != "text"

    def text(self, lines: "Iterable[Text] | Text") -> None:
        """Lines for people."""
        from rich.text import Text

        console = self._console(error=False)
        for some in batches([lines] if isinstance(lines, Text) else lines):  # each call takes its time
            if console.color_system is not None:
                console.print(Text("\n").join(some), soft_wrap=True)
                continue
            for line in some:
                line.expand_tabs(8)
            console.file.write("".join(f"{line.plain}\n" for line in some))
            console.file.flush()

    def document(self, document: Mapping[str, Any]) -> None:
        """A document for programs."""
        from efsync.views.documents import as_json

        self.page(as_json(document))

    def page(self, text: str) -> None:
        """A text in the form that was asked for, whole."""
        with _whole():
            click.echo(text.removesuffix("\n"))
            sys.stdout.flush()

    def problems(self, problems: "Iterable[Problem]") -> None:
        """What is wrong; all forms but text have it in them already.

        Where those go to a file, errors are told besides to whoever waits, or reads a log: of pages always, of forms
        for programs only to a terminal, since programs have the document.
        """
        is_page = self.markdown or self.html
        goes_to_a_file = not sys.stdout.isatty() and (is_page or (sys.stderr is not None and sys.stderr.isatty()))
        told = [each for each in problems if not self.has_problems or (each.is_error and goes_to_a_file)]
        if told:
            from efsync.views.text import problem_text

            for problem in told:
                self._console(error=True).print(problem_text(problem), soft_wrap=True)

    @property
    def width(self) -> int:
        """How many cells a line has: as the terminal has, and elsewhere as many as an ordinary one."""
        return self._console(error=False).width if sys.stdout.isatty() else 80

    @contextmanager
    def failing_as(
        self,
        document: "Callable[[tuple[Problem, ...]], Mapping[str, Any]]",
        other: "Callable[[tuple[Problem, ...]], str] | None" = None,
    ) -> Iterator[None]:
        """Where a command is refused: its problems, in the form that was asked for, and exit status 1.

        As JSON they are in the `document` of that command; `other` makes the one other form that may be asked for.
        """
        from efsync.model.problems import Refused

        try:
            yield
        except Refused as refused:
            if self.json:
                self.document(document(refused.problems))
            elif self.has_problems and other is not None:
                self.page(other(refused.problems))
            self.problems(refused.problems)
            raise SystemExit(1) from None

    @contextmanager
    def progress(self, of: str = _ACCOUNTS) -> "Iterator[Progress]":
        """What a workflow tells how many `of` something passed.

        Once it lasts, that is shown to whoever looks and hears nothing else.
        """
        from efsync.cli.progress import is_wanted, shown_once_it_lasts
        from efsync.model.progress import unseen

        if self.color and not self.verbose and is_wanted(text=not self.has_problems):
            with shown_once_it_lasts(lambda: self._console(error=True), of) as passing:
                yield passing
        else:
            yield unseen

    def _console(self, *, error: bool) -> "Console":
        from rich.console import Console

        if error not in self._consoles:
            styles: Literal["auto"] | None = "auto" if self.color and not os.environ.get("NO_COLOR") else None
            self._consoles[error] = Console(
                stderr=error, color_system=styles, highlight=False, markup=False, emoji=False
            )
        return self._consoles[error]


@contextmanager
def _whole() -> Iterator[None]:
    """Lets a document be printed whole: Ctrl-C waits until it is out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
