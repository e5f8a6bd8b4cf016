"""A password is a reference; what stands in its place is never repeated, for it may be one."""

import pytest

from efsync.accounts.document import parse
from efsync.model.problems import Problem
from efsync.schema.messages import schema_problems

OTHERS = [
    "{age: secrets/jperez.age}", "{vault: secret/mail/jperez}", "{vault: 'secret/mail/ventas#jperez'}",
    "{aws: mail/jperez}", "{aws: 'mail/ventas#jperez'}", "{keyring: mail/jperez}", "{command: pass mail/jperez}",
]  # fmt: skip
HEAD = "version: 1\ndepartment: VENTAS\n"
USER = f"{HEAD}users:\n  JPEREZ:\n    "


def problems_of(text: str) -> list[Problem]:
    document = parse(text, "f.yaml")
    assert document.problems == []
    return [problem for _, problem in schema_problems("department", document.data, document.locate)]


@pytest.mark.parametrize(
    "written", ["hunter2", "'hunter2'", "12345", "true", "1.5", "[hunter2]", "[]", "''", "|\n      hunter2"]
)
def test_a_password_as_anything_but_a_reference_is_told_what_to_write_instead(written: str) -> None:
    (problem,) = problems_of(f"{USER}password: {written}\n")
    assert (problem.code, str(problem.location)) == ("plain-password", "f.yaml:5:15")
    assert "{env: NAME}" in (problem.hint or "")
    assert "{file: PATH}" in (problem.hint or "")


@pytest.mark.parametrize(
    ("written", "code", "place"),
    [
        ("{env: HUNTER2, file: hunter2}", "schema", "5:15"), ("{}", "schema", "5:15"),
        ("{hunter2: x}", "unknown-key", "5:16"),
        ("{valut: hunter2}", "unknown-key", "5:16"), ("{hunter2}", "unknown-key", "5:16"),
        ("{env: hunter 2}", "schema", "5:21"),
        ("{env: [hunter2]}", "schema", "5:21"), ("{env: {hunter2: 1}}", "schema", "5:21"),
        ("{env: 1}", "schema", "5:21"),
        ("{env: null}", "schema", "5:21"), ('{env: "HUNTER2\\n"}', "schema", "5:21"), ("{file: ''}", "schema", "5:22"),
        ('{file: "hunter2\\n"}', "schema", "5:22"), ('{file: "\\ehunter2"}', "schema", "5:22"),
        ("{file: [hunter2]}", "schema", "5:22"),
        ("{age: [hunter2]}", "schema", "5:21"), ('{vault: "hunter2\\n"}', "schema", "5:23"),
        ("{aws: 2}", "schema", "5:21"), ("{keyring: ''}", "schema", "5:25"),
        ("{command: {pass: hunter2}}", "schema", "5:25"),
        ("{env: ''}", "schema", "5:21"), ("{env: $MAIL}", "schema", "5:21"), ("{Env: HUNTER2}", "unknown-key", "5:16"),
    ],
)  # fmt: skip
def test_a_reference_that_is_none_is_told_without_repeating_it(written: str, code: str, place: str) -> None:
    (problem,) = problems_of(f"{USER}password: {written}\n")
    assert (problem.code, str(problem.location)) == (code, f"f.yaml:{place}")
    assert "hunter" not in f"{problem.message} {problem.hint}".lower()
    assert "{env: NAME}" in (problem.hint or "")


@pytest.mark.parametrize("written", ["{env: MAIL_JPEREZ}", "{file: /run/secrets/jperez}", "null", *OTHERS])
def test_a_reference_is_accepted(written: str) -> None:
    assert problems_of(f"{USER}password: {written}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "users:\n  JPEREZ:\n    port: 25\n  password: hunter2\n", "users:\n  Password: hunter2\n",
        "users:\n  password: {hunter2: x}\n", "users:\n  password: {port: hunter2}\n",
        "users:\n  password: [hunter2]\n",
        "users:\n  password: {vars: {hunter2: [1]}}\n", "users:\n  JPEREZ: hunter2\n", "users: hunter2\n",
        "users: {}\npassword: hunter2\n", "users: {}\ndefaults: hunter2\n",
        "users: {}\ndefaults: {password: hunter2}\n",
        "users: {}\nvars: hunter2\n", "users:\n  A: {vars: {password: [hunter2]}}\n",
        "users:\n  A: {header: {password: hunter2}}\n",
        "users:\n  password: {address: hunter2}\n",
    ],
)  # fmt: skip
def test_a_password_in_a_wrong_place_is_not_repeated_either(text: str) -> None:
    problems = problems_of(HEAD + text)
    assert problems
    for problem in problems:
        assert "hunter" not in f"{problem.message} {problem.hint}"


def test_a_password_that_is_indented_too_little_is_told_so() -> None:
    (problem,) = problems_of(f"{HEAD}users:\n  JPEREZ:\n    port: 25\n  password: hunter2\n")
    assert problem.message == "password stands where a user code does"
    assert str(problem.location) == "f.yaml:6:3"
    assert problem.hint == "indent it as the fields of its user"
