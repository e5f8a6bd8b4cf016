"""Which language the command line speaks, and its help in that language."""

import copy
import gettext
import inspect
import os
from collections.abc import Mapping, Sequence

import click

from efsync.model.language import (
    CATALOGUES,
    DOMAIN,
    ENGLISH,
    LANGUAGES,
    _,
    known_language,
    language_in_use,
    language_of_locale,
    use_language,
)

OPTION = "--lang"
VARIABLE = "EFSYNC_LANG"


class Language(click.ParamType[str]):
    """The name of a language that efsync speaks."""

    name = "language"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The language that `value` names, such as `es` or `es_VE`."""
        known = known_language(value)
        if known is None:
            self.fail(_("{value} is not one of {languages}", value=value, languages=", ".join(LANGUAGES)), param, ctx)
        return known


def speak(arguments: Sequence[str], *, for_programs: bool, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Speak the language that is asked for by `--lang`, else by EFSYNC_LANG, else by the locale.

    Returns the arguments with `--lang` where click looks for it: before the command. Where the answer is a document
    `for_programs`, everything is said in English.
    """
    asked, others = _taken_out(arguments)
    wanted = asked if asked is not None else environment.get(VARIABLE)
    language = (known_language(wanted) or ENGLISH) if wanted else language_of_locale(environment)
    use_language(ENGLISH if for_programs else language)
    if language_in_use() != ENGLISH:
        # click's own sentences come from gettext's global domain, in the language of this variable
        os.environ["LANGUAGE"] = language_in_use()
        gettext.bindtextdomain(DOMAIN, CATALOGUES)
        gettext.textdomain(DOMAIN)
    return others if asked is None else [OPTION, asked, *others]


def in_language(command: click.Command) -> click.Command:
    """`command` with its help in the language in use; the one that was given stays as it is."""
    spoken = copy.copy(command)
    spoken.help = _said(command.help)
    spoken.short_help = _said(command.short_help)
    spoken.epilog = _said(command.epilog)
    spoken.params = [_parameter(each) for each in command.params]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: in_language(each) for name, each in spoken.commands.items()}
    return spoken


def _parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    spoken = copy.copy(parameter)
    spoken.help = _said(parameter.help)
    return spoken


def _said(text: str | None) -> str | None:
    return _(inspect.cleandoc(text)) if text else text


def _taken_out(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The value of the last `--lang`, and all other arguments; what follows `--` are names."""
    asked: str | None = None
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            others += [argument, *rest]
        elif argument.startswith(f"{OPTION}="):
            asked = argument.partition("=")[2]
        elif argument == OPTION and (value := next(rest, None)) is not None:
            asked = value
        else:
            others.append(argument)
    return asked, others
