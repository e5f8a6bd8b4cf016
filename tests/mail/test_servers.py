"""Which servers a pattern names: those that it says, in any spelling, and nothing that only looks like them."""

import ipaddress
import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from efsync.mail.servers import ServerPattern, Servers, canonical

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NAMES = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(LABELS, min_size=1, max_size=3),
    st.sampled_from(["example", "com", "e", "x1"]),
)
PORTS = st.integers(1, 65535)


def allows(patterns: str | list[str], server: str, port: int = 587) -> bool:
    """Whether a server as somebody wrote it would be talked to."""
    listed = Servers.parse([patterns] if isinstance(patterns, str) else patterns)
    host = canonical(server)
    return host is not None and listed.has(host, port)


@pytest.mark.parametrize(
    "server", ["smtp.acme.example", "SMTP.acme.EXAMPLE", "smtp.acme.example.", "SMTP.ACME.EXAMPLE."]
)
@pytest.mark.parametrize(
    "pattern", ["smtp.acme.example", "Smtp.Acme.Example.", "*.acme.example", "smtp.acme.example:587"]
)
def test_case_and_the_dot_at_the_end_do_not_count(pattern: str, server: str) -> None:
    assert allows(pattern, server)


@pytest.mark.parametrize(
    "server",
    [
        "smtp.acme.example.evil.com",
        "evil.com",
        "acme.example",
        "xsmtp.acme.example",
        "smtp.acme.example.evil.com.",
        "a.smtp.acme.example",
        "smtp-acme.example",
        "smtp.acme.example..",
        ".smtp.acme.example",
        "smtp..acme.example",
        "smtp.acme.example\n",
        " smtp.acme.example",
        "smtp.acme.example ",
        "smtp.acme.example\0.evil.com",
        "smtp.acme.example/evil.com",
        "smtp.acme.example@evil.com",
        "evil.com#.acme.example",
        "smtp.acme.example:25",
        "smtp\u3002acme\u3002example",
        "\uff53\uff4d\uff54\uff50.acme.example",
        "smtp.acme.examp\u00ade",
        "\u017fmtp.acme.example",
        "smtp.\u0430cme.example",
        "[smtp.acme.example]",
        "",
        ".",
    ],
)
def test_what_only_looks_like_the_server_is_another_one(server: str) -> None:
    assert not allows(["smtp.acme.example", "smtp.acme.example:587"], server)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("smtp.acme.example", True),
        ("mx1.acme.example", True),
        ("xn--and-6ma2c.acme.example", True),
        ("acme.example", False),
        ("a.b.acme.example", False),
        ("smtp.acme.example.evil.com", False),
        ("evilacme.example", False),
        (".acme.example", False),
        ("*.acme.example", False),
        ("127.0.0.1", False),
    ],
)
def test_a_star_stands_for_exactly_one_label(server: str, expected: bool) -> None:
    assert allows("*.acme.example", server) is expected


def test_a_port_in_a_pattern_is_that_port_and_none_is_any() -> None:
    assert [allows("*.acme.example:587", "smtp.acme.example", port) for port in (587, 25)] == [True, False]
    assert [allows("smtp.acme.example", "smtp.acme.example", port) for port in (587, 25)] == [True, True]


@pytest.mark.parametrize(
    "server",
    ["127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01", "127.0.0.1.", "127.0.1", "0", "0x"],
)
def test_a_number_that_a_resolver_takes_for_an_address_is_no_server(server: str) -> None:
    assert canonical(server) is None
    with pytest.raises(ValueError, match="neither a host name"):
        ServerPattern.parse(server)


@pytest.mark.parametrize(
    ("pattern", "server", "expected"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1:587", "127.0.0.1", True),
        ("::1", "[::1]", True),
        ("[::1]:587", "0:0:0:0:0:0:0:1", True),
        ("2001:db8::1", "2001:DB8:0::1", True),
        ("::1", "127.0.0.1", False),
        ("127.0.0.1", "::ffff:127.0.0.1", False),
        ("fe80::1", "fe80::1%eth0", False),
        ("127.0.0.1", "[127.0.0.1]", False),
    ],
)
def test_an_address_stands_for_itself_in_any_of_its_spellings(pattern: str, server: str, expected: bool) -> None:
    assert allows(pattern, server) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "", "*", "*.", "*.example", "*.*.example", "smtp*.acme.example", "smtp.*.example", "*acme.example",
        "*.127.0.0.1", "*.0.0.1", "*.::1", "smtp.acme.example:", "smtp.acme.example:0", "smtp.acme.example:65536",
        "smtp.acme.example:*", "smtp.acme.example:\uff15\uff18\uff17", "smtp.acme.example:587:587", "ñandú.example",
        "smtp acme.example", "smtp.acme.example/", "https://smtp.acme.example", "[::1", "::1]:25", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_a_pattern_that_would_mean_too_much_or_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"is neither|has no port|lets too much"):
        ServerPattern.parse(pattern)


def test_an_empty_list_has_nothing() -> None:
    assert not allows([], "smtp.acme.example")


@given(st.text(max_size=80) | NAMES | st.ip_addresses().map(str))
@example("xn--.example")
def test_the_canonical_spelling_is_its_own_and_safe_to_look_up(server: str) -> None:
    name = canonical(server)
    if name is None:
        return
    assert canonical(name) == name
    assert name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.:")
    try:
        socket.inet_aton(name)
    except OSError:
        assert name.encode("idna").decode() == name or ":" in name
    else:
        assert str(ipaddress.IPv4Address(name)) == name  # a resolver reads the same address


@given(pattern=NAMES, wild=st.booleans(), server=st.text(max_size=60) | NAMES, port=PORTS)
def test_whatever_is_allowed_is_the_pattern_or_one_label_more(pattern: str, wild: bool, server: str, port: int) -> None:
    """Nothing that anybody writes as a server leads elsewhere than the pattern says."""
    if allows(f"*.{pattern}" if wild else pattern, server, port):
        name = server.lower().removesuffix(".")
        assert name.split(".")[1:] == pattern.split(".") if wild else name == pattern


@given(pattern=NAMES, before=st.text(max_size=20), after=st.text(min_size=1, max_size=20))
def test_nothing_put_behind_or_before_an_allowed_name_is_allowed(pattern: str, before: str, after: str) -> None:
    assert after == "." or not allows(pattern, pattern + after)
    assert before == "" or not allows(pattern, before + pattern)
    assert not allows(f"*.{pattern}", f"smtp.{pattern}.{after}")


@given(name=NAMES, data=st.data())
def test_every_spelling_of_an_allowed_name_is_allowed(name: str, data: st.DataObject) -> None:
    spelled = "".join(data.draw(st.sampled_from([each.lower(), each.upper()])) for each in name)
    assert allows(name, spelled + data.draw(st.sampled_from(["", "."])))
