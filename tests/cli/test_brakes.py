"""The brakes through real files: each with its message, its numbers and its override."""

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import SETTINGS, World


def _accounts(codes: list[str], more: str = "") -> str:
    return "".join(f"  {code}:\n    address: {code.lower()}@acme.example\n{more}" for code in codes)


@pytest.fixture
def crowd(world: World) -> World:
    """Twelve accounts, applied."""
    for number in range(12):
        world.user(f"U{number:02}")
    world.department(_accounts([f"U{number:02}" for number in range(12)]))
    applied(world, "--allow-changed")
    return world


def _refused(world: World, code: str, *arguments: str) -> str:
    """Apply is refused with nothing written, and plan warned of it; what was said."""
    before = world.dump()
    warned = call_json(world, "plan")
    assert warned.status == 0
    assert (warned.problem(code)["severity"], warned.problem(code)["message"][:22]) == (
        "warning", "apply will refuse this",
    )  # fmt: skip
    result = call_json(world, "apply", "--yes", *arguments)
    assert (result.status, result.json["status"]) == (1, "refused")
    assert world.dump() == before
    problem = result.problem(code)
    assert problem["severity"] == "error"
    return f"{problem['message']} {problem['hint']}"


def test_too_many_changed_accounts_are_refused_until_it_is_allowed(crowd: World) -> None:
    crowd.department(_accounts([f"U{number:02}" for number in range(12)], "    port: 587\n"))
    said = _refused(crowd, "brake-changed", "--allow-cleared")
    assert "12 of 12 accounts would change (100 %)" in said
    assert "at most 50 %" in said
    assert "--allow-changed" in said
    applied(crowd, "--allow-changed")
    assert_in_order(crowd)


def test_the_limits_are_those_of_the_settings(crowd: World) -> None:
    crowd.write("efsync.toml", SETTINGS + "\n[safety]\nmax_changed_percent = 10\nmin_changed_accounts = 1\n")
    crowd.change("U00", address="x@y.example")
    applied(crowd)
    crowd.change("U00", address="x@y.example")
    crowd.change("U01", address="x@y.example")
    assert "2 of 12 accounts would change (16 %); at most 10 %" in _refused(crowd, "brake-changed")


def test_a_selection_counts_only_what_it_selects(crowd: World) -> None:
    crowd.department(_accounts([f"U{number:02}" for number in range(12)], "    port: 587\n"))
    for number in range(12):
        applied(crowd, "--user", f"U{number:02}")
    assert_in_order(crowd)


def test_too_many_cleared_accounts_are_refused_until_it_is_allowed(crowd: World) -> None:
    crowd.department(_accounts([f"U{number:02}" for number in range(6)]))
    said = _refused(crowd, "brake-cleared", "--allow-changed")
    assert "6 accounts would be cleared; at most 5 may" in said
    assert "--allow-cleared" in said
    applied(crowd, "--allow-cleared")
    assert crowd.live("U11")["address"] is None
    assert_in_order(crowd)


def test_a_deleted_file_meets_both_brakes(crowd: World) -> None:
    (crowd.folder / "accounts" / "ventas.yaml").unlink()
    _refused(crowd, "brake-cleared")
    _refused(crowd, "brake-changed", "--allow-cleared")
    applied(crowd, "--allow-cleared", "--allow-changed")
    assert_in_order(crowd)


EVIL = "evil.example"
MAIN = (
    "  JPEREZ:\n    address: jperez@acme.example\n    password: {{env: MAIL_JPEREZ}}\n{jperez}"
    "  MROJAS:\n    address: mrojas@acme.example\n    password: {{env: {reference}}}\n"
)
DEFAULTS = "defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n"


def _ventas(world: World, jperez: str = "", defaults: str = DEFAULTS, reference: str = "MAIL_MROJAS") -> None:
    world.department(MAIN.format(jperez=jperez, reference=reference), more=defaults)


ROUTES = [
    pytest.param({"jperez": f"    server: {EVIL}\n"}, ["JPEREZ"], id="another-server"),
    pytest.param({"jperez": "    port: 25\n"}, ["JPEREZ"], id="another-port"),
    pytest.param({"jperez": "    ssl: false\n"}, ["JPEREZ"], id="no-ssl"),
    pytest.param({"jperez": "    ssl: null\n"}, ["JPEREZ"], id="ssl-cleared"),
    pytest.param({"jperez": "    port: null\n"}, ["JPEREZ"], id="port-cleared"),
    pytest.param(
        {"defaults": DEFAULTS.replace("smtp.acme.example", EVIL)}, ["JPEREZ", "MROJAS"], id="server-of-the-defaults"
    ),
    pytest.param({"defaults": DEFAULTS.replace("true", "false")}, ["JPEREZ", "MROJAS"], id="ssl-of-the-defaults"),
    pytest.param({"reference": "MAIL_JPEREZ"}, ["MROJAS"], id="reference-of-another-user"),
    pytest.param({"jperez": f"    server: {EVIL}\n    port: 465\n"}, ["JPEREZ"], id="server-and-port"),
]


