"""Holds many conversations at once, few of them with one server."""

import queue
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from efsync.mail.probe.conversation import Conversation, Endpoint
from efsync.mail.probe.outcome import Outcome
from efsync.model.probe import ProbeLimits

Converse = Callable[[Conversation], Outcome]
Numbered = tuple[int, Outcome]
"""The number of a conversation, and how it ended."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """A mistake in efsync, to be raised where somebody sees it."""

    error: BaseException


def hold_all(conversations: Iterable[Conversation], converse: Converse, limits: ProbeLimits) -> Iterator[Numbered]:
    """How each conversation ended, as they end.

    With each endpoint the first one goes ahead alone. What it finds out about the server holds for the others, and so
    does whatever ends a later one for the server's sake: nobody knocks a hundred times at a door that is shut.

    Whoever stops to iterate waits for nothing: each conversation has a thread that the end of the program ends.
    """
    table = _Table(conversations, limits)
    done: queue.SimpleQueue[tuple[int, Outcome | _Failed]] = queue.SimpleQueue()

    def hold(number: int, conversation: Conversation) -> None:
        """Hold one conversation, and put its outcome into the queue."""
        try:
            done.put((number, converse(conversation)))
        except BaseException as error:
            done.put((number, _Failed(error)))

    while table.is_open:
        for number, conversation in table.begun():
            name = f"probe {conversation.endpoint.host}"
            threading.Thread(target=hold, args=(number, conversation), name=name, daemon=True).start()
        number, outcome = done.get()
        if isinstance(outcome, _Failed):
            raise outcome.error
        yield number, outcome
        yield from table.ended(number, outcome)


class _Table:
    """Which conversations wait, by endpoint, and which are held."""

    def __init__(self, conversations: Iterable[Conversation], limits: ProbeLimits) -> None:
        self._waiting: dict[Endpoint, deque[tuple[int, Conversation]]] = {}
        for number, conversation in enumerate(conversations):
            self._waiting.setdefault(conversation.endpoint, deque()).append((number, conversation))
        self._held: dict[int, Endpoint] = {}
        self._with_host: Counter[str] = Counter()
        self._known: set[Endpoint] = set()
        self._limits = limits

    @property
    def is_open(self) -> bool:
        """Whether any conversation waits or is held."""
        return bool(self._held) or any(self._waiting.values())

    def begun(self) -> Iterator[tuple[int, Conversation]]:
        """Those that may begin now; they are held from then on."""
        for endpoint, waiting in self._waiting.items():
            while waiting and self._has_room(endpoint):
                number, conversation = waiting.popleft()
                self._with_host[endpoint.host] += 1
                self._held[number] = endpoint
                yield number, conversation

    def ended(self, number: int, outcome: Outcome) -> list[Numbered]:
        """Note that one ended; the others of its endpoint, where they need not begin any more."""
        endpoint = self._held.pop(number)
        self._with_host[endpoint.host] -= 1
        self._known.add(endpoint)
        if not outcome.ends_server:
            return []
        spared = [(each, replace(outcome, seconds=0.0)) for each, _ in self._waiting[endpoint]]
        self._waiting[endpoint].clear()
        return spared

    def _has_room(self, endpoint: Endpoint) -> bool:
        is_ahead = endpoint not in self._known
        return (
            len(self._held) < self._limits.jobs
            and self._with_host[endpoint.host] < self._limits.per_server
            and not (is_ahead and endpoint in self._held.values())
        )
