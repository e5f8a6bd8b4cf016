"""A secret never shows itself, and what stands for one can't be one."""

import copy
import dataclasses
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from pprint import pformat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from efsync.model.fields import UNKNOWN
from efsync.model.secrets import Secret, SecretReference, is_placeholder

TEXT = "hunter2-es-la-clave"


@dataclasses.dataclass
class Holding:
    """Something that holds a secret."""

    secret: Secret


def logged(secret: Secret) -> str:
    """What a logger writes of a secret."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    record = logging.LogRecord("efsync", logging.ERROR, "", 0, "password %s %r", (secret, secret), None)
    handler.emit(record)
    return stream.getvalue()


SHOWN: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": lambda secret: format(secret, ""),
    "format_with_width": lambda secret: format(secret, ">40"),
    "format_as_text": lambda secret: format(secret, "s"),
    "f_string": lambda secret: f"{secret} {secret!r} {secret!s:.3} {secret:>10}",
    "format_method": lambda secret: "{0} {0!r} {0:x}".format(secret),  # noqa: UP032
    "percent": lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031
    "in_a_list": lambda secret: str([secret]),
    "in_a_dictionary": lambda secret: str({"password": secret}),
    "in_a_dataclass": lambda secret: repr(Holding(secret)),
    "pretty": lambda secret: pformat({"password": Holding(secret)}),
    "rich_pretty": lambda secret: pretty_repr({"password": Holding(secret)}),
    "log": logged,
    "exception": lambda secret: repr(ValueError("bad password", secret)),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN.keys())
def test_a_secret_never_shows_itself(show: Callable[[Secret], str]) -> None:
    shown = show(Secret(TEXT))
    assert not any(TEXT[start : start + 4] in shown for start in range(len(TEXT) - 3))
    assert "Secret(" in shown


TAKEN_APART: dict[str, Callable[[Secret], object]] = {
    "pickle": pickle.dumps,
    "oldest_pickle": lambda secret: pickle.dumps(secret, 0),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "as_dict": lambda secret: dataclasses.asdict(Holding(secret)),
    "json": json.dumps,
    "hash": hash,
    "vars": vars,
    "join": lambda secret: "".join([secret]),  # type: ignore[list-item]
    "concatenation": lambda secret: "password " + secret,  # type: ignore[operator]
    "iteration": lambda secret: list(secret),  # type: ignore[call-overload]
    "length": len,  # type: ignore[dict-item]
    "bytes": bytes,  # type: ignore[dict-item]
}


@pytest.mark.parametrize("take_apart", TAKEN_APART.values(), ids=TAKEN_APART.keys())
def test_a_secret_can_not_be_taken_apart_and_the_error_does_not_show_it(
    take_apart: Callable[[Secret], object],
) -> None:
    with pytest.raises(TypeError) as raised:
        take_apart(Secret(TEXT))
    assert TEXT not in str(raised.value)


def test_a_traceback_with_all_its_variables_does_not_show_it() -> None:
    secret = Secret(TEXT)
    try:
        raise ValueError(f"could not use {secret}")
    except ValueError as error:
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
        console = Console(file=io.StringIO(), width=200)
        console.print(Traceback.from_exception(ValueError, error, error.__traceback__, show_locals=True))
    assert isinstance(console.file, io.StringIO)
    for shown in ("".join(captured.format()), console.file.getvalue()):
        assert "secret" in shown
        assert TEXT not in shown.replace('TEXT = "', "")


def test_a_secret_gives_its_text_only_when_asked() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_secrets_are_compared_by_their_text_and_with_secrets_only() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


PLACEHOLDERS = [
    "(sensitive)", "(sensitive, changed)", "(sensitive, set)", "(sensitive) {env: MAIL_JPEREZ}",
    "(sensitive, known at apply)", f"({UNKNOWN.value})", "hmac-sha256:" + "0" * 64, "hmac-sha256:", "***", "*" * 12,
    "•••", "  ***  ", "(sensitive,\nchanged)", str(Secret("x")), repr(Secret("x")),
]  # fmt: skip


@pytest.mark.parametrize("text", PLACEHOLDERS, ids=repr)
def test_what_efsync_shows_in_place_of_a_secret_can_not_be_one(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["clave", "", "**", "a***b", "sensitive", "x (sensitive)", "sha256:abc", "Secreto(1"])
def test_a_password_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@given(st.text(alphabet=st.characters(categories=["L", "N"])))
def test_a_text_of_letters_and_digits_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


def test_a_reference_shows_itself_as_a_department_file_writes_it() -> None:
    assert str(SecretReference("env", "MAIL_JPEREZ")) == "{env: MAIL_JPEREZ}"
