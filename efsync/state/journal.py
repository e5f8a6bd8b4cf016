"""What a run set out to change, account by account, in the tables of the state."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from efsync.model.accounts import OnRemoval
from efsync.model.batches import BATCH, batches
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.model.problems import Location
from efsync.planning.document import FORMER, reference_from_document, reference_to_document
from efsync.state.tables import run_changes
from efsync.state.texts import Kept, Texts

Document = Mapping[str, Any]


def write_changes(connection: Connection, run: str, changes: tuple[AccountChange, ...]) -> None:
    """Journal the `changes` of a run. Raises `Refused` as `Texts.write` does."""
    texts = Texts(connection)
    for some in batches(enumerate(changes)):
        rows = [
            {"run": run, "position": position, "key": change.key, "change": _document(change, texts)}
            for position, change in some
        ]
        texts.write()
        connection.execute(insert(run_changes), rows)


def read_changes(connection: Connection, run: str) -> Iterator[AccountChange]:
    """The changes of a run, in the order of its plan."""
    texts = Texts(connection)
    of_run = select(run_changes.c.change).where(run_changes.c.run == run).order_by(run_changes.c.position)
    position, first = run_changes.c.position, 0
    while documents := connection.execute(of_run.where(position.between(first, first + BATCH - 1))).scalars().all():
        texts.read(values for each in documents for values in _sides_of(each))
        yield from (_change(each, texts) for each in documents)
        first += BATCH


def read_change(connection: Connection, run: str, user: str) -> Iterator[AccountChange]:
    """What a run changes in the account with this comparable code, if it does."""
    texts = Texts(connection)
    of_user = select(run_changes.c.change).where(run_changes.c.run == run, run_changes.c.key == user)
    documents = connection.execute(of_user).scalars().all()
    texts.read(values for each in documents for values in _sides_of(each))
    return (_change(each, texts) for each in documents)


def _document(change: AccountChange, texts: Texts) -> Document:
    """A change as the journal has it; what it does not have is left out."""
    location = change.location
    document = {
        "user": change.user,
        "department": change.department,
        "action": change.action.value,
        "before": texts.kept(change.before),
        "after": texts.kept(change.after),
        "origins": [each.origin.value for each in change.fields],
        "unchanged": texts.kept(change.unchanged),
        "on_removal": change.on_removal.value if change.on_removal else None,
        "password_reference": reference_to_document(change.reference),
        **{name: getattr(change, name) for name in FORMER},
        "location": [location.file, location.line, location.column] if location else None,
    }
    return {name: value for name, value in document.items() if value}


def _sides_of(document: Document) -> Iterator[Mapping[str, Kept]]:
    return (document[side] for side in ("before", "after", "unchanged") if side in document)


def _change(document: Document, texts: Texts) -> AccountChange:
    before, after, unchanged = (texts.whole(document.get(side, {})) for side in ("before", "after", "unchanged"))
    on_removal, location = document.get("on_removal"), document.get("location")
    origins = zip(before, document.get("origins", ()), strict=True)
    return AccountChange(
        user=document["user"],
        department=document["department"],
        action=Action(document["action"]),
        fields=tuple(FieldChange(field, before[field], after[field], Origin(origin)) for field, origin in origins),
        unchanged=unchanged,
        on_removal=OnRemoval(on_removal) if on_removal else None,
        reference=reference_from_document(document.get("password_reference")),
        location=Location(*location) if location else None,
        **{name: document[name] for name in FORMER if name in document},
    )
