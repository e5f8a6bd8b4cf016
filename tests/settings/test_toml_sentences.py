"""What Python says about TOML is known sentence by sentence, so that it can be said in Spanish."""

from pathlib import Path

import pytest

from efsync.model.language import Message
from efsync.model.problems import Refused
from efsync.settings.read import read_settings


@pytest.mark.parametrize(
    "text",
    [
        "[targets\n",
        "[[targets]\n",
        "x\n",
        "x = \n",
        "= 1\n",
        "x = 1 2\n",
        "x = nada\n",
        "x = 'a\n",
        'x = "\\q"\n',
        'x = "\\ud800"\n',
        'x = "\\uzzzz"\n',
        "x = 'a\x01'\n",
        "x = '''a",
        "x = [1\n",
        "x = {a = 1\n",
        "x = {a = 1, a = 2}\n",
        "x = 1\nx = 2\n",
        "[a]\n[a]\n",
        "a = 1\n[a.b]\n",
        "a = {}\n[a.b]\n",
        "x = 2026-13-01\n",
        "\x02\n",
    ],
)
def test_whatever_is_commonly_wrong_with_toml_is_a_known_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "efsync.toml").write_text(text)
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path / "efsync.toml")
    (problem,) = refused.value.problems
    assert isinstance(problem.message, Message)
    assert isinstance(problem.message.values["why"], Message), problem.message
