"""Another program holds what an apply needs: it is tried again, and then either done or given up."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, make_url

import efsync.database.retry
from efsync.database.retry import PAUSES
from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.conftest import SERVERS_ONLY, Pause
from tests.faults.databases import kind_of, wait_until
from tests.faults.tally import Tally, history
from tests.world import World

TRIES = len(PAUSES) + 1


class Rival:
    """Another program, which locks rows in the reverse order; each `round` ends in one deadlock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.rounds = 0
        self._thread: threading.Thread | None = None

    def begin_round(self) -> None:
        """Hold MROJAS; as soon as somebody is about to wait for it, ask for JPEREZ, which that one holds."""
        holding = threading.Event()
        self._thread = threading.Thread(target=self._round, args=(holding,))
        self._thread.start()
        assert holding.wait(20)

    def end_round(self) -> None:
        """Wait until the rival has given everything back."""
        assert self._thread is not None
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _round(self, holding: threading.Event) -> None:
        engine = self._world.engine.execution_options(isolation_level="READ COMMITTED")  # holds one row, not all
        with engine.connect() as connection:
            self._become_the_stronger(connection)
            connection.execute(self._world.changing("MROJAS", domain="rival.example"))
            holding.set()
            wait_until(self._jperez_is_held)
            connection.execute(self._world.changing("JPEREZ", domain="rival.example"))
            self.rounds += 1
            connection.rollback()

    def _jperez_is_held(self) -> bool:
        """Whether the other one is on its way from JPEREZ to MROJAS."""
        return not self._world.sql("SELECT 1 FROM Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ' FOR UPDATE SKIP LOCKED")

    def _become_the_stronger(self, connection: Connection) -> None:
        """See to it that the server stops the other one."""
        if kind_of(self._world.url) == "postgresql":  # it stops whoever looks for the deadlock first
            connection.exec_driver_sql("SET deadlock_timeout = '1min'")
        else:  # it stops whoever wrote less
            connection.exec_driver_sql("INSERT INTO ballast SELECT seq FROM seq_1_to_2000")


@pytest.fixture
def rival(pending: World) -> Rival:
    """Another program on the company's server."""
    if kind_of(pending.url) == "postgresql":
        pending.sql(f"ALTER DATABASE {make_url(pending.url).database} SET deadlock_timeout = 400")
    else:
        pending.sql("CREATE TABLE ballast (n integer) ENGINE = InnoDB")
    return Rival(pending)


@pytest.fixture
def two_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one pause only, so that the test takes two seconds and not four."""
    monkeypatch.setattr(efsync.database.retry, "PAUSES", (0.2,))


def _impatient(world: World) -> None:
    """Wait one second for a lock."""
    settings = world.folder / "efsync.toml"
    settings.write_text(settings.read_text().replace("tenant =", "statement_timeout = 1\ntenant ="))


@SERVERS_ONLY
def test_an_apply_that_loses_all_deadlocks_but_the_last_try_ends_well(
    pending: World, rival: Rival, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    def next_round(pause: int) -> None:
        rival.end_round()
        if pause < len(PAUSES):
            rival.begin_round()

    rival.begin_round()
    pauses = at_each_pause(next_round)
    assert applied(pending).codes == []
    tally.fault("deadlock", rival.rounds)
    assert rival.rounds == len(PAUSES)
    assert pauses == list(PAUSES)
    assert history(pending) == ["applied", "applied"]
    assert pending.live("JPEREZ")["domain"] is None
    assert_in_order(pending)


@SERVERS_ONLY
def test_an_apply_that_loses_every_deadlock_gives_up_and_says_for_what(
    pending: World, rival: Rival, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    def next_round(_pause: int) -> None:
        rival.end_round()
        rival.begin_round()

    before = pending.dump()
    rival.begin_round()
    at_each_pause(next_round)
    result = call_json(pending, "apply", "--yes")
    rival.end_round()
    tally.fault("deadlock", rival.rounds)
    assert rival.rounds == TRIES
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.codes == ["busy", "rolled-back"]
    problem = result.problem("busy")
    assert problem["message"] == (
        "locking the users that change: another program and efsync each waited for what the other one holds,"
        f" and the server stopped efsync, {TRIES} times in a row"
    )
    assert problem["hint"] == "try again when the other program is done"
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    applied(pending)
    assert_in_order(pending)


@SERVERS_ONLY
@pytest.mark.usefixtures("two_tries")
def test_a_row_that_is_held_too_long_is_given_up_and_the_wait_is_named(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    _impatient(pending)
    before = pending.dump()
    pauses = at_each_pause(lambda _pause: None)
    with pending.engine.connect() as connection:
        connection.execute(pending.changing("MROJAS", domain="by-hand.example"))
        result = call_json(pending, "apply", "--yes")
    tally.fault("lock time-out", 2)
    assert pauses == [0.2]
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["busy", "rolled-back"])
    problem = result.problem("busy")
    assert problem["message"].startswith("locking the users that change: waited too long for what another program")
    assert "statement_timeout" in problem["hint"]
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    applied(pending)
    assert_in_order(pending)


@SERVERS_ONLY
def test_a_row_that_is_given_back_between_two_tries_is_written_once(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    _impatient(pending)
    with pending.engine.connect() as connection:
        connection.execute(pending.changing("MROJAS", domain="by-hand.example"))
        pauses = at_each_pause(lambda _pause: connection.rollback())
        applied(pending)
    tally.fault("lock time-out")
    assert pauses == list(PAUSES[:1])
    assert history(pending) == ["applied", "applied"]
    assert_in_order(pending)


@SERVERS_ONLY
def test_what_was_changed_meanwhile_stops_the_next_try_as_stale(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    _impatient(pending)
    with pending.engine.connect() as connection:
        connection.execute(pending.changing("MROJAS", address="by-hand@acme.example"))
        at_each_pause(lambda _pause: connection.commit())
        result = call_json(pending, "apply", "--yes")
    tally.fault("lock time-out")
    assert (result.status, result.json["status"], result.codes) == (1, "refused", ["plan-stale"])
    assert pending.live("MROJAS")["address"] == "by-hand@acme.example"
    assert pending.live("JPEREZ")["address"] == "jperez@old.example"
    assert history(pending) == ["applied", "refused"]
    applied(pending)
    assert_in_order(pending)


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
@pytest.mark.usefixtures("two_tries")
def test_a_table_that_is_being_altered_is_waited_for_as_long_as_a_row(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    _impatient(pending)
    saved_plan(pending)
    at_each_pause(lambda _pause: None)
    with pending.engine.connect() as connection:
        connection.exec_driver_sql("LOCK TABLES Usuarios WRITE")
        result = call_json(pending, "apply", "plan.json")
    tally.fault("table locked", 2)
    assert (result.status, result.codes, history(pending)) == (1, ["busy"], ["applied"])
    assert call_json(pending, "apply", "plan.json").status == 0
    assert_in_order(pending)
