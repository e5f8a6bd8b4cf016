"""Logging in: in which way, and what an answer to it means."""

import base64
import hmac

import pytest

from efsync.mail.probe.login import usable
from efsync.model.probe import ProbeStatus
from tests.mail.mail_servers import ACCOUNT, PASSWORD, Caller, Talk, saying, told_server
from tests.mail.probe.conftest import Probe

CHALLENGE = base64.b64encode(b"<1896.697170952@mail.test>").decode()


def offering(mechanisms: str, *answers: str) -> Talk:
    """A server that offers some ways to log in, and answers the steps of one."""
    return saying(f"250-mail.test\r\n250 AUTH {mechanisms}\r\n", *(f"{each}\r\n" for each in answers))


@pytest.mark.parametrize(
    ("offered", "encrypted", "expected"),
    [
        ("PLAIN LOGIN CRAM-MD5", True, ["LOGIN", "PLAIN", "CRAM-MD5"]),
        ("PLAIN LOGIN CRAM-MD5", False, ["CRAM-MD5", "LOGIN", "PLAIN"]),
        ("GSSAPI PLAIN", True, ["PLAIN"]),
        ("XOAUTH2", True, []),
    ],
)
def test_the_way_to_log_in_follows_from_what_is_offered(offered: str, encrypted: bool, expected: list[str]) -> None:
    assert list(usable(offered.split(), encrypted=encrypted)) == expected


def test_cram_md5_answers_the_challenge_without_the_password(probe: Probe) -> None:
    heard: list[bytes] = []

    def challenge(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        for answer in (
            "250-mail.test\r\n250 AUTH CRAM-MD5 PLAIN\r\n",
            f"334 {CHALLENGE}\r\n",
            "235 fine\r\n",
            "221 bye\r\n",
        ):
            heard.append(caller.hear())
            caller.say(answer)

    with told_server(challenge) as server:
        outcome = probe(server.port, ssl=False, login=True)
    digest = hmac.new(PASSWORD.encode(), base64.b64decode(CHALLENGE), "md5").hexdigest()
    assert outcome.status is ProbeStatus.OK
    assert base64.b64decode(heard[2]).decode() == f"{ACCOUNT} {digest}"


def test_an_old_way_to_offer_auth_is_understood(probe: Probe) -> None:
    with told_server(saying("250-mail.test\r\n250 AUTH=LOGIN\r\n")) as server:
        assert probe(server.port, ssl=False).message == "no encryption; AUTH LOGIN"


@pytest.mark.parametrize(
    ("answer", "status", "of_server"),
    [
        ("535 5.7.8 bad credentials", ProbeStatus.WRONG_PASSWORD, False),
        ("535 wrong", ProbeStatus.WRONG_PASSWORD, False),
        ("534 5.7.9 application-specific password required", ProbeStatus.WRONG_PASSWORD, False),
        ("550 5.7.8 nope", ProbeStatus.WRONG_PASSWORD, False),
        ("432 4.7.12 a password transition is needed", ProbeStatus.WRONG_PASSWORD, False),
        ("538 5.7.11 encryption needed", ProbeStatus.NO_AUTH, True),
        ("530 5.7.0 must issue STARTTLS first", ProbeStatus.NO_AUTH, True),
        ("421 4.7.0 too many errors", ProbeStatus.TOO_MANY_CONNECTIONS, True),
        ("454 4.7.0 temporary authentication failure", ProbeStatus.TOO_MANY_CONNECTIONS, True),
        ("451 4.7.1 slow down", ProbeStatus.TOO_MANY_CONNECTIONS, True),
        ("503 5.5.1 not now", ProbeStatus.UNEXPECTED_ANSWER, False),
        ("250 fine", ProbeStatus.UNEXPECTED_ANSWER, False),
        ("334 more", ProbeStatus.UNEXPECTED_ANSWER, False),
    ],
)
def test_an_answer_to_the_password_has_its_status(
    probe: Probe, answer: str, status: ProbeStatus, of_server: bool
) -> None:
    with told_server(offering("PLAIN", answer)) as server:
        outcome = probe(server.port, ssl=False, login=True)
    assert (outcome.status, outcome.of_server) == (status, of_server)
    assert answer[4:] in outcome.message


def test_a_refusal_before_the_password_was_asked_for_keeps_it_here(probe: Probe) -> None:
    heard: list[bytes] = []

    def refuse(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        for answer in (
            "250-mail.test\r\n250 AUTH LOGIN\r\n",
            "334 VXNlcm5hbWU6\r\n",
            "535 5.7.8 unknown\r\n",
            "221 bye\r\n",
        ):
            heard.append(caller.hear())
            caller.say(answer)

    with told_server(refuse) as server:
        assert probe(server.port, ssl=False, login=True).status is ProbeStatus.WRONG_PASSWORD
    assert heard[1:] == [b"AUTH LOGIN\r\n", base64.b64encode(ACCOUNT.encode()) + b"\r\n", b"QUIT\r\n"]


@pytest.mark.parametrize("challenge", ["", "!!!!", "a", "\u00f1"])
def test_a_challenge_that_is_none_is_an_unexpected_answer(probe: Probe, challenge: str) -> None:
    with told_server(offering("CRAM-MD5", f"334 {challenge}", "535 no")) as server:
        outcome = probe(server.port, ssl=False, login=True)
    assert outcome.status in (ProbeStatus.UNEXPECTED_ANSWER, ProbeStatus.WRONG_PASSWORD)


def test_a_server_that_hangs_up_on_a_password_is_told_for_that_account_alone(probe: Probe) -> None:
    def hang_up(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        caller.hear()
        caller.say("250-mail.test\r\n250 AUTH PLAIN\r\n")
        caller.hear()

    with told_server(hang_up) as server:
        outcome = probe(server.port, ssl=False, login=True)
    assert (outcome.status, outcome.of_server) == (ProbeStatus.UNEXPECTED_ANSWER, False)
    assert outcome.message == "hangs up, where the answer to AUTH should come"
