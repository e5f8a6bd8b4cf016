"""Who of the ERP's users comes into the files, and who is left out and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from efsync.accounts.drafts.values import why_not_department, why_not_user
from efsync.erp.field_columns import FieldColumns
from efsync.model.accounts import LiveAccount
from efsync.model.language import Message, message, plural
from efsync.model.normal import comparable
from efsync.model.problems import Problem, Severity, named
from efsync.workflows.candidates import Candidate, candidate_of


@dataclass(slots=True)
class People:
    """Those who come into the files, by comparable code, and what is to be said of the others."""

    columns: FieldColumns
    candidates: dict[str, Candidate] = field(default_factory=dict)
    without_mail: int = 0
    _users: dict[Message, list[str]] = field(default_factory=lambda: defaultdict(list))
    _fields: dict[tuple[str, Message], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, live: LiveAccount, *, is_standing: bool) -> None:
        """Look at one user; one who is in the files already stays, whatever it is."""
        why = None if is_standing else _why_not(live)
        if why is not None:
            self._users[why].append(live.code)
            return
        candidate = candidate_of(live, self.columns)
        if not is_standing and not candidate.has_mail:
            self.without_mail += 1
            return
        self.candidates[candidate.key] = candidate
        for name, said in candidate.left_out.items():
            self._fields[name, said].append(live.code)

    def drop(self, key: str, why: Message) -> None:
        """Leave out one who was thought to come into the files."""
        self._users[why].append(self.candidates.pop(key).live.code)

    @property
    def problems(self) -> Iterator[Problem]:
        """Who and what is left out."""
        for why, codes in self._users.items():
            what = plural("{count} user is left out ({users}): {why}", "{count} users are left out ({users}): {why}",
                len(codes), users=named(codes), why=why)  # fmt: skip
            yield Problem("left-out", what, severity=Severity.WARNING)
        hint = message("correct it in the ERP; until then no file manages it")
        for (name, why), codes in self._fields.items():
            what = plural("{field} of {count} user is left out ({users}): {why}",
                "{field} of {count} users is left out ({users}): {why}",
                len(codes), field=name, users=named(codes), why=why)  # fmt: skip
            yield Problem("left-out", what, hint=hint, severity=Severity.WARNING)


def departments_of(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """The candidates by comparable department, in the order of their codes."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda each: each.key):
        found[comparable(candidate.live.department)].append(candidate)
    return found


def _why_not(live: LiveAccount) -> Message | None:
    """Why a user comes into no file."""
    if not live.department:
        return message("the ERP has them in no department")
    if not live.active:
        return message("they are not active in the ERP")
    return why_not_user(live.code) or why_not_department(live.department)
