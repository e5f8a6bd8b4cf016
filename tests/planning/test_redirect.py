"""The credential redirect: a password that efsync knows must not go to somebody else's server unnoticed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount, OnRemoval, RetiredPassword
from efsync.model.fields import UNKNOWN, UNREAD, Value
from efsync.model.plans import Overrides
from efsync.model.problems import Problem
from efsync.planning.brakes import Limits, brakes
from efsync.planning.knowledge import KnownAccounts
from efsync.planning.record import record_run
from tests.planning.sides import (
    Fields,
    after_apply,
    applied,
    comparison,
    desired,
    env,
    fingerprint,
    live,
    mail,
)  # fmt: skip

OWN = env("MAIL_JPEREZ")
EVIL = "smtp.evil.example"
NO_LIMITS = Limits(100, 10_000, 10_000)


def redirects(
    wanted: DesiredAccount | Iterable[DesiredAccount],
    held: LiveAccount | Iterable[LiveAccount],
    remembered: Iterable[AppliedAccount] = (),
    allowed: tuple[str, ...] = (),
    retired: Sequence[RetiredPassword] = (),
) -> tuple[Problem, ...]:
    """What the brakes say of the plan for these sides."""
    wanted = [wanted] if isinstance(wanted, DesiredAccount) else list(wanted)
    held = [held] if isinstance(held, LiveAccount) else list(held)
    remembered = list(remembered)
    known = KnownAccounts.of({each.key: each for each in held}, {each.key: each for each in remembered}, retired)
    return brakes(comparison(wanted, held, remembered).changes, known, NO_LIMITS, Overrides(redirects=allowed))


STOLEN: dict[str, Fields] = {
    "server": {"server": EVIL},
    "port": {"port": 2525},
    "server_cleared": {"server": None},
    "port_cleared": {"port": None},
    "ssl_lost": {"ssl": False},
    "ssl_cleared": {"ssl": None},
    "long_s_for_s": {"server": "\u017fmtp.acme.example"},
    "roman_numeral_for_m": {"server": "s\u217ftp.acme.example"},
    "subdomain": {"server": "smtp.acme.example.evil.example"},
    "trailing_dot": {"server": "smtp.acme.example."},
}


@pytest.mark.parametrize("changed", STOLEN.values(), ids=STOLEN.keys())
@pytest.mark.parametrize("managed", [True, False], ids=["password_managed", "password_not_managed"])
@pytest.mark.parametrize("was_applied", [True, False], ids=["applied", "only_live"])
def test_a_password_that_stays_and_goes_elsewhere_is_refused(changed: Fields, managed: bool, was_applied: bool) -> None:
    fields = {name: value for name, value in mail().items() if managed or name != "password"}
    remembered = [applied(reference=OWN if managed else None, **fields)] if was_applied else []
    wanted = desired(reference=OWN if managed else None, **(fields | changed))
    (problem,) = redirects(wanted, live(**mail()), remembered)
    assert (problem.code, problem.is_error, problem.location) == ("brake-redirect", True, wanted.location)
    assert "JPEREZ" in problem.message
    assert problem.hint is not None
    assert "--allow-redirect JPEREZ" in problem.hint
    assert fingerprint("clave") not in problem.message + problem.hint


@pytest.mark.parametrize(
    ("host", "look_alike"),
    [("mail.strasse.example", "mail.stra\u00dfe.example"), ("mail.bank.example", "mail.ban\u212a.example")],
    ids=["sharp_s", "kelvin_sign"],
)
def test_a_host_that_only_folds_to_the_same_letters_is_another_host(host: str, look_alike: str) -> None:
    (problem,) = redirects(desired(server=look_alike), live(**mail(server=host)))
    assert problem.code == "brake-redirect"


def test_the_message_names_where_the_password_would_go() -> None:
    (problem,) = redirects(desired(server=EVIL, port=2525, ssl=False), live(**mail()))
    assert f"{EVIL}, port 2525, without SSL" in problem.message
    assert "until now it went to smtp.acme.example, port 587, with SSL" in problem.message


@pytest.mark.parametrize("held", [UNREAD, fingerprint("clave")], ids=["unread", "read"])
def test_a_password_that_only_the_erp_knows_does_not_go_elsewhere_either(held: Value) -> None:
    (problem,) = redirects(desired(server=EVIL), live(**(mail() | {"password": held})))
    assert problem.code == "brake-redirect"


HARMLESS: dict[str, Fields] = {
    "nothing_that_matters": {"address": "otra@acme.example", "signature": "<p>Saludos</p>"},
    "server_in_other_case": {"server": "SMTP.Acme.Example"},
    "password_cleared_with_the_server_moved": {"server": EVIL, "password": None},
    "renewed_together_with_the_server": {"server": EVIL, "password": fingerprint("nueva")},
}


@pytest.mark.parametrize("changed", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_sends_no_known_password_anywhere_new_passes(changed: Fields) -> None:
    wanted = desired(reference=OWN, **(mail() | changed))
    assert redirects(wanted, live(**mail()), [applied(reference=OWN, **mail())]) == ()


def test_gaining_ssl_passes() -> None:
    assert redirects(desired(ssl=True), live(**mail(ssl=False))) == ()
    assert redirects(desired(ssl=True), live(**mail(ssl=None))) == ()


def test_an_account_without_a_password_may_get_any_server() -> None:
    assert redirects(desired(server=EVIL), live(server="smtp.acme.example")) == ()


def test_a_new_account_with_a_password_of_its_own_passes() -> None:
    held = [live("NEW"), live("JPEREZ", **mail())]
    assert redirects(desired("NEW", reference=env("MAIL_NEW"), **mail("propia", server=EVIL)), held) == ()


@pytest.mark.parametrize("held", [fingerprint("clave"), UNREAD], ids=["read", "unread"])
def test_restoring_what_the_erp_changed_is_no_redirect(held: Value) -> None:
    remembered = applied(reference=OWN, **mail())
    drifted = live(**(mail(server="smtp.other.example", port=25, ssl=False) | {"password": held}))
    assert redirects(desired(reference=OWN, **mail()), drifted, [remembered]) == ()


def test_moving_on_from_a_server_that_the_erp_changed_is_a_redirect() -> None:
    remembered = applied(reference=OWN, **mail())
    drifted = live(**mail(server="smtp.other.example"))
    (problem,) = redirects(desired(reference=OWN, **mail(server=EVIL)), drifted, [remembered])
    assert EVIL in problem.message


def test_a_server_that_was_cleared_first_and_is_set_to_another_later_is_a_redirect() -> None:
    first = desired(reference=OWN, **mail(server=None))
    held = {"jperez": live(**mail())}
    remembered = {"jperez": applied(reference=OWN, **mail())}
    made = comparison([first], held.values(), remembered.values())
    now_live, now_applied = after_apply(made.changes, held, remembered)
    second = desired(reference=OWN, **mail(server=EVIL))
    (problem,) = redirects(second, now_live.values(), now_applied.values())
    assert EVIL in problem.message


def two_steps(first: list[DesiredAccount], second: DesiredAccount) -> tuple[Problem, ...]:
    """What the brakes say of `second` after `first` was applied without anybody's objection."""
    held = {"jperez": live(**mail())}
    remembered = {"jperez": applied(reference=OWN, **mail())}
    made = comparison(first, held.values(), remembered.values())
    assert redirects(first, held.values(), remembered.values()) == ()
    now_live, now_applied = after_apply(made.changes, held, remembered)
    retired = record_run(made.changes, now_live, remembered, "run", "").retired
    return redirects(second, now_live.values(), now_applied.values(), retired=retired)


