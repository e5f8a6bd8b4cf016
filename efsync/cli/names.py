"""Kinds of names on the command line, and which there are: what a shell completes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from efsync.model.language import translated
from efsync.model.normal import comparable

if TYPE_CHECKING:
    from efsync.model.runs import Run

_RUNS_IN_A_SHELL = frozenset("$`\\!")


class Name(click.ParamType[str]):
    """A name; in an environment variable several are separated by commas."""

    name = "name"
    envvar_list_splitter = ","


class TargetName(Name):
    """A target of the settings."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The targets whose names start with `incomplete`."""
        from efsync.workflows.names import target_names

        return _offered(((name, None) for name in target_names(_config(ctx))), incomplete)


class DepartmentName(Name):
    """A department of the files or of the state."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The departments whose names start with `incomplete`, but for those that stand on the line already."""
        from efsync.workflows.names import department_names

        names = department_names(_config(ctx), ctx.params.get("target"))
        return _offered(((name, None) for name in _others(names, ctx, param)), incomplete)


class UserCode(Name):
    """A user of the state, and of the files unless that is not wanted."""

    def __init__(self, *, in_files: bool = True) -> None:
        self.in_files = in_files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The codes that start with `incomplete`, of the departments on the line, each with its department."""
        from efsync.workflows.names import user_codes

        departments = ctx.params.get("departments") or ()
        found = user_codes(_config(ctx), ctx.params.get("target"), departments, in_files=self.in_files)
        return _offered(((code, found[code]) for code in _others(found, ctx, param)), incomplete)


class CommitName(Name):
    """A branch or a tag of the repository that has the settings, or any other name of a commit."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The branches and tags whose names start with `incomplete`."""
        from efsync.workflows.names import commit_names

        return _offered(((name, None) for name in commit_names(_config(ctx))), incomplete)


class RunName(Name):
    """A run of the state; where it is `to_restore`, one that wrote something."""

    def __init__(self, *, to_restore: bool = False) -> None:
        self.to_restore = to_restore

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The runs whose names start with `incomplete`, newest first, each with its time, status and target."""
        from efsync.workflows.names import past_runs

        runs = past_runs(_config(ctx), ctx.params.get("target"), incomplete, to_restore=self.to_restore)
        return _offered(((run.id, ", ".join(_told(run))) for run in runs), incomplete)


def _told(run: "Run") -> tuple[str, ...]:
    """When a run began, how it ended, and on which target."""
    from efsync.views.history_text import STATUSES

    return _minute(run.started_at), translated(STATUSES[run.status]), run.target


def _minute(time: str) -> str:
    """A time of the state, in UTC, without its seconds."""
    return time[:16].replace("T", " ")


def _config(context: click.Context) -> Path:
    """The settings that the command line names; the shell has not expanded its `~` yet."""
    named = context.find_root().params.get("config")
    return Path(named or "efsync.toml").expanduser()


def _others(names: Iterable[str], context: click.Context, parameter: click.Parameter) -> Iterator[str]:
    given = context.params.get(parameter.name or "") or ()
    known = {comparable(each) for each in ([given] if isinstance(given, str) else given)}
    return (name for name in names if comparable(name) not in known)


def _offered(found: Iterable[tuple[str, str | None]], incomplete: str) -> list[CompletionItem[str]]:
    """What a shell may have, and what is said of it beside.

    A name that a shell could take for more than a name is not offered, however well it would be quoted.
    """
    beginning = comparable(incomplete)
    return [
        CompletionItem(name, help=_plain(told))
        for name, told in found
        if comparable(name).startswith(beginning) and _is_harmless(name)
    ]


def _is_harmless(name: str) -> bool:
    is_name = bool(name) and name.isprintable() and not name.startswith("-")
    return is_name and not _RUNS_IN_A_SHELL.intersection(name)


def _plain(told: str | None) -> str | None:
    from efsync.views.visible import visible

    return visible(told).replace("\t", " ") if told else None
