"""`python -m benchmarks` as a whole."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from benchmarks.measure import Timed
from benchmarks.peers import OCTODNS, find_octodns
from benchmarks.people import Person
from benchmarks.processes import Unexpected
from benchmarks.startup import COMMANDS, heavy_imports

ROOT = Path(__file__).resolve().parents[2]


def benchmarks(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)


def test_it_prints_tables_and_writes_every_run_and_a_chart(tmp_path: Path) -> None:
    results, chart = tmp_path / "of" / "results.json", tmp_path / "growth.svg"
    done = benchmarks(
        "--sizes", "20", "--runs", "1", "--databases", "sqlite", "--no-whole",
        "--json", str(results), "--chart", str(chart),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "20 accounts |" in done.stdout
    assert "Targets met on sqlite" in done.stdout
    document = json.loads(results.read_text(encoding="utf-8"))
    assert [(each["way"], each["accounts"]) for each in document["companies"]] == [("plain", 20)]
    assert len(document["companies"][0]["series"][Timed.FLOOR]["runs"]) == 4
    assert document["startup"].keys() == {"python -c pass", *COMMANDS}
    assert fromstring(chart.read_text(encoding="utf-8")).get("role") == "img"


@pytest.mark.parametrize("size", ["0", "many", "100001"])
def test_a_size_that_can_not_be_made_is_refused(size: str) -> None:
    done = benchmarks("--sizes", size)
    assert done.returncode == 2
    assert f"{size} is not a number from 1 to 100000" in done.stderr


def test_where_there_is_no_octodns_none_is_found(tmp_path: Path) -> None:
    assert find_octodns(str(tmp_path / "python")) is None


def test_octodns_compares_a_record_for_each_user(tmp_path: Path) -> None:
    pytest.importorskip("octodns")
    octodns = find_octodns(sys.executable)
    assert octodns is not None
    step = octodns.step(tmp_path, [Person(number) for number in range(5)])
    assert step.name == OCTODNS
    assert step.action().seconds > 0
    zone = tmp_path / "desired" / "acme.example.yaml"
    zone.write_text(zone.read_text(encoding="utf-8").replace("port=587", "port=25", 1), encoding="utf-8")
    with pytest.raises(Unexpected, match="found changes"):
        step.action()


def test_a_heavy_import_is_noticed_however_deep_it_is() -> None:
    profile = "import time: self [us] | cumulative | imported package\nimport time: 1 | 2 |     sqlalchemy.engine\n"
    assert heavy_imports(profile + "import time: 1 | 2 | click\nimport time: 1 | 2 | yamlish\n") == ["sqlalchemy"]


def test_where_no_server_answers_it_says_so() -> None:
    away = "mariadb+pymysql://root@127.0.0.1:1/mysql"
    done = benchmarks("--databases", "mariadb", EFSYNC_TEST_MARIADB_URL=away)
    assert done.returncode == 1
    assert "no server answers: mariadb" in done.stderr