def test_a_password_that_is_first_taken_out_of_the_file_does_not_go_elsewhere_in_a_second_step() -> None:
    unmanaged = {name: value for name, value in mail().items() if name != "password"}
    (problem,) = two_steps([desired(**unmanaged)], desired(**(unmanaged | {"server": EVIL})))
    assert problem.code == "brake-redirect"


@pytest.mark.parametrize("first", [[desired(**mail(server=EVIL) | {"password": None})], []], ids=["null", "left"])
def test_a_password_that_is_first_cleared_does_not_come_back_with_another_server(first: list[DesiredAccount]) -> None:
    (problem,) = two_steps(first, desired(reference=OWN, **mail(server=EVIL)))
    assert problem.code == "brake-redirect"


def test_a_password_does_not_turn_up_in_another_account() -> None:
    held = [live("EVE", **mail("suya", server=EVIL)), live("JPEREZ", **mail())]
    wanted = desired("EVE", reference=env("MAIL_COPY"), **mail("clave", server=EVIL))
    (problem,) = redirects(wanted, held)
    assert "EVE" in problem.message
    assert "another account" in problem.message


def test_a_password_does_not_turn_up_in_another_account_while_its_owner_loses_it() -> None:
    held = [live("EVE"), live("JPEREZ", **mail())]
    remembered = [applied("JPEREZ", reference=OWN, **mail())]
    (problem,) = redirects(desired("EVE", reference=OWN, **mail(server=EVIL)), held, remembered)
    assert "EVE" in problem.message


@pytest.mark.parametrize("after", [UNKNOWN, fingerprint("renovada")], ids=["not_read", "renewed_since"])
def test_the_reference_of_another_account_is_refused_though_its_secret_is_a_new_one(after: Value) -> None:
    held = [live("EVE"), live("JPEREZ", **mail())]
    remembered = [applied("JPEREZ", reference=OWN, **mail())]
    owner = desired("JPEREZ", reference=OWN, **mail())
    thief = desired("EVE", reference=OWN, **(mail(server=EVIL) | {"password": after}))
    (problem,) = redirects([owner, thief], held, remembered)
    assert "EVE" in problem.message


