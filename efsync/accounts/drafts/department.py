"""The text of a new department file: what most of its accounts share becomes its defaults."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from efsync.accounts.department import Entry
from efsync.accounts.editing import layout, made
from efsync.accounts.editing.made import Raw
from efsync.accounts.editing.tree import Collection, Document, Scalar
from efsync.accounts.editing.tree import Entry as Line
from efsync.model.fields import FIELDS, PASSWORD
from efsync.model.secrets import SecretReference

_SHAREABLE = tuple(name for name in FIELDS if name not in ("address", PASSWORD))


@dataclass(frozen=True, slots=True)
class Draft:
    """An account as a file shall have it; `left_out` are fields that no file can hold, and nobody may set."""

    code: str
    fields: Mapping[str, Entry]
    reference: SecretReference | None = None
    left_out: frozenset[str] = field(default_factory=frozenset)

    def own(self, defaults: Mapping[str, Entry]) -> dict[str, Raw]:
        """What stands at the user itself beside such defaults."""
        fields = {
            name: made.raw(entry)
            for name, entry in self.fields.items()
            if (entry != defaults[name] if name in defaults else entry is not None)
        }
        return fields if self.reference is None else {**fields, PASSWORD: made.raw(self.reference)}


def department_text(department: str, drafts: Sequence[Draft], schema: str | None = None) -> str:
    """A whole new file; `schema` is where editors find the one of department files."""
    shared = defaults(drafts)
    users = Collection([made.account(draft.code, draft.own(shared)) for draft in drafts], is_flow=False)
    parts = [Line(_plain("version"), _plain("1")), Line(_plain("department"), made.node("", department))]
    if shared:
        raw = {name: made.raw(entry) for name, entry in shared.items()}
        parts.append(Line(_plain("defaults"), made.collection(raw)))
    parts.append(Line(_plain("users"), users))
    head = [f"# yaml-language-server: $schema={schema}"] if schema else []
    return layout.document_text(Document("", Collection(parts, is_flow=False), head))


def defaults(drafts: Sequence[Draft]) -> dict[str, Entry]:
    """What more than half of the accounts, and two at least, have in common; where it is a value at all."""
    shared: dict[str, Entry] = {}
    for name in _SHAREABLE:
        if any(name in draft.left_out for draft in drafts):
            continue
        counted = Counter(draft.fields[name] for draft in drafts if name in draft.fields).most_common(1)
        entry, count = counted[0] if counted else (None, 0)
        if entry is not None and count > 1 and count * 2 > len(drafts):
            shared[name] = entry
    return shared


def _plain(text: str) -> Scalar:
    return Scalar(text, text)
