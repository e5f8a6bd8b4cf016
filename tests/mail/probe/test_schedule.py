"""Many conversations at once: how many, with whom, and which need not be held."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.mail.probe.conversation import Conversation, Endpoint
from efsync.mail.probe.login import Credentials
from efsync.mail.probe.outcome import Outcome
from efsync.mail.probe.schedule import hold_all
from efsync.model.probe import ProbeLimits, ProbeStatus
from efsync.model.secrets import Secret

OK = Outcome(ProbeStatus.OK, "fine", 0.1, of_server=False)
REFUSED = Outcome(ProbeStatus.REFUSED, "refuses", 0.1)
WRONG = Outcome(ProbeStatus.WRONG_PASSWORD, "wrong", 0.1, of_server=False)


def conversation(host: str, port: int = 587) -> Conversation:
    return Conversation(Endpoint(host, port, True), Credentials("somebody", Secret("clave")))


class Counting:
    """Converses a moment with everybody, and notes who is talked to at the same time."""

    def __init__(self, answer: Callable[[int], Outcome] = lambda _number: OK, pause: float = 0.01) -> None:
        self._answer = answer
        self._pause = pause
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_of_all = 0
        self.count = 0

    def __call__(self, conversation: Conversation) -> Outcome:
        host = conversation.endpoint.host
        with self._lock:
            self.count += 1
            number = self.count
            self._now[host] += 1
            self.most[host] = max(self.most[host], self._now[host])
            self.most_of_all = max(self.most_of_all, self._now.total())
        time.sleep(self._pause)
        with self._lock:
            self._now[host] -= 1
        return self._answer(number)


def test_many_servers_are_talked_to_at_once_and_no_more_than_allowed() -> None:
    counting = Counting()
    ended = dict(hold_all([conversation(f"host{number}") for number in range(40)], counting, ProbeLimits(jobs=5)))
    assert ended == dict.fromkeys(range(40), OK)
    assert counting.most_of_all == 5


@pytest.mark.parametrize("per_server", [1, 2, 3])
def test_one_server_is_not_talked_to_by_more_than_its_limit_whatever_the_port(per_server: int) -> None:
    counting = Counting()
    conversations = [conversation("host", port) for port in (25, 465, 587) for _ in range(8)]
    assert len(dict(hold_all(conversations, counting, ProbeLimits(per_server=per_server)))) == 24
    assert counting.most == {"host": per_server}


def test_the_first_conversation_goes_ahead_alone() -> None:
    counting = Counting(lambda number: REFUSED if number == 1 else OK, pause=0.05)
    ended = dict(hold_all([conversation("host") for _ in range(50)], counting, ProbeLimits(per_server=10)))
    assert counting.count == 1
    assert {(each.status, each.message) for each in ended.values()} == {(ProbeStatus.REFUSED, "refuses")}
    assert len(ended) == 50


def test_another_port_of_the_same_server_has_its_own_say() -> None:
    counting = Counting(lambda _number: REFUSED)
    dict(hold_all([conversation("host", port) for port in (25, 587) for _ in range(5)], counting, ProbeLimits()))
    assert counting.count == 2


def test_a_wrong_password_keeps_nobody_else_from_logging_in() -> None:
    counting = Counting(lambda number: WRONG if number == 1 else OK)
    ended = [each for _, each in hold_all([conversation("host") for _ in range(6)], counting, ProbeLimits())]
    assert (counting.count, ended.count(WRONG), ended.count(OK)) == (6, 1, 5)


def test_once_a_server_has_enough_nobody_else_is_sent_there() -> None:
    enough = Outcome(ProbeStatus.TOO_MANY_CONNECTIONS, "enough")
    counting = Counting(lambda number: enough if number == 4 else OK)
    one_by_one = ProbeLimits(per_server=1)
    ended = [each for _, each in hold_all([conversation("host") for _ in range(50)], counting, one_by_one)]
    assert counting.count == 4
    assert [each.status for each in ended] == [ProbeStatus.OK] * 3 + [ProbeStatus.TOO_MANY_CONNECTIONS] * 47


def test_a_mistake_in_a_thread_is_not_swallowed() -> None:
    def fail(_conversation: Conversation) -> Outcome:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        list(hold_all([conversation("host")], fail, ProbeLimits()))


def test_nothing_to_do_is_nothing_done() -> None:
    assert list(hold_all([], Counting(), ProbeLimits())) == []


@given(
    hosts=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([25, 587])), max_size=20),
    jobs=st.integers(1, 5), per_server=st.integers(1, 3), failing=st.sets(st.integers(1, 20)),
)  # fmt: skip
@settings(max_examples=40)
def test_every_conversation_ends_once_within_all_limits(
    hosts: list[tuple[str, int]], jobs: int, per_server: int, failing: set[int]
) -> None:
    counting = Counting(lambda number: REFUSED if number in failing else OK, pause=0.001)
    ended = list(hold_all([conversation(*each) for each in hosts], counting, ProbeLimits(1, jobs, per_server)))
    assert sorted(number for number, _ in ended) == list(range(len(hosts)))
    assert counting.most_of_all <= jobs
    assert max(counting.most.values(), default=0) <= per_server
