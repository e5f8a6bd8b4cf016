"""Questions to somebody at a terminal."""

import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import click

from efsync.model.language import _, language_in_use
from efsync.views.visible import said, visible

_YES: Mapping[str, tuple[str, ...]] = MappingProxyType({"en": ("y", "yes"), "es": ("s", "si", "sí", "y", "yes")})
_NO = ("n", "no", "")


def confirmed(question: str) -> bool:
    """Whether somebody says yes, in the language in use or in English; an empty answer is a no.

    Raises `click.Abort` where somebody at a terminal does not answer, and `click.ClickException` where nobody is there.
    """
    choice = _("y/N")
    question = f"{question} [{choice}]"
    if not at_terminal():
        return _read(question)
    answer: bool = _prompt(question, default="", show_default=False, value_proc=_answer)
    return answer


def asked(question: str, default: str | None, check: Callable[[str], None] = lambda _answer: None) -> str:
    """What somebody answers, asked again as long as `check` refuses it; `default` where there is nobody.

    Raises `click.Abort` where somebody at a terminal does not answer.
    """
    if not at_terminal():
        return default or ""
    return str(_prompt(question, default=default, show_default=bool(default), value_proc=_passing(check)))


def chosen(question: str, choices: Sequence[str], default: str) -> str:
    """Which of `choices` somebody takes; `default` where there is nobody. Raises `click.Abort` as `asked` does."""
    if not at_terminal():
        return default
    return str(_prompt(question, default=default, type=click.Choice(choices)))


def at_terminal() -> bool:
    """Whether there is somebody who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _prompt(question: str, **options: Any) -> Any:
    try:
        return click.prompt(question, err=True, **options)
    except click.Abort:
        click.echo("\n" + _("Nothing was written."), err=True)
        raise


def _passing(check: Callable[[str], None]) -> Callable[[str], str]:
    """Takes an answer where `check` does, and else says what is wrong with it as click does before it asks again."""

    def passed(typed: str) -> str:
        """The answer, which is asked for again where it is none."""
        from efsync.model.problems import Refused

        try:
            check(typed.strip())
        except Refused as refused:
            lines = (each for problem in refused.problems for each in (problem.message, problem.hint) if each)
            raise click.UsageError("\n    ".join(map(said, lines))) from None
        return typed.strip()

    return passed


def _read(question: str) -> bool:
    """The answer that a program types."""
    while True:
        click.echo(f"{question}: ", nl=False, err=True)
        line = sys.stdin.readline() if sys.stdin is not None else ""
        click.echo(visible(line.strip()), err=True)  # no terminal shows what is typed
        if not line:
            raise click.ClickException(
                _("nothing was written: standard input is no terminal to ask at; --yes goes on without asking")
            )
        try:
            return _answer(line)
        except click.UsageError as error:
            error.show()


def _answer(typed: str) -> bool:
    word = typed.strip().lower()
    if word in _YES[language_in_use()]:
        return True
    if word in _NO:
        return False
    raise click.UsageError(_("invalid input"))
