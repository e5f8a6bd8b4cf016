"""Sentences of libraries: known ones can be said in another language, all of them are as they were in English."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.foreign import Sentences, reason
from efsync.model.language import Message, message

PARSER = Sentences(
    message("expected '}}', got '{token}'"),
    message("expected '{token}'"),
    otherwise=lambda said: message("{parser_error}", parser_error=said),
)


@pytest.mark.parametrize(
    ("said", "pattern"),
    [
        ("expected '}', got 'a {b} c'", "expected '}}', got '{token}'"),
        ("expected 'if'", "expected '{token}'"),
        ("expected\n'if'", "{parser_error}"),
        ("expected 'if' here", "{parser_error}"),
    ],
)
def test_a_known_sentence_is_told_from_another_by_all_of_its_words(said: str, pattern: str) -> None:
    found = PARSER.message(said)
    assert isinstance(found, Message)
    assert (found, found.one) == (said, pattern)


@given(st.text())
def test_in_english_a_library_says_what_it_said(said: str) -> None:
    assert PARSER.message(said) == said


def test_what_the_operating_system_says_can_be_said_in_another_language() -> None:
    refused = reason(PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    assert (refused, type(refused)) == ("Permission denied", Message)


def test_an_error_without_words_is_called_by_its_name() -> None:
    assert reason(OSError()) == "OSError"
