"""Counts for views: of a company, of one without users, and with names that somebody chose to do harm."""

from collections.abc import Sequence

from efsync.model.problems import Location, Problem, Severity
from efsync.model.stats import Counts, DepartmentCount, PasswordAge, ServerCount, Split, SslUse, Stats, Who

AT = "2026-03-01T12:00:00.000Z"
DEPARTMENTS = (
    DepartmentCount("", with_mail=2, without_mail=3, inactive=1),
    DepartmentCount("ALMACÉN", managed=12, applied_only=1, without_mail=4, inactive=2),
    DepartmentCount("Recursos humanos y administración de personal", managed=1, with_mail=1),
    DepartmentCount("VENTAS", managed=1_204, applied_only=3, with_mail=17, without_mail=1),
)
SERVERS = (
    ServerCount("smtp.acme.example", 587, Split(1_000, 20)),
    ServerCount("mail.old.example", 25, Split(0, 4)),
    ServerCount("smtp.acme.example", None, Split(100, 0)),
    ServerCount(None, None, Split(116, 0)),
    ServerCount(None, 25, Split(1, 0)),
)
SSL = {SslUse.YES: Split(1_100, 20), SslUse.NO: Split(100, 4), SslUse.NOT_SET: Split(17, 0), SslUse.OTHER: Split()}
PASSWORDS = {
    PasswordAge.UNDER_30: Split(1_000, 0),
    PasswordAge.UNDER_90: Split(),
    PasswordAge.UNDER_180: Split(17, 0),
    PasswordAge.UNDER_365: Split(100, 1),
    PasswordAge.OLDER: Split(50, 0),
    PasswordAge.UNKNOWN: Split(40, 22),
    PasswordAge.NO_PASSWORD: Split(10, 1),
}
APPLIED_ONLY = tuple(Who(code, "VENTAS") for code in ("0012", "EX", "LEFT"))
WITH_MAIL = tuple(Who(f"NEW{number:02}", "VENTAS") for number in range(20))
COUNTS = Counts(DEPARTMENTS, SERVERS, SSL, PASSWORDS, APPLIED_ONLY, WITH_MAIL)
MISSING = Who("NOBODY", "VENTAS", Location("accounts/ventas.yaml", 12, 3))
WARNING = Problem("run-under-way", "an apply of erp began", hint="wait", severity=Severity.WARNING)
COMPANY = Stats(
    "erp",
    "ACME",
    AT,
    counts=COUNTS,
    missing=(MISSING,),
    gone=(Who("OLD", "VENTAS"), Who("OLDER", "ALMACÉN")),
    problems=(WARNING,),
)
NOBODY = Stats("erp", None, AT)


def hostile(names: Sequence[str]) -> Stats:
    """Every name of somebody else is one of these."""
    departments = tuple(DepartmentCount(name, 1, 1, 1, 1, 1) for name in names)
    servers = tuple(ServerCount(name, name, Split(1, 2)) for name in names)
    who = tuple(Who(name, name, Location(name, 1)) for name in names)
    counts = Counts(departments, servers, SSL, PASSWORDS, who[:5], who[5:10])
    return Stats(names[0], names[-1], AT, counts=counts, missing=who[10:15], gone=who[15:], problems=(WARNING,))
