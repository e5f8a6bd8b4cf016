"""Companies whose ERP holds passwords as a codec writes them."""

import base64
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import SETTINGS, World

KEY = Fernet.generate_key().decode()
CODECS = ["plain", "base64", "fernet"]


def stored(codec: str, password: str, key: str = KEY) -> str:
    """What the ERP holds of a password."""
    if codec == "plain":
        return password
    if codec == "base64":
        return base64.b64encode(password.encode()).decode()
    return Fernet(key).encrypt(password.encode()).decode()


def held(codec: str, text: str) -> str:
    """The password that the ERP holds."""
    if codec == "plain":
        return text
    return (base64.b64decode(text) if codec == "base64" else Fernet(KEY).decrypt(text)).decode()


@pytest.fixture(params=CODECS)
def codec(request: pytest.FixtureRequest, sales: World) -> str:
    """Its name; the company's passwords are written so."""
    name = str(request.param)
    sales.write("efsync.toml", f'{SETTINGS}\n[targets.erp.columns]\npassword = {{codec = "{name}"}}\n')
    sales.environment["EFSYNC_FERNET_KEY"] = KEY
    sales.change("MROJAS", password=stored(name, "clave-mrojas"))
    return name


def test_an_apply_writes_what_the_codec_says_and_the_next_plan_is_empty(sales: World, codec: str) -> None:
    applied(sales)
    assert held(codec, sales.live("JPEREZ")["password"]) == "clave-jperez"
    for _ in range(2):
        assert_in_order(sales)
    untouched = sales.live("JPEREZ")["password"]
    assert applied(sales).json["status"] == "nothing"
    assert sales.live("JPEREZ")["password"] == untouched


def test_a_renewed_password_is_the_only_thing_that_is_written(sales: World, codec: str) -> None:
    applied(sales)
    before = sales.live("MROJAS")["password"]
    sales.environment["MAIL_JPEREZ"] = "clave-nueva"
    (planned,) = call_json(sales, "plan").json["changes"]
    assert (planned["user"], [each["field"] for each in planned["fields"]]) == ("JPEREZ", ["password"])
    applied(sales)
    assert held(codec, sales.live("JPEREZ")["password"]) == "clave-nueva"
    assert sales.live("MROJAS")["password"] == before
    assert_in_order(sales)


def test_the_same_password_written_anew_is_no_drift(sales: World, codec: str) -> None:
    applied(sales)
    sales.change("JPEREZ", password=stored(codec, "clave-jperez"))
    assert_in_order(sales)


def test_another_password_is_drift(sales: World, codec: str) -> None:
    applied(sales)
    sales.change("JPEREZ", password=stored(codec, "clave-otra"))
    drifted = call_json(sales, "drift")
    assert [each["user"] for each in drifted.json["accounts"]] == ["JPEREZ"]
    assert "clave" not in drifted.out + drifted.err


def test_a_known_password_is_known_on_its_way_to_another_server(sales: World, codec: str) -> None:
    sales.department(
        "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_MROJAS}\n    server: elsewhere.example\n"
    )
    result = call_json(sales, "apply", "--yes")
    assert result.json["status"] == "refused"
    assert "brake-redirect" in result.codes
    assert sales.live("JPEREZ")["password"] is None


def test_no_password_nor_what_stands_for_it_is_shown(sales: World, codec: str) -> None:
    first = stored(codec, "clave-mrojas") if codec == "base64" else sales.live("MROJAS")["password"]
    sales.sql("CREATE UNIQUE INDEX one_password ON Usuarios (Cla_Cor)")
    sales.environment["MAIL_JPEREZ"] = "clave-mrojas"
    result = call_json(sales, "-v", "apply", "--yes", "--allow-redirect", "JPEREZ")
    for text in ("clave-mrojas", "clave-jperez", first):
        assert text not in result.out + result.err


def undecodable(world: World) -> Any:
    """The warning that a password can't be decoded."""
    return call_json(world, "plan").problem("does-not-decode")


@pytest.mark.parametrize("codec", ["base64", "fernet"], indirect=True)
def test_what_can_not_be_decoded_counts_as_another_password_and_is_told(sales: World, codec: str) -> None:
    applied(sales)
    sales.change("JPEREZ", password="clave ilegible")
    found = undecodable(sales)
    assert found["severity"] == "warning"
    assert f"the codec {codec} can't read" in found["message"]
    assert "JPEREZ" in found["message"]
    drifted = call_json(sales, "drift")
    assert [each["user"] for each in drifted.json["accounts"]] == ["JPEREZ"]
    assert drifted.problem("does-not-decode")["message"] == found["message"]
    assert "ilegible" not in call(sales, "-v", "plan").out + call(sales, "drift").out
    applied(sales)
    assert held(codec, sales.live("JPEREZ")["password"]) == "clave-jperez"
    assert_in_order(sales)


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_users_that_nobody_manages_are_not_told_of(sales: World, codec: str) -> None:
    sales.user("OTHER", password="ilegible")
    assert "does-not-decode" not in call_json(sales, "plan").codes


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_with_another_key_every_password_counts_as_another(sales: World, codec: str) -> None:
    applied(sales)
    assert_in_order(sales)  # which a shortcut remembers
    sales.environment["EFSYNC_FERNET_KEY"] = Fernet.generate_key().decode()
    result = call_json(sales, "plan")
    assert {each["user"] for each in result.json["changes"]} == {"JPEREZ", "MROJAS"}
    assert "JPEREZ, MROJAS" in result.problem("does-not-decode")["message"]


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_with_the_old_key_behind_the_new_one_nothing_differs(sales: World, codec: str) -> None:
    applied(sales)
    sales.environment["EFSYNC_FERNET_KEY"] = f"{Fernet.generate_key().decode()},{KEY}"
    assert_in_order(sales)


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_without_a_key_every_command_says_so(sales: World, codec: str) -> None:
    del sales.environment["EFSYNC_FERNET_KEY"]
    for command in (("plan",), ("apply", "--yes"), ("drift",)):
        result = call_json(sales, *command)
        assert (result.status, set(result.codes)) == (1, {"config"})
        assert "EFSYNC_FERNET_KEY" in result.json["problems"][0]["hint"]
    assert call(sales, "validate", "--target", "erp").status == 0
    assert call(sales, "plan", "--without-secrets").status == 0
    assert "the password codec fernet has no key" in call(sales, "doctor").out


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_without_a_key_what_was_applied_can_be_planned_without_secrets(sales: World, codec: str) -> None:
    applied(sales)
    found = call_json(sales, "plan", "--without-secrets").json
    del sales.environment["EFSYNC_FERNET_KEY"]
    for _ in range(2):
        again = call_json(sales, "plan", "--without-secrets")
        assert (again.status, again.json["summary"]) == (0, found["summary"])


@pytest.mark.parametrize("codec", ["fernet"], indirect=True)
def test_a_column_that_is_too_short_for_what_the_codec_writes_is_found_first(sales: World, codec: str) -> None:
    sales.environment["MAIL_JPEREZ"] = "x" * 90
    result = call_json(sales, "plan")
    assert (result.status, result.codes) == (1, ["does-not-fit"])
    assert "it is too long" in result.json["problems"][0]["message"]


def test_a_saved_plan_is_applied_as_it_was_planned(sales: World, codec: str) -> None:
    assert call(sales, "plan", "--out", "plan.json").status == 0
    assert call_json(sales, "apply", "plan.json").json["status"] == "applied"
    assert held(codec, sales.live("JPEREZ")["password"]) == "clave-jperez"
    assert_in_order(sales)
