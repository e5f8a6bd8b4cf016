"""Questions that are answered with yes or no."""

from collections.abc import Mapping
from types import MappingProxyType

import click

from efsync.model.language import _, language_in_use

_YES: Mapping[str, tuple[str, ...]] = MappingProxyType({"en": ("y", "yes"), "es": ("s", "si", "sí", "y", "yes")})
_NO = ("n", "no", "")


def confirmed(question: str) -> bool:
    """Whether somebody says yes, in the language in use or in English; an empty answer is a no.

    Raises `click.Abort` where nobody answers.
    """
    choice = _("y/N")
    asked = f"{question} [{choice}]"
    try:
        answer: bool = click.prompt(asked, default="", show_default=False, value_proc=_answer, err=True)
    except click.Abort:
        click.echo("\n" + _("Nothing was written."), err=True)
        raise
    return answer


def _answer(typed: str) -> bool:
    word = typed.strip().lower()
    if word in _YES[language_in_use()]:
        return True
    if word in _NO:
        return False
    raise click.UsageError(_("invalid input"))
