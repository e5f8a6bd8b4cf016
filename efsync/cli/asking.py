"""Questions that are answered with yes or no."""

import sys
from collections.abc import Mapping
from types import MappingProxyType

import click

from efsync.model.language import _, language_in_use
from efsync.views.visible import visible

_YES: Mapping[str, tuple[str, ...]] = MappingProxyType({"en": ("y", "yes"), "es": ("s", "si", "sí", "y", "yes")})
_NO = ("n", "no", "")


def confirmed(question: str) -> bool:
    """Whether somebody says yes, in the language in use or in English; an empty answer is a no.

    Raises `click.Abort` where somebody at a terminal does not answer, and `click.ClickException` where nobody is there.
    """
    choice = _("y/N")
    asked = f"{question} [{choice}]"
    if sys.stdin is None or not sys.stdin.isatty():
        return _read(asked)
    try:
        answer: bool = click.prompt(asked, default="", show_default=False, value_proc=_answer, err=True)
    except click.Abort:
        click.echo("\n" + _("Nothing was written."), err=True)
        raise
    return answer


def _read(asked: str) -> bool:
    """The answer that a program types; where there is none, nothing is asked."""
    while line := sys.stdin.readline() if sys.stdin is not None else "":
        click.echo(f"{asked}: {visible(line.strip())}", err=True)
        try:
            return _answer(line)
        except click.UsageError as error:
            error.show()
    raise click.ClickException(
        _("nothing was written: standard input is no terminal to ask at; --yes goes on without asking")
    )


def _answer(typed: str) -> bool:
    word = typed.strip().lower()
    if word in _YES[language_in_use()]:
        return True
    if word in _NO:
        return False
    raise click.UsageError(_("invalid input"))
