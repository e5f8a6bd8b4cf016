"""Department files, plain ones and awkward parts, and files made from them by mistakes of the hand."""

from hypothesis import strategies as st

PLAIN = {
    "usual": """\
# yaml-language-server: $schema=../schemas/department.schema.json
---
version: 1
department: VENTAS
on_removal: clear
vars: {phone: '+58 212', extra: "x y", on: true, off: ~}
defaults:
  server: smtp.acme.example
  port: 587
  ssl: true
  header: {file: _templates/header.html}
  signature: |
    <!DOCTYPE html>
    <p>Hola &amp; adiós</p>
      <b>x</b> # no comment

    - item: {a}
users:
  JPEREZ:   # Jefe
    address: jperez@acme.example
    password: {env: MAIL_JPEREZ}
  '0012':
    address: bodega@acme.example
    password: {file: /run/secrets/bodega}
    port: 465
    signature: null
  NO: {address: a@b.example}
  "ÑANDÚ":
    header: "a
      b"
    footer: 'it''s'
""",
    "texts": """\
version: 1
department: RECURSOS HUMANOS
users:
  A:
    header: |-
      x
        y

    footer: |2
        x
      y
    signature: >2-
        x
      z
    # comment
    domain: a.b
  B:
    header: uno
      dos
      tres
    footer: "a

      b c"
    signature: 'x
      y

      z'
    vars:
      a: b
      c: 'd'
  # end
  C:
    header: >

      a

      b
      c

       d

      e
    footer: >+
      x

       y
      z

  D: {ssl: TRUE, port: null, domain: ~}
  E: {}
""",
    "flow": "version: 1\ndepartment: D\nusers: {}\n",
    "empty values": "version: 1\ndepartment: D\nusers:\n  A:\n    header:\n    ssl: false\n    vars: {}\n",
}
"""Files that the quick way reads."""

AWKWARD = [
    "0012", "NO", "no", "yes", "on", "1E5", "1e5", "0x1F", "0o17", "0b11", "1_000", "12_000", "~", "null", "Null",
    "nUll", "true", "TRUE", "tRUE", "12:30", "1:20:30", "2024-01-31", "2024-01-31 10:00:00", "1.5", "1.", ".5",
    "1.10",
    ".inf", "-.INF", ".nan", "-", "+5", "-5", "-0", "00", "=", "<<", "?", ":", "a:", ":a", "a: b", "a #b", "a#b",
    "#a",
    "&a x", "*a", "!x", "!!str 5", "!!int '5'", "%x", "@x", "`x", "|", ">", "|+", ">-", "|2", ">\n      x",
    "|\n      x\n\n", "|+\n      x\n\n\n", "|-\n      x\n\n", ">-\n      x\n      y\n\n       z",
    "|\n\n       x\n      y",
    "|\n      a\n     b", "'a\n      b'", '"a\n\n      b"', '"\\x41"', '"\\u00f1"', '"a\\\n      b"', "'it''s'",
    "''", '""',
    "{}", "[]", "[a]", "{a: b}", "{a}", "{a: 'b', c: \"d\"}", "{a:b}", "{a: b,}", "{file: x}", "{file: 0012}",
    "{template: &a x}", "{file: x, template: y}", "{ file :  x }", "{\n      file: x}", "a\tb", "\tb", "a\u00a0b",
    "a\x85b",
    "a\u2028b", "\ufeffa", "a\x07b", "a\rb", "ñ", "😀", "a\\b", "a\n      b", "9" * 30, "a " * 3, "a &amp; b",
    "a *b* c!",
]  # fmt: skip
"""What YAML parsers disagree about."""

_PIECES = [
    *"\n :-?#&*!|>'\"%@`{}[],.0123456789~ab_xE+=<\\\t\r", ": ", " #", "\n  ", "\n    ", " - ", "? ", "<<: ", "---",
    "...",
    "\n---\n", "port: ", "version: ", "null", "0x1F", "0012", "1e3", ".inf", "&a ", "*a", "!!str ", "\u2028",
    "\x85", "\ufeff", "é",
]  # fmt: skip


def document_of(
    code: str = "JPEREZ",
    header: str = "x",
    port: str = "25",
    variable: str = "x",
    version: str = "1",
    included: str = "{file: x}",
) -> str:
    """A department file with these written into it as they are."""
    return (
        f"version: {version}\ndepartment: D\nusers:\n  {code}:\n    header: {header}\n    port: {port}\n"
        f"    footer: {included}\n    vars:\n      a: {variable}\n      b: x\n"
    )


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    """`text` with one to three mistakes: something typed, deleted, or indented otherwise, a line moved."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["type", "delete", "indent", "repeat", "cut"])):
            case "type":
                text = text[:place] + draw(st.sampled_from(_PIECES)) + text[place:]
            case "delete":
                text = text[:place] + text[place + draw(st.integers(1, 4)) :]
            case "cut":
                text = text[:place]
            case kind:
                lines = text.split("\n")
                line = draw(st.integers(0, len(lines) - 1))
                if kind == "indent":
                    lines[line] = " " * draw(st.integers(0, 8)) + lines[line].lstrip()
                else:
                    lines.insert(draw(st.integers(0, len(lines))), lines[line])
                text = "\n".join(lines)
    return text
