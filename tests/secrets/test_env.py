"""`{env: NAME}` and its allow-list."""

from pathlib import Path

import pytest

from efsync.secrets.env import EnvironmentProvider
from efsync.secrets.interface import SecretError


def provider(*allow: str) -> EnvironmentProvider:
    """A provider that allows these patterns."""
    return EnvironmentProvider({"allow": list(allow)}, Path())


ALLOWED = {
    "exactly": ("MAIL_JPEREZ", "MAIL_JPEREZ"),
    "by_pattern": ("MAIL_*", "MAIL_JPEREZ"),
    "by_one_letter": ("MAIL_?", "MAIL_A"),
    "by_a_set": ("MAIL_[AB]", "MAIL_B"),
    "all": ("*", "ANYTHING"),
}
REFUSED = {
    "another": ("MAIL_*", "AWS_SECRET_ACCESS_KEY"),
    "case_of_the_name": ("MAIL_*", "mail_jperez"),
    "case_of_the_pattern": ("mail_*", "MAIL_JPEREZ"),
    "only_the_beginning": ("MAIL", "MAIL_JPEREZ"),
    "only_the_end": ("MAIL_*", "OTHER_MAIL_JPEREZ"),
    "no_regular_expression": ("MAIL_.*", "MAIL_JPEREZ"),
    "one_letter_too_many": ("MAIL_?", "MAIL_AB"),
    "not_the_set": ("MAIL_[!A]", "MAIL_A"),
    "a_pattern_as_a_name": ("MAIL_JPEREZ", "MAIL_*"),
    "a_set_that_is_not_closed": ("MAIL_[A", "MAIL_A"),
    "blank_at_the_end": ("MAIL_JPEREZ", "MAIL_JPEREZ "),
    "line_end": ("MAIL_JPEREZ", "MAIL_JPEREZ\n"),
    "accent": ("MAIL_JPEREZ", "MAIL_JP\u00c9REZ"),
    "accent_of_its_own": ("MAIL_JP\u00c9REZ", "MAIL_JPE\u0301REZ"),
    "wide_letters": ("MAIL_*", "\uff2d\uff21\uff29\uff2c_X"),
    "letter_that_is_upper_case_of_another": ("MAIL_S", "MAIL_\u017f"),
    "prefix_of_more_than_a_name": ("MAIL_?*", "MAIL_"),
}


@pytest.mark.parametrize(("pattern", "name"), ALLOWED.values(), ids=ALLOWED.keys())
def test_a_variable_that_a_pattern_lists_is_read(pattern: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "clave")
    allowing = provider("OTHER", pattern)
    allowing.check_allowed(name)
    assert allowing.read(name).reveal() == "clave"


@pytest.mark.parametrize(("pattern", "name"), REFUSED.values(), ids=REFUSED.keys())
def test_a_variable_that_no_pattern_lists_is_refused_whether_it_is_set_or_not(
    pattern: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = []
    for is_set in (True, False):
        if is_set:
            monkeypatch.setenv(name, "clave")
        else:
            monkeypatch.delenv(name)
        with pytest.raises(SecretError) as raised:
            provider(pattern).check_allowed(name)
        messages.append(raised.value.message)
    assert messages[0] == messages[1]
    assert name in messages[0]
    assert "clave" not in messages[0]
    assert raised.value.hint is not None
    assert "[secrets.env] allow" in raised.value.hint


@pytest.mark.parametrize("settings", [{}, {"allow": []}], ids=["no_settings", "empty_list"])
def test_nothing_is_allowed_without_a_list(settings: dict[str, list[str]]) -> None:
    with pytest.raises(SecretError):
        EnvironmentProvider(settings, Path()).check_allowed("MAIL_JPEREZ")


@pytest.mark.parametrize("name", ["EFSYNC_KEY", "efsync_key", "Efsync_Key", "EF\u017fYNC_KEY"])
@pytest.mark.parametrize("pattern", ["*", "EFSYNC_KEY", "EFSYNC_*", "efsync_key", "Efsync_Key"])
def test_the_key_of_efsync_is_never_a_password_whatever_is_allowed(pattern: str, name: str) -> None:
    with pytest.raises(SecretError):
        provider(pattern).check_allowed(name)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(SecretError, match="the variable MAIL_NOBODY is not set"):
        provider("MAIL_*").read("MAIL_NOBODY")
