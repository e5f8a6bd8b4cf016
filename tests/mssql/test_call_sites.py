"""No statement of efsync is missed: every line that runs one was reached in T-SQL, or says why it never is."""

import ast
import inspect
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pymssql
import pytest

from efsync.database.access import Access
from efsync.erp.statements import Statements
from efsync.model.runs import RunStatus
from efsync.state.store import open_state
from efsync.workflows.plan_files import read_plan
from tests.cli.inside import applied, call, call_json, saved_plan
from tests.mssql.server import PACKAGE
from tests.mssql.world import TranslatedPropertyWorld, TranslatedWorld
from tests.world import SETTINGS

RUNS = ("execute", "exec_driver_sql")
"""The methods by which efsync gives a statement to a database."""

OTHER_WAYS = ("scalar", "scalars", "executemany", "stream_results")
"""Methods that would do so too, and that efsync calls on results only."""

NEVER = {
    ("efsync/database/sqlite.py", "sqlite_engine"): "SQLite's own",
    ("efsync/database/sqlite.py", "connect"): "SQLite's own",
    ("efsync/database/sqlite.py", "is_sqlite"): "SQLite's own",
    ("efsync/database/rights.py", "_asking"): "MariaDB does not explain a write to who may only read",
    ("efsync/database/rights.py", "_explained"): "MariaDB has no function that tells a right",
    ("efsync/erp/encodings.py", "column_encodings"): "PostgreSQL and MariaDB; SQL Server's is in _code_page",
    ("efsync/erp/users.py", "read_again"): "PostgreSQL's LOCK TABLE; the rows are read in _rows",
    ("efsync/state/migrations/versions/0002_exact_names.py", "upgrade"): "MariaDB; a new table has it right",
    ("efsync/state/migrations/versions/0003_digests.py", "upgrade"): "no older state is on a SQL Server",
    ("efsync/state/migrations/versions/0004_texts_once.py", "changes"): "no older state is on a SQL Server",
    ("efsync/state/migrations/versions/0004_texts_once.py", "accounts"): "no older state is on a SQL Server",
    ("efsync/state/migrations/versions/0004_texts_once.py", "_account"): "no older state is on a SQL Server",
    ("efsync/state/migrations/versions/0004_texts_once.py", "_write_texts"): "no older state is on a SQL Server",
    ("efsync/erp/inspection.py", "_column_collation"): "MariaDB; SQL Server's collation comes with the column's type",
}

STATE = '\n[state]\nurl = "mssql://efsync@factory/state"\n'
AUDIT = "\n[targets.erp.audit]\n"
USERS = f"""\
  JPEREZ:
    address: jperez@acme.example
    password: {{env: MAIL_JPEREZ}}
    server: smtp.acme.example
    header: "<p>{"long " * 100}</p>"
"""


