"""Whatever a text holds, a script writes it to the letter and is ended, cut or extended by none."""

import json

import pytest

from tests.cli.inside import applied, assert_in_order
from tests.scripts.running import run, script_of, scripted
from tests.scripts.test_moved import stopped
from tests.world import World

HOSTILE = {
    "quotes": "it's \"so\" `so` ''twice'' “curly” \\' \\\" '",
    "backslashes": "\\ \\\\ \\n \\0 \\. \\q \\u0041 C:\\temp\\",
    "line ends": "one\ntwo\n\nthree\n",
    "percents and braces": "50% %s %(x)s %% {0} {{x}} ${HOME}",
    "variables": ":name :'name' :\"name\" :{?x} @name @@version $(x) $(password_JPEREZ) $$ $1 ? ?1 #{x} &x",
    "ends of statements": "; '; DROP TABLE Usuarios; --\n'); /* x */ -- y\n# z",
    "go": "a\nGO\nb\ngo\nGO 5\n/\n;\n",
    "commands at the beginning of a line": "x\n\\.\n\\q\n\\! id\n.quit\n.exit\n.shell id\n:quit\n:r x\n!!id\n"
    "DELIMITER //\ndelimiter $$\nsource x\nexit\nquit\nBEGIN\nCOMMIT;\nROLLBACK;\n",
    "dollar quotes": "$efsync$ $$ $a$",
    "letters": "ñÑ áéíóú ß 日本 🙂 👩‍👩‍👧 e\u0301",
    "controls": "\ta\x01b\x08c\x0bd\x0ce\x1bf\x1fg\x7fh\x85i",
    "what can't be seen": "\u200b\u200e\u202eabc\u2028d\u2029e\u00a0f\ufefff",
    "long": "<p>it's \\ a $(long) line, ñ</p>\n" * 1800,
    "one long line": "<p>x</p>" * 8000,
}


CODES = {f"U{number}": text for number, text in enumerate(HOSTILE.values())}


@pytest.fixture
def texts(world: World) -> World:
    """A user for each text, which is desired as the header, and one whom no file names."""
    for code, text in CODES.items():
        world.user(code)
        world.write(f"accounts/_{code}.html", text)
    world.user("MROJAS", header="<html>")
    desire(world, {code: f"{{file: _{code}.html}}" for code in CODES})
    return world


def desire(world: World, headers: dict[str, str]) -> None:
    world.department("".join(f"  {code}:\n    header: {header}\n" for code, header in headers.items()))


def test_a_text_is_written_and_checked_to_the_letter(texts: World) -> None:
    others = texts.live("MROJAS")
    done = run(texts, scripted(texts, "--allow-changed"))
    assert done.status == 0, (done.out, done.err[-2000:])
    assert {code: texts.live(code)["header"] for code in CODES} == CODES
    applied(texts)
    assert_in_order(texts)
    # what is there now is what the next script checks
    desire(texts, dict.fromkeys(CODES, "<html>"))
    done = run(texts, scripted(texts, "--allow-changed"))
    assert done.status == 0, (done.out, done.err[-2000:])
    assert {texts.live(code)["header"] for code in CODES} == {"<html>"}
    assert texts.live("MROJAS") == others


def test_a_script_has_no_letter_that_can_not_be_seen_and_no_very_long_line(texts: World) -> None:
    scripted(texts, "--allow-changed")
    lines = script_of(texts).split("\n")
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) < 4000


def test_a_code_that_looks_like_sql_or_a_command_is_a_code(world: World) -> None:
    code = "X';\\q$(x:y"
    world.user(code)
    world.environment["MAIL_X"] = "clave"
    world.department(f"  {json.dumps(code)}:\n    password: {{env: MAIL_X}}\n    domain: acme.example\n")
    done = run(world, scripted(world))
    assert done.status == 0, (done.out, done.err)
    assert (world.live(code)["domain"], world.live(code)["password"]) == ("acme.example", "clave")
    world.change(code, domain="otra.example")
    made = scripted(world)
    world.change(code, domain="otra")
    stopped(world, made, f"{code} changed in the ERP since the plan was made: domain")
