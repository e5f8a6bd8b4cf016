"""A Dask cluster on this machine: a scheduler and several worker processes.

python cluster.py WORKERS THREADS: prints the scheduler's address and the workers' process numbers, and ends when
its standard input does.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world import World


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    address: str
    workers: tuple[int, ...]
    process: "subprocess.Popen[str]"

    def kill_workers(self) -> None:
        """Kill all workers with -9; others are started in their place."""
        for worker in self.workers:
            os.kill(worker, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the scheduler and all workers with -9."""
        self.process.kill()
        self.kill_workers()


@contextmanager
def cluster(world: World, workers: int = 3, threads: int = 2) -> Iterator[Cluster]:
    """A cluster whose workers see the files and the variables of a company, and nothing of this process."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(workers), str(threads)],
        cwd="/",
        env=world.clean_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address, *processes = process.stdout.readline().split()
        yield Cluster(address, tuple(map(int, processes)), process)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def main() -> None:
    """Run a cluster."""
    import logging

    from distributed import LocalCluster

    workers, threads = map(int, sys.argv[1:])
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=threads, dashboard_address=None, silence_logs=logging.CRITICAL
    ) as running:
        sys.stdout.write(" ".join([running.scheduler_address, *(str(each.pid) for each in running.workers.values())]))
        sys.stdout.write("\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
