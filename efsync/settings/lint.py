"""The part of the settings that says what `efsync validate` leaves unsaid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from efsync.mail.rules import RULES
from efsync.model.language import message
from efsync.model.problems import Problem, Severity
from efsync.settings.places import Places, in_table


@dataclass(frozen=True, slots=True)
class LintSettings:
    """The codes of warnings that are off, and patterns of servers that send mail of any domain."""

    off: frozenset[str] = frozenset()
    mail_hosts: tuple[str, ...] = ()


def lint_settings(table: Mapping[str, Any]) -> LintSettings:
    """What a table `[lint]` that is valid says."""
    return LintSettings(frozenset(table.get("off", ())), tuple(table.get("mail_hosts", ())))


def lint_problems(table: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    """Codes in `off` that are not those of a warning about a mail."""
    warnings = [code for code, rule in RULES.items() if rule.severity is Severity.WARNING]
    for code in table.get("off", ()):
        if code in warnings:
            continue
        place = places.locate(("lint", "off"))
        if code in RULES:
            said = message("off: {code} is an error, which can't be switched off", code=code)
            yield Problem("config", in_table(said, ("lint",)), place, RULES[code].hint)
        else:
            near = get_close_matches(code, warnings, n=1)
            known = message("warnings are {codes}", codes=", ".join(warnings))
            hint = message("did you mean {name}?", name=near[0]) if near else known
            said = message("off: there is no warning {code}", code=code)
            yield Problem("config", in_table(said, ("lint",)), place, hint)
