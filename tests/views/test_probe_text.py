"""What mail servers answered, as people read it."""

from efsync.model.probe import Probed, ProbeResult, ProbeStatus
from efsync.views.probe_text import probe_text


def shown(*results: ProbeResult, left_out: int = 0) -> str:
    return "\n".join(line.plain for line in probe_text(Probed(results, left_out)))


def result(status: ProbeStatus, *users: str, server: str = "smtp.acme.example", message: str = "so") -> ProbeResult:
    return ProbeResult(server, 587, True, users, status, message, 0.25)


def test_results_stand_below_their_server_in_columns() -> None:
    text = shown(
        result(ProbeStatus.OK, "JPEREZ", "MROJAS", message="STARTTLS; AUTH LOGIN"),
        result(ProbeStatus.TOO_MANY_CONNECTIONS, "0012", message="puts us off: 421"),
        result(ProbeStatus.NO_SUCH_HOST, "X", server="::1", message="there is no host of this name"),
        left_out=1,
    )
    assert text.splitlines() == [
        "smtp.acme.example:587  SSL on",
        "  ok                      0.2 s  JPEREZ, MROJAS",
        "                                 STARTTLS; AUTH LOGIN",
        "  too-many-connections    0.2 s  0012",
        "                                 puts us off: 421",
        "",
        "[::1]:587  SSL on",
        "  no-such-host            0.2 s  X",
        "                                 there is no host of this name",
        "",
        "4 accounts on 2 servers: 2 ok, 2 failed; 1 account left out, whose server, port or SSL is not managed here.",
    ]


def test_what_files_and_servers_say_is_harmless_to_a_terminal() -> None:
    text = shown(result(ProbeStatus.REFUSED, "\x1b[2J", server="a\x07b", message="\u202eevil"))
    assert "a\\x07b:587" in text
    assert "\\x1b[2J" in text
    assert "\\u202eevil" in text


def test_nothing_at_all_is_a_summary() -> None:
    assert shown() == "0 accounts on 0 servers: 0 ok, 0 failed."
