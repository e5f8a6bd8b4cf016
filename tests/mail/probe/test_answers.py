"""What is shown of a server's words: never a password, whatever the server does with it."""

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from efsync.mail.probe.answers import MAX_SHOWN, WITHHELD, Answer, Answers
from efsync.mail.probe.conversation import Conversation, Endpoint, converse
from efsync.mail.probe.login import Credentials
from efsync.mail.probe.outcome import Outcome
from efsync.model.secrets import Secret
from tests.mail.mail_servers import ACCOUNT, PASSWORD, Caller, saying, told_server
from tests.mail.probe.conftest import Probe

PASSWORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["Cc", "Cf", "Zs", "Cs"]),
    min_size=4, max_size=24,
)  # fmt: skip


def forms(password: str) -> list[str]:
    """Ways in which a server may say a password again."""
    encoded = password.encode()
    return [
        password,
        password.upper(),
        base64.b64encode(encoded).decode(),
        base64.b64encode(b"\0" + ACCOUNT.encode() + b"\0" + encoded).decode(),
        base64.b64encode(b"x" + encoded + b"yz").decode(),
        base64.b64encode(encoded).decode().lower(),
        encoded.hex(),
        encoded.hex(" "),
        " ".join(password),
        "-".join(password),
        f"{password[:3]}\n{password[3:]}",
        password[: max(6, len(password) // 2)],
    ]


def test_an_answer_is_its_code_and_its_words() -> None:
    assert Answers().shown(Answer(535, b"5.7.8 no\n5.7.8 really  not")) == "535 “5.7.8 no 5.7.8 really not”"
    assert Answers().shown(Answer(535, b"")) == "535"


def test_controls_are_made_visible_and_long_words_cut() -> None:
    shown = Answers().words("\x1b[2J\x07 señor \u202e \ud7ff \x9b".encode() + b"\xff" + b"x" * 500)
    assert shown.startswith("“\\x1b[2J\\x07 señor \\u202e")
    assert "\\xff" in shown
    assert shown.isprintable()
    assert len(shown) < MAX_SHOWN * 2


@given(st.binary(max_size=400))
def test_any_words_are_one_printable_line(said: bytes) -> None:
    shown = Answers().words(said)
    assert shown.isprintable()
    assert len(shown) <= MAX_SHOWN * 10 + 3


@given(password=PASSWORDS, data=st.data(), around=st.tuples(st.text(max_size=20), st.text(max_size=20)))
def test_words_that_repeat_a_password_are_withheld(password: str, data: st.DataObject, around: tuple[str, str]) -> None:
    said = data.draw(st.sampled_from(forms(password)))
    assume(sum(map(str.isalnum, said)) >= 6)
    before, after = around
    answers = Answers.without([Secret("other-secret"), Secret(password)])
    assert answers.words(f"{before} {said} {after}".encode()) == WITHHELD


@given(password=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=5))
def test_a_short_password_is_withheld_as_a_whole(password: str) -> None:
    assert Answers.without([Secret(password)]).words(f"no, {password} is wrong".encode()) == WITHHELD


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_password_is_found_in_any_encoding(encoding: str) -> None:
    password = "contraseña-de-ñandú"
    assert Answers.without([Secret(password)]).words(f"535 {password}".encode(encoding)) == WITHHELD


def test_the_words_of_large_providers_are_shown() -> None:
    answers = Answers.without([Secret("Xk29-kqPw!7"), Secret("correct horse battery staple")])
    for words in (
        "5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail",
        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    ):
        assert answers.words(words.encode()) == f"“{words}”"


def _assert_hidden(password: str, *texts: str) -> None:
    for text in texts:
        assert password not in text
        assert base64.b64encode(password.encode()).decode().rstrip("=") not in text


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("code", ["535 5.7.8", "235", "334", "421", "454 4.7.0", "550", "999", "no code:"])
def test_a_server_that_echoes_all_that_it_hears_gets_nothing_shown(probe: Probe, mechanism: str, code: str) -> None:
    def echo(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        caller.hear()
        caller.say(f"250-mail.test\r\n250 AUTH {mechanism}\r\n")
        for _ in range(2 if mechanism == "LOGIN" else mechanism == "CRAM-MD5"):
            caller.hear()
            caller.say("334 YWJj\r\n")
        heard = caller.hear().strip().decode()
        decoded = base64.b64decode(heard.rpartition(" ")[2]).decode().replace("\0", " ")
        caller.say(f"{code} you said {heard}, that is {decoded}\r\n")
        caller.hear()

    with told_server(echo) as server:
        outcome = probe(server.port, ssl=False, login=True)
    _assert_hidden(PASSWORD, outcome.message)
    if mechanism != "CRAM-MD5" and not code.startswith("235"):
        assert WITHHELD in outcome.message


class _Hostile:
    """A server that knows the password beforehand, and answers each line with the next of what it is given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: list[bytes] = []

    def talk(self, caller: Caller) -> None:
        answers = iter(self.answers)
        caller.say(next(answers, b""))
        while caller.hear():
            caller.say(next(answers, b""))


@contextmanager
def hostile() -> Iterator[_Hostile]:
    server = _Hostile(0)
    with told_server(server.talk) as seen:
        server.port = seen.port
        yield server


def _hold(port: int, password: str) -> Outcome:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    secret = Secret(password)
    conversation = Conversation(Endpoint("127.0.0.1", port, False), Credentials(ACCOUNT, secret))
    return converse(conversation, context, Answers.without([secret]), 0.2)


def test_no_password_is_in_any_outcome_whatever_a_server_answers() -> None:
    codes = st.sampled_from(["220", "250", "334", "235", "535", "454", "421", "5", ""])
    signs = st.sampled_from([" ", "-", "", "\r\n", " AUTH ", " AUTH PLAIN ", "-AUTH=LOGIN ", " 5.7.8 "])
    usual = [b"220 hi\r\n", b"250-hi\r\n250 AUTH PLAIN\r\n"]

    with hostile() as server:

        @given(password=PASSWORDS.filter(lambda text: len(text) >= 6), data=st.data())
        @settings(max_examples=150)
        def law(password: str, data: st.DataObject) -> None:
            pieces = st.sampled_from(forms(password)) | st.text(max_size=8)
            line = st.builds(lambda *parts: "".join(parts) + "\r\n", codes, signs, pieces, pieces).map(str.encode)
            lines = data.draw(st.lists(line | st.binary(max_size=30), max_size=4))
            server.answers = [*usual[: data.draw(st.integers(0, 2))], *lines, b"221 bye\r\n"]
            outcome = _hold(server.port, password)
            _assert_hidden(password, outcome.message)
            assert outcome.message.isprintable()

        law()


def test_a_password_that_a_server_learned_before_does_not_come_back_as_an_extension(probe: Probe) -> None:
    with told_server(saying(f"250-mail.test\r\n250 AUTH {PASSWORD} XOAUTH2\r\n")) as server:
        outcome = probe(server.port, ssl=False)
    assert PASSWORD.upper() not in outcome.message
    assert "AUTH something else, XOAUTH2 only" in outcome.message


def test_what_a_bug_might_print_has_no_part_of_a_password() -> None:
    secret = Secret(PASSWORD)
    for thing in (Credentials(ACCOUNT, secret), Answers.without([secret]), secret):
        assert PASSWORD[:6] not in repr(thing)
