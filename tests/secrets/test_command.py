"""`{command: NAME ARGUMENT}`, with real programs."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from efsync.secrets.command import CommandProvider
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.roots import MAX_BYTES
from tests.secrets.listed import STRANGE, assert_refused


def python(code: str) -> list[str]:
    """A program that runs some Python."""
    return [sys.executable, "-c", code]


SAFE = python("import sys; print('clave of', *sys.argv[1:])")


def provider(*allow: str, timeout: int = 20, **programs: list[str]) -> CommandProvider:
    """A provider that may run these programs."""
    settings = {"programs": {"safe": SAFE, **programs}, "allow": list(allow), "timeout": timeout}
    return CommandProvider(settings, Path())


def printed(code: str, *arguments: str, timeout: int = 20) -> str:
    """What comes of a program of Python."""
    reading = provider("it", "it *", timeout=timeout, it=python(code))
    argument = " ".join(["it", *arguments])
    reading.check_allowed(argument)
    return reading.read(argument).reveal()


def refusal(code: str, timeout: int = 20) -> SecretError:
    """What is said where a program gives no password."""
    with pytest.raises(SecretError) as raised:
        printed(code, timeout=timeout)
    assert "clave" not in f"{raised.value.message} {raised.value.hint}"
    return raised.value


def test_the_first_line_that_a_program_prints_is_the_password() -> None:
    reading = provider("safe mail/*")
    reading.check_allowed("safe mail/jperez")
    assert reading.read("safe mail/jperez").reveal() == "clave of mail/jperez"
    assert printed("print('clave\\nuser: jperez\\n' + 'x' * 300_000)") == "clave"
    assert printed("print('clave', end='')") == "clave"
    assert printed("import sys; sys.stdout.buffer.write('contraseña\\r\\n'.encode())") == "contraseña"


def test_the_argument_is_one_argument_and_no_shell_reads_it() -> None:
    show = "import sys; print(len(sys.argv), *sys.argv[1:])"
    for argument in ("$(id)", "a;b", "`id`", "a b  c", "'x'", "$HOME", "a&b", "a|b", "a>b", "~"):
        assert printed(show, argument) == f"2 {argument}"


def test_the_first_arguments_are_those_of_the_settings() -> None:
    reading = provider("it", it=["/bin/echo", "-n", "clave", "fija"])
    assert reading.read("it").reveal() == "clave fija"


def test_a_name_alone_is_looked_for_in_the_path() -> None:
    assert provider("it *", it=["echo"]).read("it clave").reveal() == "clave"


@pytest.mark.parametrize("argument", STRANGE.values(), ids=STRANGE.keys())
def test_an_argument_that_is_not_listed_is_refused(argument: str) -> None:
    assert_refused(provider("safe mail/*"), f"safe {argument.format('mail/jperez')}")


@pytest.mark.parametrize("argument", [
    "", "safe", "safe ", "other mail/jperez", "SAFE mail/jperez", " safe mail/jperez", "safe  mail/jperez",
    "safe\tmail/jperez", "safe mail/jperez more", "safe -m/x", "safe --help", "saf\u0435 mail/jperez",
    "/bin/cat mail/jperez", "./safe mail/jperez", "safe\nmail/jperez",
])  # fmt: skip
def test_a_program_or_an_argument_that_is_not_listed_is_refused(argument: str) -> None:
    listed = provider("safe mail/*", "safe */x", "missing *", "* mail/*")
    if argument == "safe mail/jperez more":  # is one argument, with a blank in it
        listed.check_allowed(argument)
        return
    assert "[secrets.command" in (assert_refused(listed, argument).hint or "")


def test_a_program_alone_is_allowed_by_its_name_alone() -> None:
    provider("safe").check_allowed("safe")
    assert_refused(provider("safe"), "safe mail")
    assert_refused(provider("safe *"), "safe")


def test_an_argument_that_begins_with_a_dash_needs_a_pattern_that_does() -> None:
    provider("safe --id=*").check_allowed("safe --id=7")
    for pattern in ("safe *", "safe [-]*", "safe ?-id=7", "safe"):
        assert_refused(provider(pattern), "safe --id=7")


def test_nothing_is_allowed_without_a_list() -> None:
    assert_refused(provider(), "safe mail/jperez")
    assert_refused(CommandProvider({}, Path()), "safe mail/jperez")


def test_a_program_gets_none_of_efsyncs_own_variables_and_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EFSYNC_KEY", "EFSYNC_AGE_KEY", "EFSYNC_FERNET_KEY", "efsync_key"):
        monkeypatch.setenv(name, "0123456789abcdef" * 2)
    monkeypatch.setenv("GNUPGHOME", "/somewhere")
    show = "import os; print([n for n in os.environ if n.upper().startswith('EFSYNC')], os.environ['GNUPGHOME'])"
    assert printed(show) == "[] /somewhere"


def test_a_program_runs_in_no_folder_of_a_repository_and_reads_no_input() -> None:
    assert printed("import os; print(os.getcwd())") == "/"
    assert printed("import sys; print(repr(sys.stdin.read()))") == "''"


def test_what_a_program_says_beside_it_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert printed("import sys; print('clave', file=sys.stderr); print('x')") == "x"
    refusal("import sys; print('clave', file=sys.stderr); sys.exit('clave')")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("code", "said"), [
    ("import sys; print('clave'); sys.exit(3)", "the command it ended with status 3"),
    ("import os; print('clave', flush=True); os.kill(os.getpid(), 9)", "the command it was ended by signal 9"),
    ("import sys; sys.stdout.buffer.write(b'clave\\xff\\n')", "what the command it prints is not UTF-8 text"),
    (f"print('clave' * {MAX_BYTES})", "the first line that a command prints is longer than 65,536 bytes"),
])  # fmt: skip
def test_a_program_that_gives_no_password_is_told_without_its_output(code: str, said: str) -> None:
    error = refusal(code)
    assert error.message == said
    assert not isinstance(error, ProviderDown)


@pytest.mark.parametrize("program", [["/nowhere/safe"], ["no-such-program-anywhere"], ["/etc/passwd"], ["/"]])
def test_a_program_that_can_not_be_run_is_a_matter_of_all_of_them(program: list[str]) -> None:
    with pytest.raises(ProviderDown) as raised:
        provider("it", it=program).read("it")
    assert "the command it can't be run" in raised.value.message


FAMILY = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "open({path!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
    "print('clave', flush=True)\n"
    "time.sleep(60)\n"
)


def family(path: Path) -> list[int]:
    """The processes of a program that began one of its own."""
    wait_for(lambda: path.exists() and len(path.read_text().split()) == 2)
    return [int(each) for each in path.read_text().split()]


def wait_for(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether a process does anything yet."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_that_does_not_end_is_killed_with_all_that_it_began(tmp_path: Path) -> None:
    error = refusal(FAMILY.format(path=str(tmp_path / "pids")), timeout=2)
    assert isinstance(error, ProviderDown)
    assert "did not end within 2 seconds" in error.message
    for pid in family(tmp_path / "pids"):
        wait_for(lambda pid=pid: not is_running(pid))  # type: ignore[misc]


def test_a_program_that_prints_without_end_is_killed_too() -> None:
    error = refusal("while True: print('clave' * 1000)", timeout=1)
    assert isinstance(error, ProviderDown)
    error = refusal("import sys\nwhile True: sys.stdout.write('clave' * 1000)", timeout=1)
    assert isinstance(error, ProviderDown)


def test_what_a_program_leaves_behind_is_not_waited_for() -> None:
    leave = "import subprocess, sys; subprocess.Popen(['sleep', '5'], start_new_session=True); print('clave')"
    began = time.monotonic()
    assert printed(leave) == "clave"
    assert time.monotonic() - began < 3


def test_a_program_that_closes_its_output_is_waited_for() -> None:
    assert printed("import os, time; print('clave', flush=True); os.close(1); time.sleep(0.5)") == "clave"
    close = "import os, sys, time; print('clave', flush=True); os.close(1); time.sleep(0.3); os._exit(3)"
    assert "status 3" in refusal(close).message
    error = refusal("import os, time; print('clave', flush=True); os.close(1); time.sleep(60)", timeout=1)
    assert isinstance(error, ProviderDown)


def test_ctrl_c_ends_a_program_with_all_that_it_began(tmp_path: Path) -> None:
    def press() -> None:
        family(tmp_path / "pids")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.1, press).start()
    with pytest.raises(KeyboardInterrupt):
        printed(FAMILY.format(path=str(tmp_path / "pids")))
    for pid in family(tmp_path / "pids"):
        wait_for(lambda pid=pid: not is_running(pid))  # type: ignore[misc]


def test_to_stop_ends_what_runs_in_other_threads_and_begins_nothing_more(tmp_path: Path) -> None:
    reading = provider("it", it=python(FAMILY.format(path=str(tmp_path / "pids"))))
    said: list[str] = []

    def read() -> None:
        with pytest.raises(SecretError) as raised:
            reading.read("it")
        said.append(raised.value.message)

    thread = threading.Thread(target=read)
    thread.start()
    pids = family(tmp_path / "pids")
    reading.stop()
    thread.join(10)
    assert said == ["the command it was ended by signal 9"]
    for pid in pids:
        wait_for(lambda pid=pid: not is_running(pid))  # type: ignore[misc]
    with pytest.raises(ProviderDown, match="interrupted"):
        reading.read("it")


def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        printed("print('clave')")
        refusal("raise SystemExit(1)")
    assert len(os.listdir("/proc/self/fd")) == before
