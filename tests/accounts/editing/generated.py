"""Department files as people write them: comments anywhere, anchors, merges, quotes, blocks, blanks, line ends."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

COMMENTS = ["# x", "#", "# ñandú: {a}", "#### 'y", "#\tz # w", "# - a: b"]
TEXTS = [
    "x", "'x'", '"x"', "'it''s'", '"it\'s"', '"a \\"b\\" c"', "'NO'", "NO", "'0012'", "0012", "+582125550100", "'a: b'",
    "'#a'", "a#b", "<p>Hola &amp; adiós</p>", "'<b>ñ</b>'", '"tab\\there"', '"tab\there"', "'{{ x }}'", '"\\u2028"',
    '"\\xe9"', "' x '", "''", '"a, b"', "a, b", "[x]", "'[x]'", "~", "null", "", "!!str 12", "'-'", "- x", '"😀"',
]  # fmt: skip
LONG = [
    "|\n{i}a\n{i}  b\n\n{i}# c\n", "|-\n{i}a", "|+\n{i}a\n\n\n", ">\n{i}a\n{i}b\n\n{i}c", ">-\n{i}a\n{i} b\n{i}c",
    "|2-\n{i}   a\n{i} b", "|  # c\n{i}a\n   \n", "'a\n{i}b'", '"a\n\n{i}b"', "a\n{i}b\n{i}c", '"a\\\n{i}b\\ \n{i}c"',
    "|\n\n{i}a\tb  \n", '"a  \n{i}  b"', ">+\n{i}a\n{i}  - b\n\n", "|+\n\n\n",
]  # fmt: skip
FIELDS = ["address", "server", "port", "ssl", "domain", "header", "signature", "footer", "password", "vars"]
HTML = ("header", "signature", "footer")
CODES = ["A", "0012", "'0013'", "NO", "1E5", '"ÑANDÚ"', "O'HARA", "x.y", "'<<'", "'a: b'", "? Q", "12_000", "'#1'"]


class Writer:
    """Writes one file line by line, and knows which anchors it has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.lines: list[str] = []
        self.scalars: dict[str, list[str]] = {}
        self.mappings: list[str] = []
        self._count = 0

    def chosen(self, *of: str) -> str:
        """One of several."""
        return self._random.choice(of)

    def seldom(self, often: int = 5) -> bool:
        """True once in a while."""
        return self._random.randint(0, often) == 0

    def number(self, least: int, most: int) -> int:
        """A number between."""
        return self._random.randint(least, most)

    def some(self, of: Sequence[str], least: int = 0, most: int = 9) -> list[str]:
        """Some of several, in any order."""
        return self._random.sample(of, self.number(least, min(most, len(of))))

    def noise(self, indent: int) -> None:
        """Comments and empty lines, now and then."""
        while self.seldom(4):
            self.lines.append(
                self.chosen("", "  ", " " * indent + self.chosen(*COMMENTS), " " * self.number(0, 8) + "# foot")
            )

    def tail(self) -> str:
        """A comment behind something, now and then."""
        return self.chosen("", "", "", "", "  ", " ", "   ") and " " * self.number(1, 9) + self.chosen(*COMMENTS)

    def anchor(self) -> str:
        """A name for an anchor, new or not."""
        return self.chosen("a", "b", "x-1")

    def put(self, line: str) -> None:
        """A line with a comment behind it, now and then."""
        self.lines.append(line + self.tail())

    def value(self, field: str, indent: int) -> None:
        """A field with a value of its kind, written in some way."""
        start = f"{' ' * indent}{self.chosen(field, field, field, repr(field))}:"
        if field == "vars":
            self.variables(start, indent)
            return
        if self.seldom(4) and self.scalars.get(field):
            self.put(f"{start} *{self.chosen(*self.scalars[field])}")
            return
        anchor = ""
        if self.seldom(4):
            self._count += 1
            anchor = f"&s{self._count} "
        if field in HTML and self.seldom(2):
            inner = " " * (indent + self.number(1, 4))
            first, *rest = self.chosen(*LONG).format(i=inner).split("\n")
            self.lines += [f"{start} {anchor}{first}", *rest]
        elif field in (*HTML, "password") and self.seldom(1):
            kind = "env" if field == "password" else self.chosen("file", "template")
            self.reference(f"{start} {anchor}".rstrip(), kind, indent)
        else:
            written = {
                "address": ("a@b.example", "'a@b.example'", '"ñ@b.example"', "null"),
                "server": ("smtp.b.example", "'smtp'", '"25"', "~"),
                "domain": ("b.example", '"b"'),
                "port": ("25", "587", "null", ""),
                "ssl": ("true", "false", "TRUE", ""),
                "password": ("null", ""),
            }.get(field, tuple(TEXTS))
            self.put(f"{start} {anchor}{self.chosen(*written)}".rstrip())
        if anchor:
            self.scalars.setdefault(field, []).append(anchor[1:-1])

    def reference(self, start: str, kind: str, indent: int) -> None:
        """A reference in one of the ways to write it."""
        name = self.chosen("MAIL_A", "'MAIL_B'", '"M_C"')
        inner = " " * (indent + self.number(1, 3))
        match self.chosen("flow", "flow", "block", "open"):
            case "flow":
                self.put(f"{start} {{{kind}: {name}}}")
            case "block":
                self.put(start)
                self.noise(indent + 2)
                self.put(f"{inner}{kind}: {name}")
            case _:
                self.put(f"{start} {{")
                self.put(f"{inner}{kind}: {name}")
                self.put(f"{inner}}}")

    def variables(self, start: str, indent: int) -> None:
        """Variables in braces or below each other."""
        names = self.some(["one", "two", "drei", "_4"], 0, 3)
        values = [self.chosen("'101'", "x", "1.5", "true", "0012", '"y"', "+58 212") for _ in names]
        pairs = list(zip(names, values, strict=True))
        if not names or self.seldom(1):
            self.put(f"{start} {{{', '.join(f'{name}: {value}' for name, value in pairs)}}}")
            return
        self.put(start)
        inner = indent + self.number(1, 3)
        for name, value in pairs:
            self.noise(inner)
            self.put(f"{' ' * inner}{name}: {value}")

    def fields(self, indent: int, but: tuple[str, ...] = ()) -> None:
        """Some fields in some order, and a merge."""
        of = [each for each in FIELDS if each not in but]
        chosen = self.some(of, 1, 4)
        merge = self.number(0, len(chosen)) if self.mappings and self.seldom(3) else -1
        for place, field in enumerate(chosen):
            if place == merge:
                self.merge(indent)
            self.noise(indent)
            self.value(field, indent)
        if merge == len(chosen):
            self.merge(indent)

    def merge(self, indent: int) -> None:
        """`<<` with what there is."""
        names = [self.chosen(*self.mappings) for _ in range(self.number(1, 2))]
        match self.chosen("one", "flow", "list"):
            case "one":
                self.put(f"{' ' * indent}<<: *{names[0]}")
            case "flow":
                self.put(f"{' ' * indent}<<: [{', '.join(f'*{each}' for each in names)}]")
            case _:
                self.put(f"{' ' * indent}<<:")
                for name in names:
                    self.noise(indent)
                    self.put(f"{' ' * indent}- *{name}")

    def user(self, code: str, indent: int) -> None:
        """One user."""
        margin = " " * indent
        start = f"{margin}? {code[2:]}\n{margin}:" if code.startswith("? ") else f"{margin}{code}:"
        anchor = f"u{len(self.mappings)}" if self.seldom(3) else None
        named = f"{start} &{anchor}" if anchor else start
        match self.chosen("block", "block", "block", "flow", "empty", "alias"):
            case "alias" if self.mappings:
                self.put(f"{start} *{self.chosen(*self.mappings)}")
                return
            case "empty":
                self.put(f"{named} {{}}")
            case "flow":
                self.put(f"{named} {{port: 25,")
                self.put(f"{margin}  ssl: true, vars: {{a: 'b'}}}}")
            case _:
                self.put(named)
                self.fields(indent + self.number(1, 4))
        self.mappings += [anchor] if anchor else []


