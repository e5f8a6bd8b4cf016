"""What each step of a pipeline does, told as it goes."""

import html
import json
import os
from pathlib import Path

import click

from efsync.pipelines.calls import efsync, efsync_into, say
from efsync.pipelines.interface import Host, NotReviewed
from efsync.pipelines.pages import keep_comment, keep_issue
from efsync.pipelines.reviewed import what_moved
from efsync.views.visible import visible

OUT = Path("efsync-out")
"""Where plan, report and page are put, as one artifact."""


def plan(host: Host, out: Path, *, comment: bool, without_secrets: bool) -> int:
    """Plan, keep the plan and its report, and put it into the one comment of the pull request.

    A pull request from outside is planned without secrets, has no comment, and may be left unplanned: the run has
    neither the secrets nor a token that may write.
    """
    request = host.pull_request
    outside = request is not None and request.from_outside
    more = ("--without-secrets",) if outside or without_secrets else ()
    status = _plan_into(host, out, *more)
    page = (out / "plan.md").read_text(encoding="utf-8")
    host.show_page(page)
    if status != 1:
        _report(host, out)
    if request is not None and comment:
        if host.can_write:
            click.echo(keep_comment(host, request, _key(), page, needed=status != 0))
        else:
            host.warn("there is no token that may write here, so there is no comment: the plan is in the log")
    if outside and status == 1:
        host.warn("this pull request comes from outside, reaches no ERP and was not planned: see docs/pipelines.md")
        return 0
    return 1 if status == 1 else 0


def ready(host: Host, out: Path) -> int:
    """Make ready the plan that was reviewed for what was merged, and refuse one that is not what would be done now.

    Where nothing differs there is nothing to look for: an empty plan is kept.
    """
    status = _plan_into(host, out)
    page = out / "plan.md"
    if status != 2:
        host.show_page(page.read_text(encoding="utf-8"))
        click.echo("nothing differs: there is nothing to apply" if status == 0 else "there is no plan")
        return status
    saved = out / "plan.json"
    fresh = json.loads(saved.read_bytes())
    saved.unlink()
    try:
        saved.write_bytes(host.reviewed_plan(host.artifact("plan", _key())))
    except NotReviewed as reason:
        return _refuse(host, [str(reason)])
    moved = ["it is not as efsync wrote it"]
    if efsync_into(host, page, "show", str(saved), "--format", "markdown") == 0:
        moved = what_moved(json.loads(saved.read_bytes()), fresh)
    if moved:
        saved.unlink()
        return _refuse(host, moved)
    host.show_page(page.read_text(encoding="utf-8"))
    _report(host, out)
    return 0


def apply(host: Host, saved: Path, out: Path) -> int:
    """Do what a saved plan says."""
    out.mkdir(parents=True, exist_ok=True)
    if not saved.is_file():
        host.warn(f"there is no plan at {saved}: nothing was written")
        return 1
    log = out / "apply.txt"
    status = efsync_into(host, log, "apply", str(saved), "--yes")
    said = log.read_text(encoding="utf-8")
    say(host, said)
    host.show_page(f"<pre>{html.escape(said)}</pre>")
    return 0 if status == 0 else 1


def drift(host: Host, out: Path, *, issue: bool) -> int:
    """Look for drift, and keep the one issue for it; without an issue drift is exit status 2."""
    out.mkdir(parents=True, exist_ok=True)
    status = efsync_into(host, out / "drift.md", "drift", "--format", "markdown")
    page = (out / "drift.md").read_text(encoding="utf-8")
    host.show_page(page)
    host.set_outputs({"differs": str(status == 2).lower(), "artifact": host.artifact("drift", _key())})
    if status not in (0, 2):
        return 1
    if "`nothing-applied`" in page:
        host.warn(
            "no apply is known here, so no drift can be: [state] in efsync.toml has to name a database that lasts"
        )
    if status == 2:
        if not host.shows_pages:
            efsync(host, "drift")
        report = out / "report.html"
        if efsync_into(host, report, "drift", "--format", "html") == 2:
            host.set_outputs({"report": str(report)})
        else:
            report.unlink()
            host.warn("there is no report: efsync could not make it")
    if not issue:
        return status
    if not host.can_write:
        host.warn("there is no token that may write here, so there is no issue")
        return status
    click.echo(keep_issue(host, _key(), f"efsync: drift ({_key()})", page, drifted=status == 2))
    return 0


def _plan_into(host: Host, out: Path, *more: str) -> int:
    """Plan into `plan.json` and `plan.md`: 0 where nothing differs, 2 where something does, 1 where it failed."""
    out.mkdir(parents=True, exist_ok=True)
    saved = out / "plan.json"
    saved.unlink(missing_ok=True)
    arguments = ("plan", "--out", str(saved), "--detailed-exitcode", "--format", "markdown", *more)
    status = efsync_into(host, out / "plan.md", *arguments)
    if status not in (0, 2) or not saved.is_file():
        status = 1
    if not (out / "plan.md").read_bytes().strip():
        (out / "plan.md").write_text("efsync plan failed; the log of the run says why.\n", encoding="utf-8")
    outputs = {"differs": str(status == 2).lower(), "artifact": host.artifact("plan", _key())}
    host.set_outputs(outputs | ({"plan": str(saved)} if status != 1 else {}))
    return status


def _report(host: Host, out: Path) -> None:
    """The plan as a page, and in the log where the host shows none; that it fails is no reason to stop."""
    report = out / "report.html"
    if efsync_into(host, report, "show", str(out / "plan.json"), "--format", "html") == 0:
        host.set_outputs({"report": str(report)})
    else:
        report.unlink(missing_ok=True)
        host.warn("there is no report: efsync could not make it")
    if not host.shows_pages:
        efsync(host, "show", str(out / "plan.json"))


def _refuse(host: Host, reasons: list[str]) -> int:
    """Say why the reviewed plan is not applied, and what to do."""
    said = [visible(reason) for reason in reasons[:20]]
    if len(reasons) > len(said):
        said.append(f"and {len(reasons) - len(said)} more")
    remedy = "Nothing was written. Run this pipeline by hand: it plans anew, and applies that once it is approved."
    host.show_page("\n".join(f"- {html.escape(each)}" for each in said) + f"\n\n{remedy}")
    for each in said:
        host.warn(f"the reviewed plan is not applied: {each}")
    click.echo(remedy)
    host.set_outputs({"differs": "true", "plan": ""})
    return 1


def _key() -> str:
    """What tells this plan from others of the repository: the target, and the settings where they are elsewhere."""
    config, target = os.environ.get("EFSYNC_CONFIG") or "efsync.toml", os.environ.get("EFSYNC_TARGET") or ""
    return ":".join(each for each in ("" if config == "efsync.toml" else config, target) if each) or "efsync.toml"
