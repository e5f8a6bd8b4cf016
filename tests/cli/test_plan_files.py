"""Saved plans: good for one apply, of one target, and only as efsync wrote them."""

import json
import os
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from efsync.planning.document import plan_digest
from efsync.views.documents import as_json
from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.world import SETTINGS, World


def _refused(world: World, code: str, *arguments: str) -> Any:
    """Apply the saved plan and expect that to be refused with nothing written; the problem."""
    before = world.dump()
    result = call_json(world, "apply", "plan.json", *arguments)
    assert (result.status, result.json["status"]) == (1, "refused"), result.out
    assert world.dump() == before
    return result.problem(code)


def _edit(file: Path, **values: Any) -> None:
    """Change a plan as somebody does who knows how the digest is made."""
    document = json.loads(file.read_text()) | values
    file.write_text(as_json(document | {"plan_id": plan_digest(document)}) + "\n")


def test_a_saved_plan_is_the_document_that_json_prints_and_is_applied_as_it_is(sales: World) -> None:
    file = saved_plan(sales)
    printed = call_json(sales, "plan").json
    saved = json.loads(file.read_text())
    assert {**saved, "created_at": "", "plan_id": ""} == {**printed, "created_at": "", "plan_id": ""}
    result = call_json(sales, "apply", "plan.json")
    assert (result.json["status"], result.json["plan_id"]) == ("applied", saved["plan_id"])
    assert_in_order(sales)


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_plan_that_was_cut_off_is_refused(sales: World, share: float) -> None:
    file = saved_plan(sales)
    data = file.read_bytes().rstrip()
    file.write_bytes(data[: int(len(data) * share)])
    assert "cut off" in _refused(sales, "plan-edited")["message"]
    assert call_json(sales, "show", "plan.json").codes == ["plan-edited"]


def test_a_plan_with_any_byte_changed_is_refused_or_means_the_same(sales: World) -> None:
    file = saved_plan(sales)
    data = file.read_bytes()
    document = json.loads(data)
    before = sales.dump()
    chosen = random.Random(7)
    for _ in range(40):
        place = chosen.randrange(len(data))
        edited = bytearray(data)
        edited[place] ^= 1 << chosen.randrange(7)
        try:
            same = json.loads(edited) == document
        except ValueError:
            same = False
        if same:
            continue  # a blank between two values that became another blank
        file.write_bytes(edited)
        result = call_json(sales, "apply", "plan.json")
        assert (result.status, result.json["status"]) == (1, "refused"), edited[place - 20 : place + 20]
        assert set(result.codes) <= {"plan-edited", "plan-version"}
        assert sales.dump() == before


def test_a_plan_with_an_edited_value_is_refused_whichever_value_it_is(sales: World) -> None:
    file = saved_plan(sales)
    text = file.read_text()
    values = {
        json.dumps(field[side], ensure_ascii=False)
        for change in json.loads(text)["changes"]
        for field in change["fields"]
        for side in ("before", "after")
    }
    for value in values:
        other = "1" if value == "null" else value[:-1] + '0"' if value.endswith('"') else "null"
        file.write_text(text.replace(f": {value}", f": {other}", 1))
        assert _refused(sales, "plan-edited")


def test_a_plan_with_a_key_twice_is_refused(sales: World) -> None:
    file = saved_plan(sales)
    file.write_text(file.read_text().replace('"kind":', '"target": "other",\n  "kind":', 1))
    assert _refused(sales, "plan-edited")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[]", id="list"),
        pytest.param("{}", id="nothing"),
        pytest.param('{"kind": "plan"}', id="only-its-kind"),
        pytest.param('{"kind": "plan", "format_version": null}', id="version-null"),
        pytest.param('{"kind": "plan", "format_version": {"a": 1}}', id="version-a-mapping"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"kind": "plan", "format_version": ' + "9" * 5000 + "}", id="long-number"),
        pytest.param("\ufeff{}", id="byte-order-mark"),
        pytest.param("accounts: {}", id="yaml"),
    ],
)
def test_what_is_no_plan_is_refused(sales: World, text: str) -> None:
    sales.write("plan.json", text)
    for command in (("apply", "plan.json"), ("show", "plan.json")):
        result = call_json(sales, *command)
        assert result.status == 1
        assert set(result.codes) <= {"plan-edited", "plan-version"}
        assert result.err == ""


