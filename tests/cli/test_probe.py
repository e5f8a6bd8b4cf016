"""`efsync probe`: whole commands against mail servers on loopback."""

import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import trustme
from jsonschema import Draft202012Validator

from efsync.model.probe import ProbeStatus
from efsync.schema.shipped import schema
from tests.cli.inside import call, call_json
from tests.cli.test_progress import HIDDEN, Terminal
from tests.mail.mail_servers import Authority, Caller, free_port, saying, smtp_server, told_server
from tests.mail.postfix import NEEDS, is_there, postfix
from tests.world import EFSYNC, SETTINGS, World

PASSWORDS = {"jperez@acme.example": "clave-jperez", "mrojas@acme.example": "clave-mrojas"}
KEYS = ["server", "port", "ssl", "users", "status", "message", "seconds"]


@pytest.fixture(scope="session")
def authority() -> Authority:
    """The company's own CA."""
    return Authority(trustme.CA())


@pytest.fixture
def company(world: World, authority: Authority) -> World:
    """A company with its own CA, which may probe localhost; MROJAS and JPEREZ have their passwords in variables."""
    authority.ca.cert_pem.write_to_path(str(world.folder / "ca.pem"))
    allow(world, "localhost")
    world.environment |= {"MAIL_JPEREZ": "clave-jperez", "MAIL_MROJAS": "clave-mrojas"}
    return world


def allow(world: World, *servers: str, more: str = 'ca_file = "ca.pem"\n') -> None:
    """Write settings that let these servers be probed."""
    world.write("efsync.toml", f"{SETTINGS}\n[probe]\nservers = {json.dumps(servers)}\n{more}")


def accounts(world: World, port: int, *, ssl: str = "true", server: str = "localhost", more: str = "") -> None:
    """A department of two whose server is on this machine."""
    world.department(
        "  MROJAS:\n    address: mrojas@acme.example\n    password: {env: MAIL_MROJAS}\n"
        "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n" + more,
        more=f"defaults:\n  server: {server}\n  port: {port}\n  ssl: {ssl}\n",
    )


@contextmanager
def watched() -> Iterator[list[int]]:
    """A port of which it is noted when somebody connects."""
    came: list[int] = []
    with told_server(lambda caller: came.append(caller.number)) as seen:
        yield [seen.port]
        assert seen.connections == 0


