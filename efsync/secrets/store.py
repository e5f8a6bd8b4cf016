"""All providers of secrets behind one door: allow-lists first, then the value, then its checks."""

import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from efsync.model.language import joined, message
from efsync.model.problems import Location, Problem, Refused
from efsync.model.secrets import Secret, SecretReference, is_placeholder
from efsync.schema.kinds import reference_kinds
from efsync.secrets.ahead import do_at_once
from efsync.secrets.fingerprints import FingerprintKey, read_key
from efsync.secrets.interface import NotAllowed, Provider, ProviderDown, SecretError


class SecretStore:
    """Reads secrets by reference, each distinct one that is not at hand once a command; several threads may share it.

    `file` is what messages call the settings. Raises `Refused` (`config`) where they name a kind that no provider has.
    """

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], folder: Path, file: str = "efsync.toml") -> None:
        known = sorted(reference_kinds())
        for kind in settings.keys() - set(known):
            near = get_close_matches(kind, known, n=1)
            kinds = message("known are {kinds}", kinds=", ".join(known))
            hint = message("did you mean {name}?", name=near[0]) if near else kinds
            said = message("there is no provider of secrets for [secrets.{kind}]", kind=kind)
            raise Refused(Problem("config", said, hint=hint))
        self._settings = settings
        self._folder = folder
        self._file = file
        self._providers: dict[str, Provider] = {}
        self._read: dict[SecretReference, Secret] = {}
        self._refused: dict[SecretReference, tuple[Problem, ...]] = {}
        self._down: dict[str, Problem] = {}
        self._lock = threading.RLock()

    @property
    def takes_time(self) -> bool:
        """Whether some of its secrets may not be at hand, and are better read ahead."""
        return not all(map(self._is_at_hand, self._settings))

    def check_allowed(self, reference: SecretReference) -> None:
        """Whether efsync.toml allows `reference`; reads nothing. Raises `Refused`: `secret-not-allowed`."""
        try:
            self._provider(reference.kind).check_allowed(reference.argument)
        except SecretError as error:
            raise Refused(_of_password("secret-not-allowed", error.message, error.hint)) from None

    def read(self, reference: SecretReference) -> Secret:
        """The secret of `reference`.

        Raises `Refused`, without a place: `secret-not-allowed`, `secret-missing` where it can't be had or is empty,
        `secret-value` where it can't be a password. A provider that is down is `secrets-unavailable`, and always the
        same problem, with a place of its own.
        """
        if self._read and (known := self._read.get(reference)) is not None:
            return known
        if self._refused and reference in self._refused:
            raise Refused(self._refused[reference])
        try:
            return self._asked(reference)
        except Refused as refused:
            self._refused[reference] = refused.problems
            raise

    def read_ahead(self, references: Iterable[SecretReference]) -> None:
        """Read secrets that are not at hand before anything waits for them; what can't be had is told by `read`.

        Providers that are asked over a network, or take their time, are asked for many at the same time.
        """
        wanted: dict[str, dict[SecretReference, None]] = {}
        for reference in references:
            wanted.setdefault(reference.kind, {})[reference] = None
        for kind, distinct in wanted.items():
            at_once = self._at_once(kind)
            if at_once:
                with self._lock:  # another thread waits, and then finds them there
                    missing = [each for each in distinct if each not in self._read and each not in self._refused]
                    stop = getattr(self._providers[kind], "stop", lambda: None)
                    do_at_once(self._try, missing, at_once, stop)
            elif not self._is_at_hand(kind):
                for reference in distinct:
                    self._try(reference)

    def _try(self, reference: SecretReference) -> None:
        with suppress(Refused):
            self.read(reference)

    def _asked(self, reference: SecretReference) -> Secret:
        kind = reference.kind
        is_at_hand = self._is_at_hand(kind)
        if not is_at_hand:
            self.check_allowed(reference)
        if kind in self._down:
            raise Refused(self._down[kind])
        try:
            secret = self._provider(kind).read(reference.argument)
        except NotAllowed as error:
            raise Refused(_of_password("secret-not-allowed", error.message, error.hint)) from None
        except ProviderDown as error:
            said = message("no password of kind {kind} can be read: {why}", kind=kind, why=error.message)
            problem = Problem("secrets-unavailable", said, Location(self._file), error.hint)
            raise Refused(self._down.setdefault(kind, problem)) from None
        except SecretError as error:
            raise Refused(_of_password("secret-missing", error.message, error.hint)) from None
        if self._own_key is not None and self._own_key.is_key(secret):
            said = message("what {reference} leads to is efsync's own key", reference=reference)
            raise Refused(_of_password("secret-not-allowed", said, message("it is never a password")))
        if problem_of_value := unusable(secret, lambda: message("what {reference} leads to", reference=reference)):
            raise Refused(problem_of_value)
        if not is_at_hand:
            self._read[reference] = secret
        return secret

    @cached_property
    def _own_key(self) -> FingerprintKey | None:
        with suppress(Refused):  # a key that can't be used is told where it is used
            return read_key(self._folder / ".efsync" / "key")
        return None

    def _at_once(self, kind: str) -> int:
        """How many secrets of a kind are read at the same time; 0 where one after the other, or none at all."""
        try:
            return int(getattr(self._provider(kind), "at_once", 0))
        except SecretError:
            return 0

    def _is_at_hand(self, kind: str) -> bool:
        """Whether there is no use in keeping a secret of a kind, nor in asking before whether it is allowed."""
        try:
            return getattr(self._provider(kind), "at_hand", False)
        except SecretError:
            return False

    def _provider(self, kind: str) -> Provider:
        found = self._providers.get(kind)
        if found is not None:
            return found
        with self._lock:
            if kind not in self._providers:
                plug_in = reference_kinds().get(kind)
                if plug_in is None:
                    said = message("there is no provider for references of kind {kind}", kind=kind)
                    raise SecretError(said, message("install its plug-in"))
                try:
                    provider = plug_in.load()
                except (ImportError, AttributeError):
                    said = message("the provider for references of kind {kind} can't be loaded", kind=kind)
                    raise SecretError(said, message("install its plug-in again")) from None
                self._providers[kind] = provider(self._settings.get(kind, {}), self._folder)
            return self._providers[kind]


def unusable(secret: Secret, named: Callable[[], str]) -> Problem | None:
    """Why a secret, as it is `named` in a message, can't be a password; `None` where it can."""
    text = secret.reveal()
    if not text.strip():
        return _of_password(
            "secret-missing", message("{what} is empty", what=named()), message("null clears a password")
        )
    if is_placeholder(text):
        said = message("{what} is what efsync shows in place of a password", what=named())
        return _of_password("secret-value", said, message("put the password itself there"))
    if text != text.strip() or _has_controls(text):
        said = message("{what} has a blank at an end, a line break or a control character", what=named())
        return _of_password("secret-value", said, message("the database could not keep it as it is"))
    return None


def _of_password(code: str, said: str, hint: str | None) -> Problem:
    return Problem(code, joined(": ", ("password", said)), hint=hint)


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
