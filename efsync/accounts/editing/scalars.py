"""How words and texts are written: with quotes where they are needed, as blocks where they have lines."""

import re
from functools import cache

from ruamel.yaml.resolver import VersionedResolver

from efsync.accounts.editing.tree import Scalar

_STR = "tag:yaml.org,2002:str"
_PLAIN = re.compile(r"\.?[^\W\d]|\.{0,2}/")  # what a text may begin with that needs no quotes for sure
_AMBIGUOUS = re.compile(r"[,\[\]{}]|: |:\Z| #|\A[ynYN]\Z|\s\Z")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]|:\Z|\A-")
_NOT_IN_YAML = re.compile(r"[^\t\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_HEADER = re.compile(r"([|>])([-+0-9]*)")


def quoted(text: str) -> str:
    """`text` on one line in quotes; double ones where single ones can't say it, or would have to be doubled."""
    if not text.isprintable() or ("'" in text and '"' not in text and "\\" not in text):
        return f'"{"".join(_escaped(character) for character in text)}"'
    return f"""'{text.replace("'", "''")}'"""


def word(text: str) -> str:
    """`text` on one line, in quotes where it could be taken for something else."""
    return text if needs_no_quotes(text) else quoted(text)


def needs_no_quotes(text: str) -> bool:
    """Whether every program that reads YAML takes `text` as it stands for this text."""
    if not text.isprintable() or not _PLAIN.match(text) or _AMBIGUOUS.search(text):
        return False
    return all(resolver.resolve(_scalar_node(), text, (True, False)) == _STR for resolver in _resolvers())


def may_stand_in_flow(source: str) -> bool:
    """Whether a plain text means the same between braces."""
    return not _FLOW_SIGNS.search(source)


def block(text: str, indent: int) -> tuple[str, list[str]] | None:
    """`text` as a literal block: its sign, and its lines; `None` where a block can't say it."""
    if _NOT_IN_YAML.search(text) or not text.strip("\n\t "):
        return None
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if ends > 1 or not body:
        return None
    lines = body.split("\n")
    first = next(line for line in lines if line)
    sign = "|" + ("2" if first[0] in " \t" else "") + ("" if ends else "-")
    return sign, [" " * indent + line if line else "" for line in lines]


def restyled(scalar: Scalar) -> str:
    """A word or text in quotes on one line as it is to be written; its own spelling where that is right."""
    source, value = scalar.source, scalar.value
    if scalar.style is None or "!" in scalar.properties:
        return source
    if not value.isprintable():
        return source
    return word(value)


def continued(scalar: Scalar, indent: int) -> list[str]:
    """The lines of a text that goes on over several, those after the first indented by `indent`."""
    first, *lines = scalar.source.split("\n")
    if scalar.style == '"' and "\\" in scalar.source:  # a blank may be escaped
        stripped = [line.lstrip(" \t") for line in lines]
    else:
        first, last = first.rstrip(" \t"), lines[-1].lstrip(" \t")
        stripped = [*(line.strip(" \t") for line in lines[:-1]), last]
    return [first, *(" " * indent + line if line.strip() else "" for line in stripped)]


def indented(scalar: Scalar, indent: int) -> tuple[str, list[str]]:
    """A block's sign and its lines, indented by `indent`."""
    style, indicators, lines = block_lines(scalar.source, scalar.base)
    first = next((line for line in lines if line), "")
    chomping = "".join(each for each in indicators if each in "+-")
    if first and not scalar.value.endswith("\n"):  # the file may end with it, and without a line end
        chomping = "-"
    sign = style + ("2" if first.startswith(" ") else "") + chomping
    return sign, [" " * indent + line if line else "" for line in lines]


def block_lines(source: str, base: int) -> tuple[str, str, list[str]]:
    """A block's sign, its indicators, and its lines without their indentation and without those that it drops."""
    header, _, body = source.partition("\n")
    found = _HEADER.match(header)
    assert found is not None
    style, indicators = found.groups()
    lines = body.removesuffix("\n").split("\n") if body else []
    digit = next((int(each) for each in indicators if each.isdigit()), None)
    indent = _own_indent(lines) if digit is None else base + digit
    lines = [line[indent:] for line in lines]
    while lines and not lines[-1] and "+" not in indicators:
        lines.pop()
    return style, indicators, lines


def _own_indent(lines: list[str]) -> int:
    """By how much the lines of a block are indented that does not say so."""
    first = next((line for line in lines if line.strip(" ")), None)
    if first is None:
        return max((len(line) for line in lines), default=0)
    return len(first) - len(first.lstrip(" "))


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


@cache
def _resolvers() -> tuple[VersionedResolver, ...]:
    return tuple(VersionedResolver(version) for version in ((1, 1), (1, 2)))


@cache
def _scalar_node() -> type:
    from ruamel.yaml.nodes import ScalarNode

    return ScalarNode
