"""Settings that are allowed and hardly meant."""

from typing import Any

import pytest

from efsync.mail.sense import Sense

FINE: dict[str, Any] = {"address": "jperez@acme.example", "server": "smtp.acme.example", "port": 587, "ssl": True}


def odd(*mail_hosts: str, **fields: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.code, each.fields) for each in Sense(mail_hosts).oddities({**FINE, **fields})]


def codes(*mail_hosts: str, **fields: Any) -> list[str]:
    return [code for code, _ in odd(*mail_hosts, **fields)]


def test_usual_settings_are_fine() -> None:
    assert odd() == odd(domain="acme.example") == odd(ssl=False) == odd(port=25, ssl=False) == []
    assert Sense().oddities({}) == ()


@pytest.mark.parametrize(
    ("port", "ssl", "code", "first"),
    [(465, False, "smtp-ssl-off", "ssl"), (25, True, "smtp-ssl-on", "port"), (465, True, "smtp-implicit-tls", "port")],
)
def test_ports_and_ssl_that_do_not_go_together_are_named(port: int, ssl: bool, code: str, first: str) -> None:
    ((found, fields),) = odd(port=port, ssl=ssl)
    assert (found, fields[0]) == (code, first)


def test_a_port_alone_or_a_cleared_ssl_says_nothing() -> None:
    assert codes(port=465, ssl=None) == codes(port=25, ssl=None) == codes(port=None) == []


@pytest.mark.parametrize("server", ["192.0.2.1", "2001:db8::1", "[2001:db8::1]"])
def test_an_ip_address_is_no_servers_name(server: str) -> None:
    assert codes(server=server) == ["smtp-server-ip"]


@pytest.mark.parametrize("server", ["com.ve", "co.uk", "CO.UK", "github.io", "com.ve."])
def test_a_public_suffix_is_no_servers_name(server: str) -> None:
    assert codes(server=server) == ["smtp-server-suffix"]


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("x@acme.example", "smtp.otra.example"),
        ("x@acme.com.ve", "smtp.otra.com.ve"),
        ("x@acme.example", "acme.example.otra.example"),
        ("x@acme.example", "smtp.gmail.com.otra.example"),
        ("x@acme.example", "xacme.example"),
    ],
)
def test_a_server_of_somebody_else_is_odd(address: str, server: str) -> None:
    assert codes(address=address, server=server) == ["smtp-server-domain"]


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("x@ventas.acme.com.ve", "smtp.acme.com.ve"),
        ("x@ACME.example", "SMTP.acme.EXAMPLE."),
        ("x@acme.example", "acme.example"),
        ("x@acme.example", "smtp.gmail.com"),
        ("x@acme.example", "smtp.office365.com"),
        ("x@acme.example", "correo"),
        ("x@acme.example", "email-smtp.us-east-1.amazonaws.com"),
        ("x@acme.example", "relay.acme.local"),
        (None, "smtp.otra.example"),
    ],
)
def test_a_server_of_the_house_or_of_a_provider_is_fine(address: str | None, server: str) -> None:
    assert codes(address=address, server=server) == []


def test_more_providers_can_be_named_by_pattern() -> None:
    assert codes("*.Hosting.example", server="smtp3.hosting.example") == []
    assert codes("*.hosting.example", server="smtp.hosting.example.otra.example") == ["smtp-server-domain"]


def test_a_domain_is_that_of_the_address_or_below_it() -> None:
    assert codes(domain="soporte.acme.example") == codes(domain="ACME.example") == []
    assert odd(domain="otra.example") == [("smtp-domain", ("domain", "address"))]
    assert codes(address="x@acme.com.ve", server=None, domain="com.ve") == ["smtp-domain"]
