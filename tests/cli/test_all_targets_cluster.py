"""`--all-targets` on a Dask cluster of several processes: 50 databases, of which some are down and some die."""

import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import efsync
from tests.cli.cluster import cluster
from tests.cli.inside import call, call_json
from tests.cli.tenants import Tenants, tenant_world
from tests.cli.test_all_targets import ALL
from tests.faults.databases import wait_until
from tests.servers.databases import empty_database
from tests.world import World

DIES = """
CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
CREATE TRIGGER dies AFTER UPDATE ON Usuarios FOR EACH ROW EXECUTE FUNCTION dies()
"""
"""The server ends the connection that writes, in the middle of its transaction."""

DOWN = "postgresql://efsync@127.0.0.1:1/factory?connect_timeout=5"


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Databases on a server; dropped at the end."""
    with ExitStack() as stack:
        yield stack


def _fifty(world: World, folder: Path, servers: ExitStack) -> Tenants:
    """A company with 46 databases on SQLite, three on PostgreSQL, of which one dies, and one that is down."""
    folder.mkdir()
    for name in ("accounts", "secrets", "erp.db", "efsync.toml"):
        copy = shutil.copytree if (world.folder / name).is_dir() else shutil.copy
        copy(world.folder / name, folder / name)
    company = tenant_world(world, f"sqlite:///{folder / 'erp.db'}")
    company.folder = folder
    tenants = Tenants(company, [f"{number:02}" for number in range(46)])
    for name in ("sound-1", "sound-2", "dies"):
        url = servers.enter_context(empty_database("postgresql"))
        filled = _on_server(company, url)
        if name == "dies":
            filled.sql(DIES)
        tenants.target(name, url.replace("+psycopg", ""))
    tenants.target("down", DOWN)
    return tenants


def _on_server(company: World, url: str) -> World:
    from efsync.erp.demo.database import metadata

    there = tenant_world(company, url)
    metadata.create_all(there.engine)
    there.user("JPEREZ", name="José Pérez", title="Gerente")
    there.user(
        "MROJAS", name="María Rojas", address="mrojas@acme.example", password="clave-mrojas",
        server="smtp.acme.example", port=587, ssl=1,
    )  # fmt: skip
    return there


def _lasting(document: Any) -> Any:
    """A document without what is another one each time."""
    if isinstance(document, dict):
        passing = {"created_at", "plan_id", "run", "fingerprint_key", "config_digest"}
        return {key: _lasting(value) for key, value in document.items() if key not in passing}
    return [_lasting(each) for each in document] if isinstance(document, list) else document


def test_a_cluster_and_threads_give_the_same_reports_of_fifty_databases(
    sales: World, tmp_path_factory: pytest.TempPathFactory, servers: ExitStack
) -> None:
    sales.environment["EFSYNC_KEY"] = "one key for all, so that fingerprints are the same"
    folder = tmp_path_factory.mktemp("companies")
    here, there = (_fifty(sales, folder / name, servers).world for name in ("threads", "cluster"))
    with cluster(sales) as dask:
        for command in (("plan",), ("drift",), ("apply", "--yes"), ("plan", "--detailed-exitcode"), ("drift",)):
            by_threads = call_json(here, *command, ALL)
            by_cluster = call_json(there, *command, ALL, "--scheduler", dask.address)
            assert by_threads.status == by_cluster.status == 1
            for of_cluster, of_threads in zip(by_cluster.json["targets"], by_threads.json["targets"], strict=True):
                assert _lasting(of_cluster) == _lasting(of_threads)
            assert _lasting(by_cluster.json) == _lasting(by_threads.json)
            if command == ("apply", "--yes"):
                ended = {each["target"]: each["status"] for each in by_cluster.json["targets"]}
                assert len(ended) == 50
                assert {name for name, status in ended.items() if status == "failed"} == {"dies", "down"}
                assert by_cluster.json["summary"]["applied"] == 48
                codes = {each["target"]: [problem["code"] for problem in each["problems"]]
                         for each in by_cluster.json["targets"]}  # fmt: skip
                assert (codes["dies"], codes["down"]) == (["database", "rolled-back"], ["database"])
    planned = {each["target"]: each for each in by_cluster.json["targets"]}
    assert [problem["code"] for problem in planned["dies"]["problems"]] == ["nothing-applied"]
    assert [problem["code"] for problem in planned["down"]["problems"]] == ["database"]
    for company in (here, there):
        live = [
            tenant_world(company, f"sqlite:///{file}").live("JPEREZ") for file in (company.folder / "erps").iterdir()
        ]
        assert {each["address"] for each in live} == {"jperez@acme.example"}


def test_workers_that_are_killed_are_replaced_and_each_target_is_applied_once(sales: World) -> None:
    tenants = Tenants(sales, [f"{number:02}" for number in range(12)])
    for name in tenants.names:
        erp = tenants.erp(name)
        erp.sql("CREATE TABLE Writes (n INTEGER)")
        erp.sql("CREATE TRIGGER counts AFTER UPDATE ON Usuarios BEGIN INSERT INTO Writes VALUES (1); END")
    with cluster(sales) as dask:
        with tenants.locked("00"):
            process = tenants.start("apply", ALL, "--yes", "--scheduler", dask.address)
            wait_until(lambda: (tenants.runs("started"), tenants.runs("applied")) == (1, 11))
            dask.kill_workers()
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, ""), out
    targets = json.loads(out)["targets"]
    assert {each["status"] for each in targets} == {"applied"}
    codes = [[problem["code"] for problem in each["problems"]] for each in targets]
    assert codes[0] == ["run-interrupted"]
    assert all(each in ([], ["plan-applied"]) for each in codes[1:])  # an answer may have been lost with its worker
    for name in tenants.names:
        assert tenants.erp(name).live("JPEREZ")["address"] == "jperez@acme.example"
        assert tenants.erp(name).sql("SELECT count(*) FROM Writes") == [(1,)]
    assert (tenants.runs("interrupted"), tenants.runs("applied")) == (1, 12)
    assert call_json(sales, "drift", ALL).status == 0


def test_a_cluster_that_is_lost_ends_the_command_and_the_next_apply_does_the_rest(sales: World) -> None:
    tenants = Tenants(sales, [f"{number:02}" for number in range(6)])
    with cluster(sales, workers=2, threads=1) as dask, tenants.locked("01", "02"):
        process = tenants.start("apply", ALL, "--yes", "--scheduler", dask.address)
        wait_until(lambda: (tenants.runs("started"), tenants.runs("applied")) == (2, 1))
        dask.kill()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    ended = [(each["status"], [problem["code"] for problem in each["problems"]]) for each in json.loads(out)["targets"]]
    assert ended[0] in [("applied", []), ("failed", ["run-interrupted"])]  # its answer may have been on its way
    assert ended[1:] == [*[("failed", ["run-interrupted"])] * 2, *[("refused", ["interrupted"])] * 3]
    for name in ("01", "02"):  # where nobody looks after orphans, a killed worker counts as alive for a minute
        call(sales, "state", "unlock", "--yes", "--target", f"tenant-{name}")
    again = call_json(sales, "apply", ALL, "--yes")
    assert again.json["summary"]["applied"] == 5, again.out
    assert call_json(sales, "plan", ALL, "--detailed-exitcode").status == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_after_ctrl_c_what_the_cluster_has_is_waited_for_and_no_more_is_begun(
    sales: World, number: signal.Signals
) -> None:
    tenants = Tenants(sales, [f"{number:02}" for number in range(12)])
    with cluster(sales, workers=2, threads=2) as dask:
        with tenants.locked(*tenants.names):
            process = tenants.start("apply", ALL, "--yes", "--scheduler", dask.address)
            wait_until(lambda: tenants.runs("started") == 4)
            process.send_signal(number)
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Interrupted: no other target is begun")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert [each["status"] for each in json.loads(out)["targets"]] == ["applied"] * 4 + ["refused"] * 8
    live = [tenants.erp(name).live("JPEREZ")["address"] for name in tenants.names]
    assert live == ["jperez@acme.example"] * 4 + [None] * 8


def test_a_second_ctrl_c_does_not_wait_for_the_cluster(sales: World) -> None:
    tenants = Tenants(sales, ["a", "b"])
    with cluster(sales, workers=1) as dask, tenants.locked("a"):
        process = tenants.start("apply", ALL, "--yes", "--scheduler", dask.address)
        wait_until(lambda: (tenants.runs("started"), tenants.runs("applied")) == (1, 1))
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Interrupted: no other target is begun")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (1, "\nInterrupted.\n")
    assert [problem["code"] for problem in json.loads(out)["problems"]] == ["interrupted"]


def test_a_cluster_with_another_efsync_or_without_workers_is_refused(
    sales: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants = Tenants(sales, ["a"])
    with cluster(sales, workers=1) as dask, monkeypatch.context() as patched:
        patched.setattr(efsync, "__version__", "99.0")
        result = call_json(tenants.world, "apply", ALL, "--yes", "--scheduler", dask.address)
    assert (result.status, result.codes) == (1, ["config"])
    assert "and this is efsync 99.0" in result.problem("config")["message"]
    monkeypatch.setattr("efsync.workflows.all_targets.workers.CONNECT_TIMEOUT", 1)
    with cluster(sales, workers=0) as dask:
        result = call_json(tenants.world, "plan", ALL, "--scheduler", dask.address)
    assert "has no workers" in result.problem("config")["message"]
    result = call_json(tenants.world, "plan", ALL, "--scheduler", dask.address)
    assert "can't be reached" in result.problem("config")["message"]
