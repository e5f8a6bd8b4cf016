"""What doctor makes of facts that no test machine has: old servers, wrong clocks, foreign collations."""

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
import sqlglot
from sqlalchemy import CHAR, DATE, INTEGER, SMALLINT, TEXT, VARCHAR, make_url, table
from sqlalchemy.dialects import mssql, mysql, postgresql
from sqlalchemy.dialects.mysql import TINYTEXT
from sqlalchemy.types import TypeEngine

from efsync.database import rights, server
from efsync.database.server import ServerFacts, is_local
from efsync.erp import inspection
from efsync.erp.columns import ColumnFacts
from efsync.erp.inspection import CodeComparison
from efsync.erp.layout import Place
from efsync.model.checks import CheckStatus, Examination, Topic, doubtful, fine, wrong
from efsync.workflows.doctor.columns import column_check
from efsync.workflows.doctor.database import Database, clock_check, encryption_check, version_check
from efsync.workflows.doctor.rights import right_check
from efsync.workflows.doctor.state import version_check as state_version_check
from efsync.workflows.doctor.target import collation_check

ERP = Database("the ERP database", "sqlite://", Path(), "erp")
OK, WARNING, ERROR = CheckStatus


def _server(product: str, *release: int, encrypted: bool | None = None) -> ServerFacts:
    return ServerFacts(product, ".".join(map(str, release)), release, encrypted)


@pytest.mark.parametrize(
    ("product", "release", "status"),
    [
        ("PostgreSQL", (12, 0), OK),
        ("PostgreSQL", (11, 22), WARNING),
        ("MariaDB", (10, 5, 0), OK),
        ("MariaDB", (10, 4, 34), WARNING),
        ("MySQL", (8, 0, 11), OK),
        ("MySQL", (5, 7, 44), WARNING),
        ("SQL Server", (13, 0, 1601), OK),
        ("SQL Server", (12, 0, 2000), WARNING),
        ("SQLite", (3, 40, 1), OK),
    ],
)
def test_a_server_that_is_too_old_is_a_warning(product: str, release: tuple[int, ...], status: CheckStatus) -> None:
    check = version_check(ERP, _server(product, *release))
    assert check.status is status
    assert f"{product} {'.'.join(map(str, release))}" in check.message


@pytest.mark.parametrize(
    ("encrypted", "local", "status"),
    [(True, False, OK), (True, True, OK), (False, True, OK), (None, True, OK), (False, False, WARNING),
     (None, False, WARNING)],
)  # fmt: skip
def test_a_connection_in_clear_text_is_a_warning_where_it_leaves_the_machine(
    encrypted: bool | None, local: bool, status: CheckStatus
) -> None:
    assert encryption_check(ERP, _server("MariaDB", 11, encrypted=encrypted), local=local).status is status


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("postgresql://user@127.0.0.1/db", True),
        ("postgresql://user@127.9.9.9/db", True),
        ("postgresql://user@[::1]/db", True),
        ("postgresql://user@localhost/db", True),
        ("postgresql:///db", True),
        ("postgresql:///db?host=/var/run/postgresql", True),
        ("postgresql:///db?host=db.example", False),
        ("mssql://user@10.0.0.7/db", False),
        ("mariadb://user@localhost.evil.example/db", False),
    ],
)
def test_only_a_loopback_address_or_a_socket_is_this_machine(url: str, local: bool) -> None:
    assert is_local(make_url(url)) is local


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, OK), (30, OK), (-30, OK), (31, WARNING), (-31, WARNING), (60, WARNING), (61, ERROR), (-3600, ERROR)],
)
def test_a_clock_that_is_off_is_a_warning_and_beyond_a_locks_life_an_error(seconds: int, status: CheckStatus) -> None:
    check = clock_check(ERP, timedelta(seconds=seconds))
    assert check.status is status
    assert status is OK or ("behind" if seconds < 0 else "ahead of") in check.message


@pytest.mark.parametrize(
    ("found", "status", "says"),
    [
        (CodeComparison("Modern_Spanish_CI_AS", "Modern_Spanish_CI_AS", True, False), OK, "as in efsync"),
        (CodeComparison("Modern_Spanish_CS_AS", "Modern_Spanish_CS_AS", False, False), WARNING, "upper and lower"),
        (CodeComparison("Modern_Spanish_CI_AI", "Modern_Spanish_CI_AI", True, True), WARNING, "accents"),
        (CodeComparison("C.UTF-8"), OK, "by efsync itself"),
        (CodeComparison(None), OK, "by efsync itself"),
    ],
)
def test_a_collation_that_compares_codes_otherwise_is_a_warning(
    found: CodeComparison, status: CheckStatus, says: str
) -> None:
    check = collation_check(found, "erp")
    assert (check.status, says in check.message) == (status, True)


