"""Sentences for people, in English and in the language of whoever reads them.

A `Message` *is* its English sentence: documents, plan files and the state hold that one, whatever the language.
Views and the command line say it in the user's language, with `translated`. The catalogues are gettext's, in
`efsync/locale`; a sentence that has no translation stays English.
"""

import gettext
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

ENGLISH = "en"
LANGUAGES = (ENGLISH, "es")
DOMAIN = "efsync"
CATALOGUES = Path(__file__).parents[1] / "locale"
"""Where gettext finds `LANGUAGE/LC_MESSAGES/efsync.mo`."""

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

T = TypeVar("T")
Foreign = Callable[[str], str]
"""How text of others is written that stands in a sentence."""

_language = ENGLISH


class Message(str):
    """An English sentence that remembers what it was made of, so that it can be said in another language."""

    __slots__ = ("many", "one", "values")

    one: str
    many: str | None
    values: Mapping[str, Any]

    def __new__(cls, one: str, many: str | None = None, values: Mapping[str, Any] | None = None) -> Self:
        """The sentence `one`, or `many` where `values["count"]` is not 1, with `values` in its braces."""
        given = values or {}
        made = super().__new__(cls, _filled(one if many is None or given["count"] == 1 else many, given))
        made.one, made.many, made.values = one, many, given
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.one, self.many, self.values)

    def translated(self) -> str:
        """The sentence in the language in use, its values too."""
        return self.said(str)

    def said(self, foreign: Foreign) -> str:
        """The same, with what others wrote as `foreign` writes it."""
        catalogue = _catalogue(_language)
        if self.many is None:
            pattern = catalogue.gettext(self.one) if self.one else self.one
        else:
            pattern = catalogue.ngettext(self.one, self.many, self.values["count"])
        return _filled(pattern, {name: _value(value, foreign) for name, value in self.values.items()})


class Joined(Message):
    """Messages and other texts, one after the other."""

    __slots__ = ("parts",)

    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Self:
        """`parts` with `separator` between them."""
        given = tuple(parts)
        made = str.__new__(cls, separator.join(given))
        made.one, made.many, made.values, made.parts = separator, None, {}, given
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.one, self.parts)

    def said(self, foreign: Foreign) -> str:
        """Each part in the language in use."""
        return translated(self.one).join(said_with(part, foreign) for part in self.parts)


class Word(Message):
    """A word that other languages say differently, depending on what it is about."""

    __slots__ = ("context",)

    context: str

    def __new__(cls, context: str, text: str) -> Self:
        """The word `text` where it is about `context`, such as "field"."""
        made = str.__new__(cls, text)
        made.one, made.many, made.values, made.context = text, None, {}, context
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.context, self.one)

    def said(self, foreign: Foreign) -> str:
        """The word in the language in use."""
        return _catalogue(_language).pgettext(self.context, self.one)


class Exchanged(Message):
    """A message in which some text is exchanged for another, in whatever language it is said."""

    __slots__ = ("new", "of", "old")

    of: str
    old: str
    new: str

    def __new__(cls, of: str, old: str, new: str) -> Self:
        """`of` with `new` for every `old`."""
        made = str.__new__(cls, of.replace(old, new))
        made.one, made.many, made.values, made.of, made.old, made.new = of, None, {}, of, old, new
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.of, self.old, self.new)

    def said(self, foreign: Foreign) -> str:
        """The message in the language in use, with the same text exchanged."""
        return said_with(self.of, foreign).replace(self.old, self.new)


def message(text: str, /, **values: Any) -> Message:
    """The English sentence `text`, with `values` in its braces."""
    return Message(text, None, values)


def plural(one: str, many: str, /, count: int, **values: Any) -> Message:
    """`one` or `many`, whichever `count` takes; both may say `{count}`."""
    return Message(one, many, {**values, "count": count})


def word(context: str, text: str, /) -> Message:
    """The word `text` where it is about `context`: "server" is a field of an account, and a topic of doctor."""
    return Word(context, text)


def is_translated(one: str, many: str | None = None, context: str | None = None) -> bool:
    """Whether a catalogue says the pattern `one`, or `one` and `many`, in another way than English does."""
    catalogues = (_catalogue(language) for language in LANGUAGES if language != ENGLISH)
    if many is not None:
        return any(each.ngettext(one, many, 2) != many for each in catalogues)
    if context is not None:
        return any(each.pgettext(context, one) != one for each in catalogues)
    return bool(one) and any(each.gettext(one) != one for each in catalogues)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Several messages or other texts as one message."""
    return Joined(separator, parts)


def exchanged(text: str, old: str, new: str) -> Message:
    """The message `text` with `new` for every `old`, which all languages have in it: a name of settings, say."""
    return Exchanged(text, old, new)


def translated(text: T) -> T | str:
    """A `Message` in the language in use; anything else as it is."""
    return text.translated() if isinstance(text, Message) else text


def said_with(text: str, foreign: Foreign) -> str:
    """A `Message` in the language in use, with what others wrote as `foreign` writes it; so any other text, whole."""
    return text.said(foreign) if isinstance(text, Message) else foreign(text)


def _(text: str, /, **values: Any) -> str:
    """The sentence `text` in the language in use: for what is shown at once."""
    return message(text, **values).translated()


def _n(one: str, many: str, /, count: int, **values: Any) -> str:
    """`one` or `many` in the language in use."""
    return plural(one, many, count, **values).translated()


def use_language(language: str) -> None:
    """Say everything in `language` from now on, one of `LANGUAGES`."""
    global _language
    _language = language


def language_in_use() -> str:
    """The language in which messages are said now."""
    return _language


def known_language(name: str) -> str | None:
    """The language of `LANGUAGES` that `name` means, such as `es_VE.UTF-8` or `ES`; or none."""
    short = name.replace("-", "_").partition(".")[0].partition("_")[0].lower()
    return short if short in LANGUAGES else None


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the locale's variables ask for, in the order of POSIX; English where it has no catalogue."""
    for variable in _LOCALE_VARIABLES:
        if asked := environment.get(variable):
            return known_language(asked) or ENGLISH
    return ENGLISH


def _value(value: Any, foreign: Foreign) -> Any:
    return said_with(value, foreign) if isinstance(value, str) else value


def _filled(pattern: str, values: Mapping[str, Any]) -> str:
    return pattern.format_map(values) if values else pattern


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=language == ENGLISH)
