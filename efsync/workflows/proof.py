"""Reads drafted files as a plan would, before they are written: they say what the ERP holds, or are not written."""

from collections.abc import Collection, Iterable, Mapping

from efsync.erp.field_columns import FieldColumns
from efsync.model.fields import FIELDS, PASSWORD, UNKNOWN
from efsync.model.language import message
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.workflows.candidates import Candidate
from efsync.workflows.desired import Wanted


def prove(
    drafted: Wanted,
    candidates: Iterable[Candidate],
    columns: FieldColumns,
    fields: Mapping[str, Collection[str]] | None = None,
    progress: Progress = unseen,
) -> None:
    """Raise `Refused` where a drafted file can't be read, or says of a field something else than the ERP holds.

    Only some `fields` count where they are given, by comparable code.
    """
    refuse_errors(drafted.departments.problems)
    resolver = drafted.resolver(lambda _account, _reference: UNKNOWN, columns)
    known = tuple(candidates)
    for number, candidate in enumerate(known, start=1):
        progress(number, len(known))
        account = drafted.accounts.get(candidate.key)
        if account is None:
            continue
        desired = resolver.account(account, candidate.live).fields
        for name in FIELDS if fields is None else fields[candidate.key]:
            if name == PASSWORD or name not in desired or name not in candidate.fields:
                continue
            if desired[name] != candidate.fields[name]:
                what = message(
                    "efsync drafted {field} of {user} otherwise than the ERP has it, and writes nothing",
                    field=name, user=account.code,
                )  # fmt: skip
                hint = message("please report this: it is a mistake in efsync")
                raise Refused(Problem("internal", what, account.location_of(name), hint))
    refuse_errors(resolver.problems)
