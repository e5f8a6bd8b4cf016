"""Times as people read them."""

import pytest

from efsync.views.times import time_text


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-26T11:18:49.581Z", "2026-11-26 11:18:49 UTC"),
        ("2026-11-26T11:18:49Z", "2026-11-26 11:18:49 UTC"),
        ("2026-11-26 11:18", "2026-11-26 11:18"),
        ("\x1b[1m", r"\x1b[1m"),
        ("", ""),
    ],
)
def test_a_time_has_no_parts_of_a_second_and_what_is_none_stays(at: str, shown: str) -> None:
    assert time_text(at) == shown
