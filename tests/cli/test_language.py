"""Which language efsync speaks, and that programs hear none of it."""

import json
import re
from collections.abc import Callable

import pytest

from efsync.cli.program import COMMANDS
from tests.cli.inside import applied, call, saved_plan
from tests.world import SETTINGS, World

SPANISH = "Muestra lo que haría apply."
ENGLISH = "Show what apply would do."
ANY = {"EFSYNC_LANG": ""}
"""Nobody asks for a language but whoever adds to this."""

VARYING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{8}-\d{6}-[0-9a-f]+|(?:hmac-)?sha256:[0-9a-f]+|\b[0-9a-f]{16,64}\b|\(process \d+\)"
)
"""Times, ids, digests and keys."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "es", "plan", "--help"),
        ("--lang=es", "plan", "--help"),
        ("plan", "--lang", "es", "--help"),
        ("plan", "--help", "--lang=es_VE"),
        ("--lang", "en", "plan", "--help", "--lang", "es"),
    ],
    ids=" ".join,
)
def test_lang_is_heard_before_the_command_and_after_it(world: World, arguments: tuple[str, ...]) -> None:
    result = call(world, *arguments)
    assert (result.status, result.err) == (0, "")
    assert SPANISH in result.out
    assert "Opciones:" in result.out


@pytest.mark.parametrize(
    ("variables", "arguments", "said"),
    [
        ({"LANG": "es_VE.UTF-8"}, (), SPANISH),
        ({"LANG": "en_US.UTF-8"}, (), ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, (), ENGLISH),
        ({"LC_ALL": "C.UTF-8", "LANG": "es_VE.UTF-8"}, (), ENGLISH),
        ({"EFSYNC_LANG": "es", "LANG": "en_US.UTF-8"}, (), SPANISH),
        ({"EFSYNC_LANG": "en", "LANG": "es_VE.UTF-8"}, (), ENGLISH),
        ({"EFSYNC_LANG": "en", "LANG": "en_US.UTF-8"}, ("--lang", "es"), SPANISH),
        ({"EFSYNC_LANG": "es", "LANG": "es_VE.UTF-8"}, ("--lang", "en"), ENGLISH),
    ],
)
def test_lang_wins_over_the_variable_and_that_over_the_locale(
    world: World, variables: dict[str, str], arguments: tuple[str, ...], said: str
) -> None:
    locale = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", "LANGUAGE": ""}
    assert said in call(world, "plan", "--help", *arguments, **(ANY | locale | variables)).out


@pytest.mark.parametrize("where", ["option", "variable"])
def test_an_unknown_language_is_a_usage_error(sales: World, where: str) -> None:
    arguments, variables = (("--lang", "klingon"), {}) if where == "option" else ((), {"EFSYNC_LANG": "klingon"})
    result = call(sales, "plan", *arguments, **variables)
    assert (result.status, result.out) == (1, "")
    assert "klingon is not one of en, es" in result.err


def test_an_unknown_option_is_told_in_spanish_too(sales: World) -> None:
    result = call(sales, "plan", "--nada", EFSYNC_LANG="es")
    assert result.status == 1
    assert result.err.splitlines() == [
        "Uso: efsync plan [OPTIONS]",
        "Pruebe 'efsync plan --help' para ver la ayuda.",
        "",
        "Error: No existe la opción '--nada'.",
    ]


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_the_help_of_every_command_is_spanish(world: World, name: str | None) -> None:
    arguments = ("--help",) if name is None else (name, "--help")
    spanish, english = (call(world, *arguments, EFSYNC_LANG=language).out for language in ("es", "en"))
    assert spanish.startswith("Uso: efsync")
    shared = {line.strip() for line in english.splitlines()} & {line.strip() for line in spanish.splitlines()}
    assert {line for line in shared if re.search(r"[a-z]+ [a-z]+ [a-z]+", line)} == set()


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("es", "sí", True), ("es", "si", True), ("es", "S", True), ("es", "yes", True), ("es", " SÍ ", True),
        ("es", "no", False), ("es", "", False), ("es", "n", False), ("en", "y", True), ("en", "YES", True),
        ("en", "no", False),
    ],
)  # fmt: skip
def test_yes_is_said_in_the_language_of_the_question(sales: World, language: str, typed: str, written: bool) -> None:
    result = call(sales, "apply", typed=f"{typed}\n", EFSYNC_LANG=language)
    assert result.status == (0 if written else 1)
    assert (sales.live("JPEREZ")["port"] == 587) is written


def test_what_is_neither_yes_nor_no_is_asked_again(sales: World) -> None:
    result = call(sales, "apply", typed="tal vez\nsí\n", EFSYNC_LANG="es")
    assert result.status == 0
    assert result.err.count("¿Aplicar esto a erp? [s/N]: ") == 2
    assert "Error: respuesta no válida" in result.err
    assert call(sales, "state", "forget", "JPEREZ", typed="sí\nno\n").status == 1
    assert (sales.folder / ".efsync" / "state.db").exists()


def in_order(world: World) -> None:
    applied(world)


def drifted(world: World) -> None:
    applied(world)
    world.change("JPEREZ", port=25, ssl=0)


def planned(world: World) -> None:
    saved_plan(world)


def stale(world: World) -> None:
    saved_plan(world)
    world.change("JPEREZ", port=25)


def broken(world: World) -> None:
    world.department("  X:\n    prt: 587\n    address: [1]\n    password: clave\n", name="OTRA")


def probing(world: World) -> None:
    world.write("efsync.toml", SETTINGS + '\n[probe]\nservers = ["localhost"]\n')


def nothing(_world: World) -> None:
    """As it is."""


@pytest.mark.parametrize(
    ("prepare", "arguments"),
    [
        (nothing, ("plan",)), (drifted, ("plan",)), (broken, ("plan",)), (nothing, ("plan", "--without-secrets")),
        (nothing, ("plan", "--target", "nowhere")), (nothing, ("plan", "--user", "NOBODY")),
        (planned, ("show", "plan.json")), (nothing, ("show", "plan.json")), (stale, ("apply", "plan.json")),
        (broken, ("apply", "--yes")), (nothing, ("apply", "--all-targets")), (drifted, ("drift",)),
        (in_order, ("drift",)), (nothing, ("drift",)), (drifted, ("drift", "--all-targets")),
        (nothing, ("plan", "--all-targets")), (nothing, ("validate",)), (broken, ("validate",)),
        (nothing, ("validate", "--target", "erp")), (planned, ("script", "plan.json", "--out", "s.sql")),
        (stale, ("script", "plan.json", "--out", "s.sql")), (nothing, ("preview",)), (in_order, ("state", "list")),
        (in_order, ("state", "show", "JPEREZ")), (nothing, ("state", "show", "NOBODY")), (in_order, ("history",)),
        (in_order, ("secrets", "check")), (nothing, ("secrets", "check")), (nothing, ("doctor",)),
        (in_order, ("doctor",)), (broken, ("doctor",)), (nothing, ("probe",)), (probing, ("probe", "--login")),
        (nothing, ("plan", "--nothing")), (nothing, ("nothing",)), (broken, ("fmt", "--check")),
        (nothing, ("fmt", "--check")), (nothing, ("rollback", "nothing")),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each.__name__,
)  # fmt: skip
def test_a_document_is_the_same_in_any_language(
    sales: World, prepare: Callable[[World], None], arguments: tuple[str, ...]
) -> None:
    prepare(sales)
    told = [call(sales, *arguments, "--format", "json", EFSYNC_LANG=language) for language in ("es", "en")]
    assert told[0].status == told[1].status
    documents = [json.loads(each.out) for each in told]
    assert _unvarying(documents[0]) == _unvarying(documents[1])


def _unvarying(document: object) -> str:
    text = VARYING.sub("…", json.dumps(document, indent=1, ensure_ascii=False))
    return re.sub(r'"seconds": [\d.]+', '"seconds": 0', text)


def test_what_a_spaniard_saves_and_applies_is_remembered_in_english(sales: World) -> None:
    sales.user("GONE", status="I")
    sales.department("  GONE:\n    address: gone@acme.example\n", name="COMPRAS")
    sales.sql("UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE Cod_Usu LIKE 'GONE%'")
    plans = []
    for language in ("es", "en"):
        assert call(sales, "plan", "--out", "plan.json", EFSYNC_LANG=language).status == 0
        plans.append(_unvarying(json.loads((sales.folder / "plan.json").read_text(encoding="utf-8"))))
    assert plans[0] == plans[1]
    assert "is not active in the ERP" in plans[0]


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_log_of_verbose_stays_english(sales: World, language: str) -> None:
    assert "reading the users of erp" in call(sales, "-v", "plan", EFSYNC_LANG=language).err


def test_a_page_says_its_language(sales: World) -> None:
    for language in ("es", "en"):
        assert call(sales, "preview", EFSYNC_LANG=language).status == 0
        page = (sales.folder / ".efsync" / "preview.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in page
        assert ("Servidor" in page or "Firma" in page) is (language == "es")


@pytest.mark.parametrize(
    ("prepare", "arguments", "spanish", "english"),
    [
        (nothing, ("plan", "--user", "JPERES"), "no hay ningún usuario JPERES", "there is no user JPERES"),
        (nothing, ("state", "show", "JPEREZ"), "el estado no conoce", "the state knows no user"),
        (planned, ("apply", "plan.json", "--target", "otro"), "no hay", "there is no target otro"),
        (broken, ("validate",), "no se conoce aquí", "'prt' is not known here"),
    ],
    ids=["selection", "state", "target", "file"],
)
def test_a_problem_is_spanish_for_people_and_english_for_programs(
    sales: World, prepare: Callable[[World], None], arguments: tuple[str, ...], spanish: str, english: str
) -> None:
    prepare(sales)
    people = call(sales, *arguments, EFSYNC_LANG="es")
    programs = call(sales, *arguments, "--format", "json", EFSYNC_LANG="es")
    assert spanish in people.err
    assert english in "; ".join(problem["message"] for problem in programs.json["problems"])
    assert spanish not in programs.out
