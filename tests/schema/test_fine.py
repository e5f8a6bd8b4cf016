"""The quick word on a document is jsonschema's."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from efsync.schema.fine import is_fine
from efsync.schema.shipped import SCHEMAS, schema
from tests.schema.test_laws import KEYS, near_misses

EDGES = [
    "", " ", "a", " a", "a ", "a\n", "\na", "a\x1c", "\x1ca", "a\x85", "\x85a", "a\u2028", "\u00a0a", "a\u00a0",
    "a\x7f",
    "a\x9f", "a@b", "a@b@c", "@a", "a@", "a b@c", "a@b\n", "a/b", "a:b", "MAIL_X", "MAIL_X\n", "1A", "ñ", "Ñ_1",
    "\u200b",
    "x" * 10, "x" * 11, "x" * 100, "x" * 101, "x" * 253, "x" * 254, "x" * 255, "😀" * 10, "😀" * 11, "\ufeff",
    "\u180ea",
]  # fmt: skip
texts = st.one_of(st.sampled_from(EDGES), st.text(max_size=12), st.text("a@.\n\x1c\x85\u2028\u00a0 ", max_size=5))
numbers = st.sampled_from([0, 1, 25, 65535, 65536, -1, 587.0, 587.5, 1e300, 2**70, True, False, None])
references = st.dictionaries(st.sampled_from(["env", "file", "template", "age"]), texts, max_size=2)
accounts = st.fixed_dictionaries(
    {},
    optional={
        "address": texts | numbers, "password": references | texts | numbers, "server": texts | numbers,
        "port": numbers | texts, "ssl": numbers | texts, "domain": texts | numbers, "header": references | texts,
        "vars": st.dictionaries(texts, texts | numbers | references, max_size=2),
    },
)  # fmt: skip
departments = st.fixed_dictionaries(
    {
        "version": st.sampled_from([1, 1, 1, 1.0, True, 2, "1"]),
        "department": texts,
        "users": st.dictionaries(texts | st.sampled_from(KEYS), accounts, max_size=2),
    },
    optional={"on_removal": st.sampled_from(["clear", "forget", "keep"]), "defaults": accounts, "vars": accounts},
)


def agree(name: str, document: Any) -> None:
    assert is_fine(name, document) is Draft202012Validator(schema(name)).is_valid(document)


@given(departments)
@settings(max_examples=500)
def test_it_is_on_departments_with_values_at_the_edge_of_each_rule(document: Any) -> None:
    agree("department", document)


@given(near_misses)
def test_it_is_on_documents_that_look_like_departments(document: Any) -> None:
    agree("department", document)


@pytest.mark.parametrize("text", EDGES)
def test_it_is_on_each_text_in_each_place(text: str) -> None:
    for field in ("address", "server", "domain", "header"):
        agree("department", {"version": 1, "department": "D", "users": {"A": {field: text}}})
    for kind in ("env", "file"):
        agree("department", {"version": 1, "department": "D", "users": {"A": {"password": {kind: text}}}})
    agree("department", {"version": 1, "department": text, "users": {}})
    agree("department", {"version": 1, "department": "D", "users": {text: {}}})
    agree("department", {"version": 1, "department": "D", "users": {}, "vars": {text: "x"}})


@given(
    st.sampled_from(SCHEMAS),
    st.recursive(st.none() | st.booleans() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)),
)
def test_it_is_on_anything_else(name: str, document: Any) -> None:
    agree(name, document)
