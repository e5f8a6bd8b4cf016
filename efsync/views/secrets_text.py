"""What is known of passwords, as text."""

import re
from collections.abc import Iterator

from rich.text import Text

from efsync.model.secret_checks import Encrypted, SecretReport, SecretStatus, SecretUse
from efsync.views.visible import visible

_COLOURS = {SecretStatus.IN_USE: "green", SecretStatus.RENEWED: "yellow", SecretStatus.MISSING: "bold red"}
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


def secrets_text(report: SecretReport) -> Iterator[Text]:
    """A line for each password, and how many stand how."""
    for use in report.uses:
        yield Text.assemble(
            (f"{visible(use.user):<10}  ", "bold"),
            f"{visible(use.department):<22}  {visible(str(use.reference)):<34}  ",
            (_words(use), _COLOURS.get(use.status, "")),
        )
    counts = {
        "the same as in use": report.count(SecretStatus.IN_USE),
        "renewed": report.count(SecretStatus.RENEWED),
        "not applied yet": report.count(SecretStatus.NOT_APPLIED),
        "missing": report.count(SecretStatus.MISSING),
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    yield Text(f"Passwords: {told}." if told else "No account refers to a password.")


def encrypted_text(made: Encrypted) -> Iterator[Text]:
    """What was written, and the line for the department file."""
    if made.file is not None and made.reference is not None:
        yield Text(f"Wrote {visible(str(made.file))}. In the department file:")
        yield Text(f"    password: {{age: {_in_yaml(made.reference.argument)}}}", style="bold")


def _words(use: SecretUse) -> str:
    since = f" since {use.since}" if use.since else ""
    match use.status:
        case SecretStatus.IN_USE:
            return f"the same as in use{since}"
        case SecretStatus.RENEWED:
            return f"renewed: another one is in use{since}"
        case SecretStatus.NOT_APPLIED:
            return "not applied yet"
        case SecretStatus.MISSING:
            return "can't be had"


def _in_yaml(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else "'" + visible(path).replace("'", "''") + "'"
