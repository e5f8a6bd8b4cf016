"""From a pattern such as `env:MAIL_{user}` to the reference of each user's password."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from efsync.accounts.department import FileAccount
from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import SecretReference
from efsync.schema.fine import is_fine
from efsync.schema.kinds import reference_kinds
from efsync.secrets.store import SecretStore

_NAMES = re.compile(r"\{(\w*)\}")
_KNOWN = ("user", "department")
_NOT_IN_A_VARIABLE = re.compile(r"[^A-Za-z0-9_]")
_NOT_IN_A_PATH = re.compile(r"[^\w.@-]|^\.+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`kind:argument`, with `{user}` and perhaps `{department}` in the argument."""

    kind: str
    argument: str

    @classmethod
    def read(cls, written: str) -> "Pattern":
        """The pattern that `written` is. Raises `Refused` (`usage`) where it is none."""
        kind, colon, argument = written.partition(":")
        names = _NAMES.findall(argument)
        hint = message("write a kind of reference and its argument, such as env:MAIL_{user} or file:secrets/{user}")
        if not colon or "user" not in names or set(names) - set(_KNOWN):
            what = message(
                "--password-ref {pattern} has to name {{user}}, and knows {{department}} too", pattern=written
            )
            raise Refused(Problem("usage", what, hint=hint))
        if kind not in reference_kinds():
            what = message("--password-ref: there is no kind of reference {kind}", kind=kind)
            near = get_close_matches(kind, reference_kinds(), n=1)
            raise Refused(Problem("usage", what, hint=message("did you mean {near}?", near=near[0]) if near else hint))
        return cls(kind, argument)

    def of(self, user: str, department: str) -> SecretReference:
        """The reference of one user."""
        unwanted = _NOT_IN_A_VARIABLE if self.kind == "env" else _NOT_IN_A_PATH
        values = {"user": unwanted.sub("_", user), "department": unwanted.sub("_", department)}
        return SecretReference(self.kind, _NAMES.sub(lambda found: values[found[1]], self.argument))


def reference_problems(
    references: Mapping[str, SecretReference],
    standing: Iterable[tuple[FileAccount, SecretReference]],
    store: SecretStore,
) -> Iterator[Problem]:
    """New references, by user code, that are not allowed, no references at all, or somebody else's too."""
    holders = {reference: account.code for account, reference in standing}
    hint = message("choose another --password-ref, or write the references of these users by hand")
    for code, reference in references.items():
        other = holders.setdefault(reference, code)
        if other != code:
            what = message(
                "the password of {user} would have the reference of {other}: {reference}", user=code, other=other,
                reference=reference,
            )  # fmt: skip
            yield Problem("reference-twice", what, hint=hint)
    for code, reference in references.items():
        fields = {"password": {reference.kind: reference.argument}}
        if not is_fine("department", {"version": 1, "department": "D", "users": {"A": fields}}):
            what = message("{reference}, for the password of {user}, is no reference", reference=reference, user=code)
            yield Problem("usage", what, hint=hint)
            return
    yield from _not_allowed(references, store)


def _not_allowed(references: Mapping[str, SecretReference], store: SecretStore) -> Iterator[Problem]:
    """The first that is not allowed: most often all are not, for one reason."""
    for code, reference in references.items():
        try:
            store.check_allowed(reference)
        except Refused as refused:
            for each in refused.problems:
                what = message("{said} (the password of {user}, and perhaps others)", said=each.message, user=code)
                yield replace(each, message=what)
            return
