"""Companies after years of clicking: what hypothesis makes of an ERP's user table."""

from typing import Any

from hypothesis import strategies as st

CODES = ["JPEREZ", "0012", "NO", "1E5", "PEÑA", "PENA", "mrojas", "12_000", "O'HARA", "a: b", "X Y"]
NAMES = ["José Pérez", "Ana", "ANA", "O'Hara & Hijos", "<b>Luis</b>", "Ñ", "María {{ 7 }} Díaz", ""]
TITLES = ["Gerente", "Ventas", "", "Jefe de {% Compras %}", "A"]
DEPARTMENTS = ["VENTAS", "Ventas ", "RECURSOS HUMANOS", "Peña", "1E5", "null", "", "COMPRAS & CÍA"]
ADDRESSES = ["jperez@acme.example", "ana@acme.example  ", "a", "x@y@z", "", None, "o'hara@acme.example"]

PERSONAL = [
    "<p>{name}<br>{title}</p>", "<b>{name}</b>\n<a href='mailto:{address}'>{address}</a>\n", "{name}", "{code}: {name}",
    "{{{{ {name} }}}}", "{{% if x %}}{title}{{# {department} #}}{{", "www.{domain} {department}\r\n{title}  ",
]  # fmt: skip
GENERIC = [
    "<!DOCTYPE html><html><body>", "</body></html>", "a\r\n  b\r\rc", "\n\n  x\n", "{{ 7 * 7 }}", "{% raw %}",
    "x\x07y", "\ufeffx", "\u2028", "a\x85b", "\ttab\t", "x" * 2_500, "{#", "{", "x {", "  ", "", None, "#",
    "- a: 'b'\n\n\n",
    "&a *b !c |", "NO", "0012", "~",
]  # fmt: skip


@st.composite
def users(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of the user table."""
    found = []
    texts = draw(st.lists(st.sampled_from(PERSONAL + GENERIC), min_size=1, max_size=4))
    departments = draw(st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=3))
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1)):
        who = {
            "name": draw(st.sampled_from(NAMES)),
            "title": draw(st.sampled_from(TITLES)),
            "department": draw(st.sampled_from(departments)),
        }
        address, domain = draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(["acme.example", "", None, "a b"]))
        known = {**who, "code": code, "address": (address or "").strip(), "domain": domain or ""}
        fields: dict[str, Any] = {
            "address": address,
            "domain": domain,
            "server": draw(st.sampled_from(["smtp.acme.example", "smtp.acme.example   ", "10.0.0.1", "", None, "25"])),
            "port": draw(st.sampled_from([587, 25, None])),
            "ssl": draw(st.sampled_from([1, 0, None])),
        }
        for name in ("header", "signature", "footer"):
            text = draw(st.sampled_from(texts))
            fields[name] = text.format(**known) if text in PERSONAL else text
        status = draw(st.sampled_from(["A", "A", "A", "A", "I"]))
        found.append({"code": code, "status": status, **who, **fields})
    return found
