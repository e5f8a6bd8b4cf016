"""The `efsync` command: its commands, loaded one at a time, and what happens when one fails."""

import contextlib
import errno
import importlib
import keyword
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import efsync
from efsync.cli.language import OPTION, Language, in_language, speak
from efsync.cli.session import Session
from efsync.model.language import _, message, translated

COMMANDS: Mapping[str, str] = {
    "init": message("Begin a folder of settings and department files."),
    "demo": message("Make or reset the demo ERP that can be tried on."),
    "validate": message("Check the department files; no database needed."),
    "import": message("Write department files from what the ERP holds."),
    "fmt": message("Bring department files into canonical order and layout."),
    "plan": message("Show what apply would do."),
    "show": message("Show a saved plan again."),
    "apply": message("Do what a plan says, all of it or nothing."),
    "script": message("Write a plan as SQL for a database administrator."),
    "preview": message("Show the composed mails, as a page."),
    "drift": message("Show what changed in the ERP since the last apply."),
    "accept": message("Take over into the files what changed in the ERP."),
    "history": message("Show every apply, and what each changed."),
    "rollback": message("Plan to restore what an apply replaced."),
    "stats": message("Count accounts by department, server, SSL and age of password."),
    "state": message("List, show and forget what efsync remembers; break a lock."),
    "secrets": message("Check where passwords come from; encrypt one to a file."),
    "doctor": message("Check settings, databases, rights and keys."),
    "probe": message("Try the mail servers of the accounts, as the ERP would."),
    "schema": message("Print a JSON Schema."),
}
"""Every command with its line of help, which is shown without loading it."""

FORMATS = ("json", "markdown", "html", "github", "gitlab", "junit", "sarif")
"""The forms in which a command that fails says so."""

_COMPLETES = "_EFSYNC_COMPLETE"
"""The variable in which a shell asks for completions."""

_OUTPUT_ERRORS = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF)


class Program(click.Group):
    """Loads a command's module when the command is called, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command `cmd_name`, from the module of its name."""
        if cmd_name not in COMMANDS:
            return None
        return in_language(command_named(cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, which does not know the commands that are not loaded: a mistyped one gets its likes."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, translated(line)) for name, line in COMMANDS.items()])


@click.command(cls=Program, context_settings={"auto_envvar_prefix": "EFSYNC", "help_option_names": ["-h", "--help"]})
@click.option(
    "-c",
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("efsync.toml"),
    show_default=True,
    help="The settings; relative paths in them start at their folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what is being done.")
@click.option("--no-color", is_flag=True, help="No colours. NO_COLOR does the same.")
@click.option(
    OPTION, type=Language(), metavar="en|es", expose_value=False, help="The language; else that of the locale."
)
@click.version_option(efsync.__version__, message="efsync %(version)s")
@click.pass_context
def program(context: click.Context, config: Path, verbose: bool, no_color: bool) -> None:
    """Mail accounts of eFactory ERP users as code.

    Department files say how the mail accounts of ERP users shall be; `efsync plan` shows what differs in
    the ERP, and `efsync apply` changes it.

    Exit status: 0 done, or no differences; 2 differences (plan --detailed-exitcode, drift, fmt --check); 1 anything
    else.
    """
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.WARNING)
    # what goes wrong in a database is raised too, and said once; a Ctrl-C in there would be logged as an error
    logging.getLogger("sqlalchemy").setLevel(logging.CRITICAL)
    logging.getLogger("efsync").setLevel(logging.INFO if verbose else logging.WARNING)
    context.obj = Session(config, verbose=verbose, color=not no_color)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit status. A usage error is 1, so that 2 never means a mistake."""
    if sys.stdout is None:  # closed before the start
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        if _COMPLETES in os.environ:
            from efsync.cli.shells import complete_in_shells

            complete_in_shells()
        spoken = speak(arguments, for_programs=_asked_format(arguments) == "json")
        result: Any = in_language(program).main(spoken, prog_name="efsync", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        _report(arguments, "usage", error.format_message())
        error.show()
    except (click.Abort, KeyboardInterrupt):
        _report(arguments, "interrupted", message("interrupted"))
        click.echo(_("Interrupted."), err=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OUTPUT_ERRORS:
            if error.errno != errno.EPIPE:
                click.echo(_("efsync: the output can't be written: {reason}", reason=error.strerror), err=True)
            _discard_output()
            return 1
        # a bug: said in one line, without values that might be secret
        _report(arguments, "internal", message("internal error: {name}", name=type(error).__name__))
        _show_bug(error, verbose=bool({"-v", "--verbose"} & set(arguments)))
    return 1


def command_named(name: str) -> click.Command:
    """One of `COMMANDS`, from the module of its name; `import` can't be the name of one."""
    module = f"{name}_" if keyword.iskeyword(name) else name
    command: click.Command = importlib.import_module(f"efsync.cli.{module}").command
    return command


def _report(arguments: Sequence[str], code: str, text: str) -> None:
    """The failure in the form that was asked for: a command that fails still prints its document."""
    asked = _asked_format(arguments)
    if asked is None:
        return
    from efsync.cli.failures import failure_in
    from efsync.model.problems import Problem

    kind = next((each for each in arguments if each in COMMANDS), "efsync")
    with contextlib.suppress(OSError):
        click.echo(failure_in(asked, kind, Problem(code, text), Path("efsync.toml")))


def _asked_format(arguments: Sequence[str]) -> str | None:
    """The form that is asked for; none for text."""
    words = " ".join(arguments).replace("=", " ")
    asked = next((name for name in FORMATS if f"--format {name}" in words), os.environ.get("EFSYNC_FORMAT"))
    return asked if asked in FORMATS else None


def _show_bug(error: Exception, *, verbose: bool) -> None:
    import traceback

    if verbose:
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    name = type(error).__name__
    click.echo(_("efsync: internal error: {name} at {place}; -v shows more", name=name, place=place), err=True)


def _discard_output() -> None:
    """Whoever read standard output is gone: nothing more is written to it, not at exit either."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
