"""The law of the main job: for any desired and live state, nothing differs after an apply."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.model.outcomes import ApplyStatus
from efsync.model.plans import Overrides
from efsync.settings.read import read_settings
from efsync.workflows.apply import apply
from efsync.workflows.drift import drift
from efsync.workflows.plan import plan
from tests.erp.tables import forbid_null
from tests.world import USER_COLUMNS, World

CODES = ["JPEREZ", "0012", "NO", "1E5", "PEÑA"]
EVERYTHING = Overrides(changed=True, cleared=True, redirects=tuple(CODES))

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"]),
    min_size=1,
    max_size=8,
)
layouts = ["<p>a</p>", "a\nb", "a\n\nb  \n", "  a", "<p>\t</p>", "\n", "0", "null", "a\r\nb"]
html = st.one_of(words, st.sampled_from(layouts))
hosts = st.sampled_from(["smtp.acme.example", "smtp2.acme.example", "10.0.0.1"])

desired_fields = st.fixed_dictionaries(
    {},
    optional={
        "address": st.sampled_from(["a@acme.example", "b@acme.example", None]),
        "password": st.sampled_from(["one", "two", None]),
        "server": st.one_of(hosts, st.none()),
        "port": st.one_of(st.integers(1, 65535), st.none()),
        "ssl": st.one_of(st.booleans(), st.none()),
        "domain": st.sampled_from(["acme.example", None]),
        "header": st.one_of(html, st.none()),
        "signature": st.one_of(html, st.none()),
        "footer": st.one_of(html, st.none()),
    },
)
files = st.dictionaries(st.sampled_from(CODES), desired_fields, min_size=1)

dirty = st.one_of(st.none(), st.just(""), st.just("    "), words, html, hosts.map(lambda host: f"{host}   "))
live_fields = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["address", "password", "server", "domain", "header", "signature", "footer"], dirty),
        "port": st.sampled_from([None, "", "587", 587, 25.0, 0, "abc", "  "]),
        "ssl": st.sampled_from([None, "", 1, 0, -1, "S", "N ", "quizás"]),
    },
)
lives = st.fixed_dictionaries(dict.fromkeys(CODES, live_fields))
rules = st.sampled_from(["clear", "forget"])
not_null = st.sampled_from([{}, {"Ser_Cor": "VARCHAR(253)", "Pue_Cor": "INTEGER", "Ssl_Cor": "INTEGER"}])


def _yaml(value: Any) -> str:
    """A value in YAML's double-quoted form, which holds any text."""
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(character):08x}" for character in value) + '"'
    return json.dumps(value)


def _write(world: World, accounts: dict[str, dict[str, Any]], on_removal: str) -> None:
    lines = []
    for code, fields in accounts.items():
        lines.append(f"  {code}:{'' if fields else ' {}'}\n")
        for field, value in fields.items():
            reference = field == "password" and value is not None
            lines.append(f"    {field}: {f'{{file: secrets/{value}}}' if reference else _yaml(value)}\n")
    world.department("".join(lines), more=f"on_removal: {on_removal}\n")


def _make(folder: str, lives: dict[str, dict[str, Any]], columns: dict[str, str]) -> World:
    world = World(Path(folder))
    world.secret("one", "clave-one")
    world.secret("two", "clave-two")
    if columns:
        forbid_null(world, columns)
    for code, fields in lives.items():
        empty = {field: "" for field, column in USER_COLUMNS.items() if column in columns}
        present = {field: value for field, value in fields.items() if value is not None}
        world.user(code, **(empty | present))
    return world


def _assert_nothing_differs(world: World) -> None:
    loaded = read_settings(world.folder / "efsync.toml")
    made = plan(loaded)
    assert made.changes == (), made.changes
    assert drift(loaded).accounts == ()


def _apply(world: World) -> None:
    loaded = read_settings(world.folder / "efsync.toml")
    done = apply(loaded, plan(loaded), overrides=EVERYTHING)
    assert done.status in (ApplyStatus.APPLIED, ApplyStatus.NOTHING), done.problems


@given(lives=lives, first=files, second=files, drifted=lives, on_removal=rules, columns=not_null)
@settings(max_examples=15)
def test_a_plan_after_an_apply_is_empty_and_nothing_drifted(
    lives: dict[str, dict[str, Any]],
    first: dict[str, dict[str, Any]],
    second: dict[str, dict[str, Any]],
    drifted: dict[str, dict[str, Any]],
    on_removal: str,
    columns: dict[str, str],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = _make(folder, lives, columns)
        _write(world, first, on_removal)
        _apply(world)
        _assert_nothing_differs(world)
        for code, fields in drifted.items():
            present = {field: value for field, value in fields.items() if value is not None or not columns}
            if present:
                world.change(code, **present)
        _write(world, second, on_removal)
        _apply(world)
        _assert_nothing_differs(world)


@given(lives=lives, accounts=files)
@settings(max_examples=8)
def test_an_apply_changes_managed_columns_of_managed_users_only(
    lives: dict[str, dict[str, Any]], accounts: dict[str, dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = _make(folder, lives, {})
        before = {code: world.live(code) for code in CODES}
        _write(world, accounts, "clear")
        _apply(world)
        for code in CODES:
            after = world.live(code)
            for field in USER_COLUMNS.keys() - accounts.get(code, {}).keys():
                assert after[field] == before[code][field]


@given(lives=lives, accounts=files)
@settings(max_examples=10)
def test_a_plan_and_drift_write_nothing(lives: dict[str, dict[str, Any]], accounts: dict[str, dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = _make(folder, lives, {})
        _write(world, accounts, "clear")
        loaded = read_settings(world.folder / "efsync.toml")
        before = (world.folder / "erp.db").read_bytes()
        plan(loaded)
        drift(loaded)
        assert (world.folder / "erp.db").read_bytes() == before
        assert sorted(path.name for path in (world.folder / ".efsync").iterdir()) == ["key"]
