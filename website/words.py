"""What the site itself says, in each of its languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language on the frame of the site and on pages that are made."""

    language: str
    description: str
    not_translated: str
    light: str
    dark: str
    start: str
    daily: str
    recipes: str
    setting_up: str
    reference: str
    how_built: str
    more: str
    commands: str
    commands_intro: str
    for_all: str
    command: str
    what_it_does: str
    option: str
    variable: str
    any_of: str
    settings: str
    settings_intro: str
    department_file: str
    department_intro: str
    key: str
    value: str
    meaning: str
    required: str
    example: str
    default: str
    text: str
    yes_or_no: str
    number: str
    number_from: str
    number_between: str
    table: str
    list_of: str
    nothing: str
    likewise: str


ENGLISH = Words(
    language="en",
    description="Mail accounts of eFactory ERP users as code",
    not_translated="",
    light="Light colours",
    dark="Dark colours",
    start="Getting started",
    daily="Every day",
    recipes="Recipes",
    setting_up="Setting up",
    reference="Reference",
    how_built="How it is built",
    more="More",
    commands="Commands",
    commands_intro="`efsync [OPTIONS] COMMAND`. This page, and that of each command, is made from the command itself.",
    for_all="Options of all commands",
    command="Command",
    what_it_does="What it does",
    option="Option",
    variable="Variable",
    any_of="or",
    settings="Settings: efsync.toml",
    settings_intro="Every key, from the schema of the file, which `efsync schema configuration` prints.",
    department_file="Department file",
    department_intro="Every key, from the schema of these files, which `efsync schema department` prints.",
    key="Key",
    value="Value",
    meaning="What it means",
    required="needed",
    example="Example",
    default="else {value}",
    text="text",
    yes_or_no="`true` or `false`",
    number="number",
    number_from="number from {least}",
    number_between="number from {least} to {most}",
    table="table",
    list_of="list of {kind}",
    nothing="`null`",
    likewise="The same keys in: {keys}.",
)

SPANISH = Words(
    language="es",
    description="Las cuentas de correo de los usuarios de eFactory ERP como código",
    not_translated="Esta página todavía no está en español.",
    light="Colores claros",
    dark="Colores oscuros",
    start="Para empezar",
    daily="Día a día",
    recipes="Recetas",
    setting_up="Puesta en marcha",
    reference="Referencia",
    how_built="Cómo está hecho",
    more="Más",
    commands="Comandos",
    commands_intro="`efsync [OPCIONES] COMANDO`. Esta página y la de cada comando salen del propio comando.",
    for_all="Opciones de todos los comandos",
    command="Comando",
    what_it_does="Qué hace",
    option="Opción",
    variable="Variable",
    any_of="o",
    settings="Configuración: efsync.toml",
    settings_intro="Todas las claves, según el esquema del archivo, que `efsync schema configuration` muestra.",
    department_file="Archivo de departamento",
    department_intro="Todas las claves, según el esquema de estos archivos, que `efsync schema department` muestra.",
    key="Clave",
    value="Valor",
    meaning="Qué significa",
    required="obligatoria",
    example="Ejemplo",
    default="si falta, {value}",
    text="texto",
    yes_or_no="`true` o `false`",
    number="número",
    number_from="número desde {least}",
    number_between="número de {least} a {most}",
    table="tabla",
    list_of="lista de {kind}",
    nothing="`null`",
    likewise="Las mismas claves en: {keys}.",
)

WORDS: Mapping[str, Words] = {each.language: each for each in (ENGLISH, SPANISH)}
"""The words of each language; the first language is the one that pages are written in first."""
