"""Makes text from files and databases harmless to a terminal."""

from efsync.model.language import translated


def visible(text: str) -> str:
    """`text` with all that is not printable written out, such as `\\x1b`; tabs stay.

    Besides controls that is what changes the direction of text, is not seen, or looks like a blank.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character == "\t" or character.isprintable() else _written_out(character) for character in text
    )


def said(text: str) -> str:
    """A message in the language of whoever reads it, as harmless."""
    return visible(translated(text))


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
