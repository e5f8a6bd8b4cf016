"""The user table of a small ERP."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from efsync.erp.connection import Erp
from efsync.erp.presets import EFACTORY
from efsync.model.accounts import LiveAccount
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret
from tests.world import World


def fingerprint(secret: Secret) -> str | None:
    """Something that stands for a password in these tests, and tells which one it was."""
    return f"fingerprint of {secret.reveal()}"


class Reader:
    """Reads the users of a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def erp(self, tenant: str | None = "ACME") -> Erp:
        """The world's ERP."""
        return Erp("sqlite:///erp.db", EFACTORY, tenant, self.world.folder)

    def read(self, tenant: str | None = "ACME", *, secrets: bool = True) -> dict[str, LiveAccount]:
        """Every user."""
        with self.erp(tenant).reading() as users:
            return users.read(fingerprint if secrets else None)

    @contextmanager
    def refused(self) -> Iterator[list[Problem]]:
        """Expects a refusal; the list holds its problems afterwards."""
        problems: list[Problem] = []
        with pytest.raises(Refused) as refused:
            yield problems
        problems += refused.value.problems


@pytest.fixture
def erp(world: World) -> Reader:
    """Reads the users of `world`."""
    return Reader(world)
