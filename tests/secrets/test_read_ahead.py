"""Secrets from elsewhere: asked for once, many at the same time, and a provider that is down is one problem."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret, SecretReference
from efsync.schema import kinds
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.once import Once
from efsync.secrets.store import SecretStore


class FarProvider:
    """Answers after a while; `down/…` brings it down, and `gone/…` is not there."""

    at_once = 4

    def __init__(self, settings: Any, folder: Path) -> None:
        self.lock = threading.Lock()
        self.asked: list[str] = []
        self.under_way = self.most = 0
        self.stopped = False
        self.delay = 0.02

    def check_allowed(self, argument: str) -> None:
        if argument.startswith("not/"):
            raise SecretError(f"{argument} may not be read", "allow it")

    def read(self, argument: str) -> Secret:
        with self.lock:
            self.asked.append(argument)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        time.sleep(self.delay)
        with self.lock:
            self.under_way -= 1
        if argument.startswith("down/"):
            raise ProviderDown("it does not answer", "look at it")
        if argument.startswith("gone/"):
            raise SecretError(f"{argument} is not there")
        if argument.startswith("bug/"):
            raise RuntimeError("a bug")
        return Secret(f"clave of {argument}")

    def stop(self) -> None:
        self.stopped = True


class NearProvider(FarProvider):
    """The same, next to us."""

    at_once = 0


class _EntryPoint:
    def __init__(self, provider: type) -> None:
        self._provider = provider

    def load(self) -> type:
        return self._provider


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SecretStore:
    """A store that knows both."""
    found = {"far": _EntryPoint(FarProvider), "near": _EntryPoint(NearProvider)}
    monkeypatch.delenv("EFSYNC_KEY", raising=False)
    monkeypatch.setattr(kinds, "_found", lambda _path: found)
    return SecretStore({}, tmp_path, "settings.toml")


def far(*arguments: str, kind: str = "far") -> list[SecretReference]:
    """References to these secrets."""
    return [SecretReference(kind, argument) for argument in arguments]


def provider(store: SecretStore, kind: str = "far") -> FarProvider:
    """The store's provider."""
    found = store._providers[kind]
    assert isinstance(found, FarProvider)
    return found


def problem(call: Callable[[], object]) -> Problem:
    """The one problem of a call that is refused."""
    with pytest.raises(Refused) as raised:
        call()
    (found,) = raised.value.problems
    return found


def test_many_are_read_at_the_same_time_but_no_more_than_the_provider_says(store: SecretStore) -> None:
    wanted = far(*(f"mail/{number}" for number in range(40)))
    began = time.monotonic()
    store.read_ahead(wanted)
    assert time.monotonic() - began < 40 * 0.02
    assert provider(store).most == 4
    assert [store.read(each).reveal() for each in wanted] == [f"clave of mail/{number}" for number in range(40)]
    assert sorted(provider(store).asked) == sorted(f"mail/{number}" for number in range(40))


def test_each_distinct_one_is_asked_for_once_whether_it_is_there_or_not(store: SecretStore) -> None:
    wanted = far("mail/a", "gone/b") * 50
    for _ in range(2):
        store.read_ahead(wanted)
        for each in wanted:
            if each.argument == "mail/a":
                store.read(each)
            else:
                assert problem(lambda each=each: store.read(each)).code == "secret-missing"  # type: ignore[misc]
    assert sorted(provider(store).asked) == ["gone/b", "mail/a"]


def test_those_next_to_us_are_read_one_after_the_other(store: SecretStore) -> None:
    store.read_ahead(far("mail/a", "mail/b", "mail/a", kind="near"))
    assert provider(store, "near").asked == ["mail/a", "mail/b"]
    assert provider(store, "near").most == 1


def test_all_that_are_missing_are_told(store: SecretStore) -> None:
    wanted = far(*(f"gone/{number}" for number in range(20)))
    store.read_ahead(wanted)
    found = {problem(lambda each=each: store.read(each)).message for each in wanted}  # type: ignore[misc]
    assert found == {f"password: gone/{number} is not there" for number in range(20)}


