"""All providers of secrets behind one door: allow-lists first, then the value, then its checks."""

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret, SecretReference, is_placeholder
from efsync.secrets.interface import Provider, SecretError

GROUP = "efsync.secrets"


class SecretStore:
    """Reads secrets by reference, each distinct one once a command.

    Raises `Refused` (`config`) where the settings name a kind that no provider has.
    """

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
        self._plug_ins = {each.name: each for each in entry_points(group=GROUP)}
        known = sorted(self._plug_ins)
        for kind in settings.keys() - set(known):
            near = get_close_matches(kind, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise Refused(Problem("config", f"there is no provider of secrets for [secrets.{kind}]", hint=hint))
        self._settings = settings
        self._folder = folder
        self._providers: dict[str, Provider] = {}
        self._read: dict[SecretReference, Secret] = {}

    def check_allowed(self, reference: SecretReference) -> None:
        """Whether efsync.toml allows `reference`; reads nothing. Raises `Refused`: `secret-not-allowed`."""
        try:
            self._provider(reference.kind).check_allowed(reference.argument)
        except SecretError as error:
            raise Refused(Problem("secret-not-allowed", f"password: {error.message}", hint=error.hint)) from None

    def read(self, reference: SecretReference) -> Secret:
        """The secret of `reference`.

        Raises `Refused`, without a place: `secret-not-allowed`, `secret-missing` where it can't be had or is empty,
        `secret-value` where it can't be a password.
        """
        known = self._read.get(reference)
        if known is not None:
            return known
        self.check_allowed(reference)
        try:
            secret = self._provider(reference.kind).read(reference.argument)
        except SecretError as error:
            raise Refused(Problem("secret-missing", f"password: {error.message}", hint=error.hint)) from None
        if problem := _unusable(secret, reference):
            raise Refused(problem)
        self._read[reference] = secret
        return secret

    def _provider(self, kind: str) -> Provider:
        if kind not in self._providers:
            if kind not in self._plug_ins:
                raise SecretError(f"there is no provider for references of kind {kind}", "install its plug-in")
            try:
                provider = self._plug_ins[kind].load()
            except (ImportError, AttributeError):
                hint = "install its plug-in again"
                raise SecretError(f"the provider for references of kind {kind} can't be loaded", hint) from None
            self._providers[kind] = provider(self._settings.get(kind, {}), self._folder)
        return self._providers[kind]


def _unusable(secret: Secret, reference: SecretReference) -> Problem | None:
    text = secret.reveal()
    if not text.strip():
        message = f"password: what {reference} leads to is empty"
        return Problem("secret-missing", message, hint="null clears a password")
    if is_placeholder(text):
        message = f"password: what {reference} leads to is what efsync shows in place of a password"
        return Problem("secret-value", message, hint="put the password itself there")
    if text != text.strip() or _has_controls(text):
        message = f"password: what {reference} leads to has a blank at an end, a line break or a control character"
        return Problem("secret-value", message, hint="the database could not keep it as it is")
    return None


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
