"""The provider of one's own that the README shows, installed as it stands there and used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.examples import examples
from tests.world import SETTINGS, World

TABLE = '\n[secrets.list]\nfile = "passwords"\nallow = ["mail/*"]\n'


def shown(language: str, mark: str) -> str:
    """The one example in a language that has a mark."""
    (found,) = (each.text for each in examples(language, "README.md") if mark in each.text)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package of the README is installed, with its entry point."""
    source, site = tmp_path_factory.mktemp("efsync-list"), tmp_path_factory.mktemp("site")
    (source / "efsync_list.py").write_text(shown("python", "class ListProvider"))
    (source / "pyproject.toml").write_text(shown("toml", "efsync.secrets"))
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", *install, "--target", site, source], check=True, timeout=120)
    return site


@pytest.fixture
def company(sales: World, site: Path) -> World:
    """A company whose passwords are in the list."""
    sales.write("efsync.toml", SETTINGS + TABLE)
    sales.write("passwords", "mail/jperez:clave-jperez\nmail/mrojas:clave-mrojas\nroot/admin:clave-ajena\n")
    lines = (sales.folder / "accounts/ventas.yaml").read_text()
    lines = lines.replace("{env: MAIL_JPEREZ}", "{list: mail/jperez}").replace(
        "{env: MAIL_MROJAS}", "{list: mail/mrojas}"
    )
    sales.write("accounts/ventas.yaml", lines)
    sales.environment["PYTHONPATH"] = str(site)
    return sales


def test_it_has_twenty_lines() -> None:
    code = [line for line in shown("python", "class ListProvider").splitlines() if line.strip()]
    assert len(code) <= 20


def test_it_is_used_in_a_plan_and_an_apply(company: World) -> None:
    assert company.run("validate").status == 0
    planned = company.json("plan")
    assert (planned.status, planned.json["problems"]) == (0, [])
    assert {change["user"]: change["password_reference"] for change in planned.json["changes"]} == {
        "JPEREZ": {"list": "mail/jperez"}, "MROJAS": {"list": "mail/mrojas"},
    }  # fmt: skip
    company.apply()
    assert company.live("JPEREZ")["password"] == "clave-jperez"
    assert company.json("plan", "--detailed-exitcode").status == 0
    assert company.json("secrets", "check").json["summary"]["in_use"] == 2


def test_what_it_does_not_allow_or_does_not_have_is_told_with_its_place(company: World) -> None:
    company.department("  JPEREZ:\n    password: {list: root/admin}\n  MROJAS:\n    password: {list: mail/nobody}\n")
    found = company.json("plan").json["problems"]
    assert [(each["code"], each["line"]) for each in found] == [("secret-not-allowed", 5), ("secret-missing", 7)]
    assert "clave" not in json.dumps(found)


def test_where_it_is_down_that_is_one_problem(company: World) -> None:
    (company.folder / "passwords").unlink()
    (found,) = company.json("plan").json["problems"]
    assert (found["code"], found["file"]) == ("secrets-unavailable", "efsync.toml")
    assert "of kind list" in found["message"]


def test_the_schema_for_editors_knows_its_kind(company: World) -> None:
    schema = json.loads(company.run("schema", "department").out)
    assert "list" in schema["$defs"]["password"]["properties"]


def test_without_it_its_kind_is_unknown_and_not_repeated(company: World) -> None:
    company.write("efsync.toml", SETTINGS)
    result = company.json("plan", PYTHONPATH="")
    assert result.codes == ["unknown-key", "unknown-key"]
    assert "mail/jperez" not in result.out
