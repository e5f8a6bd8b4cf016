"""Fields set and accounts added in place: nobody else changes, comments stay, as little as possible is touched."""

import difflib
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from efsync.accounts.editing.edit import edited
from efsync.accounts.editing.format import Altered, with_lf
from efsync.accounts.editing.read import read
from efsync.accounts.editing.tree import comments
from efsync.schema.shipped import shipped
from tests.accounts.editing.generated import department_file, department_files
from tests.accounts.editing.test_format import accounts_in

VALUES: dict[str, list[Any]] = {
    "address": ["new@b.example", None, "ñ'@b.example"],
    "password": [{"env": "NEW"}, {"file": "a, b/c"}, None],
    "server": ["new.example", "25", None],
    "port": [465, None],
    "ssl": [True, False, None],
    "domain": ["no", "b.example"],
    "header": ["<p>\n  {{ x }}\n\n\ny</p>", "a\n", " a\nb", "#", "x" * 100, "\x07", "a\n\n", "\n", None, {"file": "n"}],
    "signature": ["'", "a: b", {"template": "n.html"}, "\u2028\n", "\ta\nb"],
    "footer": ["</html>", {"file": "_templates/f.html"}],
}  # fmt: skip


def some_fields(random: Random, least: int) -> dict[str, Any]:
    names = random.sample(list(VALUES), random.randint(least, 3))
    return {name: random.choice(VALUES[name]) for name in names}


def check(text: str, seed: int) -> bool:
    """Change a file in some way and see that it says so; whether it could be changed."""
    random = Random(seed)
    before = accounts_in(text)
    text = text.removeprefix("\ufeff")
    codes = list(before["users"])
    changes = {code: some_fields(random, 1) for code in random.sample(codes, random.randint(0, len(codes)))}
    new = {code: some_fields(random, 0) for code in random.sample(["NEW", "0099", "Ñ: x"], random.randint(0, 2))}
    wanted = {code: {**fields, **changes.get(code, {})} for code, fields in before["users"].items()} | new
    try:
        after = edited(text, changes, new)
    except Altered:
        return False
    assert accounts_in(after) == {**before, "users": wanted}
    assert comments(read(with_lf(after)[0])) == comments(read(with_lf(text)[0]))
    if not changes and not new:
        assert after == text
    return True


@settings(max_examples=150)
@given(department_files(), st.integers(0, 2**32))
def test_a_file_says_what_was_set_and_nobody_else_changes(text: str, seed: int) -> None:
    if accounts_in(text) is not None:
        check(text, seed)


def test_nearly_every_file_can_be_changed() -> None:
    texts = [text for text in map(department_file, range(80)) if accounts_in(text) is not None]
    done = [check(text, seed) for seed, text in enumerate(texts)]
    assert sum(done) >= len(done) * 0.97


def test_only_what_changes_is_touched(snapshot: SnapshotAssertion) -> None:
    text = (shipped("accounts") / "ventas.yaml").read_text(encoding="utf-8")
    after = edited(
        text,
        {
            "JPEREZ": {"address": "jose.perez@acme.example", "port": 465},
            "AFUENMAYOR": {"signature": "<p>Ana</p>\n<p>Valencia</p>\n"},
            "DCASTILLO": {"signature": {"template": "_templates/signature.html"}},
            "NO": {"ssl": False, "footer": None},
        },
        {"0012": {"address": "nuevo@acme.example", "password": {"env": "MAIL_0012"}}},
    )
    lines, changed = text.split("\n"), after.split("\n")
    assert "\n".join(difflib.unified_diff(lines, changed, lineterm="", n=1)) == snapshot


ANCHORED = """\
version: 1
department: D
users:
  A: &a
    server: &s smtp.acme.example   # the one
    header: &h |
      <p>
      </p>
  B:
    server: *s
    header: *h       # as A has it
  C:
    <<: *a     # all as A
    port: 25
  D: *a
"""


def test_who_has_a_value_of_somebody_else_keeps_it(snapshot: SnapshotAssertion) -> None:
    assert edited(ANCHORED, {"A": {"server": "new.example", "header": None, "ssl": True}}, {}) == snapshot


def test_an_alias_becomes_a_merge_with_what_differs() -> None:
    after = edited(ANCHORED, {"D": {"port": 465}}, {})
    assert after == ANCHORED.replace("  D: *a\n", "  D:\n    <<: *a\n    port: 465\n")


@pytest.mark.parametrize("users", ["{}", "{A: {port: 25}}", "{'A': {port: 25, address: a@b.c}} # c"])
def test_users_between_braces_are_written_below_each_other(users: str) -> None:
    text = f"version: 1\ndepartment: D\nusers: {users}\n"
    after = edited(text, {}, {"NEW": {"port": 465}})
    assert accounts_in(after)["users"] == {**accounts_in(text)["users"], "NEW": {"port": 465}}


def test_users_who_are_not_written_in_the_file_itself_can_not_be_changed() -> None:
    text = "version: 1\ndepartment: D\nusers:\n  <<: {A: {port: 25}}\n"
    with pytest.raises(Altered):
        edited(text, {"A": {"port": 465}}, {})