def test_a_password_that_is_renewed_right_now_does_not_reach_another_account_by_another_spelling() -> None:
    held = [live("EVE"), live("JPEREZ", **mail())]
    remembered = [applied("JPEREZ", reference=OWN, **mail())]
    owner = desired("JPEREZ", reference=OWN, **mail("renovada"))
    thief = desired("EVE", reference=env("MAIL_JPEREZ_COPY"), **mail("renovada", server=EVIL))
    (problem,) = redirects([owner, thief], held, remembered)
    assert "EVE" in problem.message


def test_a_password_that_two_accounts_share_already_may_be_renewed_for_both() -> None:
    shared = env("MAIL_SHARED")
    held = [live("ONE", **mail()), live("TWO", **mail())]
    remembered = [applied(each, reference=shared, **mail()) for each in ("ONE", "TWO")]
    renewed = [desired(each, reference=shared, **mail("renovada")) for each in ("ONE", "TWO")]
    assert redirects(renewed, held, remembered) == ()


def test_an_old_password_of_the_account_may_come_back_where_it_went() -> None:
    remembered = [applied(reference=OWN, **mail("clave"))]
    assert redirects(desired(reference=OWN, **mail("clave")), live(**mail("otra")), remembered) == ()


def test_an_old_password_of_the_account_may_not_come_back_elsewhere() -> None:
    remembered = [applied(reference=OWN, **mail("clave"))]
    (problem,) = redirects(desired(reference=OWN, **mail("clave", server=EVIL)), live(**mail("otra")), remembered)
    assert EVIL in problem.message


def test_only_the_named_user_is_allowed_a_redirect() -> None:
    held = [live("ONE", **mail("uno")), live("TWO", **mail("dos"))]
    wanted = [desired("ONE", server=EVIL), desired("TWO", server=EVIL)]
    assert [each.message.split()[3] for each in redirects(wanted, held)] == ["ONE,", "TWO,"]
    (problem,) = redirects(wanted, held, allowed=("one",))
    assert "TWO" in problem.message
    assert redirects(wanted, held, allowed=("one", "TWO       ")) == ()


def test_what_is_cleared_or_forgotten_or_adopted_sends_nothing_anywhere() -> None:
    remembered = [applied("LEFT", reference=OWN, **mail("uno")), applied("GONE", **mail("dos"))]
    held = [live("LEFT", **mail("uno")), live("KEPT", **mail("tres", server=EVIL))]
    assert redirects(desired("KEPT", **mail("tres", server=EVIL)), held, remembered) == ()


SHARED = env("MAIL_SHARED")


@pytest.mark.parametrize(
    ("held", "wanted", "passes"),
    [
        (True, True, True), (True, False, False), (True, None, False), (False, True, True), (False, False, True),
        (False, None, True), (None, True, True), (None, False, False), (None, None, True),
    ],
)  # fmt: skip
def test_what_is_cleared_may_mean_ssl_or_not_so_only_a_yes_is_as_good(held: Value, wanted: Value, passes: bool) -> None:
    other: Fields = {"server": "SMTP.acme.example"}  # so that a password may move
    before = live(**mail(ssl=held))
    found = redirects(desired(ssl=wanted, **other), before)
    assert (found == ()) is passes


@pytest.mark.parametrize("on_removal", OnRemoval)
def test_what_leaves_the_files_leaves_an_unmanaged_password_to_the_erps_own_server(on_removal: OnRemoval) -> None:
    place: Fields = {"server": "smtp.acme.example", "port": 587, "ssl": True}
    assert redirects([], live(**mail()), [applied(on_removal=on_removal, **place)]) == ()


def test_what_leaves_the_files_does_not_take_ssl_from_a_server_that_stays() -> None:
    (problem,) = redirects([], live(**mail()), [applied(ssl=True, port=587)])
    assert "smtp.acme.example, port none, SSL not set" in problem.message


def test_a_password_that_the_layout_leaves_out_may_be_there_where_there_is_a_server() -> None:
    place: Fields = {"server": "smtp.acme.example", "port": 587, "ssl": True}
    unseen = replace(live(), fields=place)
    (problem,) = redirects(desired(server=EVIL), unseen)
    assert "if there is one" in problem.message
    assert redirects(desired(server=EVIL), replace(live(), fields=dict.fromkeys(place))) == ()
    assert redirects(desired(domain="evil.example"), unseen) == ()


