"""What mail servers answered, as text: a group for each server, a line for each outcome, the users, a summary."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from efsync.model.probe import Probed, ProbeResult, ProbeStatus
from efsync.views.visible import visible

SHOWN_USERS = 10
"""How many users a line names; of more, the first ones."""

_STATUS = max(map(len, ProbeStatus))


def probe_text(probed: Probed) -> Iterator[Text]:
    """The lines of all results, and their counts."""
    for (server, port, ssl), results in groupby(probed.results, lambda each: (each.server, each.port, each.ssl)):
        host = f"[{server}]" if ":" in server else server
        yield Text.assemble((f"{visible(host)}:{port}", "bold"), f"  SSL {'on' if ssl else 'off'}")
        for result in results:
            yield from _result(result)
        yield Text()
    yield _summary(probed)


def _result(result: ProbeResult) -> Iterator[Text]:
    seconds = f"{result.seconds:.1f} s"
    yield Text.assemble(
        "  ",
        (f"{result.status.value:<{_STATUS}}", "green" if result.ok else "bold red"),
        (f"  {seconds:>7}  ", "dim"),
        _users(result.users),
    )
    yield Text(" " * (_STATUS + 13) + visible(result.message), style="dim" if result.ok else "")


def _users(users: tuple[str, ...]) -> str:
    more = len(users) - SHOWN_USERS
    return ", ".join(map(visible, users[:SHOWN_USERS])) + (f" and {more:,} more" if more > 0 else "")


def _summary(probed: Probed) -> Text:
    """How many accounts are how, on how many servers."""
    servers = len({(each.server, each.port, each.ssl) for each in probed.results})
    fine = sum(len(each.users) for each in probed.results if each.ok)
    failed = sum(len(each.users) for each in probed.results if not each.ok)
    words = f"{_count(fine + failed, 'account')} on {_count(servers, 'server')}: {fine:,} ok, {failed:,} failed"
    if probed.left_out:
        words += f"; {_count(probed.left_out, 'account')} left out, whose server, port or SSL is not managed here"
    return Text(f"{words}.", style="green" if probed.ok else "bold red")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
