"""Somebody who may read the ERP and not write to it, or not all of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests.cli.inside import applied, assert_in_order, call_json
from tests.faults.conftest import SERVERS_ONLY
from tests.faults.databases import kind_of
from tests.faults.tally import Tally, history
from tests.servers.databases import administrator
from tests.world import EFSYNC, Result, World

READER = "efsync_reader_{}"


class Clerk:
    """A user of the database server who owns nothing; a test grants the rights."""

    def __init__(self, world: World) -> None:
        self._kind = kind_of(world.url)
        self._name = READER.format(make_url(world.url).database)[:63]
        self._engine = administrator(world.url)
        self.url = make_url(world.url).set(username=self._name).render_as_string(hide_password=False)

    @property
    def _user(self) -> str:
        return self._name if self._kind == "postgresql" else f"'{self._name}'@'%%'"

    def may(self, rights: str) -> None:
        """Grant rights on the user table."""
        table = '"Usuarios"' if self._kind == "postgresql" else "Usuarios"
        quote = '"' if self._kind == "postgresql" else "`"
        self._do(f"GRANT {rights.replace('|', quote)} ON {table} TO {self._user}")

    def make(self) -> None:
        """Let the clerk in."""
        self._do(f"CREATE ROLE {self._user} LOGIN" if self._kind == "postgresql" else f"CREATE USER {self._user}")

    def drop(self) -> None:
        """Take every right and the clerk away."""
        if self._kind == "postgresql":
            self._do(f"DROP OWNED BY {self._user}")
        self._do(f"DROP {'ROLE' if self._kind == 'postgresql' else 'USER'} {self._user}")

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture
def clerk(pending: World) -> Iterator[Clerk]:
    """Who efsync connects as; the state is at hand as ever."""
    user = Clerk(pending)
    user.make()
    settings = pending.folder / "efsync.toml"
    direct = settings.read_text()
    settings.write_text(direct.replace(pending.url, user.url))
    yield user
    settings.write_text(direct)
    user.drop()


def _failed(world: World, result: Result, before: str, history_now: list[str]) -> None:
    assert (result.status, result.json["status"], result.codes[0]) == (1, "failed", "database")
    assert world.dump() == before
    assert history(world) == history_now


@SERVERS_ONLY
def test_who_may_only_read_can_plan_and_look_for_drift_and_apply_fails_before_there_is_a_run(
    pending: World, clerk: Clerk, tally: Tally
) -> None:
    clerk.may("SELECT")
    before = pending.dump()
    assert len(call_json(pending, "plan").json["changes"]) == 4
    assert call_json(pending, "drift").status == 0
    result = call_json(pending, "apply", "--yes")
    tally.fault("read rights only")
    assert result.problem("database")["message"] == "the right UPDATE on Usuarios is missing"
    assert "GRANT UPDATE ON " in result.problem("database")["hint"]
    _failed(pending, result, before, ["applied"])
    clerk.may("UPDATE")
    applied(pending)
    assert_in_order(pending)


@SERVERS_ONLY
def test_who_may_update_some_columns_only_writes_none(pending: World, clerk: Clerk, tally: Tally) -> None:
    clerk.may("SELECT, UPDATE (|Correo|, |Cla_Cor|, |Ser_Cor|)")
    pending.department("  JPEREZ:\n    address: first@acme.example\n  MROJAS:\n    domain: acme.example\n")
    before = pending.dump()
    result = call_json(pending, "apply", "--yes")
    tally.fault("rights on some columns only")
    assert result.problem("database")["message"] == "the right UPDATE (Dom_Cor) on Usuarios is missing"
    assert "clave" not in result.out
    _failed(pending, result, before, ["applied"])
    clerk.may("UPDATE")
    applied(pending)
    assert_in_order(pending)


def _run_without_rights(world: World, *arguments: str) -> Result:
    """The console script by root without root's privilege to write to what belongs to others."""
    done = subprocess.run(
        ["setpriv", "--bounding-set=-dac_override", EFSYNC, *arguments, "--format", "json"],
        cwd=world.folder,
        env=world.clean_environment(),
        capture_output=True,
        text=True,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_a_file_of_somebody_else_can_be_planned_for_and_apply_fails_before_it_wrote(
    pending: World, tally: Tally
) -> None:
    before = pending.dump()
    file = pending.folder / "erp.db"
    os.chown(file, 65534, 65534)
    file.chmod(0o644)
    assert len(_run_without_rights(pending, "plan").json["changes"]) == 4
    assert _run_without_rights(pending, "drift").status == 0
    result = _run_without_rights(pending, "apply", "--yes")
    tally.fault("file of somebody else")
    assert "readonly" in result.problem("database")["message"]
    assert "write access" in result.problem("database")["hint"]
    _failed(pending, result, before, ["applied", "failed"])
    os.chown(file, 0, 0)
    applied(pending)
    assert_in_order(pending)
