"""What differs: fields of two sets of values, lines of two texts."""

from collections.abc import Mapping
from functools import lru_cache

from efsync.model.fields import FIELDS, Value, Values

_OTHER_LINE_ENDS = {ord(each): repr(each)[1:-1] for each in "\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"}
"""What Python takes for line ends besides LF, written out, so that a difference in them is one."""


def differing_fields(before: Values, after: Values) -> tuple[str, ...]:
    """The fields of `after` whose value in `before` is another, in the screen's order."""
    if all(before.get(field) == value for field, value in after.items()):
        return ()
    # a number for each value: of two texts DeepDiff would look for the lines that differ, which nobody asked for yet
    numbers: dict[Value, int] = {}
    old, new = (
        tuple([numbers.setdefault(side.get(field), len(numbers)) for field in after]) for side in (before, after)
    )
    return _differing(tuple(after), old, new)


@lru_cache(maxsize=1024)  # many accounts differ in the same way
def _differing(fields: tuple[str, ...], before: tuple[int, ...], after: tuple[int, ...]) -> tuple[str, ...]:
    """The `fields` whose numbers differ, in the screen's order."""
    from deepdiff import DeepDiff  # slow to import, and needed only where something differs

    found = DeepDiff(dict(zip(fields, before, strict=True)), dict(zip(fields, after, strict=True)), view="tree")
    changed = {level.path(output_format="list")[0] for levels in found.values() for level in levels}
    return tuple(field for field in FIELDS if field in changed)


def line_difference(before: str, after: str) -> tuple[str, ...]:
    """A unified difference of two differing texts, a line each, without the file headers."""
    from deepdiff import DeepDiff  # slow to import, and needed only where a text is shown

    before, after = (text.translate(_OTHER_LINE_ENDS) for text in (before, after))
    if not (before.endswith("\n") and after.endswith("\n")):
        # DeepDiff compares by lines where there is a line end, and does not see a missing one
        before, after = before + "\n", after + "\n"
    found = DeepDiff({"text": before}, {"text": after}, verbose_level=2)
    changes: Mapping[str, Mapping[str, str]] = found["values_changed"]
    (change,) = changes.values()
    return tuple(change["diff"].split("\n")[2:])