def test_a_plan_of_a_later_major_version_is_refused_and_of_a_later_minor_one_applied(sales: World) -> None:
    file = saved_plan(sales)
    document = json.loads(file.read_text())
    _edit(file, format_version="2.0")
    assert "2.0" in _refused(sales, "plan-version")["message"]
    file.write_text(json.dumps(document))
    _edit(file, format_version="1.7", something_new={"a": 1})
    assert call_json(sales, "apply", "plan.json").json["status"] == "applied"


def test_a_plan_for_another_target_is_refused(sales: World) -> None:
    other = '\n[targets.other]\nurl = "sqlite:///other.db"\ntenant = "ACME"\n'
    sales.write("efsync.toml", SETTINGS + other)
    saved_plan(sales)
    assert "for target erp, not other" in _refused(sales, "plan-target", "--target", "other")["message"]
    sales.write("efsync.toml", SETTINGS.replace("targets.erp", "targets.other").replace('"erp"', '"other"'))
    assert "for target erp" in _refused(sales, "plan-target")["message"]


def test_a_plan_for_another_tenant_is_refused(sales: World) -> None:
    sales.user("JPEREZ", tenant="GLOBEX")
    saved_plan(sales)
    sales.write("efsync.toml", SETTINGS.replace("ACME", "GLOBEX"))
    assert "tenant ACME, not GLOBEX" in _refused(sales, "plan-target")["message"]


def test_a_plan_is_good_for_one_apply(sales: World) -> None:
    saved_plan(sales)
    assert call_json(sales, "apply", "plan.json").status == 0
    sales.change("JPEREZ", address=None, server=None, port=None, ssl=None, password=None)
    assert "was applied already" in _refused(sales, "plan-applied")["message"]


def test_a_stale_plan_is_refused_with_every_account_and_field_that_moved(sales: World) -> None:
    sales.change("MROJAS", port=25)
    saved_plan(sales)
    sales.change("JPEREZ", server="elsewhere", address="x@y.example")
    sales.change("MROJAS", port=26)
    before = sales.dump()
    result = call_json(sales, "apply", "plan.json")
    assert sales.dump() == before
    stale = [problem for problem in result.json["problems"] if problem["code"] == "plan-stale"]
    assert [problem["message"] for problem in stale] == [
        "JPEREZ changed in the ERP since the plan was made: address, server",
        "MROJAS changed in the ERP since the plan was made: port",
    ]
    assert [problem["line"] for problem in stale] == [8, 11]
    assert result.codes == ["plan-stale", "plan-stale"]


def test_a_stale_plan_whose_values_somebody_set_by_hand_is_only_refused(sales: World) -> None:
    sales.change("MROJAS", port=25)
    saved_plan(sales)
    sales.change("MROJAS", port=587)
    result = call_json(sales, "apply", "plan.json")
    assert (result.json["status"], result.codes) == ("refused", ["plan-stale"])
    assert call_json(sales, "state", "list").json["accounts"] == []


def test_a_field_that_the_plan_does_not_change_may_move(sales: World) -> None:
    applied(sales)
    sales.change("MROJAS", port=25)
    saved_plan(sales)
    sales.change("MROJAS", address="moved@acme.example", domain="other.example")
    assert call_json(sales, "apply", "plan.json").json["status"] == "applied"
    assert sales.live("MROJAS")["address"] == "moved@acme.example"
    (change,) = call_json(sales, "plan").json["changes"]
    assert [field["field"] for field in change["fields"]] == ["address"]