def test_the_message_names_whose_password_it_is_and_where_it_would_go() -> None:
    held = [live("EVE"), live("JPEREZ", **mail()), live("MROJAS", **mail())]
    (problem,) = redirects(desired("EVE", **mail(server=EVIL)), held)
    assert f"another account, JPEREZ, MROJAS; it would go to {EVIL}, port 587, with SSL" in problem.message


def test_a_password_is_of_who_has_it_now_and_not_of_who_had_it_once() -> None:
    held = [live("CEO", **mail()), live("EVE")]
    once = [RetiredPassword("eve", mail(server=EVIL))]
    (problem,) = redirects(desired("EVE", **mail(server=EVIL)), held, retired=once)
    assert "CEO" in problem.message
    assert redirects(desired("EVE", **mail(server=EVIL)), live("EVE"), retired=once) == ()


def test_a_reference_is_of_who_has_it_now_and_not_of_who_had_it_once() -> None:
    held = [live("CEO", **mail()), live("EVE", **mail("suya"))]
    once = [RetiredPassword("eve", mail("vieja"), OWN)]
    wanted = desired("EVE", reference=OWN, **mail("renovada"))
    (problem,) = redirects(wanted, held, [applied("CEO", reference=OWN, **mail())], retired=once)
    assert "CEO" in problem.message
    assert redirects(wanted, held, retired=once) == ()


def test_the_reference_of_another_is_refused_though_both_passwords_are_the_same() -> None:
    held = [live("CEO", **mail()), live("EVE", **mail())]
    remembered = [applied("CEO", reference=OWN, **mail()), applied("EVE", reference=env("MAIL_EVE"), **mail())]
    (problem,) = redirects(desired("EVE", reference=OWN, **mail()), held, remembered)
    assert "CEO" in problem.message
    assert redirects(desired("EVE", reference=OWN, **mail()), held, remembered, allowed=("EVE",)) == ()


def test_a_password_that_is_renewed_to_the_one_of_another_account_is_refused_behind_its_own_reference_too() -> None:
    held = [live("CEO", **mail("jefe")), live("EVE", **mail())]
    wanted = desired("EVE", reference=OWN, **mail("jefe"))
    (problem,) = redirects(wanted, held, [applied("EVE", reference=OWN, **mail())])
    assert "CEO" in problem.message


def test_a_shared_password_may_be_renewed_for_one_after_the_other_where_each_goes_as_always() -> None:
    held = [live("ONE", **mail("nueva", port=465)), live("TWO", **mail())]
    remembered = [
        applied("ONE", reference=SHARED, **mail("nueva", port=465)),
        applied("TWO", reference=SHARED, **mail()),
    ]
    assert redirects(desired("TWO", reference=SHARED, **mail("nueva")), held, remembered) == ()
    (problem,) = redirects(desired("TWO", reference=SHARED, **mail("nueva", server=EVIL)), held, remembered)
    assert EVIL in problem.message


def test_a_shared_password_that_is_renewed_for_all_goes_to_one_new_server_and_not_to_two() -> None:
    held = [live("ONE", **mail()), live("TWO", **mail(port=465))]
    remembered = [applied("ONE", reference=SHARED, **mail()), applied("TWO", reference=SHARED, **mail(port=465))]

    def renewed(one: str, two: str) -> tuple[Problem, ...]:
        places = (
            mail("nueva", server=one),
            mail("nueva", server=two, port=465 if two.startswith("smtp.acme") else 587),
        )
        pair = [desired(code, reference=SHARED, **place) for code, place in zip(("ONE", "TWO"), places, strict=True)]
        return redirects(pair, held, remembered)

    assert renewed("smtp.acme.example", "smtp.acme.example") == ()
    assert renewed("mail.nueva.example", "mail.nueva.example") == ()
    (problem,) = renewed("smtp.acme.example", EVIL)
    assert f"the new password of TWO would go to {EVIL}" in problem.message


def test_an_old_password_does_not_come_back_where_it_never_went_though_its_reference_stayed() -> None:
    remembered = applied(reference=OWN, **mail("nueva", server="mail.nueva.example"))
    held = live(**mail("nueva", server="mail.nueva.example"))
    back = desired(reference=OWN, **mail("vieja", server="mail.nueva.example"))
    (problem,) = redirects(back, held, [remembered], retired=[RetiredPassword("jperez", mail("vieja"), OWN)])
    assert "a password that is known already" in problem.message


def test_no_word_sends_a_new_password_where_the_plan_did_not_see_it_go() -> None:
    wanted, seen = desired(reference=OWN, **mail("nueva")), live(**mail())
    changes = comparison([wanted], [seen], [applied(reference=OWN, **mail())]).changes
    for allowed in ((), ("JPEREZ",)):
        known = KnownAccounts.of({"jperez": live(**mail(server=EVIL))}, {})
        (problem,) = brakes(changes, known, NO_LIMITS, Overrides(redirects=allowed))
        assert problem.hint == "make a new plan"
