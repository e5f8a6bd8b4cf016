"""`efsync script`: what it refuses, prints and leaves behind. What scripts do is in tests/scripts."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from efsync.planning.document import plan_digest
from efsync.views.documents import as_json
from tests.cli.inside import applied, call, call_json, saved_plan
from tests.world import SETTINGS, World


def script(world: World, *arguments: str) -> Any:
    """`efsync script plan.json --out script.sql` as JSON, which has to go well."""
    result = call_json(world, "script", "plan.json", "--out", "script.sql", *arguments)
    assert result.status == 0, (result.out, result.err)
    return result.json


def refused(world: World, *arguments: str) -> Any:
    """The same where it has to be refused: no file, and nothing written anywhere; the document."""
    before = _everything(world)
    result = call_json(world, "script", "plan.json", "--out", "script.sql", *arguments)
    assert result.status == 1
    assert _everything(world) == before
    assert (result.json["kind"], result.json["file"], result.json["check_key"]) == ("script", None, None)
    return result


def _everything(world: World) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(world.folder.rglob("*")) if path.is_file()}


def test_a_script_writes_neither_erp_nor_state(sales: World) -> None:
    saved_plan(sales)
    before = _everything(sales)
    script(sales)
    after = _everything(sales)
    assert after.keys() - before.keys() == {sales.folder / "script.sql"}
    assert {path: after[path] for path in before} == before


def test_the_document_names_file_client_commands_and_variables(sales: World) -> None:
    plan_id = json.loads(saved_plan(sales).read_text())["plan_id"]
    made = script(sales)
    assert len(made.pop("check_key")) == 64
    assert made == {
        "format_version": "1.0",
        "kind": "script",
        "target": "erp",
        "plan_id": plan_id,
        "file": "script.sql",
        "client": "sqlite3",
        "commands": ["cat passwords.sql script.sql | sqlite3 -batch -bail erp.db"],
        "variables": [{"name": "password_JPEREZ", "user": "JPEREZ", "reference": {"env": "MAIL_JPEREZ"}}],
        "problems": [],
    }


def test_as_text_the_check_key_goes_to_standard_error_only(sales: World) -> None:
    saved_plan(sales)
    result = call(sales, "script", "plan.json", "--out", "script.sql")
    assert result.status == 0
    assert result.out.startswith(
        "Wrote script.sql: 1 account of erp, for sqlite3.\nRun it with:\n    cat passwords.sql"
    )
    assert "password_JPEREZ        the password of JPEREZ: {env: MAIL_JPEREZ}" in result.out
    key = result.err.split()[2]
    assert (result.err.split()[:2], len(key)) == (["check_key", "="], 64)
    assert key not in result.out + (sales.folder / "script.sql").read_text()


def test_without_out_the_script_goes_to_standard_output(sales: World) -> None:
    saved_plan(sales)
    result = call(sales, "script", "plan.json")
    assert result.status == 0
    assert result.out.startswith("-- efsync script for sqlite3\n")
    assert result.out.endswith("SELECT outcome FROM temp.efsync;\n")
    assert "clave-" not in result.out + result.err
    assert not (sales.folder / "script.sql").exists()


def test_a_script_waits_for_locks_as_long_as_the_target_says(sales: World) -> None:
    for settings, waits in (
        (SETTINGS, 60),
        (SETTINGS.replace("[targets.erp]", "[targets.erp]\nstatement_timeout = 7"), 7),
    ):
        sales.write("efsync.toml", settings)
        saved_plan(sales)
        script(sales)
        assert f"\n.timeout {waits}000\n" in (sales.folder / "script.sql").read_text()


def test_json_without_a_file_is_a_usage_error(sales: World) -> None:
    saved_plan(sales)
    result = call_json(sales, "script", "plan.json")
    assert (result.status, result.codes) == (1, ["usage"])


def test_a_file_that_is_no_script_is_not_replaced(sales: World) -> None:
    saved_plan(sales)
    sales.write("script.sql", "SELECT 1;\n")
    result = refused(sales)
    assert result.problem("config")["message"] == "a file of this name is there, and is no script of efsync"


@pytest.mark.parametrize("there", ["", "\n"])
def test_an_empty_file_or_another_script_is_replaced(sales: World, there: str) -> None:
    saved_plan(sales)
    sales.write("script.sql", there)
    script(sales)
    first = (sales.folder / "script.sql").read_text()
    script(sales)
    assert (sales.folder / "script.sql").read_text() != first  # each has a key of its own


def test_a_file_that_can_not_be_written_is_said(sales: World) -> None:
    saved_plan(sales)
    result = call_json(sales, "script", "plan.json", "--out", "nowhere/script.sql")
    assert result.status == 1
    assert "can't be written" in result.problem("config")["message"]


def test_a_script_can_go_into_a_pipe(sales: World) -> None:
    saved_plan(sales)
    os.mkfifo(sales.folder / "pipe")
    reader = os.open(sales.folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert call_json(sales, "script", "plan.json", "--out", "pipe").status == 0
    assert stat.S_ISFIFO((sales.folder / "pipe").stat().st_mode)
    assert os.read(reader, 20) == b"-- efsync script for"
    os.close(reader)


def test_the_header_says_what_changes_and_how_to_run_it(sales: World) -> None:
    saved_plan(sales)
    made = script(sales)
    head = (sales.folder / "script.sql").read_text().partition("\n\n")[0]
    assert all(line.startswith("--") for line in head.splitlines())
    for words in (
        "erp, tenant ACME",
        made["plan_id"],
        made["commands"][0],
        "1 changed, 0 cleared",
        "{env: MAIL_JPEREZ}",
    ):
        assert words in head


def test_a_stale_plan_makes_no_script(sales: World) -> None:
    saved_plan(sales)
    sales.change("JPEREZ", port=25)
    result = refused(sales)
    assert result.problem("plan-stale")["message"] == "JPEREZ changed in the ERP since the plan was made: port"


def test_a_plan_whose_password_is_another_one_now_makes_no_script(sales: World) -> None:
    saved_plan(sales)
    sales.environment["MAIL_JPEREZ"] = "otra"
    assert refused(sales).codes == ["plan-stale"]


def test_a_plan_whose_password_can_not_be_read_makes_no_script(sales: World) -> None:
    saved_plan(sales)
    del sales.environment["MAIL_JPEREZ"]
    assert refused(sales).codes == ["secret-missing"]


def test_an_applied_plan_makes_no_script(sales: World) -> None:
    saved_plan(sales)
    assert call_json(sales, "apply", "plan.json").status == 0
    assert refused(sales).codes == ["plan-applied"]


def test_a_plan_for_another_target_or_tenant_makes_no_script(sales: World) -> None:
    file = saved_plan(sales)
    sales.write(
        "efsync.toml", SETTINGS + '\n[targets.other]\nurl = "sqlite:///erp.db"\ntenant = "ACME"\n'
    )  # fmt: skip
    assert refused(sales, "--target", "other").codes == ["plan-target"]
    document = json.loads(file.read_text()) | {"tenant": "OTRA"}
    file.write_text(as_json(document | {"plan_id": plan_digest(document)}) + "\n")
    assert refused(sales).codes == ["plan-target"]


def test_an_edited_plan_makes_no_script(sales: World) -> None:
    file = saved_plan(sales)
    file.write_text(file.read_text().replace("smtp.acme.example", "smtp.ladron.example"))
    assert refused(sales).codes == ["plan-edited"]


def test_a_plan_without_secrets_makes_no_script(sales: World) -> None:
    saved_plan(sales, "--without-secrets")
    assert refused(sales).codes == ["plan-target"]


def test_a_plan_that_writes_nothing_to_the_erp_makes_no_script(sales: World) -> None:
    applied(sales)
    saved_plan(sales)
    assert refused(sales).codes == ["script-empty"]


def test_a_brake_stops_a_script_as_it_stops_an_apply_and_so_does_its_override(sales: World) -> None:
    applied(sales)
    sales.department(
        "  MROJAS:\n    address: mrojas@acme.example\n    password: {env: MAIL_MROJAS}\n"
        "    server: smtp.ladron.example\n"
    )
    sales.write("efsync.toml", SETTINGS + "\n[safety]\nmax_cleared_accounts = 0\n")
    saved_plan(sales)
    assert sorted(refused(sales).codes) == ["brake-cleared", "brake-redirect"]
    assert refused(sales, "--allow-cleared").codes == ["brake-redirect"]
    script(sales, "--allow-cleared", "--allow-redirect", "MROJAS")


def test_a_value_that_no_script_can_name_is_refused(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Pue_Cor = 9e999 WHERE Cod_Usu LIKE 'JPEREZ%'")
    saved_plan(sales)
    assert refused(sales).codes == ["script-value"]


def test_dirty_values_of_any_kind_are_checked_as_they_are(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Pue_Cor = 2.5, Ssl_Cor = X'00ff', Ser_Cor = 7 WHERE Cod_Usu LIKE 'JPEREZ%'")
    saved_plan(sales)
    script(sales)
    text = (sales.folder / "script.sql").read_text()
    assert '"Pue_Cor" = 2.5' in text
    assert "\"Ssl_Cor\" = X'00ff'" in text
