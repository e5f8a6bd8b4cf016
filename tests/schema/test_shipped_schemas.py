"""The schemas that editors and other programs read, and the accounts that ship."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import read_departments
from efsync.model.fields import FIELDS
from efsync.model.problems import Location
from efsync.schema.messages import schema_problems
from efsync.schema.shipped import SCHEMAS, schema, schema_text, shipped
from efsync.settings.read import read_settings


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, rules in node.get("properties", {}).items():
            yield f"{path}/{name}", rules
        for key, value in node.items():
            yield from properties(value, f"{path}/{key}")
    elif isinstance(node, list):
        for item in node:
            yield from properties(item, path)


def resolved(name: str, rules: dict[str, Any]) -> dict[str, Any]:
    reference = rules.get("$ref")
    if not reference:
        return rules
    target: Any = schema(name)
    for part in reference.removeprefix("#/").split("/"):
        target = target[part]
    return resolved(name, target) | rules


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_shipped_schema_is_valid_and_of_the_draft_that_it_names(name: str) -> None:
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_of_a_schema_is_described(name: str) -> None:
    found = dict(properties(schema(name)))
    assert found
    assert [path for path, rules in found.items() if not resolved(name, rules).get("description")] == []


@pytest.mark.parametrize("name", ["department", "configuration"])
def test_every_property_that_people_write_has_examples(name: str) -> None:
    groups = {"state", "env", "file", "safety"}  # tables whose own keys have examples
    missing = [
        path
        for path, rules in properties(schema(name))
        if not resolved(name, rules).get("examples") and path.rsplit("/", 1)[1] not in groups
    ]
    assert missing == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_and_default_is_valid_against_its_own_rules(name: str) -> None:
    for path, rules in properties(schema(name)):
        alone = resolved(name, rules) | {"$defs": schema(name).get("$defs", {})}
        for example in [*alone.get("examples", []), *([alone["default"]] if "default" in alone else [])]:
            assert list(Draft202012Validator(alone).iter_errors(example)) == [], path


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_of_what_people_write_says_what_it_takes(name: str) -> None:
    if name in ("plan", "probe"):
        assert schema(name).get("additionalProperties") is not False
    else:
        assert schema(name)["additionalProperties"] is False


def test_the_department_schema_knows_every_mail_field_and_no_other() -> None:
    account = schema("department")["$defs"]["account"]["properties"]
    assert list(account) == [*FIELDS, "renamed_from", "vars"]
    assert set(schema("department")["properties"]["defaults"]["properties"]) == set(FIELDS) - {"address", "password"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_patterns_are_such_that_an_editor_understands_them_too(name: str) -> None:
    for pattern in re.findall(r'"pattern": "(.*?)"[ ,}\n]', schema_text(name)):
        assert not re.search(r"\(\?[P<#iamsux]|\\[AZz]|\\p|\*\+", pattern), pattern


def test_the_shipped_accounts_and_settings_are_valid() -> None:
    settings = read_settings(shipped("efsync.toml"))
    assert settings.accounts == shipped("accounts")
    read = read_departments(AccountsFolder(shipped("accounts"), settings.folder))
    assert read.problems == ()
    assert read.count == len(read.files) > 0
    assert any(file.accounts for file in read.files)


def test_the_shipped_accounts_name_their_schema_for_editors() -> None:
    for path in shipped("accounts").glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../schemas/department.schema.json"
        assert (path.parent / first.split("=")[1]).is_file()


def test_a_problem_is_told_with_the_mapping_that_it_is_in() -> None:
    data = {"version": 1, "department": "V", "users": {"A": {"port": 0, "prot": 1}}, "x": 1}
    found = schema_problems("department", data, lambda _path, _key: Location("f"))
    assert {problem.message: where for where, problem in found} == {
        "port: 0 is less than 1": ("users", "A"), "'prot' is not known here": ("users", "A"),
        "'x' is not known here": (),
    }  # fmt: skip
