"""What is assumed of `Modern_Spanish_CI_AS`, and how far `comparable` goes along with it.

Where efsync takes two codes for different and the server takes them for the same, a write reaches two rows and is
refused (test_sessions.py). Where it is the other way round, reading refuses two users with one code.
"""

import pytest

from efsync.model.normal import comparable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("JPEREZ", "jperez", id="case"),
        pytest.param("PEÑA", "peña", id="case-of-a-letter-with-an-accent"),
        pytest.param("JPEREZ    ", "JPEREZ", id="padding"),
        pytest.param("PEN\u0303A", "PEÑA", id="accent-apart"),
        pytest.param("STRASSE", "straße", id="sharp-s"),
        pytest.param("\ufb01N", "FIN", id="ligature-fi"),
    ],
)
def test_what_both_take_for_the_same(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("PENA", "PEÑA", id="tilde"),
        pytest.param("JOSE", "JOSÉ", id="accent"),
        pytest.param("MULLER", "MÜLLER", id="two-dots"),
        pytest.param(" JPEREZ", "JPEREZ", id="blank-before"),
        pytest.param("J PEREZ", "JPEREZ", id="blank-inside"),
        pytest.param("JPEREZ\t", "JPEREZ", id="tab-after"),
        pytest.param("0012", "12", id="zeros"),
    ],
)
def test_what_both_take_for_different(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ÆREO", "AEREO", id="ligature-ae"),
        pytest.param("\uff21CME", "ACME", id="full-width"),
        pytest.param("\u30a2", "\u3042", id="kana"),
        pytest.param("JPE\u00adREZ", "JPEREZ", id="soft-hyphen"),
    ],
)
def test_what_only_the_server_takes_for_the_same(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)