def call_sites() -> Iterator[tuple[str, str, range]]:
    """Every place in efsync that runs a statement: file, function and lines."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in _own_nodes(function):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS:
                        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                        yield str(file.relative_to(PACKAGE.parent)), function.name, lines


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function itself, and in no function inside it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.FunctionDef)]


def everything(world: TranslatedWorld) -> None:
    """Each command, so that it does each thing that it can do."""
    world.write("state.db", b"")
    world.write("demo.db", b"")
    world.write("efsync.toml", SETTINGS + STATE + AUDIT)
    world.environment |= {"MAIL_JPEREZ": "clave-1", "EFSYNC_KEY": "a key that is long enough"}
    world.user("JPEREZ")
    world.user("MROJAS", port=25)
    world.user("AJENO", tenant="GLOBEX")
    world.department(USERS + "  MROJAS:\n    port: 25\n")
    assert call_json(world, "plan", "--without-secrets").status == 0
    assert call(world, "state", "list").status == 0
    saved_plan(world)
    assert call(world, "script", "plan.json").status == 0
    assert call_json(world, "apply", "plan.json").status == 0
    assert call_json(world, "plan", "--without-secrets").status == 0
    assert call_json(world, "doctor").status == 0
    _change(world)
    _look_back(world)
    _remember(world)
    assert call(world, "history", "--prune-before", "2999-01-01", "--yes").status == 0
    assert call(world, "demo", "--url", "mssql://efsync@factory/demo").status == 0


def _change(world: TranslatedWorld) -> None:
    """Another password, drift, a field that is cleared, an account that leaves, one that is gone."""
    world.environment["MAIL_JPEREZ"] = "clave-2"
    world.change("MROJAS", port=26)
    assert call_json(world, "drift").status == 2
    world.department(USERS.replace("smtp.acme.example", "null"))
    world.write("efsync.toml", SETTINGS + STATE + AUDIT + 'through = "procedure"\n')
    world.server.procedures["sp_GuardarAuditoria"] = lambda connection, arguments: None
    assert call_json(world, "doctor").status == 0
    saved_plan(world)
    assert call(world, "script", "plan.json").status == 0
    applied(world)


def _look_back(world: TranslatedWorld) -> None:
    """What was done, to all and to one, what undoes it, and what a shell asks for."""
    run = call_json(world, "history").json["runs"][0]["run"]
    assert call(world, "history", "--user", "JPEREZ").status == 0
    assert call(world, "rollback", run).status == 0
    with open_state("mssql://efsync@factory/state", world.folder, Access.READ) as state:
        assert state.codes("erp") is not None


def _remember(world: TranslatedWorld) -> None:
    """What the state is asked and told, a lock whose holder has not been seen for long included."""
    with open_state("mssql://efsync@factory/state", world.folder, Access.WRITE) as state:
        planned = read_plan(world.folder / "plan.json")
        run, holder = state.begin(planned)
        assert state.changes(run) == planned.changes
        state.finish(run, RunStatus.INTERRUPTED)
        state.release("erp", holder.token)
        holder = state.lock("erp")
        assert state.beat("erp", holder.token)
        with sqlite3.connect(world.folder / "state.db") as connection:
            connection.execute("UPDATE locks SET beat = '2020-01-01T00:00:00Z'")
        state.release("erp", state.lock("erp").token)
        state.lock("erp")
        state.forget_target("other")
    assert call(world, "state", "unlock", "--yes").status == 0
    assert call(world, "state", "show", "JPEREZ").status == 0
    assert call(world, "secrets", "check").status == 0
    assert call(world, "state", "forget", "JPEREZ", "--yes").status == 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The methods of Statements that were called, by name."""
    names: set[str] = set()

    def noted(name: str) -> object:
        method = getattr(Statements, name)

        def called(*arguments: object, **options: object) -> object:
            names.add(name)
            return method(*arguments, **options)

        return called

    for name, _ in inspect.getmembers(Statements, inspect.isfunction):
        if not name.startswith("_"):
            monkeypatch.setattr(Statements, name, noted(name))
    return names


@pytest.fixture
def reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, int]]:
    """The lines of efsync that ran a statement while each command did each thing, for both presets."""
    sites: set[tuple[str, int]] = set()
    for kind in (TranslatedWorld, TranslatedPropertyWorld):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        world = kind(folder)
        monkeypatch.setattr(pymssql, "connect", world.server.connect)
        everything(world)
        sites |= world.server.sites
    return sites


def test_every_line_that_runs_a_statement_was_reached_or_says_why_it_never_is(reached: set[tuple[str, int]]) -> None:
    missed = {
        (file, function)
        for file, function, lines in call_sites()
        if not any(file == of and line in lines for of, line in reached)
    }
    assert sorted(missed) == sorted(NEVER)


def test_no_statement_is_run_in_any_other_way() -> None:
    calls = [
        ast.unparse(node)
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OTHER_WAYS
    ]
    assert calls
    assert [call for call in calls if not any(f".{way}(" in call for way in RUNS)] == []


def test_every_statement_for_the_erps_tables_was_asked_for(asked: set[str], request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("reached")
    public = {name for name, _ in inspect.getmembers(Statements, inspect.isfunction) if not name.startswith("_")}
    assert public == asked
