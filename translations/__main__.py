"""`python -m translations` brings the catalogues up to date; `… unmarked [PATH]` lists what is not marked."""

import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from efsync.model.language import CATALOGUES, DOMAIN, ENGLISH, LANGUAGES
from translations.gather import PACKAGE, gathered
from translations.unmarked import unmarked

_HEADER = "# What efsync says, in another language. `make translations` brings it up to date and compiles it."


def update(language: str) -> int:
    """Take new messages into the catalogue of `language`, drop old ones, compile it; how many lack a translation."""
    source = CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalogue = read(source, language)
    catalogue.update(gathered(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with source.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, sort_output=True)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return sum(1 for each in catalogue if each.id and not each.string)


def read(source: Path, language: str) -> Catalog:
    """The catalogue in the file `source`; an empty one where there is none."""
    if not source.exists():
        return Catalog(locale=language, header_comment=_HEADER, project=DOMAIN, charset="utf-8", fuzzy=False)
    with source.open("rb") as file:
        return read_po(file, locale=language)


def main(arguments: list[str]) -> int:
    """Do what the command line says; 1 where something is left to do."""
    if arguments[:1] == ["unmarked"]:
        found = list(unmarked(Path(arguments[1]) if arguments[1:] else PACKAGE))
        print("\n".join(found) or "every sentence is marked")
        return 1 if found else 0
    left = {language: update(language) for language in LANGUAGES if language != ENGLISH}
    for language, count in left.items():
        print(f"{language}: {count} messages without a translation" if count else f"{language}: complete")
    return 1 if any(left.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
