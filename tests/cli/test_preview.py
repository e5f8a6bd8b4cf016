"""`efsync preview`: which mails the page shows, what of, and where it is written. How it looks is in tests/browser."""

import html
import re

import pytest

from tests.cli.inside import call, call_json
from tests.world import Result, World

HEADER = "<!DOCTYPE html>\n<html><body>\n"
FOOTER = "<p>ACME</p>\n</body></html>\n"
SIGNATURE = "<p>{{ user.name }}, {{ user.title }}, {{ user.address }}</p>"


@pytest.fixture
def company(sales: World) -> World:
    """The company with every kind of part; MROJAS has the header and footer of the ERP."""
    sales.write("accounts/_templates/header.html", HEADER)
    sales.write("accounts/_templates/signature.html", SIGNATURE)
    sales.department(
        "  JPEREZ:\n    address: jperez@acme.example\n    header: {file: _templates/header.html}\n    footer: null\n"
        "  MROJAS:\n    signature: <p>María</p>\n",
        more="defaults:\n  signature: {template: _templates/signature.html}\n",
    )
    sales.change("MROJAS", header="<html><body>vivo", footer="")
    return sales


def shown(world: World, *arguments: str) -> list[str]:
    """The mails on the page, each once."""
    result = call(world, "preview", "--out", "-", *arguments)
    assert (result.status, result.err) == (0, "")
    frames = (html.unescape(each) for each in re.findall(r'srcdoc="([^"]*)"', result.out))
    return list(dict.fromkeys(each.partition("</style>")[2] for each in frames))


def parts(result: Result, user: str) -> dict[str, tuple[str, str | None]]:
    (account,) = (each for each in result.json["accounts"] if each["user"] == user)
    return {each["part"]: (each["origin"], each["place"]) for each in account["parts"]}


def test_without_a_target_stand_ins_take_the_place_of_what_the_erp_knows(company: World) -> None:
    (company.folder / "erp.db").unlink()
    first, second = shown(company)
    assert first.startswith(HEADER.rstrip(" "))
    assert first.endswith("<p>JPEREZ, Cargo, jperez@acme.example</p>")
    assert second.endswith("<p>María</p>")
    assert "vivo" not in second
    assert "¡Gracias por su compra!" in first


def test_with_a_target_names_titles_and_unmanaged_parts_are_those_of_the_erp(company: World) -> None:
    before = company.dump()
    first, second = shown(company, "--target", "erp")
    assert first.endswith("<p>José Pérez, Gerente, jperez@acme.example</p>")
    assert second.startswith("<html><body>vivo")
    assert company.dump() == before


def test_the_page_and_the_document_say_where_each_part_comes_from(company: World) -> None:
    page = call(company, "preview", "MROJAS", "-t", "erp", "--out", "-").out
    assert "the ERP; the files do not manage it, where it is empty" in page
    assert "text in the department file: <code>accounts/ventas.yaml:11:16</code>" in page
    alone, live = call_json(company, "preview"), call_json(company, "preview", "--target", "erp")
    assert (alone.json["target"], live.json["target"]) == (None, "erp")
    assert (
        parts(alone, "JPEREZ")
        == parts(live, "JPEREZ")
        == {
            "header": ("file", "accounts/_templates/header.html"),
            "signature": ("template", "accounts/_templates/signature.html"),
            "footer": ("cleared", "accounts/ventas.yaml:9:13"),
        }
    )
    assert parts(alone, "MROJAS")["header"] == ("unmanaged", None)
    assert parts(live, "MROJAS")["header"] == ("erp", None)
    assert parts(live, "MROJAS")["signature"] == ("text", "accounts/ventas.yaml:11:16")


def test_no_secret_is_needed_or_made(company: World) -> None:
    company.environment.clear()
    company.write("efsync.toml", '[targets.erp]\nurl = "sqlite:///erp.db"\ntenant = "ACME"\n')
    company.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n")
    assert call_json(company, "preview", "--target", "erp").status == 0
    assert [path.name for path in (company.folder / ".efsync").iterdir()] == ["preview.html"]


def test_users_and_departments_choose(company: World) -> None:
    company.user("0012", "COMPRAS")
    company.department("  '0012': {signature: bodega}\n", name="COMPRAS")
    assert len(shown(company)) == 3
    assert len(shown(company, "mrojas", "0012")) == 2
    assert shown(company, "-d", "compras")[0].endswith("bodega")
    assert len(call_json(company, "preview", EFSYNC_USER="JPEREZ,0012").json["accounts"]) == 2


