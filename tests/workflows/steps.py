"""The steps of an interleaving, at random; which are likelier than others is chosen so that much happens in few."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.workflows.company import ROWS, USERS
from tests.workflows.moments import MOMENTS

Accounts = dict[str, dict[str, Any]]
Arguments = Mapping[str, tuple[st.SearchStrategy[Any], ...]]
Step = tuple[Any, ...]

SERVERS = ["smtp.acme.example", "smtp2.acme.example"]
TEXTS = ["<p>a</p>", "b\nc"]
VARIABLES = {user: f"MAIL_{number}" for number, user in enumerate(USERS)}
ALL_OVERRIDES = ("--allow-changed", "--allow-cleared", *(f"--allow-redirect={user}" for user in USERS))
NEW_PASSWORD = "a new password"
"""Stands for one that nobody had before."""

wanted: Mapping[str, st.SearchStrategy[Any]] = {
    "address": st.sampled_from(["a@acme.example", "b@acme.example", None]),
    "password": st.sampled_from([*VARIABLES.values(), None]),
    "server": st.sampled_from([*SERVERS, None]),
    "port": st.sampled_from([25, 465, None]),
    "ssl": st.sampled_from([True, False, None]),
    "domain": st.sampled_from(["acme.example", None]),
    "signature": st.sampled_from([*TEXTS, None]),
}
held: Mapping[str, st.SearchStrategy[Any]] = {
    "address": st.sampled_from(["a@acme.example", "x@acme.example  ", "", None]),
    "password": st.sampled_from([NEW_PASSWORD, NEW_PASSWORD, None]),
    "server": st.sampled_from([*SERVERS, "smtp3.acme.example", None]),
    "port": st.sampled_from([25, 465, 587, None]),
    "ssl": st.sampled_from([1, 0, None]),
    "domain": st.sampled_from(["acme.example", "x.example", None]),
    "header": st.sampled_from([*TEXTS, None]),
    "signature": st.sampled_from([*TEXTS, "<p>x</p>", None]),
    "footer": st.sampled_from([*TEXTS, None]),
}
users = st.sampled_from(list(USERS))
overrides = st.sampled_from([ALL_OVERRIDES, ALL_OVERRIDES, (), ALL_OVERRIDES[:1], ALL_OVERRIDES[2:]])
OPEN_MOMENTS = [moment for moment in MOMENTS if moment != "spilled"]
"""Those at which others can still read, and so look."""


def _step(arguments: Arguments, name: str) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), *arguments[name])


keys = st.sampled_from(list(ROWS))
accounts = st.dictionaries(users, st.fixed_dictionaries({}, optional=wanted).filter(bool), min_size=1)
saved = st.one_of(st.none(), st.integers(0, 3))
struck: Arguments = {
    "edit": (keys, st.fixed_dictionaries({}, optional=held).filter(bool)),
    "dismiss": (keys,),
    "unlock": (),
    "apply": (st.none(), st.just(ALL_OVERRIDES)),
}
strikes = st.lists(st.sampled_from([*struck, "edit"]).flatmap(partial(_step, struck)), min_size=1, max_size=2)
arguments: Arguments = {
    "drift": (),
    "manage": (accounts,),
    "leave_alone": (users, st.sets(st.sampled_from(list(wanted)), min_size=1)),
    "leave": (users, st.sampled_from(["clear", "forget"])),
    "rotate": (st.sets(st.sampled_from(list(VARIABLES.values())), min_size=1),),
    "edit": struck["edit"],
    "dismiss": (keys,),
    "hire": (keys,),
    "save": (st.one_of(st.none(), users),),
    "unlock": (),
    "apply": (saved, overrides),
    "kill": (accounts, saved, overrides, st.sampled_from(list(MOMENTS))),
    "disturb": (accounts, saved, overrides, st.sampled_from(OPEN_MOMENTS), strikes),
}
"""The steps, by the name of the method that takes one; a plan that was kept is counted back from the last."""

often = ["manage", *["rotate", "edit", "save", "apply"] * 2, *["kill", "disturb"] * 6]
steps = st.sampled_from([*arguments, *often]).flatmap(partial(_step, arguments))
