"""What must be in a company: kept by edits of its ERP, and by applies, each as a plan had shown it before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from efsync.model.secrets import Secret
from efsync.secrets.fingerprints import FingerprintKey
from tests.workflows.company import KEY, Key, Row
from tests.world import USER_COLUMNS

Document = Mapping[str, Any]


@dataclass(eq=False)
class Attempt:
    """An apply that may write: what a plan showed of it before, and what came of it."""

    plan: Document
    stale: bool = False
    committed: bool = False
    killed: bool = False
    disturbed: bool = False
    unlocked: bool = False
    run: str | None = None
    ended_as: str | None = None
    touched: set[str] = field(default_factory=set)
    """The users that were edited since, before anybody looked at what it had done."""

    @property
    def writes(self) -> set[str]:
        """The users whose rows it changes."""
        return {change["user"] for change in self.plan["changes"] if change["fields"]}

    def is_ambiguous(self) -> bool:
        """Whether the live rows can't tell if it was committed.

        Either every account of it was edited since; or it was not, and one was edited since or differed before, and
        may hold what it would have written.
        """
        return self.writes <= self.touched if self.committed else self.stale or bool(self.writes & self.touched)


class Ledger:
    """What must be: every row, every password that ever was, and every apply."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.desired: dict[str, dict[str, Any]] = {}
        self.on_removal = "clear"
        self.variables: dict[str, str] = {}
        self.attempts: list[Attempt] = []
        self._texts: dict[str, str] = {}
        self._key = FingerprintKey(KEY.encode())

    def new_password(self) -> str:
        """A password that nobody had before."""
        text = f"clave-{len(self._texts):04}-secreta"
        self._texts[self.fingerprint(text)] = text
        return text

    def fingerprint(self, text: str) -> str:
        """What stands for a password."""
        return str(self._key.fingerprint(Secret(text)))

    def secrets(self) -> list[str]:
        """What must be nowhere but in the ERP and in the variables."""
        return [KEY, *self._texts.values()]

    def live(self, user: str) -> dict[str, Any] | None:
        """The fields of a user of the tenant as a plan shows them; `None` where there is no such user."""
        row = self.rows.get((user, "ACME"))
        return {name: self._normal(name, row[column]) for name, column in USER_COLUMNS.items()} if row else None

    def wanted(self, user: str) -> dict[str, Any]:
        """The fields of a user as the files want them."""
        fields = self.desired[user]
        variable = fields.get("password")
        return fields | ({"password": self.fingerprint(self.variables[variable])} if variable else {})

    def gone(self) -> set[str]:
        """The users that files name and the ERP has no more."""
        return {user for user in self.desired if (user, "ACME") not in self.rows}

    def edit(self, key: Key, fields: Mapping[str, Any] | None) -> None:
        """Note an edit of the ERP."""
        row = self.rows.pop(key)
        if fields is not None:
            self.rows[key] = {**row, **{USER_COLUMNS[name]: value for name, value in fields.items()}}
        self._touch(key)

    def hire(self, key: Key, row: Row) -> None:
        """Note a row that was made again."""
        self.rows[key] = row
        self._touch(key)

    def _touch(self, key: Key) -> None:
        """Note that a row is not any more as an apply has left it, of which nobody may know yet."""
        for attempt in self.attempts:
            if key[1] == "ACME":
                attempt.touched.add(key[0])

    def written(self, plan: Document) -> dict[Key, Row]:
        """The rows after a plan was written to them, and to nothing else."""
        rows = dict(self.rows)
        for change in plan["changes"]:
            columns = {USER_COLUMNS[each["field"]]: self._stored(each) for each in change["fields"]}
            if columns:
                rows[change["user"], "ACME"] = {**rows[change["user"], "ACME"], **columns}
        return rows

    def commit(self, attempt: Attempt) -> None:
        """Note that an apply was committed: all that its plan showed, and nothing else."""
        self.rows = self.written(attempt.plan)
        attempt.committed = True
        for other in self.attempts:
            if other is not attempt:
                other.touched |= attempt.writes

    def moved(self, plan: Document) -> list[str]:
        """What is not any more as a plan saw it: fields that it changes, users, passwords in their variables."""
        found = []
        for change in plan["changes"]:
            user, live = change["user"], self.live(change["user"])
            if live is None:
                found += [user] if change["fields"] else []
                continue
            found += [f"{user} {each['field']}" for each in change["fields"] if live[each["field"]] != each["before"]]
            found += [f"variable of {user}"] if self._is_renewed(change) else []
        return found

    def _is_renewed(self, change: Document) -> bool:
        (planned,) = [each["after"] for each in change["fields"] if each["field"] == "password"] or [None]
        return planned is not None and planned != self.fingerprint(self.variables[change["password_reference"]["env"]])

    def _normal(self, name: str, stored: Any) -> Any:
        if stored is None or (isinstance(stored, str) and not stored.strip()):
            return None
        if name == "password":
            return self.fingerprint(stored)
        return bool(stored) if name == "ssl" else stored.rstrip(" ") if isinstance(stored, str) else stored

    def _stored(self, change: Document) -> Any:
        after = change["after"]
        if change["field"] == "password" and after is not None:
            return self._texts[after]
        return int(after) if isinstance(after, bool) else after