def test_a_server_that_is_fine(company: World, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        accounts(company, server.port)
        result = call_json(company, "probe")
        text = call(company, "probe")
    assert (result.status, text.status) == (0, 0)
    Draft202012Validator(schema("probe")).validate(result.json)
    assert list(result.json) == ["format_version", "kind", "results"]
    assert (result.json["format_version"], result.json["kind"]) == ("1.0", "probe")
    (found,) = result.json["results"]
    assert list(found) == KEYS
    assert (found["server"], found["port"], found["ssl"]) == ("localhost", server.port, True)
    assert (found["users"], found["status"]) == (["MROJAS", "JPEREZ"], "ok")
    assert 0 < found["seconds"] < 10
    assert server.logins == []
    lines = text.out.splitlines()
    assert lines[0] == f"localhost:{server.port}  SSL on"
    assert re.fullmatch(r"  ok +\d\.\d s  MROJAS, JPEREZ", lines[1])
    assert lines[2].strip().startswith("STARTTLS, TLSv1.3")
    assert lines[-1] == "2 accounts on 1 server: 2 ok, 0 failed."


def test_one_conversation_for_each_distinct_server_port_and_ssl(company: World, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as one, smtp_server(auth_require_tls=False) as other:
        accounts(
            company, one.port,
            more=f"  A:\n    port: {other.port}\n    ssl: false\n  B:\n    server: LOCALHOST.\n"
            f"  C:\n    port: {other.port}\n    ssl: null\n",
        )  # fmt: skip
        result = call_json(company, "probe")
    found = {each["port"]: each["users"] for each in result.json["results"]}
    assert found == {one.port: ["MROJAS", "JPEREZ", "B"], other.port: ["A", "C"]}
    assert (result.status, one.connections, other.connections) == (0, 1, 1)


def test_login_shares_a_result_where_all_is_well_and_each_failure_has_its_own(
    company: World, authority: Authority
) -> None:
    more = "".join(f"  {code}:\n    address: {code}@acme.example\n    password: {{env: MAIL_X}}\n" for code in "AB")
    company.environment["MAIL_X"] = "clave-falsa"
    with smtp_server(tls=authority.server(), passwords=PASSWORDS) as server:
        accounts(company, server.port, more=more)
        result = call_json(company, "probe", "--login")
    found = [(each["status"], each["users"]) for each in result.json["results"]]
    assert found == [("ok", ["MROJAS", "JPEREZ"]), ("wrong-password", ["A"]), ("wrong-password", ["B"])]
    assert result.status == 1
    assert len(server.logins) == 4
    assert server.most_at_once <= 2
    assert "clave" not in result.out + result.err


def test_an_account_without_a_password_in_the_files_is_tried_without_a_login(
    company: World, authority: Authority
) -> None:
    company.user("JPEREZ", password="clave-del-erp", address="jperez@acme.example", server="localhost", port=25, ssl=0)
    with smtp_server(tls=authority.server()) as server:
        company.department(f"  JPEREZ:\n    server: localhost\n    port: {server.port}\n    ssl: true\n")
        result = call_json(company, "probe", "--login", "--target", "erp")
    assert (result.status, server.logins) == (0, [])
    assert "not logged in" in result.json["results"][0]["message"]


@pytest.mark.parametrize("servers", [(), ("localhost.evil.example",), ("*.localhost.example",), ("localhost:1",)])
def test_a_server_that_is_not_listed_is_neither_looked_up_nor_connected_to(
    company: World, servers: tuple[str, ...]
) -> None:
    del company.environment["MAIL_JPEREZ"]  # nor is its password read
    allow(company, *servers)
    with (
        watched() as (port,),
        mock.patch("socket.getaddrinfo", side_effect=AssertionError),
        mock.patch("socket.socket.connect", side_effect=AssertionError),
    ):
        accounts(company, port)
        result = call_json(company, "probe", "--login")
    (found,) = result.json["results"]
    assert (result.status, found["status"], found["users"]) == (1, "not-allowed", ["MROJAS", "JPEREZ"])
    assert found["message"] == "is not listed in efsync.toml, in [probe] servers"
    assert found["seconds"] == 0


def test_without_the_table_nothing_is_allowed(company: World) -> None:
    company.write("efsync.toml", SETTINGS)
    with watched() as (port,):
        accounts(company, port)
        result = call(company, "probe")
    assert result.status == 1
    assert "not-allowed" in result.out
    assert "2 accounts on 1 server: 0 ok, 2 failed." in result.out


@pytest.mark.parametrize(
    "server", ["2130706433", "127.1", "0x7f.1", "localhost..", "\uff4cocalhost", "localhost\u3002"]
)
def test_a_spelling_that_a_resolver_would_understand_is_no_way_round(company: World, server: str) -> None:
    allow(company, "localhost", "127.0.0.1")
    with watched() as (port,):
        accounts(company, port, server=f"'{server}'")
        result = call_json(company, "probe")
    (found,) = result.json["results"]
    assert (found["status"], found["server"]) == ("not-allowed", server)
    assert "is no host name that can be allowed" in found["message"]


def test_a_password_goes_unencrypted_only_where_the_settings_say_so(company: World) -> None:
    with smtp_server(auth_require_tls=False, passwords=PASSWORDS) as server:
        accounts(company, server.port, ssl="false")
        refused = call_json(company, "probe", "--login")
        assert server.connections == 0
        quiet = call_json(company, "probe")
        allow(company, "localhost", more=f'plain_login = ["localhost:{server.port}"]\n')
        allowed = call_json(company, "probe", "--login")
    assert [each["status"] for each in refused.json["results"]] == ["not-allowed"]
    assert "[probe] plain_login" in refused.json["results"][0]["message"]
    assert [each.status for each in (refused, quiet, allowed)] == [1, 0, 0]
    assert len(server.logins) == 2


def test_every_missing_password_is_told_before_any_connection(company: World) -> None:
    for name in ("MAIL_JPEREZ", "MAIL_MROJAS"):
        del company.environment[name]
    with watched() as (port,):
        accounts(company, port)
        result = call_json(company, "probe", "--login")
        text = call(company, "probe", "--login")
    Draft202012Validator(schema("probe")).validate(result.json)
    assert (result.status, result.json["results"], result.codes) == (1, [], ["secret-missing"] * 2)
    assert [each["line"] for each in result.json["problems"]] == [10, 13]
    assert text.err.count("[secret-missing]") == 2


def test_what_is_wrong_with_the_files_is_told_before_any_connection(company: World) -> None:
    del company.environment["MAIL_JPEREZ"]
    with watched() as (port,):
        accounts(company, port)
        company.department("  X:\n    port: 70000\n", name="COMPRAS")
        company.department("  Y:\n    header: {file: missing.html}\n", name="SISTEMAS")
        result = call_json(company, "probe", "--login")
    assert result.status == 1
    assert sorted(result.codes) == ["schema", "secret-missing", "text-file"]


def test_accounts_without_server_port_or_ssl_are_left_out_and_counted(company: World, authority: Authority) -> None:
    with smtp_server(tls=authority.server()) as server:
        accounts(company, server.port, more="  A:\n    server: null\n  B:\n    port: null\n")
        company.department(f"  C:\n    server: localhost\n    port: {server.port}\n", name="COMPRAS")
        result = call(company, "probe")
    assert result.status == 0
    assert "2 accounts on 1 server: 2 ok, 0 failed; 3 accounts left out" in result.out


def test_with_a_target_live_values_stand_for_what_is_not_managed(company: World, authority: Authority) -> None:
    with smtp_server(tls=authority.server(), passwords=PASSWORDS) as server:
        live: dict[str, Any] = {
            "server": "LocalHost  ",
            "port": server.port,
            "ssl": "S",
            "address": "jperez@acme.example",
        }
        company.user("JPEREZ", password="clave-del-erp", **live)
        company.user("MROJAS", server="localhost", port=server.port)
        company.user("OTHER", server="other.example", port=25, ssl=0)
        company.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n  MROJAS:\n    ssl: true\n")
        alone = call(company, "probe", "--login")
        result = call_json(company, "probe", "--login", "--target", "erp")
    assert "0 accounts on 0 servers: 0 ok, 0 failed; 2 accounts left out" in alone.out
    assert (alone.status, result.status) == (0, 0)
    assert {user for each in result.json["results"] for user in each["users"]} == {"JPEREZ", "MROJAS"}
    assert [login for _, login, _ in server.logins] == ["jperez@acme.example"]


def test_a_live_value_that_is_none_is_a_warning(company: World) -> None:
    company.user("JPEREZ", server="localhost", port="abc", ssl=1)
    company.user("MROJAS", server="localhost", port=25, ssl="quizás")
    company.department("  JPEREZ: {}\n  MROJAS: {}\n")
    result = call_json(company, "probe", "--target", "erp")
    text = call(company, "probe", "--target", "erp")
    assert (result.status, result.codes) == (0, ["live-value"] * 2)
    assert "port of JPEREZ: the ERP holds 'abc', which is none [live-value]" in text.err
    assert "ssl of MROJAS: the ERP holds 'quizás', which is neither yes nor no [live-value]" in text.err


def test_users_and_departments_narrow_it_down(company: World, authority: Authority) -> None:
    del company.environment["MAIL_JPEREZ"]
    with smtp_server(tls=authority.server(), passwords=PASSWORDS) as server:
        accounts(company, server.port)
        company.department("  Z:\n    server: not.listed.example\n    port: 25\n    ssl: false\n", name="COMPRAS")
        one = call_json(company, "probe", "--login", "--user", "mrojas")
        department = call_json(company, "probe", "--department", "COMPRAS")
        nobody = call_json(company, "probe", "--user", "NADIE")
    assert [each["users"] for each in one.json["results"]] == [["MROJAS"]]
    assert [each["users"] for each in department.json["results"]] == [["Z"]]
    assert (nobody.status, nobody.codes, nobody.json["results"]) == (1, ["selection"], [])


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), ("nonsense\n", "it holds no certificate as PEM")]
)
def test_a_ca_file_that_can_not_be_used_is_told(company: World, content: str | None, why: str) -> None:
    allow(company, "localhost", more='ca_file = "sub/ca.pem"\n')
    if content:
        company.write("sub/ca.pem", content)
    with watched() as (port,):
        accounts(company, port)
        result = call_json(company, "probe")
    assert (result.status, result.codes) == (1, ["config"])
    assert why in result.problem("config")["message"]


