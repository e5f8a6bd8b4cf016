"""Who does the work for many targets: threads of this process, or the workers of a Dask cluster."""

import importlib
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import efsync
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

CONNECT_TIMEOUT = 10
"""Seconds to wait for a scheduler and its first worker."""

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+")


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor, how many tasks it begins with at once, and whether it can still be reached."""

    executor: Executor
    at_once: int
    within_reach: Callable[[], bool] = lambda: True


@contextmanager
def open_workers(jobs: int, scheduler: str | None = None) -> Iterator[Workers]:
    """So many threads; or, with the address of a Dask `scheduler`, the workers of its cluster.

    Raises `Refused` (`config`) where Dask is not installed, the scheduler can't be reached, or a worker has no
    efsync, or another one.
    """
    if scheduler is None:
        with ThreadPoolExecutor(jobs, "target") as threads:
            yield Workers(threads, jobs)
    else:
        with _cluster(scheduler) as workers:
            yield workers


@contextmanager
def _cluster(scheduler: str) -> Iterator[Workers]:
    if not _ADDRESS.fullmatch(scheduler):
        no_address = message("{scheduler} is not the address of a Dask scheduler", scheduler=scheduler)
        raise Refused(Problem("config", no_address, hint=message("write it as tcp://HOST:8786 or tls://HOST:8786")))
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        missing = message("--scheduler needs Dask, which is not installed")
        raise Refused(Problem("config", missing, hint="pip install 'efsync-erp[dask]'")) from None
    # a worker that is lost is told as the problem of its target; a connection that breaks off at the end, not at all
    for name in ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_TIMEOUT, set_as_default=False)
    except OSError as error:
        away = message("the Dask scheduler {scheduler} can't be reached: {error}", scheduler=scheduler, error=error)
        raise Refused(Problem("config", away, hint=message("look whether it runs there"))) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT)
        except TimeoutError:
            alone = message("the Dask scheduler {scheduler} has no workers", scheduler=scheduler)
            raise Refused(Problem("config", alone, hint=message("start some: dask worker ADDRESS"))) from None
        for worker, found in client.run(_version, on_error="return").items():
            if found != efsync.__version__:
                other = message(
                    "the Dask worker {worker} has {found}, and this is efsync {version}",
                    worker=worker,
                    found=f"efsync {found}" if isinstance(found, str) else message("no efsync that runs"),
                    version=efsync.__version__,
                )
                raise Refused(Problem("config", other, hint=message("install the same version on every worker")))
        # a task is never taken for another one with the same arguments, whose result is there already
        executor = client.get_executor(pure=False)
        yield Workers(executor, sum(client.nthreads().values()), lambda: client.status == "running")


def _version() -> str:
    return efsync.__version__
