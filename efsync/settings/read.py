"""Reads efsync.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from efsync.model.problems import Location, Problem, Refused
from efsync.planning.brakes import Limits
from efsync.schema.messages import schema_problems
from efsync.settings.model import Settings, TargetSettings


def read_settings(path: Path) -> Settings:
    """The settings of the file at `path`.

    Raises `Refused` with problems of code `config` where it is missing, not TOML, or says something unknown.
    """
    data = _parsed(path)
    problems = [
        Problem("config", f"{problem.message}{_table(where)}", problem.location, problem.hint)
        for where, problem in schema_problems("configuration", data, lambda _path, _key: Location(path.name))
    ]
    if problems:
        raise Refused(problems)
    folder = path.parent.resolve()
    targets = {
        name: TargetSettings(name, target["url"], target.get("layout", "efactory"), target.get("tenant"))
        for name, target in data["targets"].items()
    }
    return Settings(
        folder=folder,
        file=path.name,
        accounts=folder / data.get("accounts", "accounts"),
        targets=targets,
        default_target=data.get("default_target") or (next(iter(targets)) if len(targets) == 1 else None),
        state_url=data.get("state", {}).get("url", "sqlite:///.efsync/state.db"),
        secrets=data.get("secrets", {}),
        limits=Limits(**data.get("safety", {})),
    )


def _table(where: tuple[str | int, ...]) -> str:
    return f", in [{'.'.join(map(str, where))}]" if where else ""


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message, hint = "there is no such file here", "run `efsync demo` in an empty folder, or name the file with -c"
    except OSError as error:
        message, hint = f"can't be read: {error.strerror}", None
    except UnicodeDecodeError:
        message, hint = "is not UTF-8 text", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        message, hint = f"is not TOML: {error}", None
    raise Refused(Problem("config", message, Location(path.name), hint))
