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
    users = {
        "managed": 2, "applied_only": 0, "unmanaged": 2, "not_managed": 2, "no_mail_settings": 0, "inactive": 1,
        "users": 4,
    }  # fmt: skip
    none = dict.fromkeys(users, 0)
    assert found["departments"] == [
        {"department": "COMPRAS", **none, "unmanaged": 1, "no_mail_settings": 1, "users": 1},
        {"department": "VENTAS", **users},
    ]
    assert found["summary"] == {**users, "unmanaged": 3, "no_mail_settings": 1, "users": 5, "missing": 0, "gone": 0}
    servers = {(each["server"], each["port"]): (each["managed"], each["not_managed"]) for each in found["servers"]}
    assert servers == {("smtp.acme.example", 587): (2, 0), ("smtp.acme.example", 25): (0, 1), (None, None): (0, 1)}
    assert split(found["ssl"], "ssl")["yes"] == (2, 0)
    assert sum(each["accounts"] for each in found["ssl"]) == 4
    assert split(found["passwords"], "age") == {"under-30-days": (2, 0), "unknown": (0, 2)}


def test_unmanaged_is_what_a_plan_counts_so_and_these_have_mail_settings_or_none(company: World) -> None:
    company.department("  JPEREZ:\n    port: 587\n")
    for unmanaged, with_mail in ((3, 2), (4, 3)):  # MROJAS is applied only, and then nobody's
        summary = call_json(company, "stats").json["summary"]
        assert (summary["unmanaged"], summary["not_managed"]) == (unmanaged, with_mail)
        assert call_json(company, "plan").json["summary"]["unmanaged"] == unmanaged
        said = f"{unmanaged} are unmanaged, as plan counts them, {with_mail} of these with mail settings."
        assert said in call(company, "stats").out
        call(company, "state", "forget", "MROJAS", "--yes")


def test_who_is_in_no_file_or_no_user_is_named(company: World) -> None:
    company.department("  JPEREZ:\n    port: 587\n  NOBODY:\n    port: 587\n")
    company.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'JPEREZ%'")
    found = call_json(company, "stats").json["accounts"]
    named = {kind: [(each["user"], each["line"]) for each in accounts] for kind, accounts in found.items()}
    lines = [next(n for n, line in enumerate(text_of(company), 1) if code in line) for code in ("JPEREZ", "NOBODY")]
    assert named == {
        "applied_only": [("MROJAS", None)], "not_managed": [("LEFT", None), ("OLDTIMER", None)],
        "missing": [("JPEREZ", lines[0]), ("NOBODY", lines[1])], "gone": [],
    }  # fmt: skip
    text = call(company, "stats").out
    assert "Applied only, 1 user: MROJAS.\n" in text
    assert "Unmanaged with mail settings, 2 users: LEFT, OLDTIMER.\n" in text
    assert f"JPEREZ (accounts/ventas.yaml:{lines[0]}), NOBODY (accounts/ventas.yaml:{lines[1]}).\n" in text


def text_of(world: World) -> list[str]:
    """The lines of the department file."""
    return (world.folder / "accounts/ventas.yaml").read_text(encoding="utf-8").splitlines()


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
    gone = "1 account that was applied is in no file, and no user of the ERP any more: "
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
    assert (page.status, "efsync stats failed for erp" in page.out) == (1, True)
    assert "error: port: 70000" in page.err  # the page goes to a file, as often as not
    assert call(sales, "stats", "--format", "markdown").status == 1


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_counts_go_to_a_file_and_over_older_ones_and_nothing_else(form: str, company: World) -> None:
    file = company.folder / "counts"
    for _round in range(2):
        result = call(company, "stats", "--format", form, "--out", "counts")
        assert (result.status, result.out, result.err) == (0, "", "Wrote counts.\n")
    printed = call(company, "stats", "--format", form).out
    without_times = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")
    assert without_times.sub("", file.read_text(encoding="utf-8")) == without_times.sub("", printed)
    file.write_text("the work of a year", encoding="utf-8")
    refused = call(company, "stats", "--format", form, "--out", "counts")
    assert (refused.status, file.read_text(encoding="utf-8")) == (1, "the work of a year")
    said = "a file of this name is there, and is no count of efsync"
    if form == "json":
        assert refused.json["problems"][0]["message"] == said
    else:
        assert (refused.out, f"counts: error: {said} [config]" in refused.err) == ("", True)


def test_tables_fit_into_eighty_columns_in_both_languages(company: World) -> None:
    company.user("LONG", department="Administración de personal", server="mail.hosting-viejo.example.com.ve", port=25)
    for language in ("en", "es"):
        tables, _blank, _names = call(company, "stats", EFSYNC_LANG=language).out.rpartition("\n\n")
        assert max(map(len, tables.splitlines())) <= 80
        assert "mail.hosting-viejo.example.com.ve:25" in tables


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
    assert text.startswith("Cuentas de correo en erp, empresa ACME\n2 de 5 usuarios se gestionan (40%).\n")
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
