"""Counting users: every one is counted once, wherever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efsync.model.accounts import LiveAccount
from efsync.model.fields import FIELDS, UNREAD
from efsync.model.stats import Counts, PasswordAge, Split, SslUse, Who, sum_of
from efsync.planning.stats import SeenUser, age, count_users
from tests.planning.sides import live

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEPARTMENTS = ("VENTAS", "ventas ", "Ventas", "COMPRAS", "", "ALMACÉN", "almacén")


def ago(days: float) -> str:
    """A time as the state writes it."""
    return (NOW - timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def held(department: str, *, active: bool = True, **fields: Any) -> LiveAccount:
    """What the ERP holds of a user."""
    filled = dict.fromkeys(FIELDS) | fields
    return LiveAccount("X", department, "", "", active=active, fields=filled, row_key=())


accounts = st.builds(
    held,
    st.sampled_from(DEPARTMENTS),
    active=st.booleans(),
    address=st.sampled_from((None, "x@acme.example")),
    server=st.sampled_from((None, "smtp.acme.example", "SMTP.Acme.example", "other")),
    port=st.sampled_from((None, 0, 25, 587, "veinticinco")),
    ssl=st.sampled_from((None, True, False, "quizás")),
    password=st.sampled_from((None, UNREAD)),
)
since = st.none() | st.sampled_from(("", "no time")) | st.floats(-10, 4000).map(ago)
users = st.lists(st.builds(SeenUser, accounts, st.booleans(), st.booleans(), since), max_size=60)


def splits(counts: Counts) -> list[Split]:
    """The accounts by server, by SSL and by age of password, all of each."""
    by_server = sum_of(each.split for each in counts.servers)
    return [by_server, sum_of(counts.ssl.values()), sum_of(counts.passwords.values())]


@given(users)
def test_every_user_is_counted_once_and_all_totals_agree(seen: list[SeenUser]) -> None:
    counts = count_users(seen, NOW)
    total = counts.total
    assert total.users == len(seen) == sum(each.users for each in counts.departments)
    assert total.managed == sum(each.managed for each in seen)
    assert total.inactive == sum(not each.live.active for each in seen)
    for split in splits(counts):
        assert split == Split(total.managed, total.applied_only + total.with_mail)
        assert split.accounts + total.without_mail == len(seen)
    assert (len(counts.applied_only), len(counts.with_mail)) == (total.applied_only, total.with_mail)


@given(users, st.randoms(use_true_random=False))
def test_the_order_in_which_users_pass_does_not_matter(seen: list[SeenUser], random: Any) -> None:
    mixed = random.sample(seen, len(seen))
    assert count_users(mixed, NOW) == count_users(seen, NOW)


@given(users)
def test_the_departments_add_up_to_what_each_of_them_has_alone(seen: list[SeenUser]) -> None:
    alone = []
    for name in ("ventas", "compras", "", "almacén"):
        alone.append(count_users([each for each in seen if each.live.department.strip().lower() == name], NOW))
        assert len(alone[-1].departments) <= 1
    whole = count_users(seen, NOW)
    assert sum(len(each.departments) for each in alone) == len(whole.departments)
    assert whole.ssl == {use: sum_of(each.ssl[use] for each in alone) for use in SslUse}
    assert whole.passwords == {each: sum_of(one.passwords[each] for one in alone) for each in PasswordAge}


@pytest.mark.parametrize(
    ("user", "counted"),
    [
        pytest.param(SeenUser(live(), managed=True, applied=True), (1, 0, 0, 0), id="in a file"),
        pytest.param(SeenUser(live(), managed=True), (1, 0, 0, 0), id="in a file, nothing applied yet"),
        pytest.param(SeenUser(live(server="smtp"), applied=True), (0, 1, 0, 0), id="in the state only"),
        pytest.param(SeenUser(live(), applied=True), (0, 1, 0, 0), id="in the state, and emptied since"),
        pytest.param(SeenUser(live(address="x@acme.example")), (0, 0, 1, 0), id="in neither"),
        pytest.param(SeenUser(live(password=UNREAD)), (0, 0, 1, 0), id="a password alone"),
        pytest.param(SeenUser(live()), (0, 0, 0, 1), id="nothing"),
        pytest.param(SeenUser(live(ssl=False, port=0)), (0, 0, 0, 1), id="defaults of the table"),
    ],
)
def test_what_a_user_counts_as(user: SeenUser, counted: tuple[int, ...]) -> None:
    (department,) = count_users([user], NOW).departments
    assert department[1:5] == counted
    assert department.unmanaged == counted[2] + counted[3]


def test_who_is_in_no_file_is_named_in_the_order_of_the_codes() -> None:
    seen = [
        *(SeenUser(replace(held("VENTAS", address="x@acme.example"), code=code)) for code in ("b", "A", "0012")),
        SeenUser(replace(held("VENTAS"), code="EMPTY")),
        SeenUser(replace(held("VENTAS"), code="EX"), applied=True),
        SeenUser(held("VENTAS"), managed=True),
    ]
    counts = count_users(seen, NOW)
    assert [each.code for each in counts.with_mail] == ["0012", "A", "b"]
    assert counts.applied_only == (Who("EX", "VENTAS"),)


def test_a_server_is_one_whatever_its_case_and_comes_first_with_the_most_accounts() -> None:
    seen = [
        SeenUser(live(address="x@acme.example")),
        *(SeenUser(live(server=each, port=587)) for each in ("smtp.acme.example", "SMTP.ACME.example ")),
        SeenUser(live(server="smtp.acme.example", port=25), managed=True),
    ]
    found = [(each.server, each.port, *each.split) for each in count_users(seen, NOW).servers]
    assert found == [
        ("smtp.acme.example", 587, 0, 2),
        ("smtp.acme.example", 25, 1, 0),
        (None, None, 0, 1),
    ]


def test_nothing_is_said_of_a_field_that_the_layout_leaves_out() -> None:
    counts = count_users([SeenUser(live(address="x@acme.example"))], NOW, ["address", "server"])
    assert (len(counts.servers), counts.ssl, counts.passwords) == (1, {}, {})


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (-1, PasswordAge.UNDER_30),
        (29.9, PasswordAge.UNDER_30),
        (30, PasswordAge.UNDER_90),
        (89.9, PasswordAge.UNDER_90),
        (90, PasswordAge.UNDER_180),
        (180, PasswordAge.UNDER_365),
        (364.9, PasswordAge.UNDER_365),
        (365, PasswordAge.OLDER),
    ],
)
def test_an_age_is_of_whole_days(days: float, found: PasswordAge) -> None:
    assert age(ago(days), NOW) is found


@pytest.mark.parametrize("since", [None, "", "yesterday"])
def test_an_age_that_nobody_wrote_down_is_unknown(since: str | None) -> None:
    assert age(since, NOW) is PasswordAge.UNKNOWN