def department_file(seed: int) -> str:
    """A whole file; most are valid."""
    writer = Writer(Random(seed))
    if writer.seldom():
        writer.lines.append(writer.chosen("%YAML 1.2", "%YAML 1.1"))
        writer.put("---")
    elif writer.seldom():
        writer.put("---")
    tops = ["version", "department", "users", *writer.some(["on_removal", "vars", "defaults"])]
    for top in writer.some(tops, len(tops)):
        writer.noise(0)
        match top:
            case "users":
                writer.put("users:")
                indent = writer.number(1, 4)
                for code in writer.some(CODES, 1, 5):
                    writer.noise(indent)
                    writer.user(code, indent)
            case "vars":
                writer.variables("vars:", 0)
            case "defaults":
                anchor = "d" if writer.seldom(1) else None
                writer.put(f"defaults: &{anchor}" if anchor else "defaults:")
                writer.fields(writer.number(1, 4), but=("address", "password", "vars"))
                writer.mappings += [anchor] if anchor else []
            case _:
                written = {"version": "1", "department": writer.chosen("VENTAS", "'VENTAS'"), "on_removal": "forget"}
                writer.put(f"{top}: {written[top]}")
    writer.noise(0)
    text = "\n".join(writer.lines) + writer.chosen("\n", "\n", "", "\n\n")
    text = writer.chosen("", "", "\ufeff") + text
    return text.replace("\n", "\r\n") if writer.seldom() else text


def department_files() -> st.SearchStrategy[str]:
    """Files from any seed."""
    return st.integers(0, 2**63).map(department_file)
