"""What the parts of the check say: a code and a sentence about a character of the composed mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One finding at an offset of the composed mail; `code` is one of `RULES`."""

    code: str
    message: str
    offset: int
