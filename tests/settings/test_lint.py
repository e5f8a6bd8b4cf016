"""`[lint]`: which warnings are off, and which servers send for everybody."""

from pathlib import Path

import pytest

from efsync.mail.rules import RULES
from efsync.model.problems import Severity
from efsync.settings.read import read_settings
from tests.settings.test_read import TARGET, problem_of, problems_of, write


def test_every_warning_about_a_mail_can_be_switched_off(tmp_path: Path) -> None:
    codes = [code for code, rule in RULES.items() if rule.severity is Severity.WARNING]
    settings = read_settings(write(tmp_path, f"{TARGET}[lint]\noff = {codes}\nmail_hosts = ['*.relay.example']\n"))
    assert settings.lint.off == set(codes)
    assert settings.lint.mail_hosts == ("*.relay.example",)


def test_nothing_is_off_unless_it_is_said(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, TARGET)).lint.off == frozenset()


def test_an_unknown_code_is_refused_with_the_nearest(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, f"{TARGET}[lint]\noff = ['mail-image-atl']\n")
    assert (problem.message, problem.hint) == (
        "off: there is no warning mail-image-atl, in [lint]",
        "did you mean mail-image-alt?",
    )
    assert str(problem.location) == "efsync.toml:4:7"
    assert "mail-class" in str(problem_of(tmp_path, f"{TARGET}[lint]\noff = ['zzz']\n").hint)


def test_an_error_can_not_be_switched_off(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, f"{TARGET}[lint]\noff = ['html-script']\n")
    assert "html-script is an error, which can't be switched off" in problem.message


@pytest.mark.parametrize("line", ["off = 'mail-class'", "off = ['']", "mail_hosts = ['x y']", "of = []"])
def test_what_is_no_list_of_codes_or_hosts_is_refused(tmp_path: Path, line: str) -> None:
    assert problems_of(tmp_path, f"{TARGET}[lint]\n{line}\n")