def test_a_provider_that_is_down_is_one_problem_and_is_asked_no_more(store: SecretStore) -> None:
    wanted = far("down/0", *(f"mail/{number}" for number in range(100)))
    store.read_ahead(wanted)
    asked = len(provider(store).asked)
    assert asked < 20
    refused = [each for each in wanted if each not in store._read]
    found = {problem(lambda each=each: store.read(each)) for each in refused}  # type: ignore[misc]
    (one,) = found
    assert (one.code, str(one.location), one.hint) == ("secrets-unavailable", "settings.toml", "look at it")
    assert one.message == "no password of kind far can be read: it does not answer"
    assert len(provider(store).asked) == asked


def test_another_provider_is_not_down_with_it(store: SecretStore) -> None:
    store.read_ahead([*far("down/0"), *far("mail/a", kind="near")])
    assert store.read(far("mail/a", kind="near")[0]).reveal() == "clave of mail/a"


def test_the_first_thing_that_is_wrong_with_a_provider_is_what_is_told(store: SecretStore) -> None:
    first = problem(lambda: store.read(far("down/0")[0]))
    assert problem(lambda: store.read(far("mail/a")[0])) is first


def test_what_is_not_allowed_is_asked_of_nobody_even_ahead(store: SecretStore) -> None:
    store.read_ahead(far("not/a", "mail/b"))
    assert provider(store).asked == ["mail/b"]
    assert problem(lambda: store.read(far("not/a")[0])).code == "secret-not-allowed"


def test_a_kind_that_is_not_there_is_told_when_it_is_read(store: SecretStore) -> None:
    unknown = SecretReference("nothing", "mail/a")
    store.read_ahead([unknown])
    assert problem(lambda: store.read(unknown)).code == "secret-not-allowed"


def test_a_mistake_in_a_provider_is_not_hidden(store: SecretStore) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        store.read_ahead(far("mail/a", "bug/b", "mail/c"))
    assert provider(store).stopped


def test_ctrl_c_ends_it_at_once_and_tells_the_provider(store: SecretStore) -> None:
    store._at_once("far")
    provider(store).delay = 5
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        store.read_ahead(far(*(f"mail/{number}" for number in range(20))))
    assert time.monotonic() - began < 3
    assert provider(store).stopped
    time.sleep(0.1)
    assert len(provider(store).asked) == 4


def test_threads_that_share_a_store_ask_for_each_once(store: SecretStore) -> None:
    wanted = far(*(f"mail/{number}" for number in range(20)))
    threads = [threading.Thread(target=store.read_ahead, args=(wanted,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(provider(store).asked) == 20


@pytest.mark.parametrize("where", ["variable", "file"])
def test_the_key_of_efsync_is_no_password_wherever_it_is_found(
    store: SecretStore, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if where == "variable":
        monkeypatch.setenv("EFSYNC_KEY", "clave of mail/the-key")
    else:
        (tmp_path / ".efsync").mkdir()
        (tmp_path / ".efsync" / "key").write_text("clave of mail/the-key\n")
        (tmp_path / ".efsync" / "key").chmod(0o600)
    found = problem(lambda: store.read(far("mail/the-key")[0]))
    assert (found.code, found.hint) == ("secret-not-allowed", "it is never a password")
    assert "clave" not in found.message
    assert store.read(far("mail/another")[0]).reveal() == "clave of mail/another"


def test_a_question_is_asked_once_by_many_threads_and_an_error_is_everybodys_answer() -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        time.sleep(0.05)
        if question == "bad":
            raise SecretError("no")
        return question.upper()

    once = Once(ask)
    answers: list[str] = []

    def want() -> None:
        answers.append(once("a"))
        try:
            once("bad")
        except SecretError as error:
            answers.append(error.message)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked) == ["a", "bad"]
    assert sorted(answers) == ["A"] * 8 + ["no"] * 8
