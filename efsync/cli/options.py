"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from efsync.cli.names import DepartmentName, TargetName, UserCode

Command = TypeVar("Command", bound=Callable[..., Any])


def target_option(command: Command) -> Command:
    """`--target NAME`."""
    option = click.option(
        "-t",
        "--target",
        type=TargetName(),
        metavar="NAME",
        envvar="EFSYNC_TARGET",
        help="The target in efsync.toml; else the default one.",
    )
    return option(command)


def selection_options(command: Command) -> Command:
    """`--department NAME` and `--user CODE`, each as often as wanted."""
    users = click.option(
        "-u", "--user", "users", multiple=True, type=UserCode(), metavar="CODE", envvar="EFSYNC_USER",
        help="Only this user; may be repeated.",
    )  # fmt: skip
    return department_option(users(command))


def department_option(command: Command) -> Command:
    """`--department NAME`, as often as wanted."""
    return click.option(
        "-d", "--department", "departments", multiple=True, type=DepartmentName(), metavar="NAME",
        envvar="EFSYNC_DEPARTMENT", help="Only this department; may be repeated.",
    )(command)  # fmt: skip


def override_options(command: Command) -> Command:
    """`--allow-changed`, `--allow-cleared` and `--allow-redirect USER`: somebody's word against a brake."""
    redirect = click.option(
        "--allow-redirect", multiple=True, type=UserCode(), metavar="USER",
        help="Let the known password of USER go to a new server or account; may be repeated.",
    )  # fmt: skip
    cleared = click.option("--allow-cleared", is_flag=True, help="Clear more accounts than [safety] allows.")
    changed = click.option("--allow-changed", is_flag=True, help="Change more accounts than [safety] allows.")
    return changed(cleared(redirect(command)))


def inactive_option(command: Command) -> Command:
    """`--inactive`: what becomes of accounts whose user is not active in the ERP."""
    return click.option(
        "--inactive", type=click.Choice(["keep", "clear"]),
        help="Keep or clear the accounts of users who are not active in the ERP; else as [safety] says.",
    )(command)  # fmt: skip


def format_option(*more: str) -> Callable[[Command], Command]:
    """`--format`: text, JSON, and what `more` the command can do."""
    return click.option(
        "--format", "format_name", type=click.Choice(["text", "json", *more]), default="text", show_default=True,
        envvar="EFSYNC_FORMAT", help="How to print the result.",
    )  # fmt: skip
