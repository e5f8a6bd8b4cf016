"""YAML that is broken, or that does not mean what it looks like."""

import time
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from efsync.accounts.document import parse
from efsync.accounts.folder import MAX_VALUES
from efsync.model.problems import Problem


def problem_of(text: str) -> Problem:
    document = parse(text, "f.yaml")
    assert document.data is None
    (problem,) = document.problems
    return problem


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\n\tb: 1\n", "2:1"), ("a: 1\n b: 2\n", "2:3"), ("a: [1\nb: 2\n", "2:2"), ("a: 'x\n", "2:1"),
        ("a: 1\n---\nb: 2\n", "2:1"), ("a: !!python/object/apply:os.system [id]\n", "1:4"), ("a: !secret x\n", "1:4"),
        ("!!set {a}\n", "1:1"), ("a: *nobody\n", "1:4"), ("? [a]\n: 1\n", "1:3"), ("? {a: 1}\n: 1\n", "1:3"),
        ("a: x\x07\n", "1:5"), ("a: 1\nb: \x1b[31m\n", "2:4"), ('a: "\\0"\n', "1:4"), ('a: "\\ud800"\n', "1:4"),
        ("a: \ud800\n", "1:4"), ('a: "\\UFFFFFFFF"\n', "1:5"), ("%YAML 9.1\n---\na: 1\n", "1:1"), ("a: @x\n", "1:4"),
        ("a: &x [*x]\n", "1:4"), ("a: &x {b: *x}\n", "1:4"), ("a: &x\n  <<: *x\n", "1:4"), ("a:\n  <<: 5\n", "2:7"),
    ],
    ids=[
        "tab", "indentation", "open list", "open quote", "two documents", "python tag", "own tag", "set",
        "no such alias",
        "list as key", "mapping as key", "bell", "escape", "null character", "escaped surrogate", "surrogate",
        "no such character", "yaml 9", "reserved", "list in itself", "mapping in itself", "merge of itself",
        "merge of 5",
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_refused_at_its_place(text: str, place: str) -> None:
    problem = problem_of(text)
    assert problem.code == "yaml-syntax"
    assert str(problem.location) == f"f.yaml:{place}"


def test_a_tab_is_named_as_what_it_is() -> None:
    assert "tabs" in (problem_of("users:\n\tJPEREZ: {}\n").hint or "")


@pytest.mark.parametrize(
    "lines",
    [
        "      address: a@acme.example\n    password: {env: MAIL_J}\n",
        "    address: a@acme.example\n      password: {env: MAIL_J}\n",
        "    password: {env: MAIL_J}\n   address: a@acme.example\n",
        "    password:\n      env: MAIL_J\n     port: 587\n",
    ],
    ids=["the line before", "the line itself", "too little", "below a password"],
)
def test_a_line_in_another_column_is_told_from_a_password_that_is_written_out(lines: str) -> None:
    assert "same column" in (problem_of(f"users:\n  J:\n{lines}").hint or "")


@pytest.mark.parametrize("written", ["a: b", "'a' b", "@a", "*a", "]a", "%a", "- a", "|a"])
def test_where_a_password_that_is_written_out_is_no_yaml_the_hint_is_about_passwords(written: str) -> None:
    assert "a password is a reference" in (problem_of(f"users:\n  J:\n    password: {written}\n").hint or "")


@pytest.mark.parametrize("ending", ["\r", "\x85", "\u2028", "\u2029"], ids=["cr", "nel", "ls", "ps"])
def test_a_line_end_that_a_reviewer_does_not_see_is_refused(ending: str) -> None:
    line = "server: good # as always"
    problem = problem_of(f"port: 587\n{line}{ending}ssl: false\n")
    assert (problem.code, str(problem.location)) == ("yaml-syntax", f"f.yaml:2:{len(line) + 1}")
    assert ending.encode("unicode_escape").decode() in problem.message
    assert parse(f'a: "{ending.encode("unicode_escape").decode()}"\n', "f.yaml").data == {"a": ending}


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("a: 1\na: 2\n", "1:1", "2:1"),
        ("u:\n  0012: 1\n  '0012': 2\n", "2:3", "3:3"),
        ("u:\n  NO: 1\n  \"NO\": 2\n", "2:3", "3:3"),
        ("a: &k x\nx: 1\n*k : 2\n", "2:1", "1:4"),
        ("u:\n  <<: {x: 1, x: 2}\n", "2:8", "2:14"),
        ("a: &a {x: 1}\nb: &b {y: 1}\nu:\n  <<: *a\n  <<: *b\n", "4:3", "5:3"),
    ],
    ids=["twice", "with and without quotes", "double quotes", "through an alias", "inside a merge", "two merges"],
)  # fmt: skip
def test_a_key_twice_is_an_error_that_shows_both_places(text: str, first: str, second: str) -> None:
    problem = problem_of(text)
    assert problem.code == "duplicate-key"
    assert f"f.yaml:{first}" in problem.message
    assert str(problem.location) == f"f.yaml:{second}"


def test_every_key_that_stands_twice_is_told() -> None:
    document = parse("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n  c: 3\n", "f.yaml")
    assert [str(problem.location) for problem in document.problems] == ["f.yaml:2:1", "f.yaml:5:3", "f.yaml:6:3"]


def test_a_key_twice_in_what_is_merged_is_told_once() -> None:
    problem = problem_of("a: &a {x: 1, x: 2}\nb:\n  <<: *a\nc:\n  <<: *a\n")
    assert (problem.code, str(problem.location)) == ("duplicate-key", "f.yaml:1:14")


def test_other_case_is_another_key() -> None:
    assert parse("a: 1\nA: 2\n", "f.yaml").data == {"a": 1, "A": 2}


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)
)
MERGES = "a0: &a0 {}\n" + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20))
WIDE_MERGES = "a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\n" + "".join(
    f"b{n}:\n  <<: *a0\n" for n in range(500)
)  # fmt: skip


@pytest.mark.parametrize("text", [LAUGHS, WIDE_MERGES], ids=["billion laughs", "wide merges"])
def test_aliases_that_expand_without_end_are_refused_soon_and_small(text: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    try:
        problem = problem_of(text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (problem.code, f"{MAX_VALUES:,}" in problem.message) == ("too-large", True)
    assert time.process_time() - began < 60
    assert most < 400 * 2**20


def test_merges_of_merges_of_nothing_are_refused_too() -> None:
    document = parse(MERGES, "f.yaml")
    assert [problem.code for problem in document.problems] == ["too-large"]


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000 + "]" * 20_000, "{a: " * 5000 + "}" * 5000, "\n".join(" " * depth + "a:" for depth in range(3000))],
    ids=["lists", "mappings", "blocks"],
)
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    assert problem_of(text).code == "too-large"


PIECES = [
    *"ab:- \n\t{}[],&*!|>'\"%@`?#~<0x\\uU\r.", "<<: ", "*a ", "&a ", "!!int ", "!!", "---\n", "...\n", "%YAML 1.1\n",
    "\n  ", "\n- ", "\\ud800", "\x85", "é", "\ufeff", "|+2\n", ">-\n", "0012", "password: ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("!!bool x")
@example("a: 0x" + "f" * 9000)
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    document = parse(text, "f.yaml")
    assert document.problems == [] or document.data is None
    for problem in document.problems:
        assert problem.message
        assert problem.location is not None
        assert problem.location.line
        assert problem.location.line <= text.count("\n") + 2