@pytest.mark.parametrize(
    ("field", "kind", "misfit"),
    [
        ("port", INTEGER(), None),
        ("port", SMALLINT(), "port 65535 does not fit"),
        ("port", VARCHAR(4), "port 65535 does not fit"),
        ("password", VARCHAR(16), None),
        ("password", CHAR(15), "a password of 16 characters does not fit"),
        ("header", TEXT(), None),
        ("header", VARCHAR(1000), None),
        ("footer", VARCHAR(999), "a footer of 1,000 characters does not fit"),
        ("signature", TINYTEXT(), "takes 255"),
        ("address", VARCHAR(10), None),
        ("domain", INTEGER(), "a text does not fit"),
        ("ssl", VARCHAR(1), None),
        ("ssl", DATE(), "a yes does not fit"),
    ],
)
def test_a_column_that_is_too_small_for_what_is_usual_is_a_warning(
    field: str, kind: TypeEngine[object], misfit: str | None
) -> None:
    facts = ColumnFacts("Usuarios", "Columna", kind)
    check = column_check(facts, field, Place("Columna"), "mysql", "erp")
    assert check.status is (WARNING if misfit else OK)
    assert (misfit or "") in check.message
    assert f"Usuarios.Columna is {field}: {facts.described}, may be NULL" in check.message
    assert "x" * 8 not in check.message


@pytest.mark.parametrize(
    ("place", "assumed"),
    [(Place("Cla_Cor"), True), (Place("Val_Car", "USU-MAILCLA"), True), (Place("Clave"), False)],
)
def test_a_name_that_the_preset_assumes_is_said_to_be_so(place: Place, assumed: bool) -> None:
    check = column_check(ColumnFacts("Usuarios", place.column, VARCHAR(50)), "password", place, "mssql", "erp")
    assert ("assumes" in check.message) is assumed


def test_the_known_column_of_the_address_is_not_said_to_be_assumed() -> None:
    check = column_check(ColumnFacts("Usuarios", "Correo", VARCHAR(50)), "address", Place("Correo"), "mssql", "erp")
    assert "assumes" not in check.message


@pytest.mark.parametrize(
    ("dialect", "some", "every"),
    [
        (postgresql, 'GRANT UPDATE ("Cla_Cor") ON dbo."Usuarios" to ', 'GRANT UPDATE ON dbo."Usuarios" to '),
        (mysql, "GRANT UPDATE (`Cla_Cor`) ON dbo.`Usuarios` to ", "GRANT UPDATE ON dbo.`Usuarios` to "),
        (mssql, "GRANT UPDATE ([Cla_Cor]) ON dbo.[Usuarios] to ", "GRANT UPDATE ON dbo.[Usuarios] to "),
    ],
)
def test_a_missing_right_names_its_columns_only_where_others_have_it_and_quotes_for_the_server(
    dialect: ModuleType, some: str, every: str
) -> None:
    users, asked, quoted = table("Usuarios", schema="dbo"), ("Correo", "Cla_Cor"), dialect.dialect().identifier_preparer
    for denied, remedy in (("Cla_Cor",), some), (asked, every):
        check = right_check(users, rights.Right.UPDATE, asked, denied, quoted, "erp")
        assert check.status is ERROR
        assert str(check.remedy).startswith(remedy)


@pytest.mark.parametrize(("revision", "status"), [(None, OK), ("0000", ERROR), ("9999", ERROR)])
def test_a_state_of_another_version_says_which(revision: str | None, status: CheckStatus) -> None:
    check = state_version_check(revision)
    assert check.status is status
    assert (revision or "empty") in check.message


def test_an_examination_is_as_bad_as_its_worst_check() -> None:
    good, dubious, bad = fine(Topic.KEY, "a"), doubtful(Topic.KEY, "b", None), wrong(Topic.KEY, "c", None)
    assert Examination().status is OK
    assert Examination((good,)).status is OK
    assert Examination((dubious, good)).status is WARNING
    assert Examination((good, bad, dubious)).status is ERROR


@pytest.mark.parametrize(
    "statement",
    [
        server._VERSION["mssql"],
        server._ENCRYPTED["mssql"],
        server._READ_ONLY["mssql"],
        server._CLOCK["mssql"],
        inspection._DATABASE["mssql"],
        inspection._SAME["mssql"].format(collation="Modern_Spanish_CI_AS"),
        rights._question("mssql", rights.Right.UPDATE),
        rights._question("mssql", rights.Right.DELETE),
        rights._EXECUTE["mssql"],
        inspection._ROUTINES["mssql"].format(database=""),
        inspection._ROUTINES["mssql"].format(database="[Factory_Global]."),
    ],
)
def test_what_sql_server_is_asked_is_t_sql_that_only_reads(statement: str) -> None:
    (parsed,) = sqlglot.parse(statement.replace(":", "@"), read="tsql")
    assert isinstance(parsed, sqlglot.exp.Select)
