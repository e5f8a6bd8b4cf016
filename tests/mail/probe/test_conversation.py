"""Each way in which a conversation with a mail server may end, with real servers and real certificates."""

import socket
import threading
import time

import pytest

from efsync.model.probe import ProbeStatus
from tests.mail.mail_servers import (
    ACCOUNT,
    PASSWORD,
    Authority,
    Caller,
    free_port,
    saying,
    smtp_server,
    told_server,
)
from tests.mail.probe.conftest import Probe

EHLO = "250-mail.test\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN\r\n"


def test_starttls_on_any_port_but_465(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        outcome = probe(server.port)
    assert outcome.status is ProbeStatus.OK
    assert outcome.message.startswith("STARTTLS, TLSv1.3, certificate good until ")
    assert outcome.message.endswith("; AUTH LOGIN, PLAIN")
    assert (server.connections, server.logins) == (1, [])


def test_tls_from_the_first_byte_on_port_465(probe: Probe, authority: Authority) -> None:
    with smtp_server(implicit=authority.server(), auth_require_tls=False) as server:
        outcome = probe(server.port, implicit=True)
    assert (outcome.status, outcome.message[:7]) == (ProbeStatus.OK, "TLSv1.3")


def test_no_encryption_where_ssl_is_off_on_port_465_too(probe: Probe) -> None:
    with smtp_server(auth_require_tls=False) as server:
        outcome = probe(server.port, ssl=False, implicit=True)
    assert (outcome.status, outcome.message) == (ProbeStatus.OK, "no encryption; AUTH LOGIN, PLAIN")


def test_the_password_of_the_account_logs_in(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        outcome = probe(server.port, login=True)
    assert outcome.status is ProbeStatus.OK
    assert outcome.message.endswith("; logged in with LOGIN")
    assert server.logins == [("LOGIN", ACCOUNT, PASSWORD)]


def test_a_password_with_letters_beyond_ascii_logs_in(probe: Probe, authority: Authority) -> None:
    password = "contraseña-de-ñandú"
    for excluded in ("LOGIN", "PLAIN"):
        with smtp_server(
            tls=authority.server(), passwords={ACCOUNT: password}, auth_exclude_mechanism=[excluded]
        ) as server:
            assert probe(server.port, login=True, password=password).status is ProbeStatus.OK


def test_a_wrong_password_is_tried_once(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        outcome = probe(server.port, login=True, password="otra-clave")
    assert (outcome.status, outcome.of_server) == (ProbeStatus.WRONG_PASSWORD, False)
    assert outcome.message.startswith("does not accept the password: 535 “5.7.8")
    assert len(server.logins) == 1


@pytest.mark.parametrize(
    "kind", ["expired", "not_yet_valid", "self_signed", "without_its_middle", "with_a_strange_root"]
)
@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_a_certificate_that_is_not_good_is_told_and_nobody_logs_in(
    probe: Probe, authority: Authority, kind: str, implicit: bool
) -> None:
    context = getattr(authority, kind)
    with smtp_server(**{"implicit" if implicit else "tls": context}) as server:
        outcome = probe(server.port, implicit=implicit, login=True)
    words = {
        "expired": "it has expired",
        "not_yet_valid": "it is not yet valid",
        "self_signed": "it is self-signed",
        "without_its_middle": "the server leaves a part of it out",
        "with_a_strange_root": "its chain ends in a CA that is not trusted here",
    }
    assert outcome.status is ProbeStatus.BAD_CERTIFICATE
    assert words[kind] in outcome.message
    assert server.logins == []


@pytest.mark.parametrize("name", ["mail.other.example", "*.localhost", "127.0.0.1"])
def test_a_certificate_for_another_name_is_told(probe: Probe, authority: Authority, name: str) -> None:
    with smtp_server(tls=authority.server(name)) as server:
        outcome = probe(server.port, login=True)
    assert (outcome.status, server.logins) == (ProbeStatus.BAD_CERTIFICATE, [])
    assert "it is for another name" in outcome.message


def test_a_certificate_for_an_address_is_good_for_it_and_for_no_other(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server("127.0.0.1")) as server:
        assert probe(server.port, host="127.0.0.1").status is ProbeStatus.OK
    with smtp_server(tls=authority.server("127.0.0.2")) as server:
        outcome = probe(server.port, host="127.0.0.1")
    assert outcome.status is ProbeStatus.BAD_CERTIFICATE
    assert "it is for another address" in outcome.message


def test_a_name_that_nobody_has(probe: Probe) -> None:
    outcome = probe(587, host="mail.acme.invalid")
    assert (outcome.status, outcome.message) == (ProbeStatus.NO_SUCH_HOST, "there is no host of this name")


def test_a_port_on_which_nobody_listens(probe: Probe) -> None:
    port = free_port()
    outcome = probe(port)
    assert (outcome.status, outcome.message) == (ProbeStatus.REFUSED, f"refuses connections to port {port}")


def test_a_server_whose_queue_is_full_does_not_answer(probe: Probe) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        outcome = probe(listener.getsockname()[1], timeout=0.5)
        for each in waiting:
            each.close()
    assert (outcome.status, outcome.message) == (ProbeStatus.TIMEOUT, "does not answer: no connection in time")


def test_tls_where_none_is_expected(probe: Probe, authority: Authority) -> None:
    with smtp_server(implicit=authority.server(), auth_require_tls=False) as server:
        for ssl in (True, False):
            outcome = probe(server.port, ssl=ssl, timeout=2)
            assert outcome.status is ProbeStatus.TLS_ON_PLAIN_PORT
            assert outcome.seconds < 2


def test_tls_where_none_is_expected_is_told_whatever_the_certificate_is(probe: Probe, authority: Authority) -> None:
    with smtp_server(implicit=authority.expired) as server:
        assert probe(server.port, timeout=2).status is ProbeStatus.TLS_ON_PLAIN_PORT


def test_no_tls_where_it_is_expected(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        assert probe(server.port, implicit=True).status is ProbeStatus.PLAIN_ON_TLS_PORT


def test_a_greeting_that_comes_late_is_waited_for(probe: Probe) -> None:
    def late(caller: Caller) -> None:
        if caller.number == 1:
            time.sleep(0.8)
            saying("250-mail.test\r\n250 AUTH PLAIN\r\n")(caller)

    with told_server(late) as server:
        outcome = probe(server.port, ssl=False, timeout=1.5)
    assert outcome.status is ProbeStatus.OK


@pytest.mark.parametrize("ssl", [False, True])
def test_a_server_that_says_nothing_is_a_time_out(probe: Probe, ssl: bool) -> None:
    with told_server(lambda caller: caller.hear()) as server:
        outcome = probe(server.port, ssl=ssl, timeout=0.6)
    assert (outcome.status, outcome.message) == (ProbeStatus.TIMEOUT, "the greeting did not come within 0.6 s")


@pytest.mark.parametrize("implicit", [False, True])
def test_a_handshake_that_does_not_go_on_is_a_time_out(probe: Probe, implicit: bool) -> None:
    def stuck(caller: Caller) -> None:
        if not implicit:
            saying(EHLO, "220 go\r\n")(caller)
        time.sleep(2)

    with told_server(stuck) as server:
        outcome = probe(server.port, implicit=implicit, timeout=0.6)
    assert (outcome.status, outcome.message) == (ProbeStatus.TIMEOUT, "the TLS handshake did not come within 0.6 s")


@pytest.mark.parametrize(
    "before", ["", "220 mail.test\r\n", f"220 mail.test\r\n{EHLO}"], ids=["greeting", "EHLO", "TLS"]
)
def test_a_tarpit_that_sends_a_byte_now_and_then_gains_nothing(probe: Probe, before: str) -> None:
    over = threading.Event()

    def drip(caller: Caller) -> None:
        caller.say(before)
        for byte in b"250-" + b"x" * 1000:
            caller.say(bytes([byte]))
            if over.wait(0.05):
                return

    with told_server(drip) as server:
        begun = time.monotonic()
        outcome = probe(server.port, timeout=1)
        took = time.monotonic() - begun
        over.set()
    assert outcome.status is ProbeStatus.TIMEOUT
    assert 0.9 < took < 1.5


@pytest.mark.parametrize(("login", "status"), [(True, ProbeStatus.TIMEOUT), (False, ProbeStatus.OK)])
def test_a_tarpit_at_the_end_gains_nothing_either(probe: Probe, login: bool, status: ProbeStatus) -> None:
    def drip(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        caller.hear()
        caller.say("250-mail.test\r\n250 AUTH PLAIN\r\n")
        caller.hear()  # AUTH, or QUIT
        for _ in range(100):
            caller.say("2")
            time.sleep(0.05)

    with told_server(drip) as server:
        outcome = probe(server.port, ssl=False, login=login, timeout=1.5)
    assert outcome.status is status
    assert outcome.seconds < 2


def test_a_name_server_that_does_not_answer_gains_nothing(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: over.wait(10))
    outcome = probe(587, host="smtp.acme.example", timeout=0.5)
    over.set()
    assert (outcome.status, outcome.message) == (
        ProbeStatus.TIMEOUT, "the name is not looked up in time: no name server answers",
    )  # fmt: skip
    assert outcome.seconds < 1


@pytest.mark.parametrize("answer", ["250-more\r\n" * 10_000, "250-" + "x" * 200_000], ids=["lines", "line"])
def test_an_answer_without_an_end_is_cut_off(probe: Probe, answer: str) -> None:
    with told_server(saying(answer)) as server:
        outcome = probe(server.port)
    assert (outcome.status, outcome.message) == (ProbeStatus.UNEXPECTED_ANSWER, "answers without an end")


@pytest.mark.parametrize(
    "greeting",
    ["421 4.7.0 too many connections from you\r\n", "450 4.7.1 slow down\r\n", "454 4.7.0 not now\r\n"],
)
def test_too_many_connections(probe: Probe, greeting: str) -> None:
    with told_server(saying(greeting=greeting)) as server:
        outcome = probe(server.port)
    assert outcome.status is ProbeStatus.TOO_MANY_CONNECTIONS
    assert greeting[4:].strip() in outcome.message


def test_starttls_that_is_not_offered(probe: Probe) -> None:
    with smtp_server(auth_require_tls=False) as server:
        outcome = probe(server.port, login=True)
    assert (outcome.status, server.logins) == (ProbeStatus.NO_STARTTLS, [])


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available\r\n", "502 no\r\n"])
def test_starttls_that_is_offered_and_refused(probe: Probe, answer: str) -> None:
    with told_server(saying(EHLO, answer)) as server:
        outcome = probe(server.port)
    assert outcome.status is ProbeStatus.NO_STARTTLS
    assert answer[:3] in outcome.message


def test_what_is_said_before_encryption_is_not_taken_for_what_is_said_after(probe: Probe) -> None:
    with told_server(saying(EHLO, "220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n")) as server:
        outcome = probe(server.port, login=True)
    assert outcome.status is ProbeStatus.UNEXPECTED_ANSWER
    assert "without encryption after STARTTLS" in outcome.message


def test_plain_text_in_place_of_a_handshake_is_told(probe: Probe) -> None:
    with told_server(saying(EHLO, "220 go\r\n", "250 what?\r\n")) as server:
        outcome = probe(server.port, login=True)
    assert outcome.status is ProbeStatus.UNEXPECTED_ANSWER


def test_no_auth(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server(), auth=False) as server:
        outcome = probe(server.port, login=True)
        relay = probe(server.port, needs_auth=False)
    assert (outcome.status, outcome.message) == (ProbeStatus.NO_AUTH, "offers no AUTH")
    assert relay.status is ProbeStatus.OK
    assert relay.message.endswith("; no AUTH")


def test_auth_that_is_there_after_starttls_only(probe: Probe, authority: Authority) -> None:
    with smtp_server(tls=authority.server(), auth_require_tls=True) as server:
        outcome = probe(server.port, ssl=False, login=True)
        assert probe(server.port).status is ProbeStatus.OK
    assert (outcome.status, server.logins) == (ProbeStatus.NO_AUTH, [])
    assert "switch SSL on" in outcome.message


def test_auth_that_takes_no_password_is_no_auth(probe: Probe) -> None:
    with told_server(saying("250-mail.test\r\n250 AUTH XOAUTH2 GSSAPI\r\n")) as server:
        outcome = probe(server.port, ssl=False)
    assert outcome.status is ProbeStatus.NO_AUTH
    assert "AUTH XOAUTH2, GSSAPI only" in outcome.message


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        ("554 5.7.1 go away\r\n", "greets with 554 “5.7.1 go away”"),
        ("HTTP/1.1 400 Bad Request\r\n", "answers what no mail server does: “HTTP/1.1 400 Bad Request”"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "“SSH-2.0-OpenSSH_9.2”"),
        ("220\x1b[31m red\x07\r\n", "“220\\x1b[31m red\\x07”"),
        ("", "hangs up, where the greeting should come"),
        ("554 " + "x" * 5000 + "\r\n", "xxx…”"),
    ],
    ids=["refused", "web", "ssh", "controls", "nothing", "long"],
)
def test_anything_else_is_shown_in_one_short_line(probe: Probe, greeting: str, words: str) -> None:
    with told_server(lambda caller: caller.say(greeting)) as server:
        outcome = probe(server.port)
    assert outcome.status is ProbeStatus.UNEXPECTED_ANSWER
    assert words in outcome.message
    assert len(outcome.message) < 300
    assert outcome.message.isprintable()


def test_a_server_that_refuses_ehlo(probe: Probe) -> None:
    with told_server(saying("502 5.5.1 unknown\r\n")) as server:
        outcome = probe(server.port)
    assert (outcome.status, outcome.message) == (
        ProbeStatus.UNEXPECTED_ANSWER, "answers EHLO with 502 “5.5.1 unknown”",
    )  # fmt: skip


@pytest.mark.parametrize("ssl", [False, True])
def test_quit_is_said_and_no_mail_is_begun(probe: Probe, ssl: bool) -> None:
    heard: list[bytes] = []

    def note(caller: Caller) -> None:
        caller.say("220 mail.test\r\n")
        while line := caller.hear():
            heard.append(line.strip())
            caller.say("250-mail.test\r\n250 AUTH PLAIN\r\n" if line.startswith(b"ehlo") else "221 bye\r\n")

    with told_server(note) as server:
        probe(server.port, ssl=ssl)
    assert heard == [b"ehlo [127.0.0.1]", b"QUIT"]
