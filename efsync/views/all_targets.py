"""What was done for all targets: first how many ended how, then each one as its own command shows it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rich.text import Text

import efsync
from efsync.model.drift import Drift
from efsync.model.language import _, message, plural, translated
from efsync.model.outcomes import Applied, ApplyStatus, Failed
from efsync.model.plans import Plan, Selection, Summary
from efsync.model.problems import Problem
from efsync.planning.document import FORMAT_VERSION, Document
from efsync.views.counts import targets as counted
from efsync.views.documents import (
    apply_document,
    drift_document,
    failed_plan_document,
    plan_document,
    problems_document,
)
from efsync.views.plan_text import plan_text, summary_text
from efsync.views.state_text import applied_text, drift_text
from efsync.views.visible import visible

_NAMED = 3
"""How many targets are named that have the same problem."""


def plan_all_document(
    results: Sequence[Plan | Failed], selection: Selection, problems: Iterable[Problem] = ()
) -> Document:
    """What `plan --all-targets` prints; `problems` kept it from beginning."""
    plans = [result for result in results if isinstance(result, Plan)]
    targets = [
        plan_document(result)
        if isinstance(result, Plan)
        else failed_plan_document(result.target, selection, result.problems)
        for result in results
    ]
    counts = {"differing": sum(plan.differs for plan in plans), **_sum(plan.summary for plan in plans).as_dict()}
    return _document("plan-all", results, counts, targets, problems)


def drift_all_document(results: Sequence[Drift | Failed], problems: Iterable[Problem] = ()) -> Document:
    """What `drift --all-targets` prints."""
    targets = [
        drift_document(result if isinstance(result, Drift) else Drift(result.target, (), result.problems))
        for result in results
    ]
    drifted = [drift for drift in results if isinstance(drift, Drift) and drift.accounts]
    counts = {
        "differing": len(drifted),
        "accounts": sum(len(drift.accounts) for drift in drifted),
        "fields": sum(len(account.fields) for drift in drifted for account in drift.accounts),
    }
    return _document("drift-all", results, counts, targets, problems)


def apply_all_document(results: Sequence[Applied], problems: Iterable[Problem] = ()) -> Document:
    """What `apply --all-targets` prints."""
    ended = Counter(result.status for result in results)
    counts = {status.value: ended[status] for status in ApplyStatus}
    done = _sum(result.summary for result in results if result.status is ApplyStatus.APPLIED)
    targets = [apply_document(result) for result in results]
    return _document("apply-all", results, counts | done.as_dict(), targets, problems)


def plan_all_text(results: Sequence[Plan | Failed]) -> Iterator[Text]:
    """The plans in which something differs."""
    plans = [result for result in results if isinstance(result, Plan)]
    yield plan_counts(results)
    yield summary_text(_sum(plan.summary for plan in plans))
    for plan in (plan for plan in plans if plan.differs):
        yield Text()
        yield from plan_text(plan)
    yield from _failed_text(results)


def plan_counts(results: Sequence[Plan | Failed]) -> Text:
    """How many targets, in how many something differs, and how many failed."""
    plans = [result for result in results if isinstance(result, Plan)]
    differing = sum(plan.differs for plan in plans)
    same, failed = len(plans) - differing, len(results) - len(plans)
    counts = [
        (differing, plural("{count:,} differ", "{count:,} differ", differing), "yellow"),
        (same, plural("{count:,} do not differ", "{count:,} do not differ", same), "green"),
        (failed, plural("{count:,} failed", "{count:,} failed", failed), "bold red"),
    ]
    return _counted(len(results), counts)


def drift_all_text(results: Sequence[Drift | Failed]) -> Iterator[Text]:
    """The drift of each target that drifted."""
    found = [result for result in results if isinstance(result, Drift)]
    never = [visible(str(drift.target)) for drift in found if _was_never_applied(drift)]
    yield drift_counts(results)
    for drift in (drift for drift in found if drift.accounts):
        yield Text()
        yield Text.assemble((_("Target") + " ", "dim"), (visible(str(drift.target)), "bold"))
        yield from drift_text(drift)
    if never:
        yield Text()
        yield Text(_("Nothing was applied yet to: {targets}", targets=", ".join(never)), style="yellow")
    yield from _failed_text(results)


def drift_counts(results: Sequence[Drift | Failed]) -> Text:
    """How many targets, how many drifted, were never applied to, and failed."""
    found = [result for result in results if isinstance(result, Drift)]
    drifted = sum(bool(drift.accounts) for drift in found)
    never = sum(_was_never_applied(drift) for drift in found)
    same, failed = len(found) - drifted - never, len(results) - len(found)
    counts = [
        (drifted, plural("{count:,} drifted", "{count:,} drifted", drifted), "yellow"),
        (same, plural("{count:,} did not drift", "{count:,} did not drift", same), "green"),
        (never, plural("{count:,} never applied", "{count:,} never applied", never), "yellow"),
        (failed, plural("{count:,} failed", "{count:,} failed", failed), "bold red"),
    ]
    return _counted(len(results), counts)


def apply_all_text(results: Sequence[Applied]) -> Iterator[Text]:
    """How each apply ended; those that had nothing to do are only counted."""
    ended = Counter(result.status for result in results)
    applied, nothing = ended[ApplyStatus.APPLIED], ended[ApplyStatus.NOTHING]
    refused, failed = ended[ApplyStatus.REFUSED], ended[ApplyStatus.FAILED]
    counts = [
        (applied, plural("{count:,} applied", "{count:,} applied", applied), "green"),
        (nothing, plural("{count:,} had nothing to do", "{count:,} had nothing to do", nothing), "green"),
        (refused, plural("{count:,} refused", "{count:,} refused", refused), "bold red"),
        (failed, plural("{count:,} failed", "{count:,} failed", failed), "bold red"),
    ]
    yield _counted(len(results), counts)
    for result in results:
        if result.status is not ApplyStatus.NOTHING:
            yield Text.assemble((f"{visible(str(result.target))}  ", "bold"), applied_text(result))


def shared_problems(found: Iterable[tuple[str | None, Problem]]) -> Iterator[Problem]:
    """Every problem once, with the targets that have it: what is wrong with a file is wrong for all of them."""
    targets: dict[Problem, list[str]] = {}
    for target, problem in found:
        targets.setdefault(problem, []).append(str(target))
    for problem, names in targets.items():
        first, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
        named = message("{names} and {count:,} more", names=first, count=more) if more > 0 else first
        yield replace(problem, message=message("{targets}: {problem}", targets=named, problem=problem.message))


def _document(
    kind: str,
    results: Sequence[object],
    counts: Mapping[str, int],
    targets: list[Document],
    problems: Iterable[Problem],
) -> Document:
    failed = {} if "failed" in counts else {"failed": sum(isinstance(result, Failed) for result in results)}
    return {
        "format_version": FORMAT_VERSION,
        "kind": kind,
        "efsync_version": efsync.__version__,
        "summary": {"targets": len(results), **failed, **counts},
        "targets": targets,
        "problems": problems_document(problems),
    }


def _counted(number: int, counts: Iterable[tuple[int, str, str]]) -> Text:
    """How many targets, and how many of which kind, in which colour; a kind that has none is left out."""
    text = Text(f"{counted(number)}: ", style="bold")
    parts = [Text(translated(words), style=colour) for count, words, colour in counts if count]
    return text.append_text(Text(", ").join(parts)).append(".")


def _was_never_applied(drift: Drift) -> bool:
    return any(problem.code == "nothing-applied" for problem in drift.problems)


def _failed_text(results: Sequence[Plan | Drift | Failed]) -> Iterator[Text]:
    failed = [visible(result.target) for result in results if isinstance(result, Failed)]
    if failed:
        yield Text()
        yield Text(_("Failed: {targets}", targets=", ".join(failed)), style="bold red")


def _sum(summaries: Iterable[Summary]) -> Summary:
    counts: Counter[str] = Counter()
    for summary in summaries:
        counts.update(summary.as_dict())
    return Summary(**counts)
