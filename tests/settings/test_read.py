"""efsync.toml: what it may say, and what is said when it says something else."""

from pathlib import Path

import pytest

from efsync.model.problems import Problem, Refused
from efsync.planning.brakes import Limits
from efsync.settings.read import read_settings

TARGET = '[targets.erp]\nurl = "sqlite:///erp.db"\n'


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "efsync.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems_of(folder: Path, text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        read_settings(write(folder, text))
    assert {problem.code for problem in refused.value.problems} == {"config"}
    assert all(problem.location and problem.location.file == "efsync.toml" for problem in refused.value.problems)
    return refused.value.problems


def problem_of(folder: Path, text: str | bytes) -> Problem:
    (problem,) = problems_of(folder, text)
    return problem


def test_the_shortest_settings_have_a_default_for_everything_else(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, TARGET))
    assert settings.accounts == tmp_path / "accounts"
    assert settings.target(None) == settings.target("erp")
    assert (settings.target(None).url, settings.target(None).tenant) == ("sqlite:///erp.db", None)
    assert settings.state_url == "sqlite:///.efsync/state.db"
    assert (settings.secrets, settings.limits) == ({}, Limits())


def test_everything_that_is_said_is_heard(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, (
        '\ufeffversion = 1\r\naccounts = "../cuentas"\r\ndefault_target = "b"\r\n[targets.a]\r\nurl = "x"\r\n'
        '[targets.b]\r\nurl = "y"\r\nlayout = "efactory"\r\ntenant = "0012"\r\n[state]\r\nurl = "z"\r\n'
        '[secrets.env]\r\nallow = ["MAIL_*"]\r\n[secrets.plugin]\r\nanything = 1\r\n'
        "[safety]\r\nmax_changed_percent = 0\r\nmin_changed_accounts = 1\r\nmax_cleared_accounts = 2\r\n"
    )))  # fmt: skip
    assert settings.accounts == tmp_path / "../cuentas"
    assert settings.target(None) == settings.target("b")
    assert (settings.target(None).url, settings.target(None).tenant) == ("y", "0012")
    assert settings.state_url == "z"
    assert settings.secrets == {"env": {"allow": ["MAIL_*"]}, "plugin": {"anything": 1}}
    assert settings.limits == Limits(max_changed_percent=0, min_changed_accounts=1, max_cleared_accounts=2)


def test_relative_paths_start_at_the_folder_of_the_file_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, TARGET)
    monkeypatch.chdir(tmp_path.parent)
    settings = read_settings(Path(tmp_path.name, "efsync.toml"))
    assert (settings.folder, settings.accounts) == (tmp_path.resolve(), tmp_path.resolve() / "accounts")


def test_without_the_file_it_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path / "efsync.toml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("config", "there is no such file here")
    assert "efsync demo" in (problem.hint or "")
    assert "-c" in (problem.hint or "")


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "efsync.toml").mkdir()
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path / "efsync.toml")
    assert [problem.code for problem in refused.value.problems] == ["config"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = \n", "efsync.toml:1:5"), ("a = 1\na = 2\n", "efsync.toml:2:6"), ("\n[targets\n", "efsync.toml:2:9"),
        ('\nurl = "postgresql://u:hunter2@h\n', "efsync.toml:2:32"),
        ("url = postgresql://u:hunter2@h\n", "efsync.toml:1:7"),
        ("x", "efsync.toml"), ("x = " + "9" * 5000, "efsync.toml"), ("x = 0x" + "f" * 9000, "efsync.toml"),
        ("x = " + "[" * 5000, "efsync.toml"), ("targets:\n  erp: hunter2\n", "efsync.toml:1:8"),
    ],
    ids=["no value", "twice", "open table", "open text", "no quotes", "a word", "long", "long hexadecimal", "deep",
    "yaml"],
)  # fmt: skip
def test_what_is_no_toml_is_told_with_its_place_and_without_its_words(tmp_path: Path, text: str, place: str) -> None:
    problem = problem_of(tmp_path, text)
    assert problem.message.startswith("is not TOML: ")
    assert str(problem.location) == place
    assert "hunter2" not in problem.message


