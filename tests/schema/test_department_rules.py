"""What the department schema does not allow, said about the file."""

import pytest

from efsync.accounts.document import parse
from efsync.model.problems import Problem
from efsync.schema.messages import schema_problems

HEAD = "version: 1\ndepartment: VENTAS\n"
USER = f"{HEAD}users:\n  JPEREZ:\n    "


def problems_of(text: str) -> list[Problem]:
    document = parse(text, "f.yaml")
    assert document.problems == []
    return [problem for _, problem in schema_problems("department", document.data, document.locate)]


def problem_of(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


@pytest.mark.parametrize(
    ("written", "said", "hint"),
    [
        ("port: '587'", "port: must be a whole number, not '587'", "write 587 without quotes"),
        ("port: 0587", "port: must be a whole number, not '0587'", "write 587 without quotes"),
        ("port: 0", "port: 0 is less than 1", None),
        ("port: -1", "port: -1 is less than 1", None),
        ("port: 70000", "port: 70000 is greater than 65535", None),
        ("port: true", "port: must be a whole number, not true", None),
        ("port: 587.5", "port: must be a whole number, not 587.5", None),
        ("port: smtp", "port: must be a whole number, not 'smtp'", None),
        ("port: [587]", "port: must be a whole number, not a list", None),
        ("port: " + "9" * 400, "port: a number that is far too large is greater than 65535", None),
        ("ssl: si", "ssl: must be true or false, not 'si'", "write true or false"),
        ("ssl: NO", "ssl: must be true or false, not 'NO'", "write true or false"),
        ("ssl: 1", "ssl: must be true or false, not 1", "write true or false"),
        ("server: 5", "server: must be text, not 5", "put it in quotes: '5'"),
        ("server: true", "server: must be text, not true", "put it in quotes: 'true'"),
        ("server: smtp acme", "server: 'smtp acme' is not a host name", None),
        ("server: https://acme.example", "server: 'https://acme.example' is not a host name", None),
        ("domain: '@acme.example'", "domain: '@acme.example' is not a mail domain", None),
        ("server: " + "x" * 254, "server: is longer than 253 characters", None),
        ("address: [a@b]", "address: must be text, not a list", None),
        ("header: {file: a, template: b}", "header: has file, template; it takes only one of them", None),
        ("header: {}", "header: is empty; it needs one of file, template", None),
        ("header: [a]", "header: must be text or a mapping, not a list", None),
        ("header: 5", "header: must be text or a mapping, not 5", "put it in quotes: '5'"),
        ("signature: {file: 5}", "file: must be text, not 5", "put it in quotes: '5'"),
        ("footer: {template: null}", "template: must be text, not null", None),
        ("footer: {template: ''}", "template: is empty", None),
        ("vars: [a]", "vars: must be a mapping, not a list", None),
        ("vars: {a: [1]}", "a: must be text or a number or true or false, not a list", None),
        ("vars: {a b: 1}", "'a b' is not a name (letters a to z, digits and _)", None),
        ("vars: {1a: 1}", "'1a' is not a name (letters a to z, digits and _)", None),
        ('vars: {"a\\n": 1}', "'a\n' is not a name (letters a to z, digits and _)", None),
    ],
)  # fmt: skip
def test_a_value_that_can_not_be_is_told_with_what_it_must_be(written: str, said: str, hint: str | None) -> None:
    problem = problem_of(f"{USER}{written}\n")
    assert (problem.code, problem.message, problem.hint) == ("schema", said, hint)
    assert problem.location is not None
    assert problem.location.line == 5


@pytest.mark.parametrize("field", ["address", "server", "domain"])
def test_an_empty_text_is_told_how_to_be_cleared(field: str) -> None:
    problem = problem_of(f"{USER}{field}: ''\n")
    assert problem.message == f"{field}: is empty"
    assert "null" in (problem.hint or "")


@pytest.mark.parametrize("field", ["port", "ssl", "server", "domain", "header", "signature", "footer", "address"])
def test_null_is_allowed_in_every_field(field: str) -> None:
    assert problems_of(f"{USER}{field}: null\n    password: null\n") == []


@pytest.mark.parametrize(
    "address",
    [
        "jperez", "jperez@acme@example", "'@acme.example'", "jperez@", '"a@b\\n"', '"a@b\\nBcc: x@evil.example"',
        '"a\\tb@c"',
        '"\\ea@b"', '"a@b\\x9b"', '"a@\\x7fb"', "' '", "a b@c", '" a@b"', '"a@b\\u00a0"', '"a@b\\u2028"',
    ],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    problem = problem_of(f"{USER}address: {address}\n")
    assert (problem.code, str(problem.location)) == ("schema", "f.yaml:5:14")
    assert "is not a mail address" in problem.message


@pytest.mark.parametrize("address", ["jperez@acme.example", "ñandú@correo.acme.example", "a+b@c", "'\"x\"@c'"])
def test_a_mail_address_is_accepted(address: str) -> None:
    assert problems_of(f"{USER}address: {address}\n") == []


@pytest.mark.parametrize(
    ("key", "near"),
    [("prot", "port"), ("Address", "address"), ("adress", "address"), ("SSL", "ssl"), ("pasword", "password"),
     ("signatur", "signature"), ("var", "vars"), ("servr", "server")],
)  # fmt: skip
def test_an_unknown_key_is_told_the_nearest_one(key: str, near: str) -> None:
    problem = problem_of(f"{USER}{key}: hunter2\n")
    assert (problem.code, problem.hint) == ("unknown-key", f"did you mean {near}?")
    assert str(problem.location) == "f.yaml:5:5"
    assert key in problem.message
    assert "hunter2" not in problem.message


def test_an_unknown_key_like_no_other_is_told_all_that_are_known() -> None:
    problem = problem_of(f"{USER}xyzzy: 1\n")
    known = "address, password, server, port, ssl, domain, header, signature, footer, renamed_from, vars"
    assert problem.hint == f"known here: {known}"
    assert problem_of(f"{USER}header: {{url: x}}\n").hint == "known here: file, template"


@pytest.mark.parametrize("key", ["address", "password"])
def test_what_each_account_has_of_its_own_can_not_stand_in_defaults(key: str) -> None:
    problem = problem_of(f"{HEAD}defaults:\n  {key}: hunter2\nusers: {{}}\n")
    assert (problem.code, problem.message) == ("unknown-key", f"{key} can't stand in defaults")
    assert problem.hint == "each account has its own: write it at the user"
    assert str(problem.location) == "f.yaml:4:3"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ABCDEFGHIJK", "has 11 characters; a user code has at most 10"), ("''", "a user code is empty"),
        ("' A'", "is not a user code"), ("'A '", "is not a user code"), ('"A\\n"', "is not a user code"),
        ('"A\\eB"', "is not a user code"), ("'   '", "is not a user code"), ('"\\u00a0A"', "is not a user code"),
    ],
)  # fmt: skip
def test_what_is_no_user_code_is_refused_where_it_stands(code: str, said: str) -> None:
    problem = problem_of(f"{HEAD}users:\n  {code}: {{}}\n")
    assert (problem.code, str(problem.location)) == ("schema", "f.yaml:4:3")
    assert said in problem.message


