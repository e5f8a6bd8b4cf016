"""`efsync doctor` on settings, files, secrets and key: it says what is wrong and what to do, and writes nothing."""

from pathlib import Path

import pytest

from tests.cli.examined import checks_of, not_ok, of_status, topics
from tests.cli.inside import applied, call, call_json
from tests.world import SETTINGS, World


def test_a_company_in_order_is_ok_in_every_topic(sales: World) -> None:
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    assert topics(checks) == {
        "settings", "accounts", "secrets", "key", "state", "connection", "driver", "server", "column", "rights",
        "collation", "users",
    }  # fmt: skip
    columns = [check["message"] for check in checks if check["topic"] == "column"]
    assert len(columns) == 15
    assert "Usuarios.Correo is address: VARCHAR(254), may be NULL" in columns
    assert "Usuarios.Pue_Cor is port: INTEGER, may be NULL, a name that the preset assumes" in columns


def test_before_the_first_plan_neither_key_nor_state_is_there_and_none_is_made(sales: World) -> None:
    messages = [check["message"] for check in checks_of(sales, status=0)]
    assert "there is no state yet: the first apply makes one" in messages
    assert "there is no fingerprint key yet: the first plan makes one" in messages
    assert not (sales.folder / ".efsync").exists()


def test_after_an_apply_key_and_state_agree(sales: World) -> None:
    applied(sales)
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    assert any("made the state's fingerprints" in check["message"] for check in checks)
    assert any("revision" in check["message"] for check in checks if check["topic"] == "state")


def test_text_shows_groups_counts_and_remedies(sales: World) -> None:
    sales.environment.pop("MAIL_JPEREZ")
    result = call(sales, "doctor")
    lines = result.out.splitlines()
    assert (result.status, result.err) == (1, "")
    assert lines[0].startswith("efsync ")
    assert "Target erp" in lines
    assert "accounts/ventas.yaml:10:15: password: the variable MAIL_JPEREZ is not set" in result.out
    assert lines[-1].endswith("0 warnings, 1 error.")


def test_the_demo_is_in_order(demo: Path) -> None:
    world = World.__new__(World)
    world.folder, world.environment = demo, {}
    assert not_ok(checks_of(world, status=0)) == []


def test_no_secret_is_shown(sales: World) -> None:
    sales.secret("open", "clave-abierta")
    (sales.folder / "secrets/open").chmod(0o644)
    sales.user("LDIAZ", password="clave-ldiaz")
    sales.department("  LDIAZ:\n    password: {file: secrets/open}\n", name="COMPRAS", file="compras.yaml")
    result = call(sales, "-v", "doctor")
    assert "secrets/open" in result.out
    for secret in ("clave-jperez", "clave-mrojas", "clave-abierta", "clave-ldiaz"):
        assert secret not in result.out + result.err


def test_a_mistake_in_the_settings_is_an_error_with_its_place(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS.replace("tenant =", "tenent ="))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "settings")
    assert message.startswith("efsync.toml:5:1: ")
    assert "tenant" in remedy


def test_without_settings_there_is_one_error(sales: World) -> None:
    (sales.folder / "efsync.toml").unlink()
    ((status, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "settings")
    assert "efsync demo" in remedy


def test_an_unknown_target_is_an_error_and_the_rest_is_still_looked_at(sales: World) -> None:
    checks = checks_of(sales, "--target", "prod", status=1)
    ((_, topic, message, remedy),) = not_ok(checks)
    assert (topic, message) == ("settings", "there is no target prod")
    assert "erp" in remedy
    assert topics(checks) == {"settings", "accounts", "secrets", "state", "key"}


def test_all_targets_are_looked_at_and_one_that_fails_stops_no_other(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.other]\nurl = "sqlite:///other.db"\n')
    checks = checks_of(sales, status=1)
    assert {check["target"] for check in of_status(checks, "error")} == {"other"}
    assert any(check["topic"] == "users" and check["target"] == "erp" for check in checks)
    assert {check["target"] for check in checks_of(sales, "--target", "erp", status=0)} == {None, "erp"}
    assert {check["target"] for check in checks_of(sales, status=0, EFSYNC_TARGET="erp")} == {None, "erp"}


def test_a_department_file_that_is_not_valid_is_counted(sales: World) -> None:
    sales.department("  LDIAZ:\n    prot: 25\n", name="COMPRAS", file="compras.yaml")
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "accounts")
    assert message == "2 department files with 2 accounts that can be read, and 1 error"
    assert "efsync validate" in remedy


