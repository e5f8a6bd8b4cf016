"""Scripts for SQL Server, which is not here: read as T-SQL by a parser, their literals evaluated."""

import re
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from sqlglot import exp

from efsync.erp.script import find_client
from tests.scripts.made import CHECK_KEY, LAYOUTS, SIGNATURE, script_for
from tests.scripts.test_literals import TEXTS

_CHECK = re.compile(
    r"IF NOT EXISTS \(SELECT 1 WHERE (?P<condition>.*?)\)\nBEGIN\n  SET @message = (?P<message>.*?);\n"
    r"  THROW 51000, @message, 1;\nEND;\n",
    re.DOTALL,
)


def batch_of(script: str) -> str:
    """What sqlcmd sends: without its own commands, which are one at each end."""
    lines = script.rstrip("\n").split("\n")
    assert [line for line in lines if line.startswith((":", "!!"))] == [":on error exit"]
    assert [line for line in lines if re.fullmatch(r"\s*go\b.*", line, re.IGNORECASE)] == ["GO"] == lines[-1:]
    return "\n".join(line for line in lines[:-1] if line != ":on error exit")


def parsed(sql: str) -> list[Any]:
    """The statements, none of which the parser gave up on."""
    found = [each for each in sqlglot.parse(sql, read="tsql", error_level=sqlglot.ErrorLevel.RAISE) if each]
    assert not [each for statement in found for each in statement.find_all(exp.Command)], sql
    return found


def value_of(node: Any) -> str:
    """What a concatenation of literals is, as SQL Server has it; of a sum of short ones the first 4,000 characters."""
    match node:
        case exp.Paren() | exp.Cast():
            return value_of(node.this)
        case exp.Add():
            return value_of(node.this) + value_of(node.expression)
        case exp.National():
            return str(node.this)
        case exp.Anonymous():
            assert node.name == "NCHAR"
            return chr(int(node.expressions[0].name))
    raise AssertionError(repr(node))


def is_max(node: Any) -> bool:
    """Whether the first term of every sum is an nvarchar(max), which the others become too."""
    while isinstance(node, exp.Paren | exp.Add):
        node = node.this
    return isinstance(node, exp.Cast) and node.sql("tsql").upper().endswith("NVARCHAR(MAX))")


def as_text(units: str) -> str:
    """Pairs of surrogates as the letters that they are."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@given(text=TEXTS)
def test_a_literal_means_its_text_and_is_never_cut(text: str) -> None:
    literal = find_client("mssql", 30).literal(text)
    (node,) = parsed(f"SELECT {literal}")
    value = node.expressions[0]
    assert as_text(value_of(value)) == text
    for total in value.find_all(exp.Add):
        assert is_max(total)
    for part in value.find_all(exp.National):
        assert len(str(part.this)) <= 1000


@given(text=TEXTS)
def test_a_literal_holds_nothing_that_sqlcmd_would_replace_or_obey(text: str) -> None:
    literal = find_client("mssql", 30).literal(text)
    assert "$(" not in literal
    assert all(line.isprintable() and line[:1] in ("N", "(") for line in literal.split("\n"))


def test_a_long_text_is_no_deep_expression() -> None:
    literal = find_client("mssql", 30).literal("a\n" * 20_000)
    depth = deepest = 0
    for bracket in re.findall(r"N'\(|[()]", literal):
        depth += {"(": 1, ")": -1}.get(bracket, 0)
        deepest = max(deepest, depth)
    assert (depth, deepest < 10) == (0, True)
    assert max(len(line.split(" + ")) for line in literal.split("\n")) < 60


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_check_and_every_statement_is_t_sql(layout: str) -> None:
    batch = batch_of(script_for("mssql", layout))
    checks = list(_CHECK.finditer(batch))
    assert len(checks) > 10
    for check in checks:
        parsed(f"SELECT 1 WHERE {check['condition']}")
        assert value_of(parsed(f"SELECT {check['message']}")[0].expressions[0])
    rest = _CHECK.sub("", batch)
    assert "IF " not in rest
    kinds = {type(each) for each in parsed(re.sub(r"PRINT (.*);", r"SELECT \1;", rest))}
    assert {exp.Transaction, exp.Update, exp.Commit} <= kinds


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_checks_of_the_rows_stand_before_the_first_write_and_the_rest_after_the_last(layout: str) -> None:
    script = script_for("mssql", layout)
    writes = [found.start() for found in re.finditer(r"^(UPDATE|INSERT|DELETE|EXEC \[)", script, re.MULTILINE)]
    before = [found.start() for found in re.finditer("since the plan was made|no longer a user", script)]
    after = [found.start() for found in re.finditer("does not keep", script)]
    assert max(before) < min(writes) <= max(writes) < min(after) < script.index("COMMIT TRANSACTION")
    assert script.index("BEGIN TRANSACTION") < script.index("UPDLOCK") < min(before)


def test_variables_are_the_only_thing_that_sqlcmd_replaces() -> None:
    for layout in LAYOUTS:
        names = set(re.findall(r"\$\((.*?)\)", script_for("mssql", layout)))
        assert names == {"check_key", "password_JPEREZ"}


def test_a_procedure_gets_variables_and_no_expressions() -> None:
    script = script_for("mssql", "audit")
    calls = re.findall(r"^EXEC \[sp_GuardarAuditoria\] (.*);$", script, re.MULTILINE)
    assert len(calls) == 2
    names = [name for call in calls for name in call.split(", ")]
    assert len(set(names)) == len(names) == 34
    assert all(re.fullmatch(r"@value\d+", name) for name in names)
    declared = re.findall(r"^DECLARE (@value\d+) nvarchar\(max\) = ", script, re.MULTILINE)
    assert declared == names


def test_no_password_and_no_check_key_stands_in_any_script() -> None:
    for dialect in ("sqlite", "postgresql", "mysql", "mssql"):
        for layout in LAYOUTS if dialect != "sqlite" else ["columns", "properties"]:
            script = script_for(dialect, layout)
            assert "clave-" not in script
            assert CHECK_KEY not in script
            assert "hmac" not in script


def test_the_signature_is_written_and_read_back() -> None:
    script = script_for("mssql")
    (written,) = re.findall(r"\[Fir_Cor\]=(\(.*?\)) WHERE", script, re.DOTALL)
    assert as_text(value_of(parsed(f"SELECT {written}")[0].expressions[0])) == SIGNATURE


def test_the_header_says_how_to_run_it_from_every_shell() -> None:
    head = script_for("mssql").partition("\n\n")[0]
    for command in (
        "sqlcmd -b -I -f 65001 -S erp.example,1433 -d Factory_Global -i script.sql",
        "sqlcmd -b -I -f 65001 -S 'erp.example,1433' -d 'Factory_Global' -i 'script.sql'",
        'sqlcmd -b -I -f 65001 -S "erp.example,1433" -d "Factory_Global" -i "script.sql"',
    ):
        assert f"--   {command}\n" in head
    for name in ("check_key", "password_JPEREZ"):
        assert all(f"--   {each}\n" in head for each in (f"{name}='…'", f"$env:{name} = '…'", f'@set "{name}=…"'))


def test_the_last_word_stands_after_the_commit_in_the_one_batch() -> None:
    lines = batch_of(script_for("mssql")).strip().splitlines()
    assert lines[-2:] == ["COMMIT TRANSACTION;", "PRINT N'done: 2 accounts changed';"]
