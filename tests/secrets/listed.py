"""Names that no allow-list lets pass, whatever kind of reference they are of; `{}` stands for what is allowed."""

import pytest

from efsync.secrets.interface import Provider, SecretError

STRANGE = {
    "empty": "",
    "blank": " ",
    "dots_before": "../{}",
    "dots_inside": "mail/../{}",
    "one_dot": "./{}",
    "dots_behind": "{}/..",
    "absolute": "/{}",
    "empty_step": "mail//jperez",
    "slash_behind": "{}/",
    "deeper": "{}/more",
    "backslash": "mail\\jperez",
    "zero_byte": "{}\0",
    "zero_byte_inside": "mail/\0/jperez",
    "line_end": "{}\n",
    "tab": "mail/\tjperez",
    "blank_before": " {}",
    "blank_behind": "{} ",
    "not_seen": "mail/jpe\u200brez",
    "turned_round": "mail/\u202ejperez",
    "not_a_character": "mail/\udce9",
    "fullwidth_slash": "mail\uff0fjperez",
    "fullwidth_dots": "mail/\uff0e\uff0e",
    "one_dot_leader": "mail/\u2024\u2024",
    "look_alike_folder": "m\u0430il/jperez",  # a Cyrillic a
    "taken_apart": "mail/jpe\u0301rez",
    "percent": "mail/%2e%2e/jperez",
    "query": "mail/jperez?version=1",
    "star": "mail/*",
    "set": "mail/[j]perez",
    "very_long": "mail/" + "j" * 500,
    "upper_case": "MAIL/jperez",
    "another": "root/jperez",
    "only_the_beginning": "mail",
    "only_the_beginning_of_a_step": "mailbox/jperez",
}


def assert_refused(provider: Provider, argument: str) -> SecretError:
    """A reference is not allowed, and what is said of it is short."""
    with pytest.raises(SecretError) as raised:
        provider.check_allowed(argument)
    assert raised.value.hint is not None
    return raised.value
