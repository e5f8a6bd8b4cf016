"""Plans that Hypothesis makes up, of every kind that efsync can make."""

from dataclasses import replace

from hypothesis import strategies as st

from efsync.model.fields import FIELDS, PASSWORD, UNKNOWN
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Selection, Source, Summary
from efsync.model.problems import Location, Problem, Severity
from efsync.planning.document import plan_to_document
from tests.planning.generated import references, removals, some_fields, values

texts = st.text(max_size=12) | st.sampled_from(["\x1b[31mred", "[bold]", "\u202egnp.exe", "ñandú", '"\\', "\x7f\u00a0"])
names = texts.filter(bool)
counts = st.integers(min_value=0, max_value=100_000)
locations = st.builds(Location, names, st.integers(1, 9999), st.integers(1, 200))
places = locations | st.builds(Location, names) | st.none()


@st.composite
def field_changes(draw: st.DrawFn) -> FieldChange:
    """A change of any field; a password may be known at apply only."""
    field = draw(st.sampled_from(list(FIELDS)))
    after = draw(values(field) | st.just(UNKNOWN)) if field == PASSWORD else draw(values(field))
    return FieldChange(field, draw(values(field)), after, draw(st.sampled_from(list(Origin))))


changes = st.builds(
    AccountChange,
    user=names,
    department=texts,
    action=st.sampled_from(list(Action)),
    fields=st.lists(field_changes(), max_size=4).map(tuple),
    unchanged=some_fields,
    on_removal=removals | st.none(),
    reference=references,
    location=locations | st.none(),
)
problems = st.builds(
    Problem,
    code=names,
    message=texts,
    location=places,
    hint=texts | st.none(),
    severity=st.sampled_from(list(Severity)),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan, with its digest."""
    plan = Plan(
        target=draw(names),
        tenant=draw(names | st.none()),
        efsync_version=draw(st.sampled_from(["0.1.0", "1.2.3"])),
        created_at="2026-03-01T12:00:00.000Z",
        selection=Selection(tuple(draw(st.lists(texts, max_size=2))), tuple(draw(st.lists(texts, max_size=2)))),
        source=Source(draw(texts | st.none()), draw(st.booleans()), draw(texts)),
        summary=Summary(*draw(st.tuples(*[counts] * 7))),
        changes=tuple(draw(st.lists(changes, max_size=3))),
        problems=tuple(draw(st.lists(problems, max_size=2))),
        key_id=draw(texts | st.none()),
        without_secrets=draw(st.booleans()),
    )
    return replace(plan, plan_id=plan_to_document(plan)["plan_id"])
