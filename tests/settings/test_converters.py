"""A converter that makes no sense for its field is refused, with its place."""

from pathlib import Path

import pytest

from efsync.erp.layout import Converter
from efsync.model.fields import FIELDS, FieldKind
from efsync.model.problems import Refused
from efsync.settings.read import read_settings

_OF_TEXT = {"auto", "text", "blank for none"}
_OF_NUMBERS = {*_OF_TEXT, "number as text"}
ALLOWED = {
    FieldKind.TEXT: _OF_TEXT,
    FieldKind.HTML: _OF_TEXT,
    FieldKind.SECRET: _OF_TEXT,
    FieldKind.NUMBER: _OF_NUMBERS,
    FieldKind.SWITCH: set(map(str, Converter)),
}
PLACES = [
    ("{{converter = '{}'}}", "efsync.toml:4:"),
    ("{{property = 'P', value = 'V', converter = '{}'}}", "efsync.toml:4:"),
]


def _write(folder: Path, field: str, place: str) -> Path:
    file = folder / "efsync.toml"
    file.write_text(f'[targets.erp]\nurl = "sqlite:///erp.db"\n[targets.erp.columns]\n{field} = {place}\n')
    return file


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("converter", Converter)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_takes_the_converters_of_its_kind_and_no_other(
    tmp_path: Path, field: str, converter: Converter, place: tuple[str, str]
) -> None:
    written, where = place
    file = _write(tmp_path, field, written.format(converter))
    if converter in ALLOWED[FIELDS[field]]:
        assert read_settings(file).target(None).layout.fields[field].converter is converter
        return
    with pytest.raises(Refused) as refused:
        read_settings(file)
    (problem,) = refused.value.problems
    assert problem.message.startswith("converter: must be auto or text or ")
    assert problem.message.endswith(f"not '{converter}', in [targets.erp.columns.{field}]")
    assert str(problem.location).startswith(where)


def test_a_converter_that_nobody_knows_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_settings(_write(tmp_path, "ssl", "{converter = 'S/M'}"))
    (problem,) = refused.value.problems
    assert "must be auto or text or number as text or bit or S/N or SI/NO or blank for none" in problem.message
