"""The credential redirect: a password that efsync knows goes nowhere new without somebody's explicit word.

Whoever writes a department file can't read a password, but could have the ERP send it to a server of their own, or
write it into an account of their own. docs/security.md lists the ways, and what catches each.
"""

from collections.abc import Iterable, Iterator, Sequence

from efsync.model.fields import PASSWORD
from efsync.model.language import Message, joined, message
from efsync.model.plans import AccountChange, Action, Overrides
from efsync.model.problems import Problem
from efsync.planning.knowledge import Destination, Knowledge, KnownAccounts, Move


def redirects(changes: Iterable[AccountChange], known: KnownAccounts, overrides: Overrides) -> Iterator[Problem]:
    """The changes that would send a known password somewhere new, or any to where the plan did not see it go."""
    moves = [
        move
        for change in changes
        if change.key in known.live
        and (move := Move(change, known.live[change.key], known.applied.get(change.key))).may_redirect
    ]
    judged = [move for move in moves if not overrides.allows_redirect(move.change.user)]
    knowledge = Knowledge.collect(moves, known) if judged else Knowledge()
    for move in moves:
        if move.is_new and (moved := move.moved_since):
            yield _unplanned(move.change, moved)
        elif not overrides.allows_redirect(move.change.user):
            yield from _redirect(move, knowledge)


def _redirect(move: Move, knowledge: Knowledge) -> Iterator[Problem]:
    """What is wrong with a move, if anything is."""
    after = move.destination
    if others := knowledge.others(move):
        yield _other_account(move, others)
    elif move.change.action is Action.CLEAR and after.server is None:
        return  # what leaves the files is left to the ERP, which has it go nowhere or as the company set it up
    elif before := knowledge.before(move):
        if not any(after.is_safe_after(place) for place in before):
            yield _other_server(move, before)
    elif unlike := [place for place in knowledge.beside(move) if not after.is_safe_after(place)]:
        yield _two_servers(move, unlike)


def _unplanned(change: AccountChange, moved: Sequence[str]) -> Problem:
    fields = joined(message(" and "), moved)
    unseen = message(
        "{fields} of {user} changed in the ERP since the plan was made, and the new password would go there",
        fields=fields,
        user=change.user,
    )
    return Problem("brake-redirect", unseen, change.location, hint=message("make a new plan"))


def _other_account(move: Move, others: Iterable[str]) -> Problem:
    user, names = move.change.user, ", ".join(sorted(each.upper() for each in others))
    return Problem(
        "brake-redirect",
        message(
            "{user} would get a password that belongs to another account, {names}; it would go to {destination}",
            user=user,
            names=names,
            destination=move.destination.described,
        ),
        move.change.location,
        hint=message("give {user} a password of its own, or apply with --allow-redirect {user}", user=user),
    )


def _other_server(move: Move, before: Iterable[Destination]) -> Problem:
    user = move.change.user
    where = {"user": user, "destination": move.destination.described, "before": _listed(before)}
    if move.is_new:
        moved = message(
            "a password that is known already would be that of {user} and would go to {destination}; "
            "until now it went to {before}",
            **where,
        )
    elif PASSWORD in move.fields:
        moved = message(
            "the password of {user}, which stays the same, would go to {destination}; until now it went to {before}",
            **where,
        )
    else:
        moved = message(
            "the password of {user}, which the layout leaves out, if there is one, would go to {destination}; "
            "until now it went to {before}",
            **where,
        )
    hint = message("renew the password together with the server, or apply with --allow-redirect {user}", user=user)
    return Problem("brake-redirect", moved, move.change.location, hint)


def _two_servers(move: Move, others: Iterable[Destination]) -> Problem:
    user = move.change.user
    return Problem(
        "brake-redirect",
        message(
            "the new password of {user} would go to {destination}, and for another account to {others}",
            user=user,
            destination=move.destination.described,
            others=_listed(others),
        ),
        move.change.location,
        hint=message("give each account a password of its own, or apply with --allow-redirect {user}", user=user),
    )


def _listed(places: Iterable[Destination]) -> Message:
    return joined(message("; or "), sorted(place.described for place in places))
