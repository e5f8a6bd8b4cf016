"""The documentation explains every problem code, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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


def test_every_code_is_explained_and_no_other() -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert sorted(explained) == sorted({*_codes_in_use(), *RULES})
    assert all(CODE.fullmatch(code) for code in explained)
