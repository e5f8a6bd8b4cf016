"""Where the HTML of accounts goes: one file for what several share, one template for what differs by name only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from efsync.accounts.department import Entry, IncludedText
from efsync.accounts.drafts.names import free, text_name
from efsync.accounts.drafts.skeleton import Skeleton, filled, has_holes, narrowed, skeleton, template, values
from efsync.accounts.drafts.values import may_be_included
from efsync.accounts.templates import Person, Templates
from efsync.model.normal import normal_text
from efsync.model.problems import Refused

MAX_INLINE = 2_000
"""The most characters of a text that stands in the department file itself, though one user only has it."""

MAX_INLINE_IN_FILE = 500_000
MAX_TRIED = 200
"""Of how many texts that one user only has so far it is tried whether they are others' too."""

Place = tuple[str, str]
"""An account's comparable code, and a field."""


@dataclass(frozen=True, slots=True)
class Use:
    """That an account has a text in a field."""

    key: str
    field: str
    text: str
    person: Person

    @property
    def place(self) -> Place:
        """Which account's which field."""
        return self.key, self.field


@dataclass(slots=True)
class Settled:
    """What each field says, and the files that have to be there for it, by name."""

    entries: dict[Place, Entry] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def settle(uses: Iterable[Use], standing: Callable[[str], str | None]) -> Settled:
    """Decide for each text; `standing` gives the text of a file that is there already."""
    settled = Settled()
    by_field: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_field[use.field].append(use)
    left: list[Use] = []
    for name in by_field:
        left += _templated(by_field[name], settled, standing)
    _share(left, settled, standing)
    return settled


def _templated(uses: list[Use], settled: Settled, standing: Callable[[str], str | None]) -> list[Use]:
    """Give those a template whose texts differ by it only; the others."""
    shapes: dict[Skeleton, list[Use]] = defaultdict(list)
    for use in uses:
        shapes[skeleton(use.text, use.person)].append(use)
    groups, left = _grouped(shapes)
    for members in groups:
        shape = skeleton(members[0].text, members[0].person)
        source = template(narrowed(shape, (values(use.person) for use in members)))
        proven = _proven(source, members)
        if len(proven) < 2:
            left += members
            continue
        places = {use.place for use in proven}
        left += [use for use in members if use.place not in places]
        _include(source, proven, settled, standing, is_template=True)
    return left


def _grouped(shapes: Mapping[Skeleton, list[Use]]) -> tuple[list[list[Use]], list[Use]]:
    """The users of each template, and those of none: the largest groups first, and who fits there too.

    A short title, or one that is a name too, gives a text another shape than that of its template.
    """
    order = sorted(shapes, key=lambda shape: -len(shapes[shape]))
    left = {use.place: use for shape in order for use in shapes[shape]}
    groups = []
    for number, shape in enumerate(order):
        members = [use for use in shapes[shape] if use.place in left]
        if not members or not has_holes(shape) or (len(members) == 1 and number > MAX_TRIED):
            continue
        places = {use.place for use in members}
        members += [use for place, use in left.items() if place not in places and _fits(shape, use)]
        known = [values(use.person) for use in members]
        if len({use.text for use in members}) > 1 and has_holes(narrowed(shape, known)):
            groups.append(members)
            for use in members:
                del left[use.place]
    return groups, list(left.values())


def _fits(pieces: Skeleton, use: Use) -> bool:
    first = pieces[0]
    if isinstance(first, str) and not use.text.startswith(first):
        return False
    return filled(pieces, values(use.person)) == use.text


@dataclass(frozen=True, slots=True)
class _OneText:
    """A folder with one template."""

    text: str

    def included_text(self, name: str) -> str:
        """The template."""
        return self.text


def _proven(source: str, uses: Iterable[Use]) -> list[Use]:
    """Those whose text is what the template makes of them."""
    if not may_be_included(source):
        return []
    templates = Templates(_OneText(source))
    proven = []
    for use in uses:
        try:
            if normal_text(templates.render("t", use.person, {})) == use.text:
                proven.append(use)
        except Refused:
            return []
    return proven


def _share(uses: list[Use], settled: Settled, standing: Callable[[str], str | None]) -> None:
    """One file for a text that several have; the others stand where they belong, or in a file if they are long."""
    by_text: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_text[use.text].append(use)
    room: Counter[str] = Counter()
    for text, members in by_text.items():
        department = members[0].person.department
        room[department] += len(text) * (len(members) == 1)
        is_long = len(text) > MAX_INLINE or room[department] > MAX_INLINE_IN_FILE
        if may_be_included(text) and (len(members) > 1 or is_long):
            _include(text, members, settled, standing, is_template=False)
        else:
            settled.entries |= dict.fromkeys((use.place for use in members), text)


def _include(
    text: str, uses: list[Use], settled: Settled, standing: Callable[[str], str | None], *, is_template: bool
) -> None:
    departments = sorted({use.person.department for use in uses})
    user = uses[0].person.code if len(uses) == 1 else None
    wanted = text_name(uses[0].field, departments, user)

    def taken(name: str) -> bool:
        """Whether another text has a name, or would have it."""
        return settled.files.get(name, standing(name)) not in (None, text)

    name = free(wanted, taken)
    if standing(name) is None:
        settled.files[name] = text
    settled.entries |= dict.fromkeys((use.place for use in uses), IncludedText(name, is_template))
