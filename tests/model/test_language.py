"""Messages: English for programs, the reader's language for people."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from efsync.model import language
from efsync.model.language import (
    exchanged,
    joined,
    known_language,
    language_of_locale,
    message,
    plural,
    translated,
    use_language,
    word,
)


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of a few messages."""
    catalogue = Catalog(locale="es")
    catalogue.add("{user}: {what}", "usuario {user}: {what}")
    catalogue.add("no address", "sin dirección")
    catalogue.add("server", "Servidor saliente", context="field")
    catalogue.add("server", "servidor", context="topic")
    catalogue.add("name it in [targets.NAME]", "indíquelo en [targets.NAME]")
    catalogue.add(("{count} account", "{count} accounts"), ("{count} cuenta", "{count} cuentas"))
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "efsync.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._catalogue.cache_clear()
    use_language("es")
    yield
    use_language("en")
    language._catalogue.cache_clear()


@pytest.mark.usefixtures("spanish")
def test_a_message_is_its_english_sentence_in_documents_and_spanish_for_people() -> None:
    said = message("{user}: {what}", user="JPEREZ", what=message("no address"))
    assert json.loads(json.dumps({"message": said})) == {"message": "JPEREZ: no address"}
    assert translated(said) == "usuario JPEREZ: sin dirección"


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(("count", "english", "other"), [(1, "1 account", "1 cuenta"), (0, "0 accounts", "0 cuentas")])
def test_a_count_decides_between_one_and_many_in_both_languages(count: int, english: str, other: str) -> None:
    said = plural("{count} account", "{count} accounts", count)
    assert (said, translated(said)) == (english, other)


@pytest.mark.usefixtures("spanish")
def test_joined_messages_are_translated_one_by_one() -> None:
    said = joined("; ", [message("no address"), "as it is"])
    assert (said, translated(said)) == ("no address; as it is", "sin dirección; as it is")


@pytest.mark.usefixtures("spanish")
def test_a_word_is_translated_by_what_it_is_about() -> None:
    words = [word("field", "server"), word("topic", "server"), word("other", "server")]
    assert words == ["server"] * 3
    assert [translated(each) for each in words] == ["Servidor saliente", "servidor", "server"]
    assert translated(pickle.loads(pickle.dumps(words[0]))) == "Servidor saliente"


@pytest.mark.usefixtures("spanish")
def test_a_text_that_is_exchanged_in_a_message_is_exchanged_in_its_translation() -> None:
    said = exchanged(message("name it in [targets.NAME]"), "NAME", "erp")
    assert (said, translated(said)) == ("name it in [targets.erp]", "indíquelo en [targets.erp]")
    assert translated(pickle.loads(pickle.dumps(said))) == translated(said)


@pytest.mark.usefixtures("spanish")
def test_a_message_survives_being_sent_to_another_process() -> None:
    said = joined(", ", [message("no address"), plural("{count} account", "{count} accounts", 2)])
    assert translated(pickle.loads(pickle.dumps(said))) == "sin dirección, 2 cuentas"


@pytest.mark.usefixtures("spanish")
def test_what_has_no_translation_stays_english() -> None:
    assert translated(message("nobody said this")) == "nobody said this"
    assert translated("plain text") == "plain text"


def test_values_are_text_and_never_patterns() -> None:
    assert message("{user}: {what}", user="{what}", what="{user.__class__}") == "{what}: {user.__class__}"


def test_a_message_without_values_may_have_braces() -> None:
    assert message("write {env: NAME}") == "write {env: NAME}"


@pytest.mark.parametrize(
    ("name", "known"),
    [("es", "es"), ("es_VE.UTF-8", "es"), ("ES-mx", "es"), ("en_GB", "en"), ("de_DE", None), ("C", None)],
)
def test_names_of_locales_are_understood(name: str, known: str | None) -> None:
    assert known_language(name) == known


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "es_VE.UTF-8"}, "es"),
        ({"LC_ALL": "C", "LANG": "es_VE.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "es_MX", "LANG": "en_US"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_first_variable_of_the_locale_that_is_set_decides(environment: dict[str, str], spoken: str) -> None:
    assert language_of_locale(environment) == spoken
