"""Which sentences in the code count as said to nobody."""

from pathlib import Path

import pytest

from translations.unmarked import IN_ENGLISH, unmarked


def found(folder: Path, code: str) -> list[str]:
    file = folder / "module.py"
    file.write_text(code, encoding="utf-8")
    return [each.rpartition(": ")[2] for each in unmarked(file)]


def test_a_sentence_that_nobody_marked_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, 'raise Refused("nothing is to be done")\n') == ["nothing is to be done"]


def test_a_line_may_say_that_its_sentence_is_for_nobody(tmp_path: Path) -> None:
    code = 'raise TypeError("nothing is to be done")  # not said to people\nraise Refused("all is to be done")\n'
    assert found(tmp_path, code) == ["all is to be done"]


@pytest.mark.parametrize("folder", IN_ENGLISH, ids=lambda folder: folder.name)
def test_what_does_not_depend_on_who_asks_stays_english(folder: Path) -> None:
    assert list(unmarked(folder)) == []
