"""The promises of an apply, held in any order of what can happen."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from efsync.database import retry, sqlite
from tests.workflows.company import Company
from tests.workflows.interleavings import Interleavings
from tests.workflows.moments import RECORDED, UNWRITTEN, WRITTEN
from tests.world import THOROUGH, World

EXAMPLES = 200 if THOROUGH else 60
"""How many interleavings, always the same; `EFSYNC_TEST_INTERLEAVINGS` names how many others, at random."""

HAPPENED = ["applied", "nothing", "refused", "disturbed applies", "external edits", "edits that had to wait"]


def test_in_any_order_of_edits_plans_applies_and_kills_what_was_shown_is_written_and_remembered_or_nothing_is(
    world: World, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    # an apply inside another would wait for it in vain
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.05)
    monkeypatch.setattr(retry, "PAUSES", (0, 0))
    others = int(os.environ.get("EFSYNC_TEST_INTERLEAVINGS", "0"))
    tried = settings(
        max_examples=others or EXAMPLES,
        derandomize=not others,
        database=None,
        stateful_step_count=8 if world.url.startswith("sqlite") else 6,
        phases=[Phase.generate, Phase.shrink],
    )
    counts: Counter[str] = Counter()
    with closing(Company(world)) as company:

        class Here(Interleavings):
            def __init__(self) -> None:
                super().__init__(company, counts)

        run_state_machine_as_test(Here, settings=tried)
    record_property("counts", dict(counts))
    _assert_much_happened(counts, others or EXAMPLES)


def _assert_much_happened(counts: Counter[str], examples: int) -> None:
    """Laws hold easily where nothing happens."""
    assert counts["examples"] >= examples
    assert counts["kills"] > examples / 5
    assert not [name for name in HAPPENED if not counts[name]]
    for moments in (UNWRITTEN, WRITTEN, RECORDED):
        assert any(counts[f"killed {moment}"] for moment in moments)
