"""What must hold of everything that efsync says and remembers, by the ledger."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.workflows.company import USERS, Company
from tests.workflows.ledger import Attempt, Document, Ledger
from tests.world import Result

State = Mapping[str, list[dict[str, Any]]]

BRAKES = {"brake-changed", "brake-cleared", "brake-redirect"}
SEEN = {"run-interrupted", "run-under-way", "unknown-user"}
"""What a plan or drift may say of the ERP and of runs."""


def no_secret(texts: Iterable[tuple[str, str | bytes]], ledger: Ledger) -> None:
    """No password that ever was stands in any of these texts, which have a name each."""
    for name, text in texts:
        data = text.encode() if isinstance(text, str) else text
        found = [secret for secret in ledger.secrets() if secret.encode() in data]
        assert not found, f"{found} in {name}"


def same(found: Mapping[Any, Any], expected: Mapping[Any, Any], what: str) -> None:
    """Two mappings are the same, or the message names what differs."""
    keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
    assert found == expected, f"{what}: " + "; ".join(
        f"{key} is {_shown(found.get(key), expected.get(key))}" for key in keys
    )


def _shown(found: Any, expected: Any) -> str:
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = [key for key in found if found.get(key) != expected.get(key)]
        found, expected = ({key: row.get(key) for key in keys} for row in (found, expected))
    return f"{found!r} and not {expected!r}"


def journalled(state: State, run: str, plan: Document) -> None:
    """A run set out to change what its plan had shown."""
    found = [json.loads(row["change"]) for row in state["run_changes"] if row["run"] == run]
    expected = [_as_journalled(change) for change in plan["changes"]]
    assert found == expected, "a run is of a plan that was not shown"


def _as_journalled(change: Document) -> dict[str, Any]:
    fields, location = change["fields"], change["location"]
    sides = {side: {each["field"]: each[side] for each in fields} for side in ("before", "after")}
    rest = {"origins": [each["origin"] for each in fields], "location": location and list(location.values())}
    return {name: value for name, value in (dict(change) | sides | rest).items() if value and name != "fields"}


def plan_refused(result: Result, ledger: Ledger, only: str | None) -> None:
    """No plan was made, for a reason that there was."""
    assert result.status == 1
    assert ledger.gone() or (only and ledger.live(only) is None), result.out
    assert set(result.codes) <= SEEN | {"selection"}, result.codes


def plan(document: Document, ledger: Ledger, state: State, only: str | None) -> None:
    """A plan shows exactly what differs between files and ERP, and what leaves."""
    assert {problem["code"] for problem in document["problems"]} <= SEEN | BRAKES
    planned = {change["user"]: change for change in document["changes"]}
    assert planned.keys() <= ({only} if only else USERS.keys()), "an account is planned that was not asked for"
    recorded = None if unfinished(state) else applied(state)
    for user in [only] if only else USERS:
        fields = planned[user]["fields"] if user in planned else []
        found = {each["field"]: (each["before"], each["after"]) for each in fields}
        live = ledger.live(user) or {}
        if user in ledger.desired:
            expected = {name: (live[name], value) for name, value in ledger.wanted(user).items() if live[name] != value}
        elif recorded is None:
            expected = {name: (live[name], None) for name in found}
        else:
            expected = _cleared(live, recorded.get(user))
        same(found, expected, f"the plan for {user}")


def _cleared(live: Mapping[str, Any], account: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a plan clears in an account that is in no file any more."""
    if account is None or account["on_removal"] == "forget":
        return {}
    return {name: (live[name], None) for name in account["fields"] if live.get(name) is not None}


def drift(result: Result, ledger: Ledger, state: State) -> None:
    """Drift is the difference between what was recorded and what is live."""
    assert result.status == (2 if result.json["accounts"] else 0)
    assert set(result.codes) <= SEEN | {"nothing-applied"}
    if unfinished(state):
        return
    expected: dict[Any, Any] = {}
    for user, account in applied(state).items():
        live = ledger.live(user) or {}
        fields = {name: value for name, value in account["fields"].items() if live.get(name) != value}
        expected |= {(user, name): (value, live.get(name)) for name, value in fields.items()}
    found = {
        (account["user"], each["field"]): (each["applied"], each["live"])
        for account in result.json["accounts"]
        for each in account["fields"]
    }
    same(found, expected, "drift")


