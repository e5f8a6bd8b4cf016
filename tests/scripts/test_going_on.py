"""Where a client goes on after an error, or the database is busy, nothing is written all the same."""

import subprocess
from typing import Any

import pytest

from efsync.erp.locks import lock_statement
from tests.scripts.running import client_of, environment, run, scripted
from tests.world import World


@pytest.fixture
def perez(world: World) -> World:
    """Two accounts of which the second moved after the script was made; the first is written before."""
    for code in ("AMORA", "JPEREZ"):
        world.user(code, domain="acme.example")
    world.department("".join(f"  {code}:\n    domain: otra.example\n" for code in ("AMORA", "JPEREZ")))
    return world


def in_a_session(world: World, typed: str) -> subprocess.CompletedProcess[str]:
    """What a client does with `typed`, told to go on after errors."""
    made = {"psql": "psql -X -v ON_ERROR_STOP=off", "mysql": "mysql --force", "sqlite3": "sqlite3 -interactive"}
    database = "erp.db" if client_of(world) == "sqlite3" else world.url.rpartition("/")[2].partition("?")[0]
    address = {"psql": "-h 127.0.0.1", "mysql": "-h 127.0.0.1", "sqlite3": ""}[client_of(world)]
    command = f"{made[client_of(world)]} {address} {database}"
    return subprocess.run(
        ["bash", "-c", command], cwd=world.folder, env=environment(world), input=typed, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def test_a_session_that_goes_on_after_errors_writes_nothing(perez: World) -> None:
    scripted(perez)
    perez.change("JPEREZ", domain="")
    before = perez.dump()
    read = {"psql": "\\i script.sql\n", "mysql": "source script.sql\n", "sqlite3": ".read script.sql\n"}
    done = in_a_session(perez, read[client_of(perez)])
    assert "JPEREZ changed in the ERP since the plan was made: domain" in done.stdout + done.stderr
    assert "done" not in done.stdout
    assert perez.dump() == before


def test_a_session_of_ones_own_can_run_a_script(perez: World) -> None:
    scripted(perez)
    read = {"psql": "\\i script.sql\n", "mysql": "source script.sql\n", "sqlite3": ".read script.sql\n"}
    done = in_a_session(perez, read[client_of(perez)])
    assert "done: 2 accounts changed" in done.stdout, (done.stdout, done.stderr)
    assert perez.live("JPEREZ")["domain"] == "otra.example"


def test_a_script_that_was_cut_off_writes_nothing(perez: World) -> None:
    made = scripted(perez)
    whole = (perez.folder / "script.sql").read_text()
    commit = {"psql": "COMMIT;", "mysql": "EXECUTE efsync_end;", "sqlite3": "UPDATE OR ABORT"}[client_of(perez)]
    longest = whole.index(commit)
    before = perez.dump()
    for share in (0.5, 0.7, 0.9, 0.95, 1):
        done = run(perez, made, script=whole[: int(longest * share)])
        assert "done" not in done.out
        assert perez.dump() == before


def test_a_script_and_an_apply_do_not_overlap(perez: World) -> None:
    made = scripted(perez)
    kind = {"sqlite3": "sqlite", "psql": "postgresql", "mysql": "mysql"}[client_of(perez)]
    with perez.engine.connect() as connection:
        statement = lock_statement(kind)
        connection.exec_driver_sql(statement or "BEGIN IMMEDIATE")
        script = (perez.folder / "script.sql").read_text().replace(".timeout 60000", ".timeout 100")
        message = "another apply is writing to this ERP" if statement else "database is locked"
        done = run(perez, made, script=script)
        assert done.status != 0
        assert message in done.out + done.err
    assert run(perez, made).status == 0


def test_a_row_that_somebody_is_changing_is_waited_for_and_then_has_moved(perez: World) -> None:
    made = scripted(perez)
    (perez.folder / "passwords.sql").write_text("")
    with perez.engine.connect() as connection:
        connection.execute(perez.changing("JPEREZ", domain="tercera.example"))
        running = _begun(perez, made)
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=2)
        connection.commit()
        out, err = running.communicate(timeout=30)
    assert running.returncode != 0
    assert "JPEREZ changed in the ERP since the plan was made: domain" in out + err
    assert [perez.live(code)["domain"] for code in ("AMORA", "JPEREZ")] == ["acme.example", "tercera.example"]


def _begun(world: World, made: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["bash", "-c", "set -eo pipefail\n" + "\n".join(made["commands"])],
        cwd=world.folder, env=environment(world), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