def test_a_missing_accounts_folder_is_an_error(sales: World) -> None:
    (sales.folder / "accounts").rename(sales.folder / "cuentas")
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == (
        "error", "accounts", "accounts: the folder of the department files is missing",
    )  # fmt: skip
    assert "`efsync import --write` makes it" in remedy
    assert call_json(sales, "stats").problem("config")["hint"] == remedy


@pytest.mark.parametrize("command", ["plan", "doctor", "validate"])
def test_where_there_is_no_department_file_import_is_named(sales: World, command: str) -> None:
    (sales.folder / "accounts" / "ventas.yaml").unlink()
    result = call(sales, command)
    assert "`efsync import` writes them from the ERP" in result.out + result.err


def test_each_secret_that_cannot_be_read_has_a_line_with_its_place(sales: World) -> None:
    sales.environment.pop("MAIL_JPEREZ")
    sales.department("  LDIAZ:\n    password: {file: /etc/passwd}\n", name="COMPRAS", file="compras.yaml")
    found = not_ok(checks_of(sales, status=1))
    assert [(topic, message.split(": ")[0]) for _, topic, message, _ in found] == [
        ("secrets", "accounts/compras.yaml:5:15"),
        ("secrets", "accounts/ventas.yaml:10:15"),
    ]
    assert "[secrets.file] roots" in found[0][3]


@pytest.mark.parametrize(("mode", "expected"), [(0o600, []), (0o640, []), (0o644, ["warning"])])
def test_a_secret_file_that_everybody_may_read_is_a_warning(world: World, mode: int, expected: list[str]) -> None:
    world.user("LDIAZ")
    world.secret("ldiaz", "clave-ldiaz")
    (world.folder / "secrets/ldiaz").chmod(mode)
    world.department("  LDIAZ:\n    password: {file: secrets/ldiaz}\n")
    found = not_ok(checks_of(world, status=0))
    assert [status for status, *_ in found] == expected
    assert all("secrets/ldiaz" in message and "chmod" in remedy for _, _, message, remedy in found)


def test_a_provider_that_is_not_there_is_an_error(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[secrets.safe]\nurl = "https://safe.example"\n')
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "secrets")
    assert "safe" in message


def test_a_key_that_others_can_read_is_an_error(sales: World) -> None:
    applied(sales)
    (sales.folder / ".efsync/key").chmod(0o640)
    ((status, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "key")
    assert "chmod 600" in remedy


def test_another_key_than_the_states_is_an_error(sales: World) -> None:
    applied(sales)
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1, EFSYNC_KEY="another key altogether"))
    assert (status, topic) == ("error", "key")
    assert "were made with key" in message
    assert "another key altogether" not in message


def test_a_lost_key_is_an_error_and_no_new_one_is_made(sales: World) -> None:
    applied(sales)
    (sales.folder / ".efsync/key").unlink()
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "key")
    assert "missing" in message
    assert "EFSYNC_KEY" in remedy


def test_a_key_in_the_environment_is_said_to_come_from_there(sales: World) -> None:
    checks = checks_of(sales, status=0, EFSYNC_KEY="a key of enough characters")
    (message,) = [check["message"] for check in checks if check["topic"] == "key"]
    assert message.endswith("it comes from EFSYNC_KEY")


def test_a_usage_error_prints_the_document_too(sales: World) -> None:
    result = call_json(sales, "doctor", "--no-such-option")
    assert (result.status, result.json["kind"], result.json["checks"]) == (1, "doctor", [])
    assert result.codes == ["usage"]
