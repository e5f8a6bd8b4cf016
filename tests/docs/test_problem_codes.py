"""The documentation explains every problem code, and no other, in each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from efsync.mail.rules import RULES

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def _codes_in_use() -> Iterator[str]:
    for path in (ROOT / "efsync").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            first = node.args[0]
            position = 1 if node.func.id == "_report" else 0
            if node.func.id in ("Problem", "_report", "_of_password") and isinstance(node.args[position], ast.Constant):
                first = node.args[position]
                assert isinstance(first, ast.Constant)
                yield str(first.value)


@pytest.mark.parametrize("page", ["docs/problems.md", "docs/es/problems.md"])
def test_every_code_is_explained_and_no_other(page: str) -> None:
    explained = [code for code, _meaning, _remedy in _rows(page)]
    assert sorted(explained) == sorted({*_codes_in_use(), *RULES})
    assert all(CODE.fullmatch(code) for code in explained)


def test_codes_stand_in_the_same_order_and_are_warnings_in_the_same_place_in_all_languages() -> None:
    english, spanish = _rows("docs/problems.md"), _rows("docs/es/problems.md")
    assert [code for code, _meaning, _remedy in english] == [code for code, _meaning, _remedy in spanish]
    for (code, meaning, _), (_, other, _) in zip(english, spanish, strict=True):
        assert ("(warning)" in meaning, "(error)" in meaning) == ("(aviso)" in other, "(error)" in other), code


def _rows(page: str) -> list[tuple[str, str, str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
