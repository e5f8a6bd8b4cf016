"""The table [probe] of efsync.toml."""

from pathlib import Path

import pytest

from efsync.mail.servers import Servers
from efsync.model.problems import Refused
from efsync.settings.model import ProbeSettings
from efsync.settings.read import read_settings

TARGET = '[targets.erp]\nurl = "sqlite:///erp.db"\n'


def read(folder: Path, table: str) -> ProbeSettings:
    (folder / "efsync.toml").write_text(f"{TARGET}[probe]\n{table}", encoding="utf-8")
    return read_settings(folder / "efsync.toml").probe


def test_without_it_no_server_may_be_talked_to(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ProbeSettings(Servers(), Servers(), None)


def test_what_it_says_is_heard(tmp_path: Path) -> None:
    found = read(
        tmp_path, 'servers = ["a.example", "*.b.example:25"]\nplain_login = ["c.b.example"]\nca_file = "ca.pem"\n'
    )
    assert found.servers == Servers.parse(["a.example", "*.b.example:25"])
    assert found.plain_login == Servers.parse(["c.b.example"])
    assert found.ca_file == tmp_path / "ca.pem"


def test_every_pattern_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, 'servers = ["a.example", "*", "b.example:99999"]\nplain_login = ["*.com"]\n')
    found = [(str(problem.location), problem.code, problem.message) for problem in refused.value.problems]
    assert found == [
        ("efsync.toml:4:11", "config",
         "servers: '*' is neither a host name, nor an IP address, nor *. before a name, in [probe]"),
        ("efsync.toml:4:11", "config",
         "servers: 'b.example:99999' has no port from 1 to 65535 after its colon, in [probe]"),
        ("efsync.toml:5:15", "config",
         "plain_login: '*.com' lets too much through: *. needs a name with a dot after it, in [probe]"),
    ]  # fmt: skip


@pytest.mark.parametrize("table", ['servers = "a.example"', 'server = ["a.example"]', "servers = [25]", 'ca_file = ""'])
def test_what_it_can_not_say_is_told(tmp_path: Path, table: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, table)
    assert {problem.code for problem in refused.value.problems} == {"config"}
