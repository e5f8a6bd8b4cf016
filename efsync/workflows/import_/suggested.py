"""Which `--password-ref` to write: one whose references the settings allow."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from efsync.accounts.department import FileAccount
from efsync.model.language import message
from efsync.model.secrets import SecretReference
from efsync.secrets.store import SecretStore
from efsync.workflows.import_.references import Pattern, reference_problems

_USUAL = "MAIL_*"
"""What variables are called where the settings allow them to be called anything."""

_FILES: Mapping[str, str] = {"file": "", "age": ".age"}
"""The kinds whose files stand below roots, and how their names end; of the others the settings list names."""


def hint(
    secrets: Mapping[str, Mapping[str, Any]],
    users: Sequence[FileAccount],
    standing: Sequence[tuple[FileAccount, SecretReference]],
    store: SecretStore,
) -> str:
    """What to do for references to the passwords of `users`, beside those that are `standing` in the files."""

    def is_allowed(pattern: Pattern) -> bool:
        """Whether the passwords of all users may be read where a pattern has them."""
        references = {user.code: pattern.of(user.code, user.head.department) for user in users}
        return not any(reference_problems(references, standing, store))

    found = next(filter(is_allowed, _patterns(secrets)), None)
    if found is not None:
        pattern = shlex.quote(f"{found.kind}:{found.argument}")
        return message("--password-ref {pattern} writes references for them", pattern=pattern)
    return message("--password-ref writes references for them; [secrets] in efsync.toml has to allow these first")


def _patterns(secrets: Mapping[str, Mapping[str, Any]]) -> Iterator[Pattern]:
    """What could be written, by what the settings list of each kind: `MAIL_*` lets a user stand for the `*`."""
    for kind, table in secrets.items():
        if kind in _FILES:
            listed = [f"{root.rstrip('/')}/*{_FILES[kind]}" for root in table.get("roots", ())]
        else:
            allowed = table.get("allow", ())
            listed = [each for each in allowed if isinstance(each, str)] if isinstance(allowed, list) else []
        for each in (_USUAL, *listed) if kind == "env" else listed:
            if each.count("*") == 1 and "{" not in each:
                yield Pattern(kind, each.replace("*", "{user}"))
