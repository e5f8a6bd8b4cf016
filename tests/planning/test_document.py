"""A plan as a document: there and back, its digest, and that no secret is in it."""

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from efsync.model.fields import UNKNOWN, UNREAD
from efsync.model.plans import Plan
from efsync.model.secrets import Secret
from efsync.planning.document import (
    changes_from_document,
    plan_digest,
    plan_from_document,
    plan_id_of,
    plan_to_document,
)
from efsync.schema.shipped import schema
from tests.planning.generated_plans import plans
from tests.planning.sides import applied, comparison, desired, env, fingerprint, live, mail, plan_of

Path = tuple[str | int, ...]


def leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value in a document that holds no other."""
    if isinstance(node, dict) and node:
        for name, value in node.items():
            yield from leaves(value, (*path, name))
    elif isinstance(node, list) and node:
        for number, value in enumerate(node):
            yield from leaves(value, (*path, number))
    else:
        yield path


def edited(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """The document with another value at `path`."""
    result = copy.deepcopy(document)
    node: Any = result
    for part in path[:-1]:
        node = node[part]
    value = node[path[-1]]
    if isinstance(value, bool):
        node[path[-1]] = not value
    elif isinstance(value, int):
        node[path[-1]] = value + 1
    else:
        node[path[-1]] = f"{value}."
    return result


@pytest.fixture
def plan() -> Plan:
    """A plan with every action."""
    return plan_of(
        comparison(
            [
                desired("NEW", reference=env("MAIL_NEW"), **mail("nueva")),
                desired("KEPT", reference=env("MAIL_KEPT"), **mail("clave")),
            ],
            [live("NEW", address="a"), live("KEPT", **mail("clave")), live("LEFT", **mail("vieja"))],
            [applied("LEFT", **mail("vieja")), applied("GONE")],
        )
    )


@given(plans())
def test_a_plan_is_the_same_after_it_was_a_document(made: Plan) -> None:
    document = json.loads(json.dumps(plan_to_document(made)))
    assert plan_from_document(document) == made
    assert plan_digest(document) == document["plan_id"]


@given(plans())
def test_the_digest_is_that_of_the_document_in_one_piece_and_in_many(made: Plan) -> None:
    document = plan_to_document(made)
    rest = {name: value for name, value in document.items() if name != "plan_id"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert document["plan_id"] == plan_id_of(made) == f"sha256:{digest}"


@given(plans())
def test_every_plan_is_valid_against_its_schema(made: Plan) -> None:
    document = json.loads(json.dumps(plan_to_document(made)))
    assert list(Draft202012Validator(schema("plan")).iter_errors(document)) == []


def test_any_edit_changes_the_digest(plan: Plan) -> None:
    document = plan_to_document(plan)
    paths = [path for path in leaves(document) if path != ("plan_id",)]
    assert len(paths) > 80
    assert [path for path in paths if plan_digest(edited(document, path)) == document["plan_id"]] == []


def test_anything_taken_away_or_put_in_changes_the_digest(plan: Plan) -> None:
    document = plan_to_document(plan)
    digests = {plan_digest({name: value for name, value in document.items() if name != left}) for left in document}
    assert len(digests) == len(document)
    assert plan_digest({**document, "later": None}) != document["plan_id"]
    assert plan_digest({**document, "changes": document["changes"][::-1]}) != document["plan_id"]


def test_the_order_of_names_does_not_matter_to_the_digest(plan: Plan) -> None:
    document = plan_to_document(plan)
    assert plan_digest(dict(reversed(document.items()))) == document["plan_id"]


def test_a_number_and_its_text_have_two_digests(plan: Plan) -> None:
    document = plan_to_document(plan)
    document["changes"][0]["unchanged"] = {"port": 587}
    number = plan_digest(document)
    document["changes"][0]["unchanged"] = {"port": "587"}
    assert plan_digest(document) != number


def test_passwords_stand_in_a_document_as_fingerprints_and_references(plan: Plan) -> None:
    text = json.dumps(plan_to_document(plan))
    assert not any(password in text for password in ("nueva", "clave", "vieja"))
    assert fingerprint("nueva") in text
    assert {"env": "MAIL_NEW"} in [change["password_reference"] for change in plan_to_document(plan)["changes"]]


def test_a_secret_can_not_get_into_a_document_by_mistake(plan: Plan) -> None:
    document = plan_to_document(plan)
    document["changes"][0]["fields"][0]["after"] = Secret("hunter2")
    with pytest.raises(TypeError) as raised:
        json.dumps(document)
    assert "hunter2" not in str(raised.value)


def test_what_is_known_at_apply_is_null_and_unknown_in_the_form_of_the_contract() -> None:
    plan = plan_of(comparison([desired(reference=env("MAIL_J"), password=UNKNOWN)], [live(password=UNREAD)], []))
    (change,) = plan_to_document(plan)["changes"]
    assert change["fields"] == [
        {"field": "password", "before": None, "after": None, "origin": "new", "sensitive": True, "unknown": True}
    ]
    (read,) = changes_from_document([change])
    assert read.fields[0].unknown


def test_names_of_a_later_minor_version_are_ignored(plan: Plan) -> None:
    document = json.loads(json.dumps(plan_to_document(plan)))
    for node in (document, document["summary"], document["source"], document["changes"][0]):
        node["of_a_later_version"] = {"any": "thing"}
    document["changes"][0]["fields"][0]["of_a_later_version"] = 1
    document["format_version"] = "1.7"
    read = plan_from_document(document)
    assert (read.changes, read.summary) == (plan.changes, plan.summary)
    assert list(Draft202012Validator(schema("plan")).iter_errors(document)) == []
