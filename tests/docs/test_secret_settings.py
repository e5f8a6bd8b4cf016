"""The settings in the documentation of secrets are such that efsync takes them."""

import re
import tomllib
from pathlib import Path

import pytest

from efsync.schema.kinds import reference_kinds
from efsync.settings.read import read_settings

TEXT = (Path(__file__).parents[2] / "docs" / "secrets.md").read_text(encoding="utf-8")
EXAMPLES = [block for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if "[project]" not in block]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.splitlines()[0])
def test_an_example_is_valid_with_what_is_commented_out_too(example: str, tmp_path: Path) -> None:
    target = "" if "[targets" in example else '[targets.erp]\nurl = "sqlite:///erp.db"\n'
    for text in (example, re.sub(r"^# ", "", example, flags=re.MULTILINE)):
        whole = text.replace("[targets.erp.columns]", '[targets.erp]\nurl = "sqlite:///erp.db"\n[targets.erp.columns]')
        (tmp_path / "efsync.toml").write_text(target + whole)
        read_settings(tmp_path / "efsync.toml")


def test_every_kind_of_reference_is_documented() -> None:
    tables = {kind for example in EXAMPLES for kind in tomllib.loads(example).get("secrets", {})}
    assert tables == set(reference_kinds())
    assert all(f"`{{{kind}: " in TEXT for kind in reference_kinds())