def test_a_user_that_left_the_erp_makes_the_plan_stale(sales: World) -> None:
    saved_plan(sales)
    sales.sql("DELETE FROM Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ'")
    assert "no longer a user" in _refused(sales, "plan-stale")["message"]


def test_a_password_that_was_rotated_since_makes_the_plan_stale(sales: World) -> None:
    saved_plan(sales)
    sales.environment["MAIL_JPEREZ"] = "another-one"
    problem = _refused(sales, "plan-stale")
    assert "password of JPEREZ" in problem["message"]
    assert problem["file"] == "accounts/ventas.yaml"


def test_a_plan_of_another_key_is_refused(sales: World) -> None:
    saved_plan(sales)
    sales.environment["EFSYNC_KEY"] = "another key of some length"
    assert _refused(sales, "key-mismatch")


def test_a_plan_without_secrets_is_for_reading(sales: World) -> None:
    saved_plan(sales, "--without-secrets")
    assert "without secrets" in _refused(sales, "plan-target")["message"]
    assert call(sales, "show", "plan.json").status == 0


def test_show_prints_a_stale_and_an_applied_plan(sales: World) -> None:
    saved_plan(sales)
    first = call(sales, "show", "plan.json")
    assert call_json(sales, "apply", "plan.json").status == 0
    sales.change("JPEREZ", server="elsewhere")
    (sales.folder / "efsync.toml").unlink()
    again = call(sales, "show", "plan.json")
    assert (again.status, again.out) == (0, first.out)
    assert "JPEREZ" in again.out


def test_the_document_of_a_failed_plan_can_not_be_applied(sales: World) -> None:
    sales.department("  NOBODY:\n    port: 587\n")
    failed = call_json(sales, "plan")
    assert failed.status == 1
    assert (failed.json["plan_id"], failed.json["changes"]) == (None, [])
    sales.write("plan.json", failed.out)
    assert "holds no plan" in _refused(sales, "plan-edited")["message"]


def test_a_plan_that_fails_leaves_the_file_of_an_earlier_one_as_it_is(sales: World) -> None:
    file = saved_plan(sales)
    before = file.read_bytes()
    sales.department("  NOBODY:\n    port: 587\n")
    assert call_json(sales, "plan", "--out", "plan.json").status == 1
    assert file.read_bytes() == before
    assert [path.name for path in sales.folder.iterdir() if path.name.startswith(".plan")] == []


@pytest.mark.parametrize(("name", "code"), [("missing/plan.json", "config"), ("accounts", "usage")])
def test_a_place_where_no_plan_can_be_written_is_said(sales: World, name: str, code: str) -> None:
    result = call_json(sales, "plan", "--out", name)
    assert (result.status, result.codes) == (1, [code])
    assert (sales.folder / "accounts").is_dir()


def test_a_plan_can_be_written_into_a_pipe_which_stays_one(sales: World) -> None:
    pipe = sales.folder / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()))
    reader.start()
    assert call(sales, "plan", "--out", "pipe").status == 0
    reader.join(10)
    assert json.loads(received[0])["kind"] == "plan"
    assert pipe.is_fifo()


def test_a_missing_plan_file_is_said(sales: World) -> None:
    for command in (("apply", "plan.json"), ("show", "plan.json")):
        assert call_json(sales, *command).codes == ["config"]


def test_a_saved_plan_takes_no_selection(sales: World) -> None:
    saved_plan(sales)
    result = call_json(sales, "apply", "plan.json", "--user", "JPEREZ")
    assert (result.status, result.codes) == (1, ["usage"])


def test_an_applied_plan_after_a_crash_was_repaired_is_not_applied_again(sales: World) -> None:
    applied(sales)
    sales.change("JPEREZ", port=25)
    saved_plan(sales)
    assert call_json(sales, "apply", "plan.json").status == 0
    assert _refused(sales, "plan-applied")
