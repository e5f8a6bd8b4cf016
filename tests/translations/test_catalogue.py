"""The catalogues have everything that efsync says, and say it with the same values."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from efsync.model.language import CATALOGUES, DOMAIN, ENGLISH, LANGUAGES
from translations.gather import gathered, placeholders
from translations.unmarked import unmarked

OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def source(language: str) -> Path:
    """The file that translators edit."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(language: str) -> Catalog:
    """What stands in it."""
    with source(language).open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    """Its entries, without its head."""
    yield from (each for each in catalogue(language) if each.id)


def key(each: Message) -> tuple[str | None, object]:
    """What a message is found by."""
    return each.context, each.id


def sides(each: Message) -> tuple[list[str], list[str]]:
    """All forms of a message, English and translated."""
    return _forms(each.id), _forms(each.string)


def _forms(text: object) -> list[str]:
    return [str(form or "") for form in (text if isinstance(text, tuple | list) else (text,))]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_a_translation_that_somebody_is_sure_of(language: str) -> None:
    known = {key(each) for each in messages(language) if all(sides(each)[1]) and not each.fuzzy}
    assert [key(each) for each in gathered() if each.id and key(each) not in known] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_of_something_that_nobody_says(language: str) -> None:
    said = {key(each) for each in gathered()}
    assert [key(each) for each in messages(language) if key(each) not in said] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for each in messages(language):
        said, translated = sides(each)
        expected = set().union(*map(placeholders, said))
        if len(said) == 1:
            assert placeholders(translated[0]) == expected, each.id
        else:  # the form for one need not say the number
            assert all(placeholders(form) <= expected for form in translated), each.id
            assert placeholders(translated[-1]) == placeholders(said[-1]), each.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_ends_and_begins_as_its_message(language: str) -> None:
    """Blanks and line ends at either end are layout; one that is lost glues two words together."""
    for each in messages(language):
        for said, translated in zip(*sides(each), strict=True):
            assert said[: len(said) - len(said.lstrip())] == translated[: len(translated) - len(translated.lstrip())]
            assert said[len(said.rstrip()) :] == translated[len(translated.rstrip()) :], each.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_efsync_reads_is_what_the_translators_wrote(language: str) -> None:
    made = io.BytesIO()
    write_mo(made, catalogue(language))
    made.seek(0)
    with source(language).with_suffix(".mo").open("rb") as file:
        assert compiled(file) == compiled(made)


def compiled(file: IO[bytes]) -> dict[tuple[str | None, str], object]:
    """What stands in a compiled catalogue, without its head."""
    return {(each.context, str(each.id)): each.string for each in read_mo(file) if each.id}


def test_no_sentence_of_the_code_is_left_unmarked() -> None:
    assert list(unmarked()) == []
