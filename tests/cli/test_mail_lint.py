"""`efsync validate` looks at the mails of all accounts, and says where what it finds is written."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_startup import imported
from tests.world import EFSYNC, SETTINGS, World

HEADER = "<!DOCTYPE html>\n<html>\n<body>\n"
FOOTER = "</body>\n</html>\n"
PICTURE = "<img src='https://acme.example/logo.png' width=1 height=1>"
MAIL = "defaults:\n  header: {file: _t/header.html}\n  footer: {file: _t/footer.html}\n"


@pytest.fixture
def mails(world: World) -> World:
    """A company whose header and footer are fine."""
    world.write("accounts/_t/header.html", HEADER)
    world.write("accounts/_t/footer.html", FOOTER)
    return world


def found(world: World, *arguments: str) -> list[str]:
    """Each problem as place, code and severity."""
    problems = world.json("validate", *arguments).json["problems"]
    return [_short(each) for each in problems]


def _short(problem: dict[str, object]) -> str:
    where = ":".join(str(problem[key]) for key in ("file", "line", "column") if problem[key] is not None)
    return f"{where} {problem['code']} {problem['severity']}"


def test_a_mail_without_faults_is_valid(mails: World) -> None:
    mails.department("  JPEREZ: {signature: <p>José</p>}\n", more=MAIL)
    assert found(mails) == []


def test_a_fault_in_an_included_file_is_told_once_there(mails: World) -> None:
    mails.write("accounts/_t/header.html", f"{HEADER}<p>ACME</p>\n  <div>\n")
    mails.department("  JPEREZ: {}\n  MROJAS: {}\n", more=MAIL)
    mails.department("  0012: {}\n", name="COMPRAS", more=MAIL)
    result = mails.json("validate")
    assert result.status == 1
    problem = result.problem("html-unclosed")
    assert _short(problem) == "accounts/_t/header.html:5:3 html-unclosed error"
    assert problem["message"] == "header: <div> is not closed (3 users, first 0012)"


def test_a_fault_in_a_template_is_told_in_the_template(mails: World) -> None:
    mails.write("accounts/_t/parts/logo.html", f"<p>\n {PICTURE}\n</p>\n")
    mails.write("accounts/_t/s.html", "{# note #}\n<p>{{ user.name }}\n{% include '_t/parts/logo.html' %}<b>x\n")
    mails.department("  JPEREZ: {}\n  MROJAS: {}\n", more=f"{MAIL}  signature: {{template: _t/s.html}}\n")
    assert found(mails) == [
        "accounts/_t/parts/logo.html:2:2 mail-image-alt warning",
        "accounts/_t/s.html:3:35 html-unclosed error",
    ]


def test_a_fault_in_the_department_file_is_told_by_line_and_column(mails: World) -> None:
    mails.department(
        "  JPEREZ:\n    signature: |\n      <p>José</p>\n        <p onclick='x'>x</p>\n"
        "  MROJAS:\n    signature: '<p><b>María</p>'\n",
        more=MAIL,
    )
    assert found(mails) == [
        "accounts/ventas.yaml:10:12 html-event-handler error",
        "accounts/ventas.yaml:12:20 html-unclosed error",
    ]


def test_a_fault_in_defaults_is_told_once(mails: World) -> None:
    mails.department("  JPEREZ: {}\n  MROJAS: {}\n", more=f"{MAIL}  signature: |\n    <p>\n    {PICTURE}</p>\n")
    problem = mails.json("validate").problem("mail-image-alt")
    assert (problem["line"], problem["column"]) == (8, 5)
    assert problem["message"].endswith("(2 users, first JPEREZ)")


def test_a_header_alone_is_judged_alone(mails: World) -> None:
    header = "defaults:\n  header: {file: _t/header.html}\n"
    mails.department("  JPEREZ: {}\n", more=header)
    assert found(mails) == []
    mails.department("  JPEREZ: {footer: null}\n", more=header)
    assert found(mails) == ["accounts/ventas.yaml:6:20 html-footer error"]


def test_a_text_that_the_files_leave_to_the_erp_counts_with_a_target(mails: World) -> None:
    mails.user("JPEREZ", header=f"{HEADER}<style>.firma{{color:red}}</style>", footer=FOOTER)
    mails.user("MROJAS", header=f"{HEADER}<div>", footer=FOOTER)
    mails.department("".join(f"  {code}: {{signature: <p class='firma'>x</p>}}\n" for code in ("JPEREZ", "MROJAS")))
    assert found(mails, "--target", "erp") == [
        "accounts/ventas.yaml:5:3 html-unclosed warning",
        "accounts/ventas.yaml:5:26 mail-class warning",
    ]


def test_a_template_is_judged_with_the_live_name(mails: World) -> None:
    mails.user("JPEREZ", name="José", title="")
    mails.write("accounts/_t/s.html", "<p>{% if not user.title %}<b>{% endif %}{{ user.name }}</p>")
    mails.department("  JPEREZ: {signature: {template: _t/s.html}}\n")
    assert found(mails) == []
    assert found(mails, "--target", "erp") == ["accounts/_t/s.html:1:27 html-unclosed error"]


def test_a_user_without_html_is_not_judged(mails: World) -> None:
    mails.user("JPEREZ", header="<p>", signature="<script>", footer="x")
    mails.department("  JPEREZ: {address: jperez@acme.example}\n")
    assert found(mails, "--target", "erp") == []


def test_a_mail_that_gmail_clips_is_told(mails: World) -> None:
    mails.write("accounts/_t/header.html", f"{HEADER}<!-- {'x' * 101_000} -->")
    mails.department("  JPEREZ: {signature: <p>x</p>}\n", more=MAIL)
    assert found(mails) == ["accounts/ventas.yaml:4:11 mail-size warning"]


def test_who_has_a_fault_twice_in_one_place_is_counted_once(mails: World) -> None:
    mails.department("  JPEREZ:\n    signature: >\n      <p>x</p></b>\n      </b>\n")
    problem = mails.json("validate").problem("html-unopened")
    assert problem["message"] == "signature: </b> closes nothing that is open here"
    assert (problem["line"], problem["column"]) == (5, 16)


def test_a_long_text_between_the_tags_is_not_overlooked_where_others_are_short(mails: World) -> None:
    mails.write("accounts/_t/s.html", "<p>{{ vars.text }}</p>")
    template = "signature: {template: _t/s.html}"
    mails.department(
        f"  JPEREZ: {{{template}, vars: {{text: x}}}}\n  MROJAS: {{{template}, vars: {{text: {'x' * 101_000}}}}}\n"
    )
    assert found(mails) == ["accounts/ventas.yaml:5:23 mail-size warning"]


def test_a_warning_that_is_off_is_not_shown(mails: World) -> None:
    mails.write("efsync.toml", f"{SETTINGS}\n[lint]\noff = ['mail-image-alt']\n")
    mails.department(f'  JPEREZ: {{signature: "<p class=firma>{PICTURE}</p>"}}\n')
    assert found(mails) == ["accounts/ventas.yaml:4:27 mail-class warning"]


def test_only_the_mails_of_those_who_are_selected_are_judged(mails: World) -> None:
    mails.write("accounts/_t/s.html", "<b>{{ user.name }}")
    mails.department("  JPEREZ: {signature: {template: _t/s.html}}\n  MROJAS: {}\n", more=MAIL)
    assert found(mails, "--user", "MROJAS") == []
    assert found(mails, "--user", "JPEREZ") == ["accounts/_t/s.html:1:1 html-unclosed error"]


def test_plan_does_not_judge_mails(mails: World) -> None:
    mails.user("JPEREZ")
    mails.department("  JPEREZ: {signature: <script>1</script>}\n")
    assert mails.run("validate").status == 1
    assert mails.run("plan").status == 0


def test_settings_that_are_hardly_meant_are_told_at_their_field_and_once_for_defaults(world: World) -> None:
    world.department(
        "  JPEREZ: {address: jperez@acme.example}\n  MROJAS: {address: mrojas@acme.example}\n"
        "  RSOTO:\n    address: rsoto@globex.example\n    ssl: false\n",
        more="defaults:\n  server: smtp.acme.example\n  port: 465\n  ssl: true\n  domain: otra.example\n",
    )
    assert found(world) == [
        "accounts/ventas.yaml:4:11 smtp-server-domain warning",
        "accounts/ventas.yaml:5:9 smtp-implicit-tls warning",
        "accounts/ventas.yaml:7:11 smtp-domain warning",
        "accounts/ventas.yaml:7:11 smtp-domain warning",
        "accounts/ventas.yaml:13:10 smtp-ssl-off warning",
    ]


def test_port_465_is_told_once_for_each_server(world: World) -> None:
    own = "server: smtp.acme.example, port: 465, ssl: true"
    world.department(f"  JPEREZ: {{{own}}}\n  MROJAS: {{{own}}}\n")
    problem = world.json("validate").problem("smtp-implicit-tls")
    assert problem["line"] == 4
    assert problem["message"].endswith("(2 users, first JPEREZ)")


def test_an_address_of_two_users_is_told_across_files(world: World) -> None:
    world.department("  JPEREZ: {address: Info@acme.example}\n")
    world.department("  '0012': {address: info@ACME.example}\n", name="COMPRAS")
    problem = world.json("validate").problem("smtp-address-twice")
    assert _short(problem) == "accounts/ventas.yaml:4:21 smtp-address-twice warning"
    assert "the address of 0012 too: accounts/compras.yaml:4:21" in problem["message"]
    assert found(world, "--user", "0012") != []


def test_what_the_erp_holds_counts_where_the_files_manage_the_rest(world: World) -> None:
    world.user("JPEREZ", server="smtp.acme.example", port=465, ssl=1)
    world.department("  JPEREZ: {ssl: false}\n")
    assert found(world) == []
    assert found(world, "--target", "erp") == ["accounts/ventas.yaml:4:17 smtp-ssl-off warning"]


def test_the_demo_is_valid_without_a_warning(demo: Path) -> None:
    done = subprocess.run([EFSYNC, "validate"], cwd=demo, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_validate_loads_no_parser_where_there_is_no_html(sales: World) -> None:
    assert imported(sales, "validate") & {"turbohtml", "tinycss2", "publicsuffixlist"} == set()


def test_plan_loads_no_parser_at_all(mails: World) -> None:
    mails.user("JPEREZ")
    mails.department("  JPEREZ: {signature: <p>José</p>}\n", more=MAIL)
    assert imported(mails, "plan") & {"turbohtml", "tinycss2", "publicsuffixlist"} == set()
