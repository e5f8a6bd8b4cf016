"""`efsync import` as a command: what it shows, what it writes, passwords, what it refuses."""

import json
import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from efsync.workflows import rewriting
from tests.cli.inside import call, call_json
from tests.world import EFSYNC, World

SIGNATURE = "<p><b>{name}</b><br>{title}</p>\n<p>{address}</p>"


@pytest.fixture
def clicked(world: World) -> World:
    """A company without department files, after years of clicking."""
    for code, name, title in [("JPEREZ", "José Pérez", "Gerente"), ("ANA", "Ana Ñ", "Ventas"), ("0012", "Bodega", "B")]:
        address = f"{code.lower()}@acme.example"
        world.user(
            code, name=name, title=title, address=address, password=f"clave-{code}", server="smtp.acme.example",
            port=587, ssl=1, header="<html>", signature=SIGNATURE.format(name=name, title=title, address=address),
        )  # fmt: skip
    world.user("OTRO", department="COMPRAS", address="otro@acme.example", server="mail.example", ssl=0)
    world.user("NADA", department="COMPRAS", ssl=0)
    world.user("INACTIVO", status="I", address="x@acme.example")
    world.user("NINGUNO", department="", address="y@acme.example")
    return world


def text(world: World, name: str) -> str:
    return (world.folder / "accounts" / name).read_text(encoding="utf-8")


def test_it_shows_what_it_would_write_and_writes_nothing(clicked: World) -> None:
    before = clicked.dump()
    result = call(clicked, "import")
    assert result.status == 0
    assert "+++ accounts/ventas.yaml\n@@ -0,0 +1,15 @@\n+version: 1\n+department: VENTAS\n" in result.out
    assert "4 files to write. 4 users new, 0 changed, 0 as they are; 1 without mail settings.\n" in result.out
    assert "1 user is left out (INACTIVO): they are not active in the ERP [left-out]" in result.err
    assert "1 user is left out (NINGUNO): the ERP has them in no department [left-out]" in result.err
    assert "the passwords of 3 new users are not managed (0012, ANA, JPEREZ) [left-out]" in result.err
    assert result.out.endswith("Nothing was written; --write writes it.\n")
    assert os.listdir(clicked.folder / "accounts") == []
    assert clicked.dump() == before


def test_new_files_that_are_written_are_named_and_not_shown_again(clicked: World) -> None:
    result = call(clicked, "import", "--write")
    assert result.out == (
        "accounts/_templates/ventas-header.html: new, 1 line\n"
        "accounts/_templates/ventas-signature.html: new, 2 lines\n"
        "accounts/compras.yaml: new, 7 lines\n"
        "accounts/ventas.yaml: new, 15 lines\n"
        "4 files written. 4 users new, 0 changed, 0 as they are; 1 without mail settings.\n"
        "Next: efsync plan\n"
    )
    clicked.change("ANA", port=465)
    again = call(clicked, "import", "--write", "--target", "erp")
    assert "+++ accounts/ventas.yaml\n" in again.out
    assert "\n+    port: 465\n" in again.out
    assert again.out.endswith("Next: efsync plan --target erp\n")
    assert "Next:" not in call(clicked, "import", "--write").out