def test_a_certificate_of_the_companys_own_ca_needs_ca_file(company: World, authority: Authority) -> None:
    allow(company, "localhost", more="")
    with smtp_server(tls=authority.server(), passwords=PASSWORDS) as server:
        accounts(company, server.port)
        result = call_json(company, "probe", "--login")
    (found,) = result.json["results"]
    assert (result.status, found["status"], server.logins) == (1, "bad-certificate", [])
    assert "[probe] ca_file" in found["message"]


@pytest.mark.parametrize("more", ["", "  X:\n    address: x@acme.example\n"])
def test_a_server_that_is_away_is_not_tried_for_each_account(company: World, more: str) -> None:
    accounts(company, free_port(), more=more)
    result = call_json(company, "probe", "--login")
    (found,) = result.json["results"]
    assert (result.status, found["status"], found["users"][:2]) == (1, "refused", ["MROJAS", "JPEREZ"])


def test_a_server_on_port_465_speaks_tls_from_the_first_byte(company: World, authority: Authority) -> None:
    host = "127.46.5.1"
    try:
        socket.create_server((host, 465)).close()
    except OSError:
        pytest.skip("port 465 of loopback can't be listened on here")
    allow(company, f"{host}:465")
    with smtp_server(
        implicit=authority.server(host), host=host, port=465, passwords=PASSWORDS, auth_require_tls=False
    ) as server:
        accounts(company, 465, server=host)
        result = call_json(company, "probe", "--login")
    assert (result.status, len(server.logins)) == (0, 2)


