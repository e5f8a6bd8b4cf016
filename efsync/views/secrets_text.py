"""What is known of passwords, as text."""

import re
from collections.abc import Iterator

from rich.text import Text

from efsync.model.language import _, _n
from efsync.model.secret_checks import Encrypted, SecretReport, SecretStatus, SecretUse
from efsync.views.times import time_text
from efsync.views.visible import visible

_COLOURS = {SecretStatus.IN_USE: "green", SecretStatus.RENEWED: "yellow", SecretStatus.MISSING: "bold red"}
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


def secrets_text(report: SecretReport) -> Iterator[Text]:
    """A line for each password, and how many stand how."""
    width = max((len(visible(str(use.reference))) for use in report.uses), default=0)
    for use in report.uses:
        yield Text.assemble(
            (f"{visible(use.user):<10}  ", "bold"),
            f"{visible(use.department):<22}  {visible(str(use.reference)):<{max(34, width)}}  ",
            (_words(use), _COLOURS.get(use.status, "")),
        )
    told = ", ".join(_counts(report))
    yield Text(_("Passwords: {counts}.", counts=told) if told else _("No account refers to a password."))


def encrypted_text(made: Encrypted) -> Iterator[Text]:
    """What was written, and the line for the department file."""
    if made.file is not None and made.reference is not None:
        yield Text(_("Wrote {file}. In the department file:", file=visible(str(made.file))))
        yield Text(f"    password: {{age: {_in_yaml(made.reference.argument)}}}", style="bold")


def _counts(report: SecretReport) -> Iterator[str]:
    if same := report.count(SecretStatus.IN_USE):
        yield _n("{count:,} the same as in use", "{count:,} the same as in use", same)
    if renewed := report.count(SecretStatus.RENEWED):
        yield _n("{count:,} renewed", "{count:,} renewed", renewed)
    if new := report.count(SecretStatus.NOT_APPLIED):
        yield _("{count:,} not applied yet", count=new)
    if missing := report.count(SecretStatus.MISSING):
        yield _("{count:,} missing", count=missing)


def _words(use: SecretUse) -> str:
    match use.status:
        case SecretStatus.IN_USE if use.since:
            return _("the same as in use since {time}", time=time_text(use.since))
        case SecretStatus.IN_USE:
            return _("the same as in use")
        case SecretStatus.RENEWED if use.since:
            return _("renewed: another one is in use since {time}", time=time_text(use.since))
        case SecretStatus.RENEWED:
            return _("renewed: another one is in use")
        case SecretStatus.NOT_APPLIED:
            return _("not applied yet")
        case SecretStatus.MISSING:
            return _("can't be had")


def _in_yaml(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else "'" + visible(path).replace("'", "''") + "'"
