"""Plan files: written whole or not at all, and read with suspicion."""

import json
from pathlib import Path
from typing import Any

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.plans import Plan
from efsync.model.problems import Location, Problem, Refused
from efsync.planning.document import FORMAT_VERSION, plan_digest, plan_from_document, plan_to_document
from efsync.schema.messages import schema_problems
from efsync.views.documents import as_json
from efsync.workflows.files import replace_file

MAX_BYTES = 1024 * 1024 * 1024


def write_plan(plan: Plan, path: Path) -> None:
    """Write `plan` to `path`, in place of another plan that is there, or into a device or pipe.

    Raises `Refused` (`config`) where that can't be done.
    """
    replace_file(path, as_json(plan_to_document(plan)) + "\n", message("plan"), '"kind": "plan"')


def read_plan(path: Path) -> Plan:
    """The plan in the file at `path`.

    Raises `Refused`: `config` where it can't be read, `plan-version` for a later major version,
    `plan-edited` for anything else that efsync did not write just so.
    """
    place = Location(str(path))
    text, document = _parsed(path, place)
    version = str(document.get("format_version", ""))
    if version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        other = message(
            "this efsync reads plans of version {own}, and this is one of {version}",
            own=FORMAT_VERSION,
            version=version or message("none"),
        )
        hint = message("make a new plan, or use the efsync that made it")
        raise Refused(Problem("plan-version", other, place, hint))
    problems = [
        Problem("plan-edited", message("is not as efsync wrote it: {problem}", problem=problem.message), place)
        for _, problem in schema_problems("plan", document, lambda _path, _key: place)
    ]
    if problems:
        raise Refused(problems[:1])
    if document["plan_id"] is None:
        raise Refused(Problem("plan-edited", message("holds no plan: the command that wrote it failed"), place))
    if document["plan_id"] != plan_digest(document) or text.rstrip("\r\n") != as_json(document):
        edited = message("was edited after it was made")
        raise Refused(Problem("plan-edited", edited, place, message("make a new plan")))
    return plan_from_document(document)


def _parsed(path: Path, place: Location) -> tuple[str, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
        text = data.decode("utf-8")
        document = json.loads(text, object_pairs_hook=_without_duplicates)
    except OSError as error:
        unread = message("the plan can't be read: {reason}", reason=reason(error))
        raise Refused(Problem("config", unread, place)) from None
    except (ValueError, RecursionError):
        cut_off = message("is not a whole plan: was it cut off?")
        raise Refused(Problem("plan-edited", cut_off, place, message("make a new plan"))) from None
    if not isinstance(document, dict) or document.get("kind") != "plan":
        raise Refused(Problem("plan-edited", message("is not a plan of efsync"), place))
    return text, document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands there twice")  # not said to people
    return document
