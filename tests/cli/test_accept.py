"""`efsync accept` as a command: drift comes into the files, each value at its own user, and never a password."""

import pytest

from tests.cli.inside import applied, call, call_json
from tests.world import World

FILE = """\
# los de ventas
version: 1
department: VENTAS
defaults:
  server: smtp.acme.example   # el de todos
  port: 587
  ssl: true
  header: {file: _templates/header.html}
  signature: {template: _templates/signature.html}
users:
  # el jefe
  JPEREZ:
    address: jperez@acme.example   # desde mayo
    password: {env: MAIL_JPEREZ}
  MROJAS: &m
    domain: &d acme.example
    address: mrojas@acme.example
    password: {env: MAIL_MROJAS}
  ANA:
    <<: *m
    address: ana@acme.example
    password: null
    domain: *d   # como MROJAS
"""


@pytest.fixture
def drifted(world: World) -> World:
    """Three accounts that were applied, and then somebody clicked."""
    for code, name in [("JPEREZ", "José"), ("MROJAS", "María"), ("ANA", "Ana")]:
        world.user(code, name=name)
    world.environment |= {"MAIL_JPEREZ": "clave-jperez", "MAIL_MROJAS": "clave-mrojas"}
    world.write("accounts/_templates/header.html", "<html>")
    world.write("accounts/_templates/signature.html", "<p>{{ user.name }}, {{ user.address }}</p>")
    world.write("accounts/ventas.yaml", FILE)
    applied(world)
    return world


def text(world: World, name: str = "ventas.yaml") -> str:
    return (world.folder / "accounts" / name).read_text(encoding="utf-8")


def test_it_shows_the_difference_and_writes_nothing_without_write(drifted: World) -> None:
    drifted.change("JPEREZ", port=465)
    result = call(drifted, "accept")
    assert result.status == 0
    assert "+    port: 465\n" in result.out
    assert "1 field of 1 account to take over.\nNothing was written; --write writes it.\n" in result.out
    assert text(drifted) == FILE


def test_values_come_to_their_own_users_and_nobody_else_changes(drifted: World) -> None:
    drifted.change("JPEREZ", address="jose@acme.example", signature="<p>José, jose@acme.example</p>", header=None)
    drifted.change("MROJAS", domain="otro.example", server="smtp2.acme.example")
    before = {code: drifted.live(code) for code in ("JPEREZ", "MROJAS", "ANA")}
    result = call_json(drifted, "accept", "--write")
    assert (result.status, result.json["summary"]["fields"], result.json["summary"]["accounts"]) == (0, 4, 2)
    wanted = {
        "    address: jperez@acme.example   # desde mayo\n    password: {env: MAIL_JPEREZ}\n": (
            "    address: jose@acme.example   # desde mayo\n    password: {env: MAIL_JPEREZ}\n    header: null\n"
        ),
        "domain: &d acme.example\n": "domain: otro.example\n",
        "    password: {env: MAIL_MROJAS}\n": "    password: {env: MAIL_MROJAS}\n    server: smtp2.acme.example\n",
        "    <<: *m\n": "",  # or else ANA would get the server too
        "domain: *d ": "domain: &d acme.example ",
    }
    expected = FILE
    for before_it, after_it in wanted.items():
        expected = expected.replace(before_it, after_it)
    assert text(drifted) == expected
    planned = call_json(drifted, "plan")
    assert [field for change in planned.json["changes"] for field in change["fields"]] == []
    assert call(drifted, "drift").status == 2  # until it is applied
    applied(drifted)
    assert call(drifted, "drift").status == 0
    assert {code: drifted.live(code) for code in before} == before
    assert "Nothing to take over" in call(drifted, "accept").out


def test_a_text_comes_to_the_user_or_into_a_file_of_its_own(drifted: World) -> None:
    drifted.change("JPEREZ", signature="<p>a</p>\n<p>b</p>\n")
    drifted.change("MROJAS", signature="<p>" + "x" * 3_000)
    drifted.change("ANA", signature="<p>" + "x" * 3_000)
    call(drifted, "accept", "--write")
    assert "    signature: |\n      <p>a</p>\n      <p>b</p>\n" in text(drifted)
    assert "    signature: {file: _templates/ventas-mrojas-signature.html}\n" in text(drifted)
    assert text(drifted, "_templates/ventas-ana-signature.html") == "<p>" + "x" * 3_000
    assert text(drifted, "_templates/signature.html") == "<p>{{ user.name }}, {{ user.address }}</p>"
    assert [change["fields"] for change in call_json(drifted, "plan").json["changes"]] == [[], [], []]


def test_a_password_is_never_taken_over_and_what_to_do_is_said(drifted: World) -> None:
    drifted.change("JPEREZ", password="clave-nueva")
    result = call(drifted, "accept", "--write")
    assert result.status == 0
    assert "the password of JPEREZ was changed in the ERP, and is never taken over [accept-password]" in result.err
    assert "put the new one where {env: MAIL_JPEREZ} is read from, or apply to bring back the old one" in result.err
    assert "clave" not in result.out + result.err
    assert text(drifted) == FILE


def test_only_users_and_departments_that_are_named(drifted: World) -> None:
    for code in ("JPEREZ", "MROJAS"):
        drifted.change(code, port=465)
    assert call_json(drifted, "accept", "-u", "MROJAS").json["summary"]["accounts"] == 1
    assert call_json(drifted, "accept", "-d", "VENTAS").json["summary"]["accounts"] == 2
    assert call_json(drifted, "accept", "-u", "NADIE").codes == ["selection"]


def test_what_the_files_do_not_manage_or_can_not_hold_is_left(drifted: World) -> None:
    drifted.change("JPEREZ", address="no address", port=25)
    drifted.change("ANA", port=465)
    drifted.write("accounts/ventas.yaml", FILE.replace("  port: 587\n", "").replace("  ANA:", "  # ANA\n  ANA:"))
    result = call_json(drifted, "accept", "--write")
    assert (result.status, result.codes, result.json["files"]) == (0, ["left-out"], [])
    assert "address of JPEREZ is not taken over" in result.json["problems"][0]["message"]


def test_an_account_that_left_the_files_is_told(drifted: World) -> None:
    drifted.change("ANA", port=465)
    drifted.write("accounts/ventas.yaml", FILE[: FILE.index("  ANA:")])
    result = call_json(drifted, "accept", "--write")
    assert (result.codes, result.json["files"]) == (["left-out"], [])


def test_where_nothing_was_applied_there_is_nothing_to_take_over(sales: World) -> None:
    result = call_json(sales, "accept")
    assert (result.status, result.codes) == (0, ["nothing-applied"])


def test_a_failure_is_a_document_too(drifted: World) -> None:
    drifted.write("accounts/x.yaml", "users: [\n")
    result = call_json(drifted, "accept", "--write")
    assert (result.status, result.json["kind"], result.codes) == (1, "accept", ["yaml-syntax"])
    assert call_json(drifted, "accept", "--nope").json["kind"] == "accept"
