"""What mail servers answered, as text: a group for each server, a line for each outcome, the users, a summary."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from efsync.model.language import _, _n, translated, word
from efsync.model.probe import Probed, ProbeResult, ProbeStatus
from efsync.views import counts
from efsync.views.visible import said, visible

SHOWN_USERS = 10
"""How many users a line names; of more, the first ones."""

_STATUSES = {
    ProbeStatus.OK: word("probe", "ok"),
    ProbeStatus.NOT_ALLOWED: word("probe", "not-allowed"),
    ProbeStatus.NO_SUCH_HOST: word("probe", "no-such-host"),
    ProbeStatus.REFUSED: word("probe", "refused"),
    ProbeStatus.TIMEOUT: word("probe", "timeout"),
    ProbeStatus.TLS_ON_PLAIN_PORT: word("probe", "tls-on-plain-port"),
    ProbeStatus.PLAIN_ON_TLS_PORT: word("probe", "plain-on-tls-port"),
    ProbeStatus.NO_STARTTLS: word("probe", "no-starttls"),
    ProbeStatus.BAD_CERTIFICATE: word("probe", "bad-certificate"),
    ProbeStatus.NO_AUTH: word("probe", "no-auth"),
    ProbeStatus.WRONG_PASSWORD: word("probe", "wrong-password"),
    ProbeStatus.TOO_MANY_CONNECTIONS: word("probe", "too-many-connections"),
    ProbeStatus.UNEXPECTED_ANSWER: word("probe", "unexpected-answer"),
}


def probe_text(probed: Probed) -> Iterator[Text]:
    """The lines of all results, and their counts."""
    for (server, port, ssl), results in groupby(probed.results, lambda each: (each.server, each.port, each.ssl)):
        host = f"[{server}]" if ":" in server else server
        yield Text.assemble((f"{visible(host)}:{port}", "bold"), "  ", _("SSL on") if ssl else _("SSL off"))
        for result in results:
            yield from _result(result)
        yield Text()
    yield _summary(probed)


def _result(result: ProbeResult) -> Iterator[Text]:
    seconds = f"{result.seconds:.1f} s"
    width = max(len(translated(each)) for each in _STATUSES.values())
    yield Text.assemble(
        "  ",
        (f"{translated(_STATUSES[result.status]):<{width}}", "green" if result.ok else "bold red"),
        (f"  {seconds:>7}  ", "dim"),
        _users(result.users),
    )
    yield Text(" " * (width + 13) + said(result.message), style="dim" if result.ok else "")


def _users(users: tuple[str, ...]) -> str:
    return counts.and_more(", ".join(map(visible, users[:SHOWN_USERS])), len(users) - SHOWN_USERS)


def _summary(probed: Probed) -> Text:
    """How many accounts are how, on how many servers."""
    servers = len({(each.server, each.port, each.ssl) for each in probed.results})
    fine = sum(len(each.users) for each in probed.results if each.ok)
    failed = sum(len(each.users) for each in probed.results if not each.ok)
    words = _(
        "{accounts} on {servers}: {fine:,} ok, {failed:,} failed",
        accounts=counts.accounts(fine + failed),
        servers=counts.servers(servers),
        fine=fine,
        failed=failed,
    )
    if probed.left_out:
        left_out = _n(
            "{count:,} account left out, whose server, port or SSL is not managed here",
            "{count:,} accounts left out, whose server, port or SSL is not managed here",
            probed.left_out,
        )
        words = f"{words}; {left_out}"
    return Text(f"{words}.", style="green" if probed.ok else "bold red")
