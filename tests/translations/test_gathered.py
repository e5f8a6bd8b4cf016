"""That no message of the code is left out of the catalogues."""

import ast
from collections.abc import Iterator

from translations.gather import PACKAGE, gathered

MAKE_A_MESSAGE = {"message", "_", "plural", "_n"}


def made() -> Iterator[tuple[str, str]]:
    """Every pattern that code makes a message of, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(pattern)), *_]):
                    if name in MAKE_A_MESSAGE:
                        yield pattern, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_every_message_of_the_code_is_gathered_wherever_it_stands_in_a_call() -> None:
    known = {each.id if isinstance(each.id, str) else each.id[0] for each in gathered()}
    assert [place for pattern, place in made() if pattern not in known] == []
