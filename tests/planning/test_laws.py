"""What holds for any desired, live and applied accounts."""

import pytest
from hypothesis import Phase, event, find, given, settings
from hypothesis import strategies as st

from efsync.model.fields import Values
from efsync.model.plans import Action, Origin, Selection
from efsync.planning.build import build_comparison
from efsync.planning.differences import differing_fields
from efsync.planning.record import record_run
from efsync.planning.staleness import misread, moved
from tests.planning.generated import Sides, all_fields, departments, sides, some_fields
from tests.planning.sides import AT, after_apply, comparison, written

selections = st.builds(
    Selection,
    departments=st.lists(departments, max_size=1).map(tuple),
    users=st.lists(st.sampled_from(["JPEREZ", "0012", "GONE"]), max_size=2).map(tuple),
)


@given(sides())
def test_a_plan_after_an_apply_is_empty_and_finds_no_drift(three: Sides) -> None:
    live = {account.key: account for account in three.live}
    applied = {account.key: account for account in three.applied}
    made = comparison(three.desired, three.live, three.applied)
    event(f"{len(made.changes)} changes")
    now_live, now_applied = after_apply(made.changes, live, applied)
    again = comparison(three.desired, now_live.values(), now_applied.values())
    assert again.changes == ()
    assert set(now_applied) == {account.key for account in three.desired}
    for key, account in now_applied.items():
        assert differing_fields(now_live[key].fields, account.fields) == ()


@given(sides(), selections)
def test_an_apply_of_a_selection_leaves_the_rest_to_the_next_plan(three: Sides, selection: Selection) -> None:
    live = {account.key: account for account in three.live}
    applied = {account.key: account for account in three.applied}
    wanted = {account.key: account for account in three.desired}
    whole = {change.key: change for change in build_comparison(wanted, live, applied, Selection()).changes}
    part = build_comparison(wanted, live, applied, selection).changes
    assert all(whole[change.key] == change for change in part)
    now_live, now_applied = after_apply(part, live, applied)
    rest = build_comparison(wanted, now_live, now_applied, Selection()).changes
    assert {change.key: change for change in rest} == {
        key: change for key, change in whole.items() if key not in {each.key for each in part}
    }


@given(sides())
def test_only_managed_fields_of_changed_accounts_are_written(three: Sides) -> None:
    live = {account.key: account for account in three.live}
    managed = {account.key: set(account.fields) for account in three.applied}
    managed |= {account.key: set(account.fields) for account in three.desired}
    made = comparison(three.desired, three.live, three.applied)
    now_live = written(made.changes, live)
    for key, account in live.items():
        changed = {field for field, value in account.fields.items() if now_live[key].fields[field] != value}
        assert changed <= managed.get(key, set())


@given(sides())
def test_what_a_plan_says_is_true(three: Sides) -> None:
    live = {account.key: account for account in three.live}
    applied = {account.key: account for account in three.applied}
    for change in comparison(three.desired, three.live, three.applied).changes:
        record = applied.get(change.key)
        for each in change.fields:
            assert each.before == live[change.key].fields[each.field]
            assert each.before != each.after
            known = record is not None and each.field in record.fields
            assert (each.origin is Origin.NEW) == (not known)
            if record is not None and known:
                drifted = record.fields[each.field] != each.before
                assert drifted == (each.origin in (Origin.DRIFT, Origin.BOTH))
        assert change.writes == (change.action in (Action.UPDATE, Action.CLEAR))


@given(sides())
def test_a_plan_is_not_stale_until_a_field_that_it_changes_moves(three: Sides) -> None:
    live = {account.key: account for account in three.live}
    changes = comparison(three.desired, three.live, three.applied).changes
    assert list(moved(changes, live)) == []
    now_live = written(changes, live)
    assert list(misread([change for change in changes if change.writes], now_live)) == []
    stale = {problem.message for problem in moved(changes, now_live)}
    assert len(stale) == sum(change.writes for change in changes)


@given(sides())
def test_the_counts_are_those_of_the_changes(three: Sides) -> None:
    made = comparison(three.desired, three.live, three.applied)
    counted = made.summary
    assert counted.changed + counted.cleared + counted.forgotten + counted.adopted == len(made.changes)
    assert counted.changed + counted.adopted + counted.unchanged == len(three.desired)


@given(sides())
def test_a_record_is_the_same_when_it_is_made_twice(three: Sides) -> None:
    live = {account.key: account for account in three.live}
    applied = {account.key: account for account in three.applied}
    changes = comparison(three.desired, three.live, three.applied).changes
    now_live, now_applied = after_apply(changes, live, applied)
    assert record_run(changes, now_live, now_applied, "run", AT).over(now_applied) == now_applied


@given(all_fields, some_fields)
def test_the_differing_fields_are_those_whose_values_are_not_equal(before: Values, after: Values) -> None:
    found = differing_fields(before, after)
    assert set(found) == {field for field, value in after.items() if before[field] != value}


@pytest.mark.parametrize("action", Action)
def test_the_generated_sides_reach_every_action(action: Action) -> None:
    def reaches(three: Sides) -> bool:
        changes = comparison(three.desired, three.live, three.applied).changes
        return any(change.action is action for change in changes)

    assert reaches(find(sides(), reaches, settings=settings(phases=[Phase.generate], max_examples=1000)))
