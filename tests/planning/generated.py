"""Accounts that Hypothesis makes up: desired, live and applied, of the same few users."""

from dataclasses import dataclass

from hypothesis import strategies as st

from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount, OnRemoval
from efsync.model.fields import FIELDS, PASSWORD, FieldKind, Value
from efsync.model.normal import normal_value
from efsync.model.secrets import SecretReference
from tests.planning.sides import applied, desired, env, fingerprint, live

FINGERPRINTS = tuple(fingerprint(each) for each in ("uno", "dos", "tres"))
CODES = ("JPEREZ", "mrojas", "0012", "PEÑA", "pena", "NO")

_TEXTS = st.sampled_from(["a", "b", "smtp.acme.example", "two\nlines", "two\nlines ", "ñ", ""]) | st.text(max_size=8)
_NUMBERS = st.sampled_from([25, 465, 587, "587", "x", 0]) | st.none()
_SWITCHES = st.sampled_from([True, False, "S", "N", "maybe", 1, 0]) | st.none()
_PASSWORDS = st.sampled_from([None, *FINGERPRINTS])
_RAW: dict[FieldKind, st.SearchStrategy[object]] = {
    FieldKind.TEXT: _TEXTS,
    FieldKind.HTML: _TEXTS,
    FieldKind.NUMBER: _NUMBERS,
    FieldKind.SWITCH: _SWITCHES,
}

departments = st.sampled_from(["VENTAS", "COMPRAS"])
removals = st.sampled_from(list(OnRemoval))
references: st.SearchStrategy[SecretReference | None] = st.sampled_from([None, env("MAIL_A"), env("MAIL_B")])


def values(field: str) -> st.SearchStrategy[Value]:
    """Normal values of a field."""
    if field == PASSWORD:
        return _PASSWORDS
    return _RAW[FIELDS[field]].map(lambda raw: normal_value(field, raw))


all_fields = st.fixed_dictionaries({field: values(field) for field in FIELDS})
some_fields = st.fixed_dictionaries({}, optional={field: values(field) for field in FIELDS})


@dataclass(frozen=True)
class Sides:
    """What the files want, the ERP holds and efsync remembers."""

    desired: list[DesiredAccount]
    live: list[LiveAccount]
    applied: list[AppliedAccount]


@st.composite
def sides(draw: st.DrawFn) -> Sides:
    """Any three sides in which every desired account is live; an applied one need not be."""
    users = draw(st.lists(st.sampled_from(CODES), unique=True))
    gone = draw(st.lists(st.sampled_from(["GONE", "GONE2"]), unique=True))
    wanted = [code for code in users if draw(st.booleans())]
    remembered = [code for code in [*users, *gone] if draw(st.booleans())]
    return Sides(
        desired=[
            desired(
                code,
                draw(departments),
                draw(removals),
                draw(references),
                **draw(some_fields),
            )
            for code in wanted
        ],
        live=[live(code.upper(), draw(departments), **draw(all_fields)) for code in users],
        applied=[
            applied(code, draw(departments), draw(removals), draw(references), **draw(some_fields))
            for code in remembered
        ],
    )
