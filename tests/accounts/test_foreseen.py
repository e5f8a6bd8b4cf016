"""What the ERP holds of an account that is as it shall be: nothing else than what is compared value by value."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.accounts.resolve import Resolver
from efsync.model.accounts import LiveAccount, OnRemoval
from efsync.model.digests import record_digest
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, Value
from efsync.planning.compare import is_settled
from tests.accounts.generated import Roomy, defaults, department_document, own, password, wanted_by
from tests.planning.generated import removals, values
from tests.planning.sides import live

others = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.none(), max_size=1).flatmap(
    lambda fields: st.fixed_dictionaries({field: values(field) for field in fields})
)


def _held(fields: Mapping[str, Value], *, unread: bool) -> dict[str, Any]:
    """The fields as they are read, where a password may stay where it is."""
    return {field: UNREAD if unread and field == PASSWORD and value else value for field, value in fields.items()}


@given(shared=defaults, one=own, other=others, rule=removals, unread=st.booleans())
@settings(max_examples=300)
def test_it_is_held_by_whom_a_comparison_of_all_values_finds_nothing_to_do(
    shared: dict[str, Any], one: dict[str, Any], other: dict[str, Value], rule: OnRemoval, unread: bool
) -> None:
    with tempfile.TemporaryDirectory() as base:
        wanted = wanted_by(Path(base), department_document("VENTAS", rule, shared, {"JPEREZ": one}))
        resolver = Resolver(wanted.folder, password, columns=Roomy())
        (account,) = wanted.each()
        desired = resolver.account(account, None)
        recorded = record_digest(desired)
        foreseen = resolver.foreseen(account, recorded, unread=unread)
        something_else = resolver.foreseen(account, recorded + 1, unread=unread)
    assert something_else is None
    from_template = any(entry == {"template": "_template.html"} for entry in ({**shared, **one}).values())
    assert (foreseen is None) == from_template
    if foreseen is not None:
        for held in (desired.fields, {**desired.fields, **other}):
            account_held = live(**_held(held, unread=unread))
            assert foreseen.is_held_by(account_held) == is_settled(desired, account_held, recorded)


def _settled() -> LiveAccount:
    return live(address="a@acme.example", server="smtp.acme.example")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (_settled(), True),
        (replace(_settled(), department="ventas  "), True),
        (replace(_settled(), department="COMPRAS"), False),
        (replace(_settled(), active=False), False),
    ],
)
def test_it_is_held_by_an_active_user_of_the_files_department_only(
    tmp_path: Path, held: LiveAccount, expected: bool
) -> None:
    shared = {"server": "smtp.acme.example"}
    users = {"JPEREZ": {"address": "a@acme.example"}}
    wanted = wanted_by(tmp_path, department_document("VENTAS", OnRemoval.CLEAR, shared, users))
    resolver = Resolver(wanted.folder, password, columns=Roomy())
    (account,) = wanted.each()
    foreseen = resolver.foreseen(account, record_digest(resolver.account(account, None)), unread=False)
    assert foreseen is not None
    assert foreseen.is_held_by(held) == expected


def test_nothing_is_foreseen_where_something_is_wrong(tmp_path: Path) -> None:
    users = {"JPEREZ": {"header": {"file": "_gone.html"}}}
    wanted = wanted_by(tmp_path, department_document("VENTAS", OnRemoval.CLEAR, {}, users))
    resolver = Resolver(wanted.folder, password, columns=Roomy())
    (account,) = wanted.each()
    recorded = record_digest(resolver.account(account, None))
    assert resolver.foreseen(account, recorded, unread=False) is None
