"""Where the keys of efsync.toml stand."""

from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.settings.read import read_settings

TEXT = """\
default_target = "erp"   # a comment
[targets.erp]
url = "sqlite:///erp.db"
layout = "another"
tenat = "ACME"

[targets."with.dot"]
url = 5

[safety]
max_changed_percent = 500
"""


def test_every_problem_has_the_line_and_column_of_its_key_or_value(tmp_path: Path) -> None:
    (tmp_path / "efsync.toml").write_text(TEXT)
    with pytest.raises(Refused) as raised:
        read_settings(tmp_path / "efsync.toml")
    places = sorted(str(problem.location) for problem in raised.value.problems)
    assert places == ["efsync.toml:11:23", "efsync.toml:4:10", "efsync.toml:5:1", "efsync.toml:8:7"]


@pytest.mark.parametrize("table", ["targets.erp", "state"])
def test_a_url_that_leads_nowhere_has_its_place(tmp_path: Path, table: str) -> None:
    text = '[targets.erp]\nurl = "sqlite:///erp.db"\n' if table == "state" else ""
    (tmp_path / "efsync.toml").write_text(f'{text}[{table}]\nurl = "env:"\n')
    with pytest.raises(Refused) as raised:
        read_settings(tmp_path / "efsync.toml")
    assert [str(problem.location) for problem in raised.value.problems] == [f"efsync.toml:{4 if text else 2}:7"]


def test_a_default_target_that_is_not_there_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "efsync.toml").write_text('default_target = "nope"\n[targets.erp]\nurl = "sqlite:///erp.db"\n')
    with pytest.raises(Refused) as raised:
        read_settings(tmp_path / "efsync.toml")
    assert [str(problem.location) for problem in raised.value.problems] == ["efsync.toml:1:18"]
