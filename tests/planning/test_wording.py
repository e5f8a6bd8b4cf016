"""What a plan's texts are made of: there and back, and nothing that a document makes up."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from efsync.model import language
from efsync.model.language import joined, message, plural, translated, use_language, word
from efsync.model.plans import Plan
from efsync.model.problems import Problem, Severity
from efsync.model.secrets import Secret
from efsync.planning.document import plan_digest, plan_from_document, plan_to_document
from efsync.planning.wording import text_of, wording_of
from efsync.schema.shipped import schema
from tests.planning.sides import comparison, plan_of

REFUSED = "apply will refuse this: {problem}"
CLEARED = ("{count} account of {who} would be cleared", "{count} accounts of {who} would be cleared")
PROMISE = "nothing happens to {user}"


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of a few messages, and Spanish to be spoken."""
    catalogue = Catalog(locale="es")
    catalogue.add(REFUSED, "apply rechazará esto: {problem}")
    catalogue.add(CLEARED, ("se vaciaría {count} cuenta de {who}", "se vaciarían {count} cuentas de {who}"))
    catalogue.add(PROMISE, "nada le pasa a {user}")
    catalogue.add("try again", "inténtelo de nuevo")
    catalogue.add("server", "servidor", context="topic")
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "efsync.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._catalogue.cache_clear()
    use_language("es")
    yield
    use_language("en")
    language._catalogue.cache_clear()


def kept(text: str) -> str:
    """A text after it was in a document."""
    return text_of(str(text), json.loads(json.dumps(wording_of(text))))


@pytest.mark.parametrize(
    ("text", "spanish"),
    [
        (message("try again"), "inténtelo de nuevo"),
        (message(PROMISE, user="{user.name}"), "nada le pasa a {user.name}"),
        (message(REFUSED, problem=message(PROMISE, user="JPEREZ")), "apply rechazará esto: nada le pasa a JPEREZ"),
        (message(REFUSED, problem=12), "apply rechazará esto: 12"),
        (plural(*CLEARED, 1, who="VENTAS"), "se vaciaría 1 cuenta de VENTAS"),
        (plural(*CLEARED, 7, who="VENTAS"), "se vaciarían 7 cuentas de VENTAS"),
        (joined(": ", ("header", message("try again"))), "header: inténtelo de nuevo"),
        (word("topic", "server"), "servidor"),
    ],
)
def test_a_text_is_said_in_another_language_after_it_was_in_a_document(text: str, spanish: str) -> None:
    assert kept(text) == text
    assert translated(kept(text)) == spanish


@pytest.mark.parametrize(
    "text",
    ["try again", message("nobody translated {this}", this=1), joined(", ", ("a", "b")), word("other", "server"), None],
)
def test_what_is_said_alike_in_all_languages_needs_no_wording(text: str | None) -> None:
    assert wording_of(text) is None


def test_a_wording_holds_nothing_that_the_sentence_does_not_say() -> None:
    said = message(PROMISE, user=Secret("hunter2"), beside="hunter2")
    assert wording_of(said) == {"pattern": PROMISE, "values": {"user": "Secret(…)"}}


@pytest.mark.parametrize(
    "wording",
    [
        pytest.param({"pattern": "try again"}, id="of another text"),
        pytest.param({"pattern": "nobody translated this"}, id="unknown"),
        pytest.param({"pattern": "{user.__class__.__init__.__globals__}", "values": {"user": "A"}}, id="attribute"),
        pytest.param({"pattern": "{user:>999999999}", "values": {"user": "A"}}, id="width"),
        pytest.param({"pattern": PROMISE}, id="no values"),
        pytest.param({"pattern": PROMISE, "values": ["user"]}, id="values in a list"),
        pytest.param({"pattern": PROMISE, "values": {"user": None}}, id="null"),
        pytest.param(
            {"pattern": PROMISE, "values": {"user": {"pattern": "{a[0]}", "values": {"a": "A"}}}}, id="inside"
        ),
        pytest.param(
            {"pattern": CLEARED[0], "plural": "{who.__class__}", "values": {"who": "A", "count": 2}},
            id="many, attribute",
        ),
        pytest.param(
            {"pattern": CLEARED[0], "plural": "{who:>999999999}", "values": {"who": "A", "count": 2}}, id="many, width"
        ),
        pytest.param({"pattern": CLEARED[0], "plural": CLEARED[1], "values": {"who": "A", "count": "2"}}, id="count"),
        pytest.param({"pattern": CLEARED[0], "plural": CLEARED[1], "values": {"who": "A"}}, id="no count"),
        pytest.param({"separator": "", "parts": [1, 2]}, id="parts that are numbers"),
        pytest.param({"parts": ["a"]}, id="no separator"),
        pytest.param([], id="list"),
        pytest.param("text", id="text"),
    ],
)
def test_a_wording_that_efsync_would_not_write_says_nothing(wording: Any) -> None:
    text = "nothing is as it was"
    assert text_of(text, wording) is text


def test_a_wording_may_not_be_nested_without_an_end() -> None:
    text: str = "try again"
    wording: Any = {"pattern": "try again"}
    for _ in range(500):
        text, wording = f"apply will refuse this: {text}", {"pattern": REFUSED, "values": {"problem": wording}}
    assert text_of(text, wording) is text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([PROMISE, REFUSED, *CLEARED]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["pattern", "plural", "values", "separator", "parts", "word", "context", "user", "problem", "count"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), json_values)
def test_whatever_stands_there_the_english_text_stays(text: str, wording: Any) -> None:
    said = text_of(text, wording)
    assert said == text
    translated(said)


@pytest.fixture
def plan() -> Plan:
    """A plan with two problems, one of which can be said in Spanish."""
    refused = message(REFUSED, problem=message(PROMISE, user="JPEREZ"))
    problems = (
        Problem("brake-changed", refused, hint=message("try again"), severity=Severity.WARNING),
        Problem("unknown-user", "somebody is gone", severity=Severity.WARNING),
    )
    return replace(plan_of(comparison([], [], [])), problems=problems)


def test_the_problems_of_a_plan_that_was_read_are_said_in_the_readers_language(plan: Plan) -> None:
    document = json.loads(json.dumps(plan_to_document(plan)))
    read = plan_from_document(document).problems
    assert read == plan.problems
    assert [(translated(each.message), translated(each.hint)) for each in read] == [
        ("apply rechazará esto: nada le pasa a JPEREZ", "inténtelo de nuevo"),
        ("somebody is gone", None),
    ]


def test_a_document_is_english_and_the_same_whatever_is_spoken_and_however_often_it_is_read(plan: Plan) -> None:
    document = plan_to_document(plan)
    assert document["problems"][0]["message"] == "apply will refuse this: nothing happens to JPEREZ"
    assert "wording" not in document["problems"][1]
    assert list(Draft202012Validator(schema("plan")).iter_errors(json.loads(json.dumps(document)))) == []
    assert plan_to_document(plan_from_document(json.loads(json.dumps(document)))) == document
    use_language("en")
    assert plan_to_document(plan) == document


def test_a_wording_is_part_of_what_the_digest_is_of(plan: Plan) -> None:
    document = json.loads(json.dumps(plan_to_document(plan)))
    document["problems"][0]["wording"]["message"]["values"]["problem"] = "another"
    assert plan_digest(document) != document["plan_id"]