def test_no_password_is_printed_whatever_is_said_of_it(company: World) -> None:
    def echo(caller: Caller) -> None:
        caller.say("220 mail.test clave-jperez clave-mrojas\r\n")
        caller.hear()
        caller.say("250-mail.test\r\n250-clave-jperez\r\n250 AUTH PLAIN CLAVE-MROJAS\r\n")
        while heard := caller.hear():
            caller.say(b"550 " + heard)

    with told_server(echo) as server:
        accounts(company, server.port, ssl="false")
        allow(company, "localhost", more='plain_login = ["localhost"]\n')
        for arguments in (("probe",), ("probe", "--login"), ("probe", "--login", "--format", "json")):
            for before in ((), ("-v",)):
                result = call(company, *before, *arguments)
                assert "clave-" not in (result.out + result.err).lower()
                assert "Y2xhdmUt" not in result.out + result.err


def _start(world: World, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [EFSYNC, "probe", *arguments], cwd=world.folder, env=world.clean_environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_at_once(company: World, number: signal.Signals) -> None:
    come = threading.Event()

    def silent(caller: Caller) -> None:
        come.set()
        caller.hear()

    with told_server(silent) as server:
        accounts(company, server.port)
        process = _start(company, "--timeout", "60", "--format", "json")
        assert come.wait(30)
        process.send_signal(number)
        begun = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - begun < 3
    assert (process.returncode, err.strip()) == (1, "Interrupted.")
    assert [each["code"] for each in json.loads(out)["problems"]] == ["interrupted"]
    assert json.loads(out)["results"] == []


def test_a_bar_counts_the_accounts(company: World, authority: Authority) -> None:
    def slow(caller: Caller) -> None:
        time.sleep(1.3 if caller.number > 1 else 0)
        saying("250-mail.test\r\n250 AUTH PLAIN\r\n", "235 fine\r\n")(caller)

    with told_server(slow) as server:
        accounts(company, server.port, ssl="false")
        allow(company, "localhost", more='plain_login = ["localhost"]\n')
        with closing(Terminal(company, str(EFSYNC), "probe", "--login")) as terminal:
            terminal.until()
            assert terminal.status == 0
    assert HIDDEN in terminal.shown
    assert b"1 of 2 accounts" in terminal.shown


def test_many_servers_that_do_not_answer_take_the_time_of_one(company: World) -> None:
    hosts = [f"127.0.1.{number}" for number in range(1, 31)]
    allow(company, *hosts)
    with ExitStack() as stack:
        ports = [stack.enter_context(told_server(Caller.hear, host)).port for host in hosts]
        company.department(
            "".join(
                f"  U{port}:\n    server: {host}\n    port: {port}\n    ssl: false\n"
                for host, port in zip(hosts, ports, strict=True)
            )
        )
        begun = time.monotonic()
        result = call_json(company, "probe", "--timeout", "2", "--jobs", "30")
        took = time.monotonic() - begun
    assert [each["status"] for each in result.json["results"]] == ["timeout"] * 30
    assert took < 20


def test_many_users_of_one_server_are_counted_and_not_all_named(company: World) -> None:
    accounts(company, free_port(), more="".join(f"  U{number}: {{}}\n" for number in range(300)))
    out = call(company, "probe").out
    assert "MROJAS, JPEREZ, U0, U1, U2, U3, U4, U5, U6, U7 and 292 more" in out


@pytest.mark.parametrize(
    "option", [("--timeout", "0"), ("--timeout", "-1"), ("--jobs", "0"), ("--per-server", "0"), ("--timeout", "nan")]
)
def test_limits_that_are_none_are_usage_errors(company: World, option: tuple[str, str]) -> None:
    result = call_json(company, "probe", *option)
    assert (result.status, result.codes, result.json["kind"]) == (1, ["usage"], "probe")


def test_every_status_is_in_the_schema_and_in_the_documentation() -> None:
    statuses = [status.value for status in ProbeStatus]
    assert schema("probe")["properties"]["results"]["items"]["properties"]["status"]["enum"] == statuses
    text = (Path(__file__).parents[2] / "docs" / "probe.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE) == statuses


def test_a_whole_case_with_postfix(company: World, authority: Authority) -> None:
    if not is_there():
        pytest.skip(f"to start a Postfix of its own needs root and {', '.join(NEEDS)}")
    company.environment["MAIL_X"] = "clave-falsa"
    certificate = authority.ca.issue_cert("localhost")
    with postfix(certificate, PASSWORDS) as server:
        accounts(
            company, server.port,
            more="  WRONG:\n    address: jperez@acme.example\n    password: {env: MAIL_X}\n"
            f"  NOSSL:\n    ssl: false\n  NOTTLS:\n    port: {server.tls_port}\n",
        )  # fmt: skip
        result = call_json(company, "probe", "--login", "--timeout", "6")
        log = server.log
        assert server.queue == []
    found = {tuple(each["users"]): each["status"] for each in result.json["results"]}
    assert found == {
        ("MROJAS", "JPEREZ"): "ok",
        ("WRONG",): "wrong-password",
        ("NOSSL",): "no-auth",
        ("NOTTLS",): "tls-on-plain-port",
    }
    assert "mail=" not in log
    assert "clave" not in result.out + result.err


def test_postfix_that_has_enough_of_us(company: World, authority: Authority) -> None:
    if not is_there():
        pytest.skip(f"to start a Postfix of its own needs root and {', '.join(NEEDS)}")
    with postfix(authority.ca.issue_cert("localhost"), PASSWORDS, rate=3) as server:
        accounts(company, server.port, more="".join(f"  U{n}:\n    address: u{n}@a.example\n" for n in range(3)))
        results = [call_json(company, "probe", "--login", "--per-server", "1").json["results"] for _ in range(3)]
    statuses = {each["status"] for result in results for each in result}
    assert "too-many-connections" in statuses