@dataclass(frozen=True)
class Ended:
    """An apply that ended by itself: what was tried with which overrides, what it said, and the state on both sides."""

    attempt: Attempt
    allowed: tuple[str, ...]
    result: Result
    before: State
    after: State
    alone: bool

    def hold_to_its_word(self, ledger: Ledger) -> None:
        """It wrote all that its plan showed and says so, or wrote nothing and says why."""
        status = self.result.json["status"]
        assert self.result.status == (0 if status in ("applied", "nothing") else 1), self.result.out
        if status == "applied":
            self._has_written()
        else:
            assert not self.attempt.committed, "it says that it wrote nothing, and did"
        if status == "nothing":
            assert not self.attempt.plan["changes"]
        if status in ("applied", "nothing"):
            others = set() if self.alone else {"lock-lost"}
            assert set(self.result.codes) <= {"run-interrupted"} | others, self.result.codes
            assert not (self.alone and unfinished(self.after)), "an interrupted run was left as it was"
        else:
            self._had_reason_to_refuse(ledger)
        if self.alone and self.attempt.run:
            assert not self.after["locks"], "the lock was not given back"

    def _has_written(self) -> None:
        attempt = self.attempt
        assert attempt.committed or not attempt.writes, "it says that it wrote, and did not"
        assert not self._is_done(self.before), "a plan was applied twice"
        assert "--allow-changed" in self.allowed or len(attempt.writes) <= 2, "a brake did not hold"
        assert "--allow-cleared" in self.allowed or self._cleared <= 1, "a brake did not hold"
        if self.alone and not unfinished(self.before):
            recorded(attempt, self.before, self.after)

    def _had_reason_to_refuse(self, ledger: Ledger) -> None:
        reasons = {
            "plan-stale": bool(ledger.moved(self.attempt.plan)),
            "plan-applied": self._is_done(self.after),
            "unknown-user": bool(ledger.gone()),
            "brake-changed": "--allow-changed" not in self.allowed and len(self.attempt.writes) > 2,
            "brake-cleared": "--allow-cleared" not in self.allowed and self._cleared > 1,
            "brake-redirect": not any(each.startswith("--allow-redirect") for each in self.allowed)
            or any(self._would_go_astray(change, ledger) for change in self.attempt.plan["changes"]),
            "locked": not self.alone,
            "busy": not self.alone,
            # a user that is deleted between two looks of an apply is missed at the write
            "database": not self.alone and bool(ledger.moved(self.attempt.plan)),
        }
        given = set(self.result.codes) - {"run-interrupted", "run-under-way", "rolled-back"}
        assert given, f"refused without a reason: {self.result.out}"
        assert all(reasons.get(code) for code in given), f"refused for no good reason: {self.result.out}"

    def _would_go_astray(self, change: Any, ledger: Ledger) -> bool:
        """Whether a new password would go where the plan did not see it go, which no word lets pass."""
        live = ledger.live(change["user"]) or {}
        moved = any(
            live.get(each) != change["unchanged"].get(each, live.get(each)) for each in ("server", "port", "ssl")
        )
        return moved and any(each["field"] == "password" for each in change["fields"])

    @property
    def _cleared(self) -> int:
        return sum(change["action"] == "clear" for change in self.attempt.plan["changes"])

    def _is_done(self, state: State) -> bool:
        """Whether its plan was applied, as far as the state knows."""
        runs = [run for run in state.get("runs", []) if run["plan_id"] == self.attempt.plan["plan_id"]]
        return any(run["status"] in ("applied", "recovered") for run in runs)


def recorded(attempt: Attempt, before: State, after: State) -> None:
    """The state remembers what an apply wrote, and of all other accounts what it remembered before."""
    accounts, planned = applied(after), {change["user"]: change for change in attempt.plan["changes"]}
    for user, change in planned.items():
        assert (user in accounts) == (change["action"] in ("update", "adopt")), f"{user} is remembered, or is not"
        for each in change["fields"] if user in accounts else ():
            assert accounts[user]["fields"][each["field"]] == each["after"], f"{user} is remembered wrongly"
    remembered, expected = (
        {user: each for user, each in applied(side).items() if user not in planned} for side in (after, before)
    )
    same(remembered, expected, "what is remembered of others")


def runs_ended(ledger: Ledger, state: State) -> None:
    """Every run ended as what it was, as far as that can be told when it is first looked at, and stays that."""
    runs = {run["id"]: run["status"] for run in state.get("runs", [])}
    attempts = {attempt.run: attempt for attempt in ledger.attempts if attempt.run}
    assert runs.keys() == attempts.keys(), "a run is there that nobody started, or one is gone"
    for run, status in runs.items():
        attempt = attempts[run]
        if attempt.ended_as is None:
            _ended(attempt, status)
            attempt.ended_as = None if status == "started" else status
        assert attempt.ended_as in (None, status), "a run ended as one thing, and then as another"


def _ended(attempt: Attempt, status: str) -> None:
    if status == "started":
        assert attempt.killed, "a run did not end, though nothing happened to it"
    elif status == "applied":
        assert attempt.committed or not attempt.writes, "a run counts as applied, and nothing was written"
    elif status in ("refused", "failed"):
        assert not attempt.committed, f"a run counts as {status}, and was written"
    elif attempt.killed:
        truth = "recovered" if attempt.committed else "interrupted"
        assert status == truth or not attempt.writes or attempt.is_ambiguous(), f"a run counts as {status}"
    else:
        assert attempt.unlocked, f"a run counts as {status}, though nothing happened to it"


def unfinished(state: State) -> list[str]:
    """The runs that began and did not end."""
    return [run["id"] for run in state.get("runs", []) if run["status"] == "started"]


def applied(state: State) -> dict[str, dict[str, Any]]:
    """The accounts that the state remembers, by code."""
    return {row["code"]: {**row, "fields": json.loads(row["fields"])} for row in state.get("applied_accounts", [])}


def everything_written(company: Company) -> Iterable[tuple[str, str | bytes]]:
    """All that efsync wrote anywhere, but for the ERP: files, and the rows of the state as they are read."""
    yield from company.written_files()
    for name, rows in company.state().items():
        yield name, repr(rows)
