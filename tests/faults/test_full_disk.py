"""The disk of the state is full: a real one, of four megabytes."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.struck import struck_at
from tests.faults.tally import Tally, history
from tests.world import World


class SmallDisk:
    """A file system that a test can fill to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave not a byte."""
        with self._ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left on device"):
            _write_for_ever(file)

    def make_room(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink()


def _write_for_ever(file: io.RawIOBase) -> None:
    while True:
        file.write(bytes(4096))


@contextmanager
def _mounted(folder: Path) -> Iterator[SmallDisk]:
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def disk(world: World) -> Iterator[SmallDisk]:
    """A small disk that holds the state and nothing else."""
    with _mounted(world.folder / ".efsync") as small:
        yield small


@pytest.fixture
def disk_of_the_erp(pending: World) -> Iterator[SmallDisk]:
    """The ERP's file, moved to a small disk."""
    with _mounted(pending.folder / "small") as small:
        shutil.move(pending.folder / "erp.db", small.folder / "erp.db")
        pending.url = f"sqlite:///{small.folder / 'erp.db'}"
        settings = pending.folder / "efsync.toml"
        settings.write_text(settings.read_text().replace("sqlite:///erp.db", "sqlite:///small/erp.db"))
        yield small


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_state_that_can_not_be_made_for_lack_of_space_stops_the_first_apply(sales: World, disk: SmallDisk) -> None:
    sales.write(".efsync/key", "ef" * 32)
    os.chmod(disk.folder / "key", 0o600)
    before = sales.dump()
    disk.fill()
    assert call_json(sales, "plan").status == 0
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("database")["hint"] == "make room on the disk of that database, then run plan"
    assert sales.dump() == before
    disk.make_room()
    assert call_json(sales, "plan", "--detailed-exitcode").status == 2
    applied(sales)
    assert_in_order(sales)


def test_a_full_disk_before_the_journal_stops_apply_and_nothing_is_written(
    disk: SmallDisk, pending: World, tally: Tally
) -> None:
    saved_plan(pending)
    before = pending.dump()
    disk.fill()
    tally.fault("disk full: before the journal")
    planned = call_json(pending, "plan")
    assert (planned.status, planned.codes) == (0, [])
    result = call_json(pending, "apply", "plan.json")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database"])
    assert "the state: database or disk is full" in result.problem("database")["message"]
    assert "make room" in result.problem("database")["hint"]
    assert pending.dump() == before
    assert history(pending) == ["applied"]
    disk.make_room()
    assert call_json(pending, "apply", "plan.json").json["status"] == "applied"
    assert_in_order(pending)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fills_before_the_first_write_does_not_stop_the_erp_and_is_said(
    disk: SmallDisk, pending: World, tally: Tally
) -> None:
    result = struck_at(pending, "before the first write", disk.fill)
    tally.fault("disk full: before the first write")
    _written_but_not_recorded(pending, disk, result.status, result.codes)


def test_a_disk_that_fills_after_the_commit_leaves_the_record_to_the_next_apply(
    disk: SmallDisk, pending: World, tally: Tally
) -> None:
    result = struck_at(pending, "after the commit", disk.fill)
    tally.fault("disk full: after the commit")
    _written_but_not_recorded(pending, disk, result.status, result.codes)


def _written_but_not_recorded(world: World, disk: SmallDisk, status: int, codes: list[str]) -> None:
    """The ERP has it all, the state nothing; it says so, and the next apply puts it right."""
    assert (status, codes) == (1, ["database", "run-interrupted"])
    assert world.live("JPEREZ")["address"] == "jperez@new.example"
    assert world.live("MROJAS")["address"] == "mrojas@new.example"
    assert history(world) == ["applied", "started"]
    planned = call_json(world, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"], planned.codes) == (0, [], ["run-interrupted"])
    still_full = call_json(world, "apply", "--yes")
    assert (still_full.status, still_full.codes) == (1, ["database"])
    disk.make_room()
    assert applied(world).json["status"] == "nothing"
    assert history(world)[:2] == ["applied", "recovered"]
    assert_in_order(world)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_erp_on_a_full_disk_is_rolled_back(pending: World, disk_of_the_erp: SmallDisk, tally: Tally) -> None:
    before = pending.dump()
    disk_of_the_erp.fill()
    tally.fault("disk full: the ERP's")
    result = call_json(pending, "apply", "--yes")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database", "rolled-back"])
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    disk_of_the_erp.make_room()
    applied(pending)
    assert_in_order(pending)
