"""Whether a reviewed plan is still what the merged files would do."""

from copy import deepcopy
from typing import Any

import pytest

from efsync.pipelines.reviewed import what_moved


def field(name: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": name, "before": before, "after": after, "origin": "config", "sensitive": False}


def change(user: str, *fields: dict[str, Any], action: str = "change") -> dict[str, Any]:
    return {"user": user, "action": action, "fields": list(fields)}


def made(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {
        "target": "erp", "tenant": "ACME", "selection": {"departments": [], "users": []}, "fingerprint_key": "k",
        "without_secrets": False, "source": {"commit": "1", "config_digest": "sha256:1"}, "changes": list(changes),
    }  # fmt: skip
    return document | more


PORT, SERVER = field("port", 25, 587), field("server", None, "smtp.acme.example")


def test_the_same_changes_of_another_commit_hold() -> None:
    fresh = made(change("A", PORT), source={"commit": "2", "config_digest": "sha256:1"})
    assert what_moved(made(change("A", PORT)), fresh) == []


@pytest.mark.parametrize(
    "fresh", [(change("A", PORT, SERVER),), (change("A", PORT), change("B", SERVER)), (change("B"), change("A", PORT))]
)
def test_more_that_differs_now_does_not_matter(fresh: tuple[dict[str, Any], ...]) -> None:
    assert what_moved(made(change("A", PORT)), made(*fresh)) == []


@pytest.mark.parametrize(
    ("fresh", "word"),
    [
        ((), "nothing to do"),
        ((change("B", PORT),), "nothing to do"),
        ((change("A", SERVER),), "port would not"),
        ((change("A", field("port", 26, 587)),), "port would not"),
        ((change("A", field("port", 25, 465)),), "port would not"),
        ((change("A", {**PORT, "unknown": True}),), "port would not"),
    ],
)
def test_anything_reviewed_that_would_not_be_done_now_is_named(fresh: tuple[dict[str, Any], ...], word: str) -> None:
    (reason,) = what_moved(made(change("A", PORT)), made(*fresh))
    assert reason.startswith("A: ")
    assert word in reason


def test_what_is_only_remembered_has_to_be_that_still() -> None:
    adopted = made(change("A", action="adopt"))
    assert what_moved(adopted, deepcopy(adopted)) == []
    assert what_moved(adopted, made(change("A", PORT))) == ["A: it would be change now, and adopt was reviewed"]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"without_secrets": True}, "without secrets"),
        ({"target": "other"}, "another target"),
        ({"tenant": None}, "another tenant"),
        ({"selection": {"departments": ["VENTAS"], "users": []}}, "another selection"),
        ({"fingerprint_key": "other"}, "another EFSYNC_KEY"),
        ({"source": {"commit": "1", "config_digest": "sha256:2"}}, "not those that were reviewed"),
    ],
)
def test_a_plan_for_something_else_is_refused(more: dict[str, Any], word: str) -> None:
    (reason,) = what_moved(made(change("A", PORT), **more), made(change("A", PORT)))
    assert word in reason
