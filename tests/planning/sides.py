"""The three sides of an account, in short, and what an apply makes of a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount, OnRemoval
from efsync.model.fields import FIELDS, PASSWORD
from efsync.model.plans import AccountChange, Plan, Selection, Source, Summary
from efsync.model.problems import Location
from efsync.model.secrets import Secret, SecretReference
from efsync.planning.build import Comparison, build_comparison
from efsync.planning.record import record_run
from efsync.secrets.fingerprints import FingerprintKey

KEY = FingerprintKey(b"a key for tests only, and long enough")
PLACE = Location("accounts/ventas.yaml", 5, 3)
AT = "2026-03-01T12:00:00.000Z"


class Spot:
    """Something that stands at PLACE."""

    location = PLACE


Fields = dict[str, Any]
Live = dict[str, LiveAccount]
Applied = dict[str, AppliedAccount]


def fingerprint(password: str) -> str:
    """What stands for a password."""
    found = KEY.fingerprint(Secret(password))
    assert found is not None
    return found


def env(name: str) -> SecretReference:
    """`{env: NAME}`."""
    return SecretReference("env", name)


def desired(
    code: str = "JPEREZ",
    department: str = "VENTAS",
    on_removal: OnRemoval = OnRemoval.CLEAR,
    reference: SecretReference | None = None,
    **fields: Any,
) -> DesiredAccount:
    """An account as a file has it."""
    return DesiredAccount(code, department, on_removal, fields, reference, Spot())


def live(code: str = "JPEREZ", department: str = "VENTAS", **fields: Any) -> LiveAccount:
    """An account as the ERP has it; a field that is not named is NULL."""
    held = dict.fromkeys(FIELDS) | fields
    return LiveAccount(code, department, code, "", active=True, fields=held, row_key=(code.ljust(10),))


def applied(
    code: str = "JPEREZ",
    department: str = "VENTAS",
    on_removal: OnRemoval = OnRemoval.CLEAR,
    reference: SecretReference | None = None,
    **fields: Any,
) -> AppliedAccount:
    """An account as the state has it."""
    return AppliedAccount(code, department, on_removal, fields, reference, AT, "20260301-120000-abcdef")


def comparison(
    wanted: Iterable[DesiredAccount],
    held: Iterable[LiveAccount],
    remembered: Iterable[AppliedAccount] = (),
    selection: Selection = Selection(),
) -> Comparison:
    """The comparison of all three sides."""
    return build_comparison(
        {each.key: each for each in wanted},
        {each.key: each for each in held},
        {each.key: each for each in remembered},
        selection,
    )


def plan_of(made: Comparison, selection: Selection = Selection()) -> Plan:
    """A plan with what a comparison found."""
    return Plan(
        target="erp",
        tenant="ACME",
        efsync_version="0.1.0",
        created_at=AT,
        selection=selection,
        source=Source("0a1b2c3d", dirty=False, config_digest="sha256:" + "0" * 64),
        summary=made.summary,
        changes=made.changes,
        problems=made.problems,
        key_id=KEY.identity,
    )


def summary(**counts: int) -> Summary:
    """A summary in which everything that is not named is zero."""
    return Summary(**counts)


def written(changes: Iterable[AccountChange], held: Mapping[str, LiveAccount]) -> Live:
    """What the ERP holds after `changes` were written."""
    result = dict(held)
    for change in changes:
        if change.writes:
            account = result[change.key]
            result[change.key] = replace(account, fields={**account.fields, **change.after})
    return result


def after_apply(
    changes: Iterable[AccountChange], held: Mapping[str, LiveAccount], remembered: Mapping[str, AppliedAccount]
) -> tuple[Live, Applied]:
    """What is live and what is applied after an apply of `changes`."""
    changes = tuple(changes)
    now_live = written(changes, held)
    return now_live, record_run(changes, now_live, remembered, "run", AT).over(remembered)


def mail(password: str = "clave", **fields: Any) -> Fields:
    """The fields of an account that sends mail."""
    return {
        "server": "smtp.acme.example", "port": 587, "ssl": True, PASSWORD: fingerprint(password),
    } | fields  # fmt: skip
