"""Random interleavings of all that can happen: edits of files and of the ERP, plans, applies, kill -9 in between.

After each step everything that efsync said and wrote is held against the ledger.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.cli.inside import call, call_json
from tests.workflows import checks
from tests.workflows.company import Busy, Company, Key
from tests.workflows.ledger import Attempt, Document, Ledger
from tests.workflows.moments import MOMENTS, UNWRITTEN
from tests.workflows.steps import ALL_OVERRIDES, VARIABLES, Accounts, Step, steps
from tests.world import Result

NO_PLAN: Document = {"plan_id": None, "changes": []}
"""What a plan that was refused shows."""


class Interleavings(RuleBasedStateMachine):
    """One company and what happens to it. `counts` adds up, over all examples, what did."""

    def __init__(self, company: Company, counts: Counter[str]) -> None:
        super().__init__()
        company.reset()
        self.company = company
        self.world = company.world
        self.counts = counts
        self.ledger = Ledger()
        self.ledger.rows = company.rows()
        self.rotate(VARIABLES.values())
        self.ledger.desired = {user: {"password": variable} for user, variable in VARIABLES.items()}
        self._under_way: list[Attempt] = []
        self._plans: list[tuple[str, Document]] = []
        self._waiting: list[Step] = []
        self._write_files()

    @initialize(apply=st.booleans())
    def begin(self, apply: bool) -> None:
        """Files are there, and applied or not."""
        if apply:
            self.apply(None, ALL_OVERRIDES)

    @rule(step=steps)
    def step(self, step: Step) -> None:
        """Something happens."""
        name, *arguments = step
        getattr(self, name)(*arguments)
        self.counts["steps"] += 1

    # what people do to files and to the ERP

    def manage(self, accounts: Accounts) -> None:
        """Files set or clear fields of accounts, which they may not have had yet."""
        for user, fields in accounts.items():
            self.ledger.desired.setdefault(user, {}).update(fields)
        self._write_files()

    def leave_alone(self, user: str, fields: set[str]) -> None:
        """A file does not manage fields any more."""
        for field in fields:
            self.ledger.desired.get(user, {}).pop(field, None)
        self._write_files()

    def leave(self, user: str, on_removal: str) -> None:
        """An account leaves the files."""
        self.ledger.desired.pop(user, None)
        self.ledger.on_removal = on_removal
        self._write_files()

    def rotate(self, variables: Iterable[str]) -> None:
        """Passwords are renewed where their references lead."""
        for variable in sorted(variables):
            self.ledger.variables[variable] = self.world.environment[variable] = self.ledger.new_password()

    def edit(self, key: Key, fields: Mapping[str, Any]) -> None:
        """Somebody changes a row of the ERP. Raises `Busy`, as the two below."""
        if key in self.ledger.rows:
            renewed = {"password": self.ledger.new_password()} if fields.get("password") else {}
            self.company.edit(key, {**fields, **renewed})
            self.ledger.edit(key, {**fields, **renewed})
            self.counts["external edits"] += 1

    def dismiss(self, key: Key) -> None:
        """A user is deleted in the ERP."""
        if key in self.ledger.rows:
            self.company.edit(key, None)
            self.ledger.edit(key, None)
            self.counts["external edits"] += 1

    def hire(self, key: Key) -> None:
        """A user that was deleted in the ERP is made again."""
        if key not in self.ledger.rows:
            self.ledger.hire(key, self.company.hire(key))
            self.counts["external edits"] += 1

    # what efsync does

    def save(self, only: str | None) -> None:
        """A plan is made, of all accounts or of one; every plan is kept, and may be applied later."""
        self._planned(only)

    def drift(self) -> None:
        """Drift looks, and writes nothing."""
        before = self.company.state()
        checks.drift(self._told(call_json(self.world, "drift")), self.ledger, before)
        assert self.company.state() == before

    def unlock(self) -> None:
        """Somebody breaks the lock, which a dead apply may hold."""
        self._told(call(self.world, "state", "unlock", "--yes"))
        for attempt in self._under_way:
            attempt.unlocked = True
        assert not self.company.state().get("locks")

    def apply(self, saved: int | None, allowed: tuple[str, ...]) -> None:
        """A plan is applied: a saved one, or its own."""
        self._attempt(saved, allowed, lambda arguments: call_json(self.world, *arguments))

    def kill(self, accounts: Accounts, saved: int | None, allowed: tuple[str, ...], moment: str) -> None:
        """Files change, and an apply dies at some moment."""
        self.manage(accounts)
        attempt = self._attempt(saved, allowed, lambda arguments: self._killed(moment, arguments))
        assert not (attempt.killed and attempt.committed and moment in UNWRITTEN)

    def disturb(
        self, accounts: Accounts, saved: int | None, allowed: tuple[str, ...], moment: str, strikes: list[Step]
    ) -> None:
        """Files change, and in the middle of an apply the ERP does, its lock is broken, or another apply comes."""

        def disturbed(arguments: tuple[str, ...]) -> Result:
            with pytest.MonkeyPatch.context() as patched:
                MOMENTS[moment](patched.setattr, lambda: self._disturb(strikes))
                return call_json(self.world, *arguments)

        self.manage(accounts)
        self._attempt(saved, allowed, disturbed)
        waiting, self._waiting = self._waiting, []
        for name, *arguments in waiting:
            getattr(self, name)(*arguments)

    # after each step, and at the end

    @invariant()
    def nothing_is_there_that_history_does_not_explain(self) -> None:
        """Rows are as the ledger says, runs ended as what they were, and no password is anywhere."""
        checks.same(self.company.rows(), self.ledger.rows, "the ERP")
        checks.runs_ended(self.ledger, self.company.state())
        checks.no_secret(checks.everything_written(self.company), self.ledger)

    def teardown(self) -> None:
        """After all of that, an apply that nothing disturbs puts everything in order."""
        if sys.exc_info()[0] is not None:  # a step failed, or the example was given up
            return
        for user in self.ledger.gone():
            del self.ledger.desired[user]
        self._write_files()
        self.apply(None, ALL_OVERRIDES)
        self.nothing_is_there_that_history_does_not_explain()
        planned = self._told(call_json(self.world, "plan", "--detailed-exitcode"))
        assert (planned.status, planned.json["changes"], planned.codes) == (0, [], [])
        drifted = self._told(call_json(self.world, "drift"))
        assert (drifted.status, drifted.json["accounts"]) == (0, [])
        self.counts["examples"] += 1

    def _planned(self, only: str | None) -> Document | None:
        """A plan as it is shown, and saved for another day; `None` where it was refused."""
        before, name = self.company.state(), f"plan-{len(self._plans)}.json"
        chosen = ("--user", only) if only else ()
        result = self._told(call_json(self.world, "plan", "--out", name, *chosen))
        assert self.company.state() == before
        if result.status:
            checks.plan_refused(result, self.ledger, only)
            return None
        document: Document = result.json
        self._plans.append((name, document))
        assert json.loads((self.world.folder / name).read_text()) == document
        checks.plan(document, self.ledger, before, only)
        self.counts["plans"] += 1
        return document

    def _attempt(
        self, saved: int | None, allowed: tuple[str, ...], run: Callable[[tuple[str, ...]], Result]
    ) -> Attempt:
        """Apply a plan that was shown, by `run`, and see what came of it."""
        if saved is None or not self._plans:
            argument, plan = "--yes", self._planned(None)
        else:
            argument, plan = self._plans[-1 - saved % len(self._plans)]
        before = self.company.state()
        plan = plan or NO_PLAN
        attempt = Attempt(plan, stale=bool(self.ledger.moved(plan)))
        self.ledger.attempts.append(attempt)
        self._under_way.append(attempt)
        result = self._told(run(("apply", argument, *allowed)))
        self._see(attempt)
        self._under_way.remove(attempt)
        attempt.killed = result.status == -signal.SIGKILL
        if not attempt.killed:
            alone = not (self._under_way or attempt.disturbed)
            checks.Ended(attempt, allowed, result, before, self.company.state(), alone).hold_to_its_word(self.ledger)
            self.counts[result.json["status"]] += 1
            held = any(lock["process"] == os.getpid() for lock in before.get("locks", []))
            assert not (held and result.json["status"] == "applied"), "two applies were under way"
        return attempt

    def _see(self, attempt: Attempt) -> None:
        """See whether an apply has committed by now: all that its plan shows is there, or nothing is."""
        rows = self.company.rows()
        if rows != self.ledger.rows and not attempt.committed:
            assert self.ledger.moved(attempt.plan) == [], "a stale plan was written"
            self.ledger.commit(attempt)
        checks.same(rows, self.ledger.rows, "the ERP")
        known = {each.run for each in self.ledger.attempts}
        new = [run for run in self.company.state().get("runs", []) if run["id"] not in known]
        assert len(new) <= 1
        for run in new:
            assert attempt.run is None
            checks.journalled(self.company.state(), run["id"], attempt.plan)
            attempt.run = run["id"]
        assert attempt.run or not attempt.committed, "the ERP was written, and no journal knows of it"

    def _killed(self, moment: str, arguments: tuple[str, ...]) -> Result:
        result = self.world.run_killed(moment, *arguments, "--format", "json")
        if result.status == -signal.SIGKILL:
            self.company.wait_for_the_dead()
            self.counts[f"killed {moment}"] += 1
            self.counts["kills"] += 1
        return result

    def _disturb(self, strikes: list[Step]) -> None:
        attempt = self._under_way[-1]
        self._see(attempt)
        attempt.disturbed = True
        self.counts["disturbed applies"] += 1
        for name, *arguments in strikes:
            try:
                getattr(self, name)(*arguments)
            except Busy:
                self.counts["edits that had to wait"] += 1
                self._waiting.append((name, *arguments))

    def _told(self, result: Result) -> Result:
        """What a command said, in which no password stands."""
        self.counts["commands"] += 1
        checks.no_secret([("output", result.out), ("errors", result.err)], self.ledger)
        assert "Traceback" not in result.err, result.err
        return result

    def _write_files(self) -> None:
        self.company.write_files(self.ledger.desired, self.ledger.on_removal)
