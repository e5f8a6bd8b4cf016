"""Two things can't be kept in one place: whoever writes the one would overwrite, or show, the other."""

from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.settings.read import read_settings


@pytest.mark.parametrize(
    ("layout", "columns", "said"),
    [
        ("efactory", 'footer = "Cla_Cor"', ["footer is kept where password is"]),
        ("efactory", 'footer = "cla_cor"', ["footer is kept where password is"]),
        ("efactory", 'footer = "Departamento"', ["footer is kept where department is"]),
        ("efactory", 'server = "Cod_Usu"', ["server is kept where key is"]),
        ("efactory", 'server = "X"\ndomain = "X"', ["domain is kept where server is"]),
        ("efactory", 'server = {property = "P", value = "V"}\ndomain = {property = "p", value = "V"}',
         ["domain is kept where server is"]),
        ("efactory-properties", 'server = {value = "Cod_Reg", property = "P"}', ["server is kept where record is"]),
        ("efactory", 'server = {property = "P", value = "V"}\ndomain = {property = "P", value = "W"}', []),
        ("efactory", 'footer = "Cla_Cor"\npassword = false', []),
        ("efactory", 'server = "Dom_Cor"\ndomain = "Ser_Cor"', []),
    ],
)  # fmt: skip
def test_two_things_in_one_place_are_refused(tmp_path: Path, layout: str, columns: str, said: list[str]) -> None:
    file = tmp_path / "efsync.toml"
    file.write_text(f'[targets.erp]\nurl = "sqlite:///erp.db"\nlayout = "{layout}"\n[targets.erp.columns]\n{columns}\n')
    if not said:
        read_settings(file)
        return
    with pytest.raises(Refused) as refused:
        read_settings(file)
    assert [each.message.partition(", in [")[0] for each in refused.value.problems] == said
    assert {each.code for each in refused.value.problems} == {"config"}
    assert all(each.location and each.location.line and each.location.line > 4 for each in refused.value.problems)
