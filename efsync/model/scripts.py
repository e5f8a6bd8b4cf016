"""A script: a plan as SQL for whoever may write where efsync may not."""

from dataclasses import dataclass, field

from efsync.model.plans import Summary
from efsync.model.problems import Problem
from efsync.model.secrets import SecretReference


@dataclass(frozen=True, slots=True)
class ScriptVariable:
    """A variable of the client that whoever runs a script sets to the password of `user`."""

    name: str
    user: str
    reference: SecretReference | None


@dataclass(frozen=True, slots=True)
class Script:
    """The SQL, without any password, and what it takes to run it with `client`.

    `check_key` is for the same person and stands nowhere in `text`: with it, hashes of passwords in there could be
    tried against guesses. It is `None` where the script checks no password.
    """

    target: str
    plan_id: str | None
    client: str
    text: str = field(repr=False)
    variables: tuple[ScriptVariable, ...] = ()
    check_key: str | None = field(default=None, repr=False)
    summary: Summary = Summary()
    problems: tuple[Problem, ...] = ()
    commands: tuple[str, ...] = ()
