"""Reads efsync.toml."""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from efsync.database.access import Timeouts
from efsync.erp.presets import PRESETS
from efsync.mail.servers import Servers
from efsync.model.accounts import Inactive
from efsync.model.foreign import reason
from efsync.model.language import joined, message
from efsync.model.problems import Location, Problem, Refused, named
from efsync.planning.brakes import Limits
from efsync.schema.messages import schema_problems
from efsync.settings.lint import lint_problems, lint_settings
from efsync.settings.model import ProbeSettings, Settings, TargetSettings
from efsync.settings.patterns import expanded
from efsync.settings.places import Places, in_table
from efsync.settings.toml_sentences import TOML_SENTENCES

_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

_REFERENCES = {
    "env": (
        message("url: env: names no variable"),
        message("write env:NAME, where NAME is the variable that holds the url"),
    ),
    "file": (
        message("url: file: names no file"),
        message("write file:PATH, where PATH is the file whose first line is the url"),
    ),
}
"""Where a url may be found instead of in the settings."""


def read_settings(path: Path) -> Settings:
    """The settings of the file at `path`.

    Raises `Refused` with problems of code `config` where it is missing, not TOML, or says something unknown.
    """
    text, data = _parsed(path)
    places = Places(text, path.name)
    found = schema_problems("configuration", data, places.locate)
    problems = [
        Problem("config", in_table(problem.message, where), problem.location, problem.hint) for where, problem in found
    ]
    if problems:
        raise Refused(problems)
    folder = path.parent.resolve()
    written = data["targets"]
    expansion = expanded(written, folder, places)
    lint = data.get("lint", {})
    problems = [*expansion.problems, *_url_problems(places, data), *_probe_problems(places, data)]
    problems += lint_problems(lint, places)
    if not expansion.problems:
        problems += _default_problems(places, data.get("default_target"), expansion.tables)
    problems += [each for name in written for each in _layout_problems(places, _target(name, written[name]))]
    if problems:
        raise Refused(problems)
    safety = data.get("safety", {})
    targets = {name: _target(name, table) for name, table in expansion.tables.items()}
    return Settings(
        folder=folder,
        file=path.name,
        accounts=folder / data.get("accounts", "accounts"),
        targets=targets,
        default_target=data.get("default_target") or (next(iter(targets)) if len(targets) == 1 else None),
        state_url=data.get("state", {}).get("url", "sqlite:///.efsync/state.db"),
        state_timeouts=_timeouts(data.get("state", {})),
        secrets=data.get("secrets", {}),
        limits=Limits(**{name: value for name, value in safety.items() if name != "inactive"}),
        inactive=Inactive(safety.get("inactive", Inactive.KEEP)),
        probe=_probe(data.get("probe", {}), folder),
        lint=lint_settings(lint),
        digest=hashlib.sha256("\0".join([text, *expansion.files]).encode()).hexdigest(),
    )


def _target(name: str, target: Mapping[str, Any]) -> TargetSettings:
    return TargetSettings(
        name=name,
        url=target["url"],
        layout=PRESETS[target.get("layout", "efactory")].overridden(target),
        tenant=target.get("tenant"),
        timeouts=_timeouts(target),
    )


def _probe(table: Mapping[str, Any], folder: Path) -> ProbeSettings:
    return ProbeSettings(
        servers=Servers.parse(table.get("servers", ())),
        plain_login=Servers.parse(table.get("plain_login", ())),
        ca_file=folder / table["ca_file"] if "ca_file" in table else None,
    )


def _timeouts(table: Mapping[str, Any]) -> Timeouts:
    standard = Timeouts()
    return Timeouts(table.get("connect_timeout", standard.connect), table.get("statement_timeout", standard.statement))


def _layout_problems(places: Places, target: TargetSettings) -> Iterator[Problem]:
    table = ("targets", target.name, "columns")
    for field, other in target.layout.clashes():
        said = message("{field} is kept where {other} is", field=field, other=other)
        hint = message("give each a place of its own")
        yield Problem("config", in_table(said, table), places.locate((*table, field)), hint)


def _probe_problems(places: Places, data: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("servers", "plain_login"):
        for text in data.get("probe", {}).get(key, ()):
            try:
                Servers.parse([text])
            except ValueError as error:
                said = joined(" ", (f"{key}: '{text}'", error.args[0]))
                hint = message(
                    "write smtp.acme.example, *.acme.example:587 or [2001:db8::1]:25; ñ and the like as xn--…"
                )
                yield Problem("config", in_table(said, ("probe",)), places.locate(("probe", key)), hint)


def _default_problems(places: Places, default: str | None, targets: Collection[str]) -> Iterator[Problem]:
    if default is not None and default not in targets:
        said = message("default_target: there is no target {target}", target=default)
        hint = message("targets are {names}", names=named(targets))
        yield Problem("config", said, places.locate(("default_target",)), hint)


def _url_problems(places: Places, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Urls that say where the url stands, and then name no place."""
    tables = {("targets", name): target for name, target in data["targets"].items()}
    for table, written in ({("state",): data.get("state", {})} | tables).items():
        kind, _, name = written.get("url", "").partition(":")
        if kind in _REFERENCES and not name.strip():
            said, hint = _REFERENCES[kind]
            yield Problem("config", in_table(said, table), places.locate((*table, "url")), hint)


def _parsed(path: Path) -> tuple[str, Mapping[str, Any]]:
    place = Location(path.name)
    hint: str | None = None
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
        str(data)  # a number too long to be shown is refused here, not where a message shows it
        return text, data
    except FileNotFoundError:
        said = message("there is no such file here")
        hint = message("run `efsync init`, or `efsync demo` to try it out, or name the file with -c")
    except OSError as error:
        said = message("can't be read: {reason}", reason=reason(error))
    except UnicodeDecodeError:
        said, hint = message("is not UTF-8 text"), message("save it as UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = _POSITION.search(str(error))
        if found and found["line"]:
            place = Location(path.name, int(found["line"]), int(found["column"]))
        is_syntax = isinstance(error, tomllib.TOMLDecodeError)
        why = TOML_SENTENCES.message(_POSITION.sub("", str(error))) if is_syntax else message("a value can't be read")
        said = message("is not TOML: {why}", why=why)
    raise Refused(Problem("config", said, place, hint))
