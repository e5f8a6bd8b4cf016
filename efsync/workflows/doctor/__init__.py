"""`efsync doctor`: whether everything is there that plan and apply need; reads only."""

from collections.abc import Iterator
from pathlib import Path

from efsync.model.checks import Check, CheckStatus, Examination, Topic, check_of, fine
from efsync.model.language import message
from efsync.model.problems import Refused
from efsync.settings.model import Settings, TargetSettings
from efsync.settings.read import read_settings
from efsync.workflows.doctor.files import file_checks
from efsync.workflows.doctor.key import key_checks
from efsync.workflows.doctor.state import state_checks
from efsync.workflows.doctor.target import target_checks


def doctor(config: Path, target: str | None = None) -> Examination:
    """Look at settings, files, secrets, key and state, and at every target or only the named one.

    What depends on a failed check is left out; all else is still looked at. Never raises `Refused`.
    """
    try:
        settings = read_settings(config)
    except Refused as refused:
        remedy = message("`efsync schema configuration` describes every key")
        return Examination(tuple(check_of(Topic.SETTINGS, problem, remedy=remedy) for problem in refused.problems))
    return Examination(tuple(_checks(settings, target)))


def _checks(settings: Settings, named: str | None) -> Iterator[Check]:
    targets: tuple[TargetSettings, ...] = tuple(settings.targets.values())
    yield _settings_check(settings)
    if named is not None:
        try:
            targets = (settings.target(named),)
        except Refused as refused:
            yield from (check_of(Topic.SETTINGS, problem) for problem in refused.problems)
            targets = ()
    yield from file_checks(settings)
    state = tuple(state_checks(settings, [target.name for target in targets]))
    yield from state
    can_be_read = all(check.status is not CheckStatus.ERROR for check in state)
    yield from key_checks(settings, state_can_be_read=can_be_read)
    for target in targets:
        yield from target_checks(settings, target)


def _settings_check(settings: Settings) -> Check:
    named = {"file": settings.file, "names": ", ".join(settings.targets)}
    if settings.default_target is None:
        return fine(Topic.SETTINGS, message("{file} names the targets {names}; none is the default", **named))
    with_default = message(
        "{file} names the targets {names}; {default} is the default", **named, default=settings.default_target
    )
    return fine(Topic.SETTINGS, with_default)
