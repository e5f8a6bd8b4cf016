"""Brings a state to this version's tables, and knows one that is too new."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from efsync.model.problems import Problem, Refused
from efsync.state.tables import REVISION, applied_accounts


def migrate(engine: Engine) -> None:
    """Bring the state up to date. Raises `Refused` as `check_readable` does, but for one that is too old."""
    with engine.begin() as connection:
        found = _revision(connection)
        if found == REVISION:
            return
        from alembic import command  # slow to import, and needed once a version
        from alembic.config import Config

        _check_known(found)
        config = Config()
        folder = Path(__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)


def check_readable(engine: Engine) -> bool:
    """Whether there is a state at all; changes nothing. Raises `Refused` where it is of another version."""
    with engine.connect() as connection:
        found = _revision(connection)
    _check_known(found)
    if found not in (None, REVISION):
        message = "the state is of an older efsync"
        raise Refused(Problem("state-version", message, hint="any apply brings it up to date"))
    return found is not None


def _revision(connection: Connection) -> str | None:
    """The state's revision; `None` for an empty database. Raises `Refused` for a database of something else."""
    tables = inspect(connection).get_table_names()
    if {"alembic_version", applied_accounts.name} <= set(tables):
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if set(tables) - {"alembic_version"}:
        message = f"the state: the database holds other tables, such as {tables[0]}"
        raise Refused(Problem("database", message, hint="give the state a database of its own: [state] url"))
    return None


def _check_known(found: str | None) -> None:
    if found is not None and found > REVISION:
        message = f"the state is of a newer efsync (revision {found}; this one knows {REVISION})"
        raise Refused(Problem("state-version", message, hint="use the newer efsync"))
