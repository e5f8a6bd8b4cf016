"""What a column can't hold is found when the plan is made: which user, field, limit and line; nothing is written."""

import pytest
from sqlalchemy import make_url

from tests.cli.inside import applied, assert_in_order, call_json
from tests.world import SETTINGS, World

EMOJI = "\N{PARTY POPPER}"
mariadb = pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
postgresql = pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)


def alter(world: World, column: str, kind: str) -> None:
    """Give a column of the user table another type."""
    if make_url(world.url).get_backend_name() == "postgresql":
        bare = kind.removesuffix(" NOT NULL")
        world.sql(f"ALTER TABLE Usuarios ALTER COLUMN {column} TYPE {bare} USING CAST({column} AS {bare})")
        if bare != kind:
            world.sql(f"ALTER TABLE Usuarios ALTER COLUMN {column} SET NOT NULL")
    else:
        world.sql(f"ALTER TABLE Usuarios MODIFY {column} {kind}")


def refused(world: World) -> list[tuple[str, int | None, str]]:
    """Plan and apply are refused, with the same problems: code, line and message of each; nothing is written."""
    before = world.dump()
    planned = call_json(world, "plan")
    result = call_json(world, "apply", "--yes")
    assert (planned.status, result.status) == (1, 1)
    assert planned.json["problems"] == result.json["problems"]
    assert world.dump() == before
    return [(each["code"], each["line"], each["message"]) for each in planned.json["problems"]]


def test_a_text_that_is_longer_than_its_column(sales: World) -> None:
    alter(sales, "Ser_Cor", "varchar(17)")
    sales.write("accounts/ventas.yaml", sales_with(sales, "    server: smtp.acme.example.org\n"))
    assert refused(sales) == [
        (
            "does-not-fit",
            11,
            "server of JPEREZ does not fit into the ERP: it has 21 characters, and the column Ser_Cor (VARCHAR(17)) "
            "takes 17",
        )
    ]


def test_a_default_that_does_not_fit_is_named_for_each_user_of_it(sales: World) -> None:
    alter(sales, "Pue_Cor", "smallint")
    text = (sales.folder / "accounts" / "ventas.yaml").read_text().replace("587", "40000")
    sales.write("accounts/ventas.yaml", text)
    found = refused(sales)
    assert [(code, line) for code, line, _ in found] == [("does-not-fit", 5), ("does-not-fit", 5)]
    assert [message.partition(" does not")[0] for *_, message in found] == ["port of JPEREZ", "port of MROJAS"]
    assert "takes numbers from -32768 to 32767" in found[0][2]


def test_neither_a_password_that_is_longer_than_its_column_nor_its_length_is_shown(sales: World) -> None:
    alter(sales, "Cla_Cor", "varchar(12)")
    sales.environment["MAIL_JPEREZ"] = "muy-larga-clave"
    ((code, line, message),) = refused(sales)
    assert (code, line) == ("does-not-fit", 10)
    fits = "it is too long: the column Cla_Cor (VARCHAR(12)) takes 12 characters"
    assert message == f"password of JPEREZ does not fit into the ERP: {fits}"


@mariadb
def test_an_emoji_in_a_latin_1_column(sales: World) -> None:
    alter(sales, "Fir_Cor", "text CHARACTER SET latin1")
    sales.write("accounts/ventas.yaml", sales_with(sales, f"    signature: <p>José {EMOJI}\n"))
    assert refused(sales) == [
        (
            "does-not-fit",
            11,
            "signature of JPEREZ does not fit into the ERP: the character set of the column Fir_Cor (TEXT) has no "
            + EMOJI,
        )
    ]


@mariadb
@pytest.mark.parametrize(("charset", "text"), [("latin1", "<p>José € ñ"), ("utf8mb3", "<p>José ✓"), ("utf8mb4", EMOJI)])
def test_what_the_character_set_has_is_written_and_read_back(sales: World, charset: str, text: str) -> None:
    alter(sales, "Fir_Cor", f"text CHARACTER SET {charset}")
    sales.write("accounts/ventas.yaml", sales_with(sales, f"    signature: {text}\n"))
    applied(sales)
    assert_in_order(sales)


@mariadb
def test_an_emoji_in_old_utf_8(sales: World) -> None:
    alter(sales, "Fir_Cor", "text CHARACTER SET utf8mb3")
    sales.write("accounts/ventas.yaml", sales_with(sales, f"    signature: <p>{EMOJI}\n"))
    assert [code for code, *_ in refused(sales)] == ["does-not-fit"]


@mariadb
def test_more_html_than_the_column_has_bytes(sales: World) -> None:
    sales.write("accounts/_long.html", "ñ" * 32_768)
    sales.write("accounts/ventas.yaml", sales_with(sales, "    footer: {file: _long.html}\n"))
    assert "it has 65536 bytes, and the column Pie_Cor (TEXT) takes 65535" in refused(sales)[0][2]


def test_null_into_a_column_that_takes_none_and_has_no_empty_value(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Dom_Cor = '2026-01-31'")
    alter(sales, "Dom_Cor", "date NOT NULL")
    sales.write("accounts/ventas.yaml", sales_with(sales, "    domain: null\n"))
    ((code, line, message),) = refused(sales)
    assert (code, line) == ("does-not-fit", 11)
    assert "takes no NULL, and has no empty value of its own" in message


def test_a_text_into_a_column_of_numbers(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\ndomain = "Nivel"\n')
    sales.write("accounts/ventas.yaml", sales_with(sales, "    domain: acme.example\n"))
    assert "takes numbers, and no text" in refused(sales)[0][2]


@pytest.mark.parametrize(
    ("kind", "converter", "stored"),
    [("char(1)", "S/N", "S"), ("char(2)", "SI/NO", "SI"), ("varchar(5)", "text", "1"), ("varchar(5)", "auto", "1")],
)
def test_a_yes_is_written_as_the_converter_says_and_no_plan_follows(
    sales: World, kind: str, converter: str, stored: str
) -> None:
    alter(sales, "Ssl_Cor", kind)
    alter(sales, "Pue_Cor", "varchar(5)")
    settings = (
        f'\n[targets.erp.columns]\nssl = {{converter = "{converter}"}}\nport = {{converter = "number as text"}}\n'
    )
    sales.write("efsync.toml", SETTINGS + settings)
    ((ssl, port),) = written(sales)
    assert (ssl, port) == (stored, "587")
    assert_in_order(sales)


def test_blank_for_none_clears_with_a_blank(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\ndomain = {converter = "blank for none"}\n')
    sales.change("JPEREZ", domain="acme.example")
    sales.write("accounts/ventas.yaml", sales_with(sales, "    domain: null\n"))
    applied(sales)
    assert sales.live("JPEREZ")["domain"] == ""
    assert_in_order(sales)


def sales_with(world: World, field: str) -> str:
    """The department file with one more field for JPEREZ, on line 11."""
    text = (world.folder / "accounts" / "ventas.yaml").read_text()
    return text.replace("  MROJAS:\n", f"{field}  MROJAS:\n")


def written(world: World) -> list[tuple[object, ...]]:
    """SSL and port of JPEREZ as stored, after an apply."""
    applied(world)
    return world.sql("SELECT Ssl_Cor, Pue_Cor FROM Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ'")
