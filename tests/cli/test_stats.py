"""`efsync stats`: how many accounts there are, of which kind."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from efsync.model.stats import PasswordAge, Stats
from efsync.settings.read import read_settings
from efsync.workflows.stats import stats
from tests.cli.inside import applied, call, call_json
from tests.world import World


@pytest.fixture
def company(sales: World) -> World:
    """The company of `sales` after an apply, with users that no file has."""
    applied(sales)
    sales.user(
        "OLDTIMER", address="old@acme.example", password="clave-vieja", server="SMTP.acme.example", port=25, ssl=0
    )
    sales.user("LEFT", status="I", password="clave-left")
    sales.user("EMPTY", department="COMPRAS")
    sales.user("STRANGER", tenant="OTHER", address="x@other.example")
    return sales


def counted(world: World, days: int = 0) -> Stats:
    """The counts after so many days."""
    return stats(read_settings(world.folder / "efsync.toml"), now=datetime.now(UTC) + timedelta(days=days))


def split(rows: list[dict[str, Any]], code: str) -> dict[Any, tuple[int, int]]:
    """Of each row that counts somebody, how many are managed and how many not."""
    return {each[code]: (each["managed"], each["not_managed"]) for each in rows if each["accounts"]}


def test_users_are_counted_by_department_server_ssl_and_age_of_password(company: World) -> None:
    result = call_json(company, "stats")
    assert (result.status, result.err) == (0, "")
    found = result.json
    assert (found["kind"], found["target"], found["tenant"], found["problems"]) == ("stats", "erp", "ACME", [])
    users = {"managed": 2, "applied_only": 0, "not_managed": 2, "no_mail_settings": 0, "inactive": 1, "users": 4}
    none = dict.fromkeys(users, 0)
    assert found["departments"] == [
        {"department": "COMPRAS", **none, "no_mail_settings": 1, "users": 1},
        {"department": "VENTAS", **users},
    ]
    assert found["summary"] == {**users, "no_mail_settings": 1, "users": 5, "missing": 0, "gone": 0}
    servers = {(each["server"], each["port"]): (each["managed"], each["not_managed"]) for each in found["servers"]}
    assert servers == {("smtp.acme.example", 587): (2, 0), ("smtp.acme.example", 25): (0, 1), (None, None): (0, 1)}
    assert split(found["ssl"], "ssl")["yes"] == (2, 0)
    assert sum(each["accounts"] for each in found["ssl"]) == 4
    assert split(found["passwords"], "age") == {"under-30-days": (2, 0), "unknown": (0, 2)}


def test_a_password_grows_old_until_it_is_renewed(company: World) -> None:
    for days, age in ((0, PasswordAge.UNDER_30), (100, PasswordAge.UNDER_180), (400, PasswordAge.OLDER)):
        assert counted(company, days).counts.passwords[age] == (2, 0)
    company.change("MROJAS", password=None)
    assert counted(company, 100).counts.passwords[PasswordAge.NO_PASSWORD] == (1, 0)


def test_who_left_the_files_is_applied_only_until_it_is_forgotten(company: World) -> None:
    company.department("  JPEREZ:\n    port: 587\n")
    summary = call_json(company, "stats").json["summary"]
    assert (summary["managed"], summary["applied_only"], summary["not_managed"]) == (1, 1, 2)
    assert call(company, "state", "forget", "MROJAS", "--yes").status == 0
    summary = call_json(company, "stats").json["summary"]
    assert (summary["managed"], summary["applied_only"], summary["not_managed"]) == (1, 0, 3)


def test_accounts_without_a_user_are_told_beside_the_counts(company: World) -> None:
    company.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")
    summary = call_json(company, "stats").json["summary"]
    assert (summary["users"], summary["managed"], summary["missing"], summary["gone"]) == (4, 1, 1, 0)
    company.department("  JPEREZ:\n    port: 587\n")
    summary = call_json(company, "stats").json["summary"]
    assert (summary["managed"], summary["missing"], summary["gone"]) == (1, 0, 1)
    gone = "1 account that was applied is in no file, and no user of the ERP any more."
    assert gone in call(company, "stats").out
    assert gone in call(company, "stats", "--format", "markdown").out
    assert gone in call(company, "stats", "--format", "html").out


def test_a_user_with_a_new_code_keeps_the_age_of_its_password(company: World) -> None:
    company.sql("UPDATE Usuarios SET Cod_Usu = 'MARIA     ' WHERE Cod_Usu LIKE 'MROJAS%'")
    company.department(
        "  JPEREZ:\n    port: 587\n  MARIA:\n    renamed_from: MROJAS\n    password: {env: MAIL_MROJAS}\n"
    )
    found = call_json(company, "stats").json
    assert split(found["passwords"], "age")["under-30-days"] == (2, 0)
    assert (found["summary"]["applied_only"], found["summary"]["gone"], found["summary"]["missing"]) == (0, 0, 0)


def test_only_the_departments_that_are_named_are_counted(company: World) -> None:
    found = call_json(company, "stats", "--department", "compras").json
    assert ([each["department"] for each in found["departments"]], found["summary"]["users"]) == (["COMPRAS"], 1)
    assert found["selection"] == {"departments": ["compras"]}
    both = call_json(company, "stats", "-d", "COMPRAS", "-d", "VENTAS").json
    assert both["summary"] == call_json(company, "stats").json["summary"]
    wrong = call_json(company, "stats", "-d", "VENTSA")
    assert (wrong.status, wrong.json["kind"], wrong.problem("selection")["hint"]) == (
        1, "stats", "did you mean VENTAS?",
    )  # fmt: skip


def test_nothing_is_written_and_no_password_is_needed_nor_shown(company: World) -> None:
    before = (company.dump(), sorted(company.folder.rglob("*")))
    company.environment = {}
    (company.folder / ".efsync" / "key").rename(company.folder / "key-of-another")
    outputs = [call(company, "stats", "--format", each) for each in ("text", "json", "markdown", "html")]
    assert [each.status for each in outputs] == [0] * 4
    assert not re.search("clave-|hmac-sha256", "".join(each.out + each.err for each in outputs))
    (company.folder / "key-of-another").rename(company.folder / ".efsync" / "key")
    assert (company.dump(), sorted(company.folder.rglob("*"))) == before


def test_without_an_apply_there_is_no_state_and_none_is_made(sales: World) -> None:
    found = call_json(sales, "stats").json
    assert (found["summary"]["managed"], found["summary"]["users"]) == (2, 2)
    assert split(found["passwords"], "age") == {"unknown": (1, 0), "no-password": (1, 0)}
    assert not (sales.folder / ".efsync").exists()


def test_an_apply_that_did_not_end_is_told(sales: World) -> None:
    assert sales.run_killed("after the commit", "apply", "--yes").status == -9
    result = call_json(sales, "stats")
    assert (result.status, result.problem("run-under-way")["severity"]) == (0, "warning")
    assert "run-under-way" in call(sales, "stats").err


def test_files_with_errors_are_not_counted(sales: World) -> None:
    sales.department("  JPEREZ:\n    port: 70000\n")
    result = call_json(sales, "stats")
    assert (result.status, result.codes, result.json["kind"]) == (1, ["schema"], "stats")
    page = call(sales, "stats", "--format", "html")
    assert (page.status, "efsync stats failed for erp" in page.out, page.err) == (1, True, "")
    assert call(sales, "stats", "--format", "markdown").status == 1


def test_a_usage_error_is_the_document_too(sales: World) -> None:
    result = call_json(sales, "stats", "--nope")
    assert (result.status, result.codes, result.json["kind"], result.json["servers"]) == (1, ["usage"], "stats", [])


def test_what_layouts_leave_out_is_not_counted(sales: World) -> None:
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings + "\n[targets.erp.columns]\nssl = false\n")
    sales.department("  JPEREZ:\n    port: 587\n")
    found = call_json(sales, "stats").json
    assert (found["ssl"], len(found["passwords"]) > 0) == ([], True)
    assert "Use of SSL" not in call(sales, "stats").out


def test_people_read_it_in_their_language_and_programs_in_english(company: World) -> None:
    text = call(company, "stats", EFSYNC_LANG="es").out
    assert text.startswith("Cuentas de correo en erp, empresa ACME\n\nDepartamentos ")
    for each in (
        "gestionadas",
        "sin gestionar",
        "Servidor saliente",
        "Antigüedad de la contraseña",
        "menos de 30 días",
    ):
        assert each in text
    page = call(company, "stats", "--format", "html", EFSYNC_LANG="es").out
    assert ('<html lang="es">' in page, "Uso de SSL" in page) == (True, True)
    document = call_json(company, "stats", EFSYNC_LANG="es").json
    assert document | {"made_at": None} == call_json(company, "stats").json | {"made_at": None}
