"""Calls a command line in this process: quicker than the console script, and open to monkeypatching."""

import contextlib
import io
import logging
import os
from pathlib import Path
from unittest import mock

from efsync.cli.program import run
from efsync.model.language import ENGLISH, use_language
from tests.world import Result, World


def call(world: World, *arguments: str, typed: str = "", **environment: str) -> Result:
    """Run `efsync ARGUMENTS` in the world's folder; `typed` is its standard input."""
    out, err = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(err)
    logging.getLogger("efsync").addHandler(handler)
    try:
        with (
            contextlib.chdir(world.folder),
            mock.patch.dict(os.environ, world.clean_environment() | environment, clear=True),
            mock.patch("sys.stdin", io.StringIO(typed)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = run(arguments)
    finally:
        logging.getLogger("efsync").removeHandler(handler)
        use_language(ENGLISH)  # for the next test, which may call no command
    return Result(status, out.getvalue(), err.getvalue())


def call_json(world: World, *arguments: str, **environment: str) -> Result:
    """The same with `--format json`."""
    return call(world, *arguments, "--format", "json", **environment)


def applied(world: World, *arguments: str) -> Result:
    """`efsync apply --yes`, which has to go well."""
    result = call_json(world, "apply", "--yes", *arguments)
    assert result.status == 0, (result.out, result.err)
    return result


def saved_plan(world: World, *arguments: str) -> Path:
    """A plan in `plan.json`."""
    result = call(world, "plan", "--out", "plan.json", *arguments)
    assert result.status == 0, (result.out, result.err)
    return world.folder / "plan.json"


def assert_in_order(world: World) -> None:
    """What is desired, live and applied agree: nothing is planned, nothing drifted."""
    planned = call_json(world, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"]) == (0, [])
    drifted = call_json(world, "drift")
    assert (drifted.status, drifted.json["accounts"]) == (0, [])
