"""What the YAML parser says of a broken file never repeats a word of it: one may be a password."""

import warnings

import pytest

from efsync.accounts.document import parse
from efsync.accounts.read import read_departments
from tests.accounts.conftest import Accounts

BROKEN = [
    "a: {W}: x\n", "a: *{W}\n", "a: &{W} x\n b\n", "!{W} a: b\n", "!{W}!x a\n", "%{W} x\n---\n {W}: [\n",
    "%TAG {W} {W}\n---\na\n", "%TAG !{W}! tag:{W}\n---\na: !other!y z\n", "%YAML {W}\n---\n", "a: '{W}\n", 'a: "{W}\n',
    'a: "\\{W}"\n', 'a: "\\x{W}"\n', 'a: "\\u12{W}"\n', "{W}: {W}: {W}\n", "[{W}\n", "{{W}\n", "a: |{W}\n  x\n",
    "a: >1{W}\n", "- {W}\n {W}\n: {W}\n", "? {W}\n- x\n: y", "a: @{W}\n", "a: `{W}\n", "a: %{W}\n", "a:\n\t{W}: x\n",
    "a: [{W}}\n", "a: {{W}]\n", "password: {W}: x\n", "password:\n  {W}\n {W}: a\n", "a: !<{W}> x\n", "a: !<{W} x\n",
    "a: !!{W} x\n", "*{W}\n", "a: *{W} b\n", "--- {W}\n--- {W}\n", "a: '{W}'{W}\n", "a: {W}\x07\n", "a: &a [*a, {W}]\n",
    "a: ! {W}\n b\n: c", "'{W}'{W}: 1\n", "password: {{W}: 1, {W}: 2}\n", "password:\n  x: {{W}: 1, {W}: 2}\n",
    "a: {W}\u2028\n", "a: !!binary {W}\n", "? [{W}]\n: {W}\n", 'a: "{W}\\UFFFFFFFF"\n', "a: {<<: {W}}\n",
]  # fmt: skip
WORDS = ["hunter2", "hun'ter2", 'hun"ter2', "hunter2'", "<hunter2>", "ñhunter2", "hun\\ter2", "hunter2]", "hunter2:"]


@pytest.mark.parametrize("broken", BROKEN)
def test_no_message_repeats_a_word_of_the_file(broken: str) -> None:
    refused = 0
    for word in WORDS:
        for problem in parse(broken.replace("{W}", word), "f.yaml").problems:
            refused += 1
            assert "hun" not in f"{problem.message} {problem.hint}", problem
    assert refused


def test_an_anchor_twice_warns_nobody_with_the_line_it_stands_in(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        parse("a: &x hunter2\nb: &x hunter2\n", "f.yaml")
    assert capfd.readouterr() == ("", "")


def test_a_password_beside_a_mistake_is_told_how_to_be_written(accounts: Accounts) -> None:
    accounts.write("ventas.yaml", "version: 1\nusers:\n  A:\n    password: hunter2: x\n")
    (problem,) = read_departments(accounts.folder()).problems
    assert problem.hint == "a password is a reference: {env: NAME} or {file: PATH}"
