"""The documentation of secrets shows settings for every kind of reference."""

import tomllib

from efsync.schema.kinds import reference_kinds
from tests.docs.examples import ROOT, examples

PAGE = "docs/secrets.md"


def test_every_kind_of_reference_is_documented() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    tables = {kind for each in examples("toml", PAGE) for kind in tomllib.loads(each.text).get("secrets", {})}
    assert tables == set(reference_kinds())
    assert all(f"`{{{kind}: " in text for kind in reference_kinds())