@pytest.mark.parametrize(
    ("option", "last"), [("", "Nothing was written; --write writes it."), ("--write", "Next: efsync plan")]
)
def test_what_to_do_next_is_said_after_the_warnings(clicked: World, option: str, last: str) -> None:
    printed = subprocess.run(
        f"{EFSYNC} import {option} 2>&1", shell=True, cwd=clicked.folder, env=clicked.clean_environment(),
        stdout=subprocess.PIPE, text=True, timeout=60, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert printed[-1] == last
    assert printed[-2].startswith("    --password-ref")


def test_it_writes_defaults_shared_files_templates_and_references(clicked: World) -> None:
    result = call(clicked, "import", "--password-ref", "env:MAIL_{user}", "--write")
    assert result.status == 0, result.err
    assert text(clicked, "ventas.yaml") == (
        "version: 1\ndepartment: VENTAS\ndefaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n"
        "  header: {file: _templates/ventas-header.html}\n"
        "  signature: {template: _templates/ventas-signature.html}\n"
        "users:\n"
        "  '0012':\n    address: '0012@acme.example'\n    password: {env: MAIL_0012}\n"
        "  ANA:\n    address: ana@acme.example\n    password: {env: MAIL_ANA}\n"
        "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n"
    )
    assert text(clicked, "_templates/ventas-signature.html") == SIGNATURE.format(
        name="{{ user.name }}", title="{{ user.title }}", address="{{ user.address }}"
    )
    assert text(clicked, "compras.yaml") == (
        "version: 1\ndepartment: COMPRAS\nusers:\n  OTRO:\n    address: otro@acme.example\n"
        "    server: mail.example\n    ssl: false\n"
    )
    secrets = {f"MAIL_{code}": f"clave-{code}" for code in ("JPEREZ", "ANA", "0012")}
    planned = call_json(clicked, "plan", **secrets)
    assert {change["action"] for change in planned.json["changes"]} == {"adopt"}
    assert planned.json["summary"]["adopted"] == 4
    again = call(clicked, "import")
    assert "The files say already what the ERP holds. 0 users new, 0 changed, 4 as they are" in again.out
    call(clicked, "apply", "--yes", **secrets)
    assert call(clicked, "fmt", "--check").status == 0


def test_the_schema_is_named_where_it_is(clicked: World) -> None:
    clicked.write("schemas/department.schema.json", "{}")
    call(clicked, "import", "--write")
    assert text(clicked, "compras.yaml").startswith(
        "# yaml-language-server: $schema=../schemas/department.schema.json\nversion: 1\n"
    )


def test_a_folder_that_is_missing_is_made(clicked: World) -> None:
    (clicked.folder / "accounts").rmdir()
    assert call(clicked, "import", "--write", "-d", "COMPRAS").status == 0
    assert os.listdir(clicked.folder / "accounts") == ["compras.yaml"]


def test_standing_files_get_values_and_users_and_keep_the_rest(clicked: World) -> None:
    clicked.write(
        "accounts/v.yaml",
        "# de ventas\nversion: 1\ndepartment: 'Ventas'   # así\ndefaults: {port: 587, ssl: true}\nusers:\n"
        "    # el jefe\n    JPEREZ:   # José\n        address: 'viejo@acme.example'   # hasta mayo\n"
        "        password: {env: MAIL_X}\n    # fin\n",
    )
    result = call_json(clicked, "import", "-d", "VENTAS", "--password-ref", "env:MAIL_{user}", "--write")
    assert result.status == 0, result.out
    assert result.json["summary"] | {"files": 1} == {
        "files": 1, "changed": 1, "new": 2, "users_new": 2, "users_changed": 1, "users_same": 0,
        "users_without_mail": 0, "references": 2, "exported": 0,
    }  # fmt: skip
    assert text(clicked, "v.yaml") == (
        "# de ventas\nversion: 1\ndepartment: 'Ventas'   # así\ndefaults: {port: 587, ssl: true}\nusers:\n"
        "    # el jefe\n    JPEREZ:   # José\n        address: jperez@acme.example   # hasta mayo\n"
        "        password: {env: MAIL_X}\n"
        "    '0012':\n      address: '0012@acme.example'\n      password: {env: MAIL_0012}\n"
        "      server: smtp.acme.example\n"
        "      header: {file: _templates/ventas-header.html}\n"
        "      signature: {template: _templates/ventas-signature.html}\n"
        "    ANA:\n      address: ana@acme.example\n      password: {env: MAIL_ANA}\n      server: smtp.acme.example\n"
        "      header: {file: _templates/ventas-header.html}\n"
        "      signature: {template: _templates/ventas-signature.html}\n"
        "    # fin\n"
    )


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("MAIL_{user}", "usage"),
        ("env:MAIL", "usage"),
        ("env:MAIL_{code}", "usage"),
        ("enf:MAIL_{user}", "usage"),
        ("env:1{user}", "usage"),
        ("env:OTHER_{user}", "secret-not-allowed"),
        ("file:/etc/{user}", "secret-not-allowed"),
    ],
)
def test_a_pattern_that_makes_no_allowed_references_is_refused(clicked: World, pattern: str, code: str) -> None:
    result = call_json(clicked, "import", "--password-ref", pattern, "--write")
    assert (result.status, set(result.codes)) == (1, {code})
    assert os.listdir(clicked.folder / "accounts") == []


