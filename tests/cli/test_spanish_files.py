"""What is wrong with files, settings and secrets: in Spanish for people, in English in documents."""

import pytest

from tests.world import SETTINGS, World

HEAD = "version: 1\ndepartment: VENTAS\nusers:\n"

WRONG = {
    "form": (
        "accounts/ventas.yaml", HEAD + "  JPEREZ: {port: '587'}\n",
        "port: debe ser un número entero, no '587'", "escriba 587 sin comillas",
        "port: must be a whole number, not '587'", "write 587 without quotes",
    ),
    "yaml": (
        "accounts/ventas.yaml", HEAD + "\tJPEREZ: {}\n",
        "al buscar lo que sigue, hay un carácter '\\t', con el que nada puede empezar",
        "YAML no admite tabuladores como sangría; use espacios",
        "while scanning for the next token, found character '\\t' that cannot start any token",
        "YAML does not allow tabs for indentation; use blanks",
    ),
    "template": (
        "accounts/ventas.yaml", HEAD + "  JPEREZ: {header: {template: header.html}}\n",
        "header.html:2: se esperaba 'end of print statement', y hay 'nombre'", "",
        "header.html:2: expected token 'end of print statement', got 'nombre'", None,
    ),
    "included text": (
        "accounts/ventas.yaml", HEAD + "  JPEREZ: {header: {file: ../x.html}}\n",
        "../x.html lleva fuera de la carpeta de cuentas",
        "una ruta es relativa a la carpeta de cuentas y no sale de ella, tampoco por enlaces",
        "../x.html leads out of the accounts folder",
        "a path is relative to the accounts folder and stays inside it, through links too",
    ),
    "user": (
        "accounts/ventas.yaml", HEAD + "  JPEREZ: {}\n  JPERES: {}\n",
        "el ERP no tiene un usuario JPERES", "", "the ERP has no user JPERES", None,
    ),
    "secret": (
        "accounts/ventas.yaml", HEAD + "  JPEREZ: {password: {env: MAIL_JPEREZ}}\n",
        "password: la variable MAIL_JPEREZ no está definida", "",
        "password: the variable MAIL_JPEREZ is not set", None,
    ),
    "settings": (
        "efsync.toml", SETTINGS + "[safety]\nmax_changd = 3\n",
        "'max_changd' no se conoce aquí, en [safety]", "",
        "'max_changd' is not known here, in [safety]", None,
    ),
    "toml": (
        "efsync.toml", "[targets\n",
        "no es TOML: se esperaba ']' al final del nombre de una tabla", "",
        "is not TOML: Expected ']' at the end of a table declaration", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_spanish_for_people_and_in_english_in_documents(
    world: World, wrong: tuple[str, str, str, str, str, str | None]
) -> None:
    file, content, said, hint, said_in_english, hint_in_english = wrong
    world.user("JPEREZ")
    world.write("accounts/header.html", "<p>\n{{ user nombre }}\n")
    world.write(file, content)
    result = world.run("plan", EFSYNC_LANG="es")
    assert result.status == 1
    assert f": error: {said} [" in result.err
    assert hint in result.err
    document = world.json("plan", EFSYNC_LANG="es")
    (problem,) = document.json["problems"]
    assert problem["message"] == said_in_english
    assert hint_in_english is None or problem["hint"] == hint_in_english
