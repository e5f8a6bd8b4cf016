"""Targets by pattern: one table, and a file with a name for each target."""

from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.settings.model import Settings
from efsync.settings.read import read_settings

PATTERN = '[targets."tenant-*"]\nnames = "tenants.txt"\nurl = "sqlite:///{name}.db"\n'
NAMES = "# who pays\nacme\n\n  globex   # a big one\nA1_b.c-d\r\n"


def settings_of(folder: Path, text: str, names: str | bytes | None = NAMES) -> Settings:
    if names is not None:
        (folder / "tenants.txt").write_bytes(names.encode() if isinstance(names, str) else names)
    (folder / "efsync.toml").write_text(text)
    return read_settings(folder / "efsync.toml")


def problems_of(folder: Path, text: str, names: str | bytes | None = NAMES) -> list[str]:
    with pytest.raises(Refused) as refused:
        settings_of(folder, text, names)
    assert {problem.code for problem in refused.value.problems} == {"config"}
    return [f"{problem.location}: {problem.message}" for problem in refused.value.problems]


def test_every_name_is_a_target_in_the_order_of_the_files(tmp_path: Path) -> None:
    more = '[targets.first]\nurl = "sqlite:///f.db"\n', '[targets.last]\nurl = "sqlite:///l.db"\n'
    settings = settings_of(tmp_path, more[0] + PATTERN + more[1])
    assert list(settings.targets) == ["first", "tenant-acme", "tenant-globex", "tenant-A1_b.c-d", "last"]
    assert settings.target("tenant-globex").url == "sqlite:///globex.db"
    assert settings.target("tenant-globex").name == "tenant-globex"


def test_the_name_stands_in_url_database_schema_and_tenant_and_nowhere_else(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, (
        '[targets."*"]\nnames = "tenants.txt"\nurl = "mariadb://{name}:{name}@db/{name}"\ntenant = "T {name}"\n'
        'database = "{name}_erp"\nschema = "{name}"\ntable = "{name}"\n'
    ), "acme\n")  # fmt: skip
    target = settings.target(None)
    assert (target.name, target.url, target.tenant) == ("acme", "mariadb://acme:acme@db/acme", "T acme")
    layout = target.layout
    assert (layout.database, layout.schema, layout.table) == ("acme_erp", "acme", "{name}")


@pytest.mark.parametrize("url", ["env:ERP_{name}", "file:/run/secrets/{name}"])
def test_a_url_that_stands_elsewhere_can_be_found_by_name(tmp_path: Path, url: str) -> None:
    settings = settings_of(tmp_path, PATTERN.replace("sqlite:///{name}.db", url), "acme\n")
    assert settings.target(None).url == url.replace("{name}", "acme")


def test_a_target_of_a_pattern_can_be_the_default(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'default_target = "tenant-acme"\n' + PATTERN)
    assert settings.target(None).name == "tenant-acme"
    said = problems_of(tmp_path, 'default_target = "tenant-nobody"\n' + PATTERN)
    assert said == ["efsync.toml:1:18: default_target: there is no target tenant-nobody"]


def test_another_list_of_names_is_other_settings(tmp_path: Path) -> None:
    first, again = settings_of(tmp_path, PATTERN), settings_of(tmp_path, PATTERN)
    assert first.digest == again.digest
    assert settings_of(tmp_path, PATTERN, "acme\n").digest != first.digest
    assert settings_of(tmp_path, PATTERN + "\n").digest != first.digest


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        (PATTERN, None, "efsync.toml:2:9: names: tenants.txt can't be read: No such file or directory, "
         "in [targets.tenant-*]"),
        (PATTERN, b"\xff\n", "efsync.toml:2:9: names: tenants.txt is not UTF-8 text, in [targets.tenant-*]"),
        (PATTERN, "# nobody\n\n", "tenants.txt: holds no name for [targets.tenant-*]"),
        (PATTERN, "acme\nglobex\nacme # again\n",
         "tenants.txt:3:1: there is a target tenant-acme already, of [targets.tenant-*]"),
        (PATTERN + '[targets.tenant-acme]\nurl = "x"\n', "acme\n",
         "tenants.txt:1:1: there is a target tenant-acme already, of [targets.tenant-acme]"),
        (PATTERN + PATTERN.replace("tenant-*", "*"), "acme\ntenant-acme\n",
         "tenants.txt:2:1: there is a target tenant-acme already, of [targets.tenant-*]"),
        (PATTERN, "../acme\n", "tenants.txt:1:1: '../acme' can't be part of a target's name"),
        (PATTERN, "acme@db/x?y\n", "tenants.txt:1:1: 'acme@db/x?y' can't be part of a target's name"),
        (PATTERN, "año\n", "tenants.txt:1:1: 'año' can't be part of a target's name"),
        (PATTERN, "two words\n", "tenants.txt:1:1: 'two words' can't be part of a target's name"),
        ('[targets."tenant-*"]\nurl = "{name}"\n', NAMES,
         "efsync.toml:1:2: names is missing, in [targets.tenant-*]"),
        ('[targets.erp]\nnames = "tenants.txt"\nurl = "{name}"\n', NAMES,
         "efsync.toml:2:9: names: there is no * in the target's name for them to stand in, in [targets.erp]"),
        (PATTERN.replace("tenant-*", "*-*"), NAMES,
         "efsync.toml:1:2: a target's name has one * at most, in [targets.*-*]"),
        (PATTERN.replace("{name}", "erp"), NAMES,
         "efsync.toml:3:7: every name would lead to the same accounts, in [targets.tenant-*]"),
        (PATTERN.replace("sqlite:///{name}.db", "env:") + 'tenant = "{name}"\n', NAMES,
         "efsync.toml:3:7: url: env: names no variable, in [targets.tenant-*]"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_told_with_its_place(tmp_path: Path, text: str, names: str | None, said: str) -> None:
    assert said in problems_of(tmp_path, text, names)


def test_what_is_wrong_with_a_pattern_is_told_once_and_not_for_every_name(tmp_path: Path) -> None:
    said = problems_of(tmp_path, PATTERN + '[targets."tenant-*".columns]\nserver = "X"\ndomain = "X"\n')
    assert len(said) == 1
    assert said[0].startswith("efsync.toml:")


def test_of_very_many_targets_a_message_names_a_few(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, PATTERN, "".join(f"n{number}\n" for number in range(2000)))
    with pytest.raises(Refused) as refused:
        settings.target("nobody")
    (problem,) = refused.value.problems
    assert "tenant-n9 and 1,990 more; name one" in (problem.hint or "")
