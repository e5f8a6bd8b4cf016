"""A state is made and brought up to date by writing, and never by reading."""

import os
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import efsync.state.migrations
from efsync.database.access import Access
from efsync.model.problems import Problem, Refused
from efsync.state.store import open_state
from efsync.state.tables import REVISION, metadata
from tests.cli.inside import applied, assert_in_order, call_json
from tests.state.conftest import StateFolder
from tests.world import World

MIGRATIONS = Path(efsync.state.migrations.__file__).parent


def refusal(folder: StateFolder, access: Access) -> Problem:
    """Why a state can't be opened; the file stays as it was."""
    before = folder.file.read_bytes()
    with pytest.raises(Refused) as raised, folder.open(access):
        pass
    assert folder.file.read_bytes() == before
    (problem,) = raised.value.problems
    return problem


@pytest.mark.parametrize("empty_file", [False, True], ids=["missing", "empty"])
def test_a_state_that_is_not_there_reads_as_an_empty_one_and_is_not_made(folder: StateFolder, empty_file: bool) -> None:
    if empty_file:
        folder.file.parent.mkdir()
        folder.file.touch()
    with folder.open(Access.READ) as state:
        assert state.applied("erp", "ACME") == {}
        assert state.unfinished_runs("erp") == ()
        assert (state.key_id(), state.holder("erp"), state.run_of_plan("sha256:0")) == (None, None, None)
    assert folder.file.exists() == empty_file
    assert not empty_file or folder.file.stat().st_size == 0
    assert empty_file or os.listdir(folder.folder) == []


def test_a_state_is_made_by_writing_and_opening_it_again_changes_nothing(folder: StateFolder) -> None:
    with folder.open():
        pass
    assert folder.sql("SELECT version_num FROM alembic_version") == [(REVISION,)]
    before = folder.file.read_bytes()
    for access in Access:
        with folder.open(access):
            pass
    assert folder.file.read_bytes() == before


def test_a_file_that_is_empty_becomes_a_state(folder: StateFolder) -> None:
    folder.file.parent.mkdir()
    folder.file.touch()
    with folder.open() as state:
        assert state.applied("erp", None) == {}
    assert folder.sql("SELECT version_num FROM alembic_version") == [(REVISION,)]


def test_the_tables_are_those_that_the_migrations_make(folder: StateFolder) -> None:
    with folder.open():
        pass
    engine = create_engine(f"sqlite:///{folder.file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_revision_is_that_of_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [REVISION]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
    assert all(script.doc for script in scripts.walk_revisions())


@pytest.mark.parametrize("access", Access)
def test_a_state_of_a_newer_efsync_is_refused_and_left_as_it_is(folder: StateFolder, access: Access) -> None:
    with folder.open():
        pass
    folder.sql("UPDATE alembic_version SET version_num = '9999'")
    problem = refusal(folder, access)
    assert problem.code == "state-version"
    assert "9999" in problem.message
    assert REVISION in problem.message
    assert problem.hint is not None


def test_a_state_of_an_older_efsync_is_not_read_and_reading_does_not_bring_it_up_to_date(folder: StateFolder) -> None:
    with folder.open():
        pass
    folder.sql("UPDATE alembic_version SET version_num = '0000'")
    problem = refusal(folder, Access.READ)
    assert (problem.code, problem.message) == ("state-version", "the state is of an older efsync")
    assert problem.hint == "any apply brings it up to date"


FOREIGN = {
    "some_table": ["CREATE TABLE Usuarios (Cod_Usu TEXT)"],
    "other_program_with_alembic": [
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('1975ea83b712')",
        "CREATE TABLE dag (id TEXT)",
    ],
    "other_program_with_alembic_and_a_low_revision": [
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('00005f')",
        "CREATE TABLE runs (id TEXT)",
    ],
}


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_database_of_something_else_is_refused_and_left_as_it_is(
    folder: StateFolder, statements: list[str], access: Access
) -> None:
    for statement in statements:
        folder.sql(statement)
    problem = refusal(folder, access)
    assert problem.code == "database"
    assert problem.hint is not None
    assert "[state] url" in problem.hint


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize(
    "data", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096], ids=["text", "cut"]
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    folder: StateFolder, data: bytes, access: Access
) -> None:
    folder.file.parent.mkdir()
    folder.file.write_bytes(data)
    assert refusal(folder, access).code == "database"


NO_STATE = [
    (url, access)
    for url in ("sqlite://", "sqlite:///:memory:", "nonsense", "oracle+nothing://x/y")
    for access in Access
]


@pytest.mark.parametrize(("url", "access"), NO_STATE)
def test_a_url_that_can_be_no_state_is_a_problem_of_the_settings(tmp_path: Path, url: str, access: Access) -> None:
    with pytest.raises(Refused) as raised, open_state(url, tmp_path, access):
        pass
    assert [problem.code for problem in raised.value.problems] == ["config"]


def test_what_is_read_can_not_be_written(folder: StateFolder) -> None:
    with folder.open():
        pass
    with folder.open(Access.READ) as state, pytest.raises(Refused) as raised:
        state.lock("erp")
    assert [problem.code for problem in raised.value.problems] == ["database"]


def older(world: World) -> None:
    """Make a state of the first revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    (world.folder / ".efsync").mkdir()
    engine = create_engine(f"sqlite:///{world.folder / '.efsync' / 'state.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def test_an_apply_brings_an_older_state_up_to_date_and_reading_leaves_it_as_it_is(sales: World) -> None:
    older(sales)
    for reading in (("plan",), ("drift",), ("state", "list")):
        assert call_json(sales, *reading).codes == ["state-version"]
    applied(sales)
    assert_in_order(sales)
