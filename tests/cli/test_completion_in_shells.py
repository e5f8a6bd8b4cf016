"""Completion in real shells, with names that a shell could take for commands."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, environment_with_stub
from tests.world import World

USUAL = ["RECURSOS HUMANOS", "I&D", "Ñandú", "O'HIGGINS", "VENTAS (SUR)", "a,b", "x;touch PWNED", "y|touch PWNED",
    "z>PWNED", "w*", "{e,f}", 'say "hi"', "k=v:w@x", "#none"]  # fmt: skip
"""Names that are offered, each with another first letter."""

HOSTILE = ["$(touch PWNED)", "h$(touch PWNED)", "`touch PWNED`", "j`touch PWNED`", "l\\ntouch PWNED", "m!!", "-x",
    "n\ntouch PWNED\n", "q\x1b[2J", "\u202eevil", "t\ttouch PWNED"]  # fmt: skip
"""Names that are not."""


@pytest.fixture
def company(world: World) -> World:
    for number, name in enumerate([*USUAL, *HOSTILE]):
        quoted = (
            '"'
            + name.replace("\\", "\\\\")
            .replace('"', '\\"')
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\x1b", "\\e")
            + '"'
        )
        world.write(f"accounts/{number}.yaml", f"version: 1\ndepartment: {quoted}\nusers: {{}}\n")
    return world


def shell(name: str) -> str:
    """The path of a shell; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def bash(company: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    terminal = Terminal(company, tmp_path_factory.mktemp("home"), [shell("bash"), "--norc", "--noprofile", "-i"])
    terminal.prepare('eval "$(_EFSYNC_COMPLETE=bash_source efsync)"')
    yield terminal
    terminal.close()


@pytest.fixture
def zsh(company: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    terminal = Terminal(company, tmp_path_factory.mktemp("home"), [shell("zsh"), "-f", "-i"])
    terminal.prepare("autoload -Uz compinit; compinit -D -u", 'eval "$(_EFSYNC_COMPLETE=zsh_source efsync)"')
    yield terminal
    terminal.close()


def _typed(name: str) -> str:
    return "\\" + name[0] if name[0] in "{#" else name[0]


def test_bash_completes_a_name_to_exactly_itself(bash: Terminal, company: World) -> None:
    for name in USUAL:
        assert bash.completed(f"efsync plan --department {_typed(name)}") == ["plan", "--department", name]
    assert not (company.folder / "PWNED").exists()


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ('efsync plan --department "REC', "RECURSOS HUMANOS"),
        ("efsync plan --department 'REC", "RECURSOS HUMANOS"),
        ("efsync plan --department recursos\\ h", "RECURSOS HUMANOS"),
        ('efsync plan --department "x', "x;touch PWNED"),
        ("efsync plan --department=VEN", "--department=VENTAS (SUR)"),
        ("efsync plan --target e", "erp"),
    ],
)
def test_bash_completes_words_that_are_begun_in_any_way(bash: Terminal, company: World, line: str, last: str) -> None:
    assert bash.completed(line)[-1] == last
    assert not (company.folder / "PWNED").exists()


def test_bash_is_not_offered_what_it_could_run(bash: Terminal, company: World) -> None:
    for beginning in ("h", "j", "l", "m", "n", "q", "t"):
        assert bash.completed(f"efsync plan --department {beginning}") == ["plan", "--department", beginning]
    assert bash.completed("efsync plan --department \t\t") == ["plan", "--department"]
    assert not (company.folder / "PWNED").exists()


def test_zsh_completes_a_name_to_exactly_itself(zsh: Terminal, company: World) -> None:
    for name in USUAL:
        assert zsh.completed(f"efsync plan --department {_typed(name)}") == ["plan", "--department", name]
    assert zsh.completed("efsync plan --department=VEN") == ["plan", "--department=VENTAS (SUR)"]
    for beginning in ("h", "j", "l", "m", "n", "q", "t"):
        assert zsh.completed(f"efsync plan --department {beginning}") == ["plan", "--department", beginning]
    assert not (company.folder / "PWNED").exists()


def test_fish_completes_a_name_to_exactly_itself(company: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    script = """\
_EFSYNC_COMPLETE=fish_source efsync | source
for found in (complete -C "efsync plan --department ")
    printf '%s\\0' $found
end
complete -C "efsync plan --target="
"""
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", script], cwd=company.folder, env=environment_with_stub(company, home),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    *offered, last = done.stdout.split("\0")
    assert (sorted(offered), last, done.stderr) == (sorted(USUAL), "--target=erp\n", "")
    assert not (company.folder / "PWNED").exists()


def test_fish_shows_what_is_said_beside_a_name(sales: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    script = '_EFSYNC_COMPLETE=fish_source efsync | source; complete -C "efsync plan -u J"'
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", script], cwd=sales.folder, env=environment_with_stub(sales, home),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("JPEREZ\tVENTAS\n", "")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_takes(world: World, tmp_path: Path, name: str) -> None:
    script = tmp_path / "script"
    script.write_text(world.run(_EFSYNC_COMPLETE=f"{name}_source").out)
    done = subprocess.run([shell(name), "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
