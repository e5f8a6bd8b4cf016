"""A plan with every action, origin and kind of value, and what an attacker would write into it."""

from dataclasses import replace

from efsync.model.accounts import OnRemoval
from efsync.model.drift import Drift, DriftedAccount, DriftedField
from efsync.model.fields import UNKNOWN, UNREAD
from efsync.model.plans import AccountChange, Plan, Selection
from efsync.model.problems import Location, Problem, Severity
from tests.planning.sides import PLACE, applied, comparison, desired, env, fingerprint, live, mail, plan_of

PASSWORDS = ("clave-vieja", "clave-nueva", "clave-otra")

SIGNATURE = "<p>\nJosé Pérez\nGerente de ventas\n</p>"
ESCAPES = "\x1b[2J\x1b]0;owned\x07[bold red]x[/bold red]\u202egnp.exe"


def _moved(change: AccountChange, number: int) -> AccountChange:
    return replace(change, location=replace(PLACE, line=number)) if change.location else change


def mixed_plan() -> Plan:
    """Every action, origin and kind of value."""
    made = comparison(
        [
            desired("NEW", reference=env("MAIL_NEW"), address="nueva@acme.example", header="<p>Hola</p>",
                    signature=SIGNATURE, footer=None, **mail("clave-nueva", ssl=False)),
            desired("MIXED", reference=env("MAIL_MIXED"), address="mixta@acme.example", domain=None,
                    signature=SIGNATURE, footer=None, **mail("clave-nueva")),
            desired("FILE", "COMPRAS", server="smtp.acme.example", port=None),
            desired("DRIFTED", "COMPRAS", ssl=True, port=587),
            desired("ADOPTED", "COMPRAS", server="smtp.acme.example"),
            desired("SAME", "COMPRAS", server="smtp.acme.example"),
            desired("UNREAD", "SISTEMAS", reference=env("MAIL_UNREAD"), password=UNKNOWN, port=587),
            desired("CLEARING", "SISTEMAS", password=None),
        ],
        [
            live("NEW"),
            live("MIXED", address="vieja@acme.example", domain="acme.example",
                 signature=SIGNATURE.replace("Gerente", "Jefe"), footer="una línea\ny otra\n",
                 **mail("clave-vieja", port=25, ssl="quizás", server=None)),
            live("FILE", "COMPRAS", server="smtp.old.example", port=25),
            live("DRIFTED", "COMPRAS", ssl=False, port=25),
            live("ADOPTED", "COMPRAS", server="smtp.acme.example"),
            live("SAME", "COMPRAS", server="smtp.acme.example"),
            live("UNREAD", "SISTEMAS", password=UNREAD, port="no es un número"),
            live("CLEARING", "SISTEMAS", password=UNREAD),
            live("LEFT", "VENTAS", signature=SIGNATURE, address="x" * 70, **mail("clave-vieja")),
            live("KEPT", "VENTAS", **mail("clave-otra")),
            live("NOBODYS", "VENTAS"),
        ],
        [
            applied("MIXED", address="otra@acme.example", domain="acme.example", signature=SIGNATURE,
                    **mail("clave-vieja", server="smtp.acme.example")),
            applied("FILE", "COMPRAS", server="smtp.old.example", port=25),
            applied("DRIFTED", "COMPRAS", ssl=True, port=587),
            applied("SAME", "COMPRAS", server="smtp.acme.example"),
            applied("LEFT", "VENTAS", signature=SIGNATURE, address="x" * 70, **mail("clave-vieja")),
            applied("KEPT", "VENTAS", on_removal=OnRemoval.FORGET, **mail("clave-otra")),
            applied("GONE", "VENTAS"),
        ],
    )  # fmt: skip
    made = replace(made, changes=tuple(_moved(change, 4 + number) for number, change in enumerate(made.changes)))
    return replace(plan_of(made, Selection(("VENTAS",), ())), plan_id="sha256:" + "1" * 64)


def hostile_plan() -> Plan:
    """Escapes, markup and directions wherever a file, a database or a plan file can put text."""
    made = comparison(
        [desired(f"J{ESCAPES}", f"V{ESCAPES}", server=f"s{ESCAPES}", signature=f"a\n{ESCAPES}\n", header=None)],
        [live(f"J{ESCAPES}", f"V{ESCAPES}", server=ESCAPES, signature="a\nb\x0b\n", header=ESCAPES)],
        [],
    )
    place = Location(f"accounts/{ESCAPES}.yaml", 4, 3)
    changes = tuple(replace(change, location=place) for change in made.changes)
    return replace(plan_of(made), changes=changes, target=f"erp{ESCAPES}", tenant=f"ACME{ESCAPES}")


def mixed_drift() -> Drift:
    """Every kind of value that the ERP can change."""
    return Drift(
        "erp",
        (
            DriftedAccount(
                "JPEREZ",
                "VENTAS",
                (
                    DriftedField("address", "jperez@acme.example", None),
                    DriftedField("password", fingerprint("clave-vieja"), fingerprint("clave-otra")),
                    DriftedField("port", 587, 25),
                    DriftedField("ssl", True, "quizás"),
                    DriftedField("domain", None, "acme.example"),
                    DriftedField("signature", SIGNATURE, SIGNATURE.replace("Gerente", "Jefe")),
                ),
            ),
            DriftedAccount("MROJAS", "VENTAS", (DriftedField("password", fingerprint("clave-vieja"), None),)),
            DriftedAccount(f"J{ESCAPES}", f"V{ESCAPES}", (DriftedField("server", "smtp.acme.example", ESCAPES),)),
        ),
        (Problem("unknown-user", "GONE is no longer a user of the ERP", severity=Severity.WARNING),),
    )