@pytest.mark.parametrize("content", [TARGET.encode("utf-16"), b"# \xe9\n" + TARGET.encode()], ids=["utf-16", "latin-1"])
def test_what_is_no_utf_8_is_told(tmp_path: Path, content: bytes) -> None:
    problem = problem_of(tmp_path, content)
    assert (problem.message, problem.hint) == ("is not UTF-8 text", "save it as UTF-8")


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "targets is missing", None), ("targets = {}\n", "targets: is empty", None),
        ("[targets.erp]\n", "erp: url is missing, in [targets.erp]", None),
        ('[targets.erp]\nurl = ""\n', "url: is empty, in [targets.erp]", None),
        ("[targets.erp]\nurl = 5\n", "url: must be text, not 5, in [targets.erp]", "put it in quotes: '5'"),
        (TARGET + 'tenant = ""\n', "tenant: is empty, in [targets.erp]", None),
        (TARGET + "tenant = 12\n", "tenant: must be text, not 12, in [targets.erp]", "put it in quotes: '12'"),
        (TARGET + 'layout = "sap"\n', "layout: must be efactory or efactory-properties, not 'sap', in [targets.erp]",
         None),
        (TARGET + 'tenent = "A"\n', "'tenent' is not known here, in [targets.erp]", "did you mean tenant?"),
        ("defualt_target = 'erp'\n" + TARGET, "'defualt_target' is not known here", "did you mean default_target?"),
        ("default_target = 'erq'\n" + TARGET, "default_target: there is no target erq", "targets are erp"),
        ("default_target = true\n" + TARGET, "default_target: must be text, not true", "put it in quotes: 'true'"),
        ("version = 2\n" + TARGET, "version: must be 1, not 2", None),
        ("version = 2024-01-31\n" + TARGET, "version: must be 1, not 2024-01-31", None),
        ("accounts = ''\n" + TARGET, "accounts: is empty", None),
        ("accounts = ['a']\n" + TARGET, "accounts: must be text, not a list", None),
        (TARGET + "[safety]\nmax_changed_percent = 101\n",
        "max_changed_percent: 101 is greater than 100, in [safety]", None),
        (TARGET + "[safety]\nmax_cleared_accounts = -1\n", "max_cleared_accounts: -1 is less than 0, in [safety]",
        None),
        (TARGET + "[safety]\nmin_changed_accounts = 2.5\n",
         "min_changed_accounts: must be a whole number, not 2.5, in [safety]", None),
        (TARGET + "[safety]\nmax_changed_percent = true\n",
         "max_changed_percent: must be a whole number, not true, in [safety]", None),
        (TARGET + "[secrets.env]\nallow = 'MAIL_*'\n", "allow: must be a list, not 'MAIL_*', in [secrets.env]", None),
        (TARGET + "[secrets.env]\nroots = []\n", "'roots' is not known here, in [secrets.env]", "known here: allow"),
        (TARGET + "[secrets]\nenv = ['MAIL_*']\n", "env: must be a mapping, not a list, in [secrets]", None),
        (TARGET + "[state]\nurl = ''\n", "url: is empty, in [state]", None),
        ("[targets.erp]\nurl = 'env:'\n", "url: env: names no variable, in [targets.erp]",
         "write env:NAME, where NAME is the variable that holds the url"),
        ("[targets.erp]\nurl = 'file: '\n", "url: file: names no file, in [targets.erp]",
         "write file:PATH, where PATH is the file whose first line is the url"),
        (TARGET + "[state]\nurl = 'env:'\n", "url: env: names no variable, in [state]",
         "write env:NAME, where NAME is the variable that holds the url"),
        ("[targets.'a b']\nurl = 'x'\n", "'a b' is not a name (letters a to z, digits, _, . and -), in [targets]",
         None),
    ],
)  # fmt: skip
def test_what_can_not_be_is_told_with_its_table(tmp_path: Path, text: str, said: str, hint: str | None) -> None:
    problem = problem_of(tmp_path, text)
    assert (problem.message, problem.hint) == (said, hint)


@pytest.mark.parametrize(
    "text",
    [
        'targets = "postgresql://u:hunter2@h/d"\n', '[targets]\nurl = "postgresql://u:hunter2@h/d"\n',
        '[targets.erp]\nurl = ["postgresql://u:hunter2@h/d"]\n', TARGET + 'uri = "postgresql://u:hunter2@h/d"\n',
        'state = "postgresql://u:hunter2@h/d"\n' + TARGET,
    ],
)  # fmt: skip
def test_a_url_in_a_wrong_place_is_not_repeated_for_it_may_hold_a_password(tmp_path: Path, text: str) -> None:
    for problem in problems_of(tmp_path, text):
        assert "hunter2" not in f"{problem.message} {problem.hint}"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, "version = 2\nx = 1\n[targets.erp]\nlayout = 'sap'\n[safety]\ny = 1\n")) == 5


def test_of_several_targets_one_has_to_be_named(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, TARGET + '[targets.test]\nurl = "sqlite:///test.db"\n'))
    assert settings.target("test").url == "sqlite:///test.db"
    for name, said in ((None, "several targets"), ("tset", "no target tset")):
        with pytest.raises(Refused) as refused:
            settings.target(name)
        (problem,) = refused.value.problems
        assert problem.code == "config"
        assert said in problem.message
        assert problem.hint == "targets in efsync.toml: erp, test; name one with --target"
