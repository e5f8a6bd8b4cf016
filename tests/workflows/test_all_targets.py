"""Workers that can't be reached any more."""

from concurrent.futures import Executor, Future
from itertools import chain, repeat
from typing import Any

import pytest

from efsync.model.outcomes import Failed
from efsync.settings.read import read_settings
from efsync.workflows.all_targets import Workers, plan_all
from tests.world import SETTINGS, World


class Silent(Executor):
    """Takes every task and never answers."""

    def submit(self, *_arguments: Any, **_options: Any) -> "Future[Any]":
        """A task that does not end."""
        return Future()


def test_what_was_handed_out_to_workers_out_of_reach_is_not_waited_for_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("efsync.workflows.all_targets._LOOK", 0.01)
    world.write("efsync.toml", SETTINGS + '\n[targets.other]\nurl = "sqlite:///other.db"\n')
    reach = chain([True, True], repeat(False))
    results = plan_all(read_settings(world.folder / "efsync.toml"), Workers(Silent(), 1, lambda: next(reach)))
    assert [(type(each), each.problems[0].code) for each in results] == [
        (Failed, "run-interrupted"),
        (Failed, "interrupted"),
    ]
    assert "the cluster was lost before this target's turn" in results[1].problems[0].message
