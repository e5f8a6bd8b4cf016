"""Secrets and what stands for them: references before they are read, fingerprints after."""

import re
from dataclasses import dataclass

FINGERPRINT_PREFIX = "hmac-sha256:"
_PLACEHOLDER = re.compile(r"\(sensitive.*|\(known at apply\)|hmac-sha256:.*|Secret\(.*\)|[*•]{3,}", re.DOTALL)


class Secret:
    """A secret value that does not show itself: only `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for a codec or a fingerprint; never for output."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    __hash__ = None  # type: ignore[assignment]  # a hash would outlive the secret

    def __reduce__(self) -> str:
        raise TypeError("a secret can't be pickled")  # not said to people


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is to be found: the provider's `kind` and what it needs, such as a variable's name."""

    kind: str
    argument: str

    def __str__(self) -> str:
        return f"{{{self.kind}: {self.argument}}}"


def is_placeholder(text: str) -> bool:
    """Whether `text` is what efsync shows in place of a secret, and so can't be one."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None
