"""Calls `efsync doctor` on a folder with SQLite, and sees to it that nothing is written."""

from typing import Any

from tests.cli.inside import call_json
from tests.world import World


def contents(world: World) -> dict[str, tuple[int, int, bytes]]:
    """Every file below the folder: mode, time of its last change, content."""
    return {
        str(path.relative_to(world.folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [world.folder, *world.folder.rglob("*")]
    }


def checks_of(world: World, *arguments: str, status: int | None = None, **environment: str) -> list[dict[str, Any]]:
    """The checks of `doctor`, which has to leave the folder alone and end as its worst check says."""
    before = contents(world)
    result = call_json(world, "doctor", *arguments, **environment)
    assert contents(world) == before
    document = result.json
    assert result.err == ""
    assert (document["kind"], document["problems"]) == ("doctor", [])
    found = [check["status"] for check in document["checks"]]
    assert document["summary"] == {each: found.count(each) for each in ("ok", "warning", "error")}
    assert result.status == (1 if "error" in found else 0)
    assert all(check["remedy"] for check in document["checks"] if check["status"] != "ok")
    assert status is None or result.status == status
    checks: list[dict[str, Any]] = document["checks"]
    return checks


def not_ok(checks: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Status, topic, message and remedy of every check that is not ok."""
    return [
        (check["status"], check["topic"], check["message"], check["remedy"] or "")
        for check in checks
        if check["status"] != "ok"
    ]


def topics(checks: list[dict[str, Any]]) -> set[str]:
    return {check["topic"] for check in checks}


def of_status(checks: list[dict[str, Any]], status: str) -> list[dict[str, Any]]:
    return [check for check in checks if check["status"] == status]
