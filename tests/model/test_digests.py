"""The digest of a record: the same whoever computes it, and another one for whatever is remembered otherwise."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from efsync.accounts.resolve import Resolver
from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.digests import record_digest
from efsync.model.fields import FIELDS
from efsync.planning.document import plain
from tests.accounts.generated import Roomy, defaults, department_document, own, password, wanted_by
from tests.planning.generated import departments, references, removals, some_fields
from tests.planning.sides import after_apply, applied, comparison, live


def as_the_state_has_it(account: AppliedAccount) -> AppliedAccount:
    """The account, once its fields were text."""
    fields = json.loads(json.dumps({field: plain(value) for field, value in account.fields.items()}))
    return applied(account.code, account.department, account.on_removal, account.reference, **fields)


@given(defaults=defaults, one=own, other=own, rule=removals, department=departments)
@settings(max_examples=200)
def test_what_the_files_say_has_the_digest_of_what_an_apply_leaves(
    defaults: dict[str, Any], one: dict[str, Any], other: dict[str, Any], rule: OnRemoval, department: str
) -> None:
    with tempfile.TemporaryDirectory() as base:
        wanted = wanted_by(Path(base), department_document(department, rule, defaults, {"ONE": one, "OTHER": other}))
        resolver = Resolver(wanted.folder, password, columns=Roomy())
        accounts = [resolver.account(account, None) for account in wanted.each()]
    assert wanted.problems(resolver) == ()
    assert len(accounts) == 2
    held = {each.key: live(each.code) for each in accounts}
    _, remembered = after_apply(comparison(accounts, held.values()).changes, held, {})
    for each in accounts:
        assert each.digest == record_digest(each) == record_digest(as_the_state_has_it(remembered[each.key]))


records = st.builds(
    lambda department, rule, reference, fields: applied("JPEREZ", department, rule, reference, **fields),
    departments, removals, references, some_fields,
)  # fmt: skip


def remembered(account: AppliedAccount) -> tuple[object, ...]:
    """All that counts of a record, kinds of values included: True is not 1."""
    fields = {field: (type(value), value) for field, value in account.fields.items()}
    return account.department, account.on_removal, account.reference, fields


@given(one=records, other=records)
def test_records_that_differ_have_digests_that_differ(one: AppliedAccount, other: AppliedAccount) -> None:
    assert (record_digest(one) == record_digest(other)) == (remembered(one) == remembered(other))


@given(record=records, field=st.sampled_from(sorted(FIELDS)), value=st.sampled_from([None, "", "x", 0, 1, True, False]))
def test_one_field_that_differs_or_is_absent_makes_another_digest(
    record: AppliedAccount, field: str, value: str | int | bool | None
) -> None:
    other = applied("JPEREZ", record.department, record.on_removal, record.reference, **{**record.fields, field: value})
    assume(remembered(other) != remembered(record))
    assert record_digest(other) != record_digest(record)


@given(record=records)
def test_the_order_of_fields_and_who_applied_it_when_does_not_count(record: AppliedAccount) -> None:
    turned = AppliedAccount(
        "jperez", record.department, record.on_removal, dict(reversed(list(record.fields.items()))), record.reference,
        "2030-01-01T00:00:00.000Z", "another run",
    )  # fmt: skip
    assert record_digest(turned) == record_digest(record)


def test_values_that_change_places_make_another_digest() -> None:
    one = applied("JPEREZ", server="a", domain="b", header="x", footer=None)
    other = applied("JPEREZ", server="b", domain="a", header="x", footer=None)
    swapped = applied("JPEREZ", server="a", domain="b", header=None, footer="x")
    assert len({record_digest(each) for each in (one, other, swapped)}) == 3