@pytest.mark.parametrize("code", ["0012", "NO", "1E5", "12_000", "~", "ÑÑÑÑÑÑÑÑÑÑ", "A B", "password1", "a-b.c"])
def test_any_other_code_is_accepted(code: str) -> None:
    assert problems_of(f"{HEAD}users:\n  {code}: {{}}\n") == []


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("version: 2\ndepartment: V\nusers: {}\n", "version: must be 1, not 2", "1:10"),
        ("version: '1'\ndepartment: V\nusers: {}\n", "version: must be 1, not '1'", "1:10"),
        ("version: true\ndepartment: V\nusers: {}\n", "version: must be 1, not true", "1:10"),
        ("version: 1\nusers: {}\n", "department is missing", "1:1"),
        ("department: V\nusers: {}\n", "version is missing", "1:1"),
        ("version: 1\ndepartment: V\n", "users is missing", "1:1"),
        ("version: 1\ndepartment: ''\nusers: {}\n", "department: is empty", "2:13"),
        ("version: 1\ndepartment: ' V'\nusers: {}\n", "department: ' V' is not a department", "2:13"),
        ("version: 1\ndepartment: 5\nusers: {}\n", "department: must be text, not 5", "2:13"),
        (HEAD + "users: null\n", "users: must be a mapping, not null", "3:8"),
        (HEAD + "users: []\n", "users: must be a mapping, not a list", "3:8"),
        (HEAD + "users:\n  A:\n", "A: must be a mapping, not null", "4:5"),
        (HEAD + "users:\n  A: hunter2\n", "A: must be a mapping, not text", "4:6"),
        (HEAD + "users: {}\non_removal: keep\n", "on_removal: must be clear or forget, not 'keep'", "4:13"),
        (HEAD + "users: {}\ndefaults: null\n", "defaults: must be a mapping, not null", "4:11"),
    ],
)  # fmt: skip
def test_the_frame_of_the_file_is_checked(text: str, said: str, place: str) -> None:
    problem = problem_of(text)
    assert problem.code == "schema"
    assert problem.message.startswith(said)
    assert str(problem.location) == f"f.yaml:{place}"


def test_users_without_any_are_told_how_to_be_written() -> None:
    assert problem_of(HEAD + "users:\n").hint == "write {} for a department without accounts"
    assert problem_of(HEAD + "users:\n  A:\n").hint == "write {} where nothing is to be set"


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = f"{USER}port: 0\n    ssl: si\n    prot: 1\n  ABCDEFGHIJK:\n    address: x\nversion2: 1\n"
    assert len(problems_of(text)) == 6
