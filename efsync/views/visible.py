"""Makes text from files and databases harmless to a terminal."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def visible(text: str) -> str:
    """`text` with every control, formatting and direction character written out, such as `\\x1b`; tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        character if character == "\t" or unicodedata.category(character) not in _UNSEEN else _written_out(character)
        for character in text
    )


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
