"""Whether each mapped column is there and large enough for what it has to hold."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from efsync.erp.codecs import Codec, find_codec
from efsync.erp.columns import ColumnFacts, mapped_columns, missing_columns
from efsync.erp.field_columns import FieldColumn
from efsync.erp.layout import Layout, Place
from efsync.erp.presets import PRESETS
from efsync.model.checks import Check, Topic, check_of, doubtful, fine, wrong
from efsync.model.fields import FIELDS, MAX_PORT, PASSWORD, FieldKind, PlainValue
from efsync.model.language import Message, joined, message
from efsync.model.problems import Refused
from efsync.model.secrets import Secret
from efsync.settings.model import TargetSettings

_HTML_CHARACTERS = 1000
_PASSWORD_CHARACTERS = 16


def column_checks(
    connection: Connection, target: TargetSettings, table: str, there: Mapping[str, ColumnFacts]
) -> Iterator[Check]:
    """A line for each mapped column of one table, or one for the table where there is none."""
    layout = target.layout
    missing = [meaning for name, meaning in mapped_columns(layout, table) if name not in there] if there else ["table"]
    for meaning, problem in zip(missing, missing_columns(connection, layout, table, there), strict=True):
        key = _key(target, table, meaning)
        if problem.hint:
            remedy = message("{hint}: name it {key}", hint=problem.hint, key=key)
        elif there:
            remedy = message("name the right one {key}", key=key)
        else:
            remedy = message("name the right one {key}, or let the user of the url see it", key=key)
        yield wrong(Topic.COLUMN if there else Topic.TABLE, problem.message, remedy, target.name)
    for name, meaning, place in _mapped(layout, table):
        if name in there:
            yield column_check(there[name], meaning, place, connection.dialect.name, target.name)


def codec_checks(target: TargetSettings) -> Iterator[Check]:
    """A line where the codec of the password is not installed, or has no key."""
    place = target.layout.fields.get(PASSWORD)
    try:
        if place is not None:
            find_codec(place.codec).encode(Secret("x"))
    except Refused as refused:
        columns = f"[targets.{target.name}.columns]"
        remedy = message(
            "install the package that brings it, or name another as password in {section}", section=columns
        )
        yield from (check_of(Topic.COLUMN, problem, target.name, remedy) for problem in refused.problems)


def column_check(facts: ColumnFacts, meaning: str, place: Place | None, dialect: str, target: str) -> Check:
    """One column: what it is mapped to, its type, and whether it looks too small for that."""
    misfit = _misfit(facts, meaning, place, dialect) if place else None
    described = message(
        "{column} is {meaning}: {kind}, {null}",
        column=f"{facts.table}.{facts.name}",
        meaning=_of_property(meaning, place),
        kind=facts.described,
        null=null_in_words(facts),
    )
    if place and _is_assumed(meaning, place):
        described = message("{described}, a name that the preset assumes", described=described)
    if misfit is None:
        return fine(Topic.COLUMN, described, target)
    remedy = message("look whether it is the right column")
    return doubtful(Topic.COLUMN, joined("; ", (described, misfit)), remedy, target)


def null_in_words(facts: ColumnFacts) -> Message:
    """Whether a column may be empty."""
    return message("may be NULL") if facts.nullable else message("never NULL")


def _of_property(meaning: str, place: Place | None) -> str:
    if place and place.property:
        return message("{meaning} of property {name}", meaning=meaning, name=place.property)
    return meaning


def _key(target: TargetSettings, table: str, meaning: str) -> Message:
    """Where the settings name a table, or one of its columns."""
    of_users = table == target.layout.table
    if meaning in FIELDS and not of_users:
        return message("as value of {name} in {section}", name=meaning, section=f"[targets.{target.name}.columns]")
    if meaning in FIELDS or (of_users and meaning != "table"):
        section = f"[targets.{target.name}.columns]"
    else:
        section = f"[targets.{target.name}]" if of_users else f"[targets.{target.name}.property_table]"
    return message("as {name} in {section}", name=meaning, section=section)


def _mapped(layout: Layout, table: str) -> Iterator[tuple[str, str, Place | None]]:
    """The mapped columns of one table with their meanings, and the places of those that are mail fields."""
    for name, meaning in mapped_columns(layout, table):
        yield name, meaning, layout.fields.get(meaning) if meaning in FIELDS else None


def _is_assumed(field: str, place: Place) -> bool:
    """Whether a place is a preset's own that the vendor does not publish; the address's column is known."""
    presets = {preset.fields[field] for preset in PRESETS.values() if field in preset.fields}
    known = field == "address" and place.property is None
    return place in presets and not known


def _misfit(facts: ColumnFacts, field: str, place: Place, dialect: str) -> str | None:
    """Why a column is suspicious: a value that mail accounts do have would not fit."""
    sample, named = _sample(field)
    try:
        codec: Codec = find_codec(place.codec)
        misfit = FieldColumn(place, facts, codec, dialect).misfit(sample)
    except Refused:  # a line of its own says it
        return None
    return message("{value} does not fit: {misfit}", value=named, misfit=misfit) if misfit else None


def _sample(field: str) -> tuple[PlainValue | Secret, str]:
    """A value that is large and usual for a field, and what to call it."""
    match FIELDS[field]:
        case FieldKind.NUMBER:
            return MAX_PORT, message("port {number}", number=MAX_PORT)
        case FieldKind.SWITCH:
            return True, message("a yes")
        case FieldKind.SECRET:
            named = message("a password of {count} characters", count=_PASSWORD_CHARACTERS)
            return Secret("x" * _PASSWORD_CHARACTERS), named
        case FieldKind.HTML:
            named = message("a {field} of {count:,} characters", field=field, count=_HTML_CHARACTERS)
            return "x" * _HTML_CHARACTERS, named
    return "x", message("a text")