@pytest.mark.parametrize(("change", "users"), ROUTES)
def test_a_known_password_goes_nowhere_new_until_it_is_allowed(
    sales: World, change: dict[str, str], users: list[str]
) -> None:
    applied(sales)
    _ventas(sales, **change)
    before = sales.dump()
    result = call_json(sales, "apply", "--yes", "--allow-changed", "--allow-cleared", "--allow-redirect", "OTHER")
    assert (result.status, result.json["status"]) == (1, "refused")
    assert sales.dump() == before
    named = [problem for problem in result.json["problems"] if problem["code"] == "brake-redirect"]
    assert [problem["hint"].rpartition(" ")[2] for problem in named] == users
    assert all(problem["line"] for problem in named)
    allowed = [word for user in users for word in ("--allow-redirect", user.lower())]
    applied(sales, *allowed)
    assert_in_order(sales)


@pytest.mark.parametrize(("change", "users"), [route for route in ROUTES if route.id != "reference-of-another-user"])
def test_a_password_that_is_renewed_with_the_server_may_go_there(
    sales: World, change: dict[str, str], users: list[str]
) -> None:
    applied(sales)
    sales.environment |= {"MAIL_JPEREZ": "renewed-1", "MAIL_MROJAS": "renewed-2"}
    _ventas(sales, **change)
    applied(sales)
    assert_in_order(sales)


def test_a_live_password_that_efsync_never_applied_is_protected_too(sales: World) -> None:
    sales.department(f"  MROJAS:\n    server: {EVIL}\n")
    assert "MROJAS" in _refused(sales, "brake-redirect")


def test_a_live_password_of_an_unmanaged_account_may_not_turn_up_in_another(sales: World) -> None:
    sales.user("CEO", password="clave-ceo", server="smtp.acme.example", port=587, ssl=1)
    sales.environment["MAIL_MROJAS"] = "clave-ceo"
    assert "belongs to another account" in _refused(sales, "brake-redirect")


def test_a_user_who_moves_to_another_department_with_its_own_server_is_seen(sales: World) -> None:
    applied(sales)
    _ventas(sales)
    sales.department(
        "  MROJAS:\n    address: mrojas@acme.example\n    password: {env: MAIL_MROJAS}\n",
        name="COMPRAS",
        more=f"defaults:\n  server: {EVIL}\n  port: 587\n  ssl: true\n",
    )
    sales.department("  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n", more=DEFAULTS)
    sales.sql("UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE rtrim(Cod_Usu) = 'MROJAS'")
    assert "MROJAS" in _refused(sales, "brake-redirect")


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(f"  MROJAS:\n    password: null\n    server: {EVIL}\n", id="password-cleared"),
        pytest.param("  JPEREZ:\n    address: jperez@acme.example\n", id="user-taken-out"),
    ],
)
def test_two_pull_requests_in_a_row_are_no_way_around(sales: World, first: str) -> None:
    applied(sales)
    sales.department(first, more=DEFAULTS)
    applied(sales)
    sales.department(f"  MROJAS:\n    password: {{env: MAIL_MROJAS}}\n    server: {EVIL}\n", more=DEFAULTS)
    assert "brake-redirect" in call_json(sales, "apply", "--yes").codes


def test_an_account_without_a_password_may_move(sales: World) -> None:
    sales.department(f"  JPEREZ:\n    server: {EVIL}\n    port: 25\n    ssl: false\n")
    applied(sales)
    assert sales.live("JPEREZ")["server"] == EVIL


def test_more_safety_needs_no_word(sales: World) -> None:
    _ventas(sales, defaults=DEFAULTS.replace("true", "false"))
    sales.change("MROJAS", ssl=0)
    applied(sales)
    _ventas(sales)
    applied(sales)
    assert sales.live("JPEREZ")["ssl"] == 1


def test_a_renewed_password_does_not_go_to_a_server_that_the_plan_did_not_see(sales: World) -> None:
    applied(sales)
    sales.environment["MAIL_JPEREZ"] = "clave-nueva"
    assert call(sales, "plan", "--out", "p.json").status == 0
    sales.change("JPEREZ", server=EVIL)
    before = sales.dump()
    refused = call_json(sales, "apply", "p.json")
    assert (refused.status, refused.codes) == (1, ["brake-redirect"])
    assert "server of JPEREZ changed" in refused.problem("brake-redirect")["message"]
    assert sales.dump() == before


def test_where_a_brake_will_refuse_nobody_is_asked(sales: World) -> None:
    applied(sales)
    sales.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    server: otro.example\n", more=DEFAULTS)
    result = call(sales, "apply")
    assert result.status == 1
    assert "Apply this" not in result.err
    assert result.err.count("[brake-redirect]") == 1
