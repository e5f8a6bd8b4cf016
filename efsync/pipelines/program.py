"""`efsync-pipeline`: the steps of a pipeline, as commands."""

import os
import sys
from pathlib import Path

import click

from efsync.pipelines import steps
from efsync.pipelines.github import GitHub
from efsync.pipelines.gitlab import GitLab
from efsync.pipelines.interface import Host, HostFailed

_out = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=steps.OUT, show_default=True,
    envvar="EFSYNC_PIPELINE_OUT", help="The folder for plan, report and page.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def program(context: click.Context) -> None:
    """Steps of a pipeline on GitHub Actions or GitLab CI/CD; docs/pipelines.md shows where they stand.

    efsync itself reads its options from the environment: EFSYNC_CONFIG, EFSYNC_TARGET and so on.
    """
    if os.environ.get("GITHUB_ACTIONS") == "true":
        context.obj = GitHub()
    elif os.environ.get("GITLAB_CI") == "true":
        context.obj = GitLab()
    else:
        raise click.UsageError("this is for GitHub Actions and GitLab CI/CD; elsewhere call efsync itself")


@program.command("plan")
@_out
@click.option("--comment/--no-comment", default=True, envvar="EFSYNC_PIPELINE_COMMENT", help="Keep the comment.")
@click.option("--without-secrets", is_flag=True, envvar="EFSYNC_PIPELINE_WITHOUT_SECRETS", help="Read no password.")
@click.pass_obj
def plan_command(host: Host, out: Path, comment: bool, without_secrets: bool) -> int:
    """Plan, and keep one comment on the pull request."""
    return steps.plan(host, out, comment=comment, without_secrets=without_secrets)


@program.command("ready")
@_out
@click.pass_obj
def ready_command(host: Host, out: Path) -> int:
    """Find the plan that was reviewed for what was merged, and check that it still holds."""
    return steps.ready(host, out)


@program.command("apply")
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path), default=steps.OUT / "plan.json")
@_out
@click.pass_obj
def apply_command(host: Host, plan: Path, out: Path) -> int:
    """Do what the saved PLAN says."""
    return steps.apply(host, plan, out)


@program.command("drift")
@_out
@click.option("--issue/--no-issue", default=True, envvar="EFSYNC_PIPELINE_ISSUE", help="Keep the issue.")
@click.pass_obj
def drift_command(host: Host, out: Path, issue: bool) -> int:
    """Look for drift, and keep one issue for it."""
    return steps.drift(host, out, issue=issue)


def main() -> None:
    """The console script."""
    try:
        sys.exit(program.main(prog_name="efsync-pipeline", standalone_mode=False))
    except click.ClickException as error:
        error.show()
    except HostFailed as error:
        click.echo(f"efsync-pipeline: {error}", err=True)
    sys.exit(1)