def test_the_pattern_that_the_hint_names_is_one_that_works(clicked: World) -> None:
    settings = (clicked.folder / "efsync.toml").read_text()
    clicked.write("efsync.toml", settings.partition("[secrets.env]")[0] + '[secrets.file]\nroots = ["/run/secrets"]\n')
    hint = call_json(clicked, "import").json["problems"][-1]["hint"]
    assert hint == "--password-ref 'file:/run/secrets/{user}' writes references for them"
    result = call_json(clicked, "import", *shlex.split(hint)[:2])
    assert (result.status, result.json["summary"]["references"]) == (0, 3)


def test_two_users_never_get_one_reference(clicked: World) -> None:
    clicked.user("A.B", password="clave-1")
    clicked.user("A B", password="clave-2")
    clicked.department("  OTRO:\n    password: {env: MAIL_ANA}\n", name="COMPRAS")
    result = call_json(clicked, "import", "--password-ref", "env:MAIL_{user}", "--write")
    assert (result.status, set(result.codes)) == (1, {"reference-twice"})
    assert [problem["message"] for problem in result.json["problems"]] == [
        "the password of A.B would have the reference of A B: {env: MAIL_A_B}",
        "the password of ANA would have the reference of OTRO: {env: MAIL_ANA}",
    ]
    assert call(clicked, "import", "--password-ref", "file:secrets/{department}/{user}").status == 0


def test_passwords_are_exported_each_to_a_file_that_nobody_else_reads(clicked: World, tmp_path: Path) -> None:
    to = tmp_path.parent / f"{tmp_path.name}-out" / "in"
    arguments = ("import", "--password-ref", "file:secrets/{user}", "--export-passwords", str(to))
    shown = call(clicked, *arguments)
    assert f"3 passwords to write to {to}." in shown.out
    assert not to.exists()
    done = call(clicked, *arguments, "--write")
    assert done.status == 0, done.err
    assert f"3 passwords written to {to}: move them into your store" in done.out
    files = {path.name: path for path in to.rglob("*") if path.is_file()}
    assert {name: path.read_text() for name, path in files.items()} == {
        code: f"clave-{code}" for code in ("JPEREZ", "ANA", "0012")
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (to, to / "secrets")} == {0o700}
    for name, path in files.items():
        path.rename(clicked.folder / "secrets" / name)
    assert call_json(clicked, "plan").json["summary"]["adopted"] == 4
    again = call_json(clicked, "import", "--export-passwords", str(to), "--write")
    assert (again.status, again.json["summary"]["exported"]) == (0, 3)
    third = call_json(clicked, "import", "--export-passwords", str(to), "--write")
    assert (third.status, third.codes) == (1, ["export-folder"] * 3)
    for result in (shown, done, again, third):
        assert "clave-" not in result.out + result.err


def test_passwords_are_never_written_beside_the_files_nor_into_a_repository(clicked: World, tmp_path: Path) -> None:
    out = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    (out / "repository" / ".git").mkdir(parents=True)
    (out / "link").symlink_to(clicked.folder / "secrets")
    open_folder = out / "open"
    open_folder.mkdir(mode=0o755)
    file = out / "file"
    file.write_text("")
    for place in (
        clicked.folder / "out", Path("out"), Path("accounts"), out / "repository", out / "repository/in", out / "link",
        out / "link/in", open_folder, file / "in",
    ):  # fmt: skip
        result = call_json(
            clicked, "import", "--password-ref", "env:MAIL_{user}", "--export-passwords", str(place), "--write"
        )
        assert (result.status, result.codes) == (1, ["export-folder"]), place
    assert os.listdir(clicked.folder / "accounts") == []


def test_the_repository_above_the_settings_counts_too(clicked: World, tmp_path: Path) -> None:
    (tmp_path.parent / ".git").mkdir()
    try:
        arguments = ("import", "--password-ref", "env:MAIL_{user}", "--export-passwords", str(tmp_path.parent / "out"))
        assert call_json(clicked, *arguments).codes == ["export-folder"]
    finally:
        (tmp_path.parent / ".git").rmdir()