def test_users_who_send_the_same_mail_share_it(sales: World) -> None:
    sales.department("".join(f"  U{number}: {{}}\n" for number in range(1_500)), more="defaults: {header: Hola}\n")
    result = call(sales, "preview", "--out", "-")
    assert result.out.count("<iframe") == 2
    assert "1,500 accounts send the same mail" in result.out


@pytest.mark.parametrize("where", [(), ("--target", "erp")])
def test_an_unknown_user_is_refused_with_the_nearest_name(company: World, where: tuple[str, ...]) -> None:
    result = call_json(company, "preview", "JPERES", *where)
    assert (result.status, result.json["kind"], result.json["accounts"]) == (1, "preview", [])
    assert result.problem("selection")["message"] == "there is no user JPERES in any department file"
    assert result.problem("selection")["hint"] == "did you mean JPEREZ?"
    assert not (company.folder / ".efsync").exists()


def test_a_user_whose_file_can_not_be_read_is_told_with_its_reason(company: World) -> None:
    company.write("accounts/compras.yaml", "version: 1\ndepartment: COMPRAS\nusers: {'0012': {port: 70000}}\n")
    assert call_json(company, "preview", "0012").codes == ["schema", "selection"]


def test_what_is_wrong_with_others_does_not_matter(company: World) -> None:
    company.write("accounts/compras.yaml", "version: 1\n")
    company.write("accounts/_templates/bad.html", "{{ user.nombre }}")
    company.department("  '0012': {signature: {template: _templates/bad.html}}\n", name="SISTEMAS")
    assert call_json(company, "preview", "JPEREZ").status == 0
    assert call_json(company, "preview", "0012").codes == ["template"]
    assert call_json(company, "preview").codes == ["schema", "schema", "template"]


def test_a_warning_is_told_and_the_page_written(company: World) -> None:
    company.sql("UPDATE Usuarios SET Status = 'I' WHERE Cod_Usu LIKE 'MROJAS%'")
    result = call(company, "preview", "-t", "erp")
    assert result.status == 0
    assert "[inactive-user]" in result.err
    assert result.out == "Wrote .efsync/preview.html: the mail of 2 accounts. Open it in a browser.\n"


def test_a_user_that_the_erp_does_not_have_is_refused_with_a_target(company: World) -> None:
    company.department("  JPERES: {}\n")
    assert call_json(company, "preview").status == 0
    assert call_json(company, "preview", "--target", "erp").codes == ["unknown-user"]


def test_another_page_is_replaced_and_nothing_else(company: World) -> None:
    for file in ("page.html", "new/page.html"):
        for _ in range(2):
            assert call(company, "preview", "--out", file).out.startswith(f"Wrote {file}: the mail of 2 accounts.")
    company.write("page.html", "<!DOCTYPE html><title>Nuestra empresa</title>")
    result = call_json(company, "preview", "--out", "page.html")
    assert result.problem("config")["message"] == "a file of this name is there, and is no preview of efsync"
    assert (company.folder / "page.html").read_text().endswith("empresa</title>")


def test_without_out_the_page_is_beside_the_settings(company: World) -> None:
    (company.folder / "sub").mkdir()
    company.write("sub/efsync.toml", 'accounts = "../accounts"\n[targets.erp]\nurl = "sqlite:///erp.db"\n')
    assert call(company, "-c", "sub/efsync.toml", "preview").out.startswith("Wrote sub/.efsync/preview.html:")
    assert (company.folder / "sub/.efsync/preview.html").exists()


def test_json_to_standard_output_is_a_usage_error(company: World) -> None:
    assert call_json(company, "preview", "--out", "-").codes == ["usage"]


def test_too_many_accounts_for_one_page_are_refused(sales: World) -> None:
    sales.department("".join(f"  U{number}: {{}}\n" for number in range(2_001)))
    result = call_json(sales, "preview")
    assert result.problem("selection")["message"] == "2,001 accounts are too many for one page: 2,000 at most"
    assert call_json(sales, "preview", "U7").status == 0


def test_no_accounts_make_a_page_that_says_so(company: World) -> None:
    (company.folder / "accounts/ventas.yaml").unlink()
    result = call(company, "preview", "--out", "-")
    assert (result.status, "There are no accounts" in result.out) == (0, True)
    assert "there is no department file" in result.err


def test_what_a_database_holds_is_escaped_and_made_visible(company: World) -> None:
    company.sql("UPDATE Usuarios SET Nom_Usu = ? WHERE Cod_Usu LIKE 'JPEREZ%'", '"><script>\u202e')
    page = call(company, "preview", "-t", "erp", "--out", "-").out
    assert "<bdi>&#34;&gt;&lt;script&gt;\\u202e</bdi>" in page
    assert page.count("<script>") == 1