def test_passwords_that_efsync_could_not_read_again_or_decode_are_not_exported(clicked: World, tmp_path: Path) -> None:
    to = str(tmp_path.parent / f"{tmp_path.name}-out")
    clicked.change("ANA", password=" clave-con-blanco")
    arguments = ("import", "--password-ref", "env:MAIL_{user}", "--export-passwords", to, "--write")
    result = call_json(clicked, *arguments)
    assert (result.status, result.json["summary"]["exported"]) == (0, 2)
    assert "secret-value" in result.codes
    clicked.write("efsync.toml", (clicked.folder / "efsync.toml").read_text() + CODEC)
    refused = call_json(clicked, "import", "--export-passwords", f"{to}-2", "--write")
    assert (refused.status, refused.codes) == (1, ["does-not-decode"])
    assert not Path(f"{to}-2").exists()


CODEC = '\n[targets.erp.columns]\npassword = {codec = "base64"}\n'


def test_a_department_that_is_not_there_is_a_mistake(clicked: World) -> None:
    assert call_json(clicked, "import", "-d", "VENTA").codes == ["selection"]


def test_errors_in_standing_files_stop_it(clicked: World) -> None:
    clicked.department("  NOBODY: {}\n  OTRO: {}\n", file="v.yaml")
    result = call_json(clicked, "import", "--write")
    assert (result.status, set(result.codes)) == (1, {"unknown-user", "department-mismatch"})
    clicked.write("accounts/v.yaml", "users: [\n")
    assert call_json(clicked, "import").codes == ["yaml-syntax"]


def test_a_file_that_can_not_be_changed_in_place_is_named(clicked: World) -> None:
    clicked.write("accounts/v.yaml", "version: 1\ndepartment: VENTAS\nusers:\n  <<: {JPEREZ: {port: 25}}\n")
    result = call_json(clicked, "import", "--write")
    assert (result.status, result.codes) == (1, ["by-hand"])
    assert result.problem("by-hand")["file"] == "accounts/v.yaml"


def test_what_no_file_can_hold_is_reported_and_left_as_it_is(clicked: World) -> None:
    clicked.change("JPEREZ", address="no address", port="viejo")
    clicked.change("ANA", signature="x\x00y")
    result = call_json(clicked, "import", "--write")
    assert [each["message"] for each in result.json["problems"] if " of 1 user" in each["message"]] == [
        "address of 1 user is left out (JPEREZ): it is no address as the schema has it",
        "port of 1 user is left out (JPEREZ): it is no port as the schema has it",
        "signature of 1 user is left out (ANA): it holds a character that no file can hold",
    ]
    assert "port" not in text(clicked, "ventas.yaml").partition("users:")[0]
    assert [field for change in call_json(clicked, "plan").json["changes"] for field in change["fields"]] == []


def test_where_one_file_can_not_be_written_none_is(clicked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clicked.department("  JPEREZ:\n    address: viejo@acme.example\n")
    before = text(clicked, "ventas.yaml")
    replace = os.replace

    def failing(source: Path, destination: Path) -> None:
        if destination.name == "ventas.yaml" and "ACME" not in os.environ:
            monkeypatch.setenv("ACME", "1")  # putting back goes well
            raise PermissionError(13, "Permission denied", str(destination))
        replace(source, destination)

    monkeypatch.setattr(os, "replace", failing)
    result = call_json(clicked, "import", "--write")
    assert (result.status, result.codes) == (1, ["config"])
    assert "are as they were: Permission denied" in result.json["problems"][0]["message"]
    assert text(clicked, "ventas.yaml") == before
    assert os.listdir(clicked.folder / "accounts") == ["ventas.yaml"]
    assert not (clicked.folder / rewriting.JOURNAL).exists()


def test_after_a_crash_half_way_the_next_one_says_so(clicked: World) -> None:
    clicked.write(str(rewriting.JOURNAL), json.dumps({"files": ["accounts/a.yaml"]}))
    result = call_json(clicked, "import", "--write")
    assert "files-interrupted" in result.codes
    assert "files-interrupted" not in call_json(clicked, "import").codes


def test_a_failure_is_a_document_too(clicked: World) -> None:
    clicked.write("efsync.toml", "nope")
    result = call_json(clicked, "import")
    assert (result.status, result.json["kind"], result.json["files"], result.json["target"]) == (1, "import", [], None)
    assert call_json(clicked, "import", "--nope").codes == ["usage"]
