"""Where HTML goes: one file for what several share, one template for what differs by name, title or address."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.accounts.department import IncludedText
from efsync.accounts.drafts.skeleton import Hole, filled, has_holes, narrowed, skeleton, template, values
from efsync.accounts.drafts.texts import Settled, Use, settle
from efsync.accounts.templates import Person, Templates
from efsync.model.normal import normal_text

JOSE = Person("JPEREZ", "José Pérez", "Gerente", "VENTAS", "jperez@acme.example", "acme.example")
ANA = Person("ANA", "Ana & Cía", "Ventas", "VENTAS", "ana@acme.example", "acme.example")
LUIS = Person("LUIS", "Luis", "Gerente", "COMPRAS", "luis@acme.example", "acme.example")


def settled(*uses: tuple[Person, str], standing: dict[str, str] | None = None, field: str = "signature") -> Settled:
    known = standing or {}
    return settle((Use(person.code.lower(), field, text, person) for person, text in uses), known.get)


def test_what_differs_by_name_and_address_is_one_template_that_gives_it_back() -> None:
    uses = [
        (JOSE, "<b>José Pérez</b><br>Gerente<a href=mailto:jperez@acme.example>"),
        (ANA, "<b>Ana &amp; Cía</b><br>Ventas<a href=mailto:ana@acme.example>"),
        (LUIS, "<b>Luis</b><br>Gerente<a href=mailto:luis@acme.example>"),
    ]
    found = settled(*uses)
    assert found.files == {
        "_templates/signature.html": "<b>{{ user.name }}</b><br>{{ user.title }}<a href=mailto:{{ user.address }}>"
    }
    assert set(found.entries.values()) == {IncludedText("_templates/signature.html", is_template=True)}


def test_what_is_the_same_for_all_of_them_stays_text() -> None:
    found = settled((JOSE, "José Pérez, VENTAS, www.acme.example"), (ANA, "Ana &amp; Cía, VENTAS, www.acme.example"))
    assert found.files == {"_templates/ventas-signature.html": "{{ user.name }}, VENTAS, www.acme.example"}


def test_a_value_that_is_not_escaped_as_a_template_does_is_no_template() -> None:
    found = settled((JOSE, "<b>José Pérez</b>"), (ANA, "<b>Ana & Cía</b>"))
    assert found.files == {}
    assert set(found.entries.values()) == {"<b>José Pérez</b>", "<b>Ana & Cía</b>"}


def test_who_has_a_value_that_means_something_else_in_the_text_gets_the_template_too() -> None:
    title = Person("X", "Ventas", "Ventas", "VENTAS", "x@acme.example", "")
    uses = [(ANA, "Ana &amp; Cía|Ventas|x"), (LUIS, "Luis|Gerente|x"), (title, "Ventas|Ventas|x")]
    assert list(settled(*uses).files.values()) == ["{{ user.name }}|{{ user.title }}|x"]


def test_what_looks_like_a_template_is_text_in_one() -> None:
    braces = "{{{{ 7*7 }}}} {{% raw %}} {{# {name} #}} {{{name}}} {{"
    found = settled((JOSE, braces.format(name="José Pérez")), (LUIS, braces.format(name="Luis")))
    (source,) = found.files.values()
    assert rendered(source, LUIS) == braces.format(name="Luis")


def test_what_several_share_is_one_file_and_what_one_has_stands_at_the_user() -> None:
    found = settled((JOSE, "<html>"), (LUIS, "<html>"), (ANA, "<p>"))
    assert found.files == {"_templates/signature.html": "<html>"}
    assert found.entries["jperez", "signature"] == IncludedText("_templates/signature.html", is_template=False)
    assert found.entries["ana", "signature"] == "<p>"


def test_a_long_text_of_one_user_is_a_file_too() -> None:
    assert settled((JOSE, "x" * 3_000)).files == {"_templates/ventas-jperez-signature.html": "x" * 3_000}


def test_a_file_that_is_there_is_used_or_left_alone() -> None:
    same = settled((JOSE, "<html>"), (LUIS, "<html>"), standing={"_templates/signature.html": "<html>"})
    assert (same.files, len(same.entries)) == ({}, 2)
    other = settled((JOSE, "<html>"), (LUIS, "<html>"), standing={"_templates/signature.html": "<p>"})
    assert other.files == {"_templates/signature-2.html": "<html>"}


def test_a_text_that_no_file_gives_back_stands_at_the_users() -> None:
    assert settled((JOSE, "\ufeffx"), (LUIS, "\ufeffx")).files == {}


def rendered(source: str, person: Person) -> str | None:
    class Folder:
        def included_text(self, name: str) -> str:
            return source

    return normal_text(Templates(Folder()).render("t", person, {}))


names = st.text(st.sampled_from("Añ &<'\"{}%#aeo"), max_size=5)
people = st.builds(Person, names, st.none() | names, names, names, names, names)
pieces = st.sampled_from(["<p>", "{{", "{%", "{#", "}}", "{", "\n", " ", "name", "address", "title"])


@settings(max_examples=200)
@given(st.lists(people, min_size=1, max_size=3), st.lists(pieces, max_size=6))
def test_a_template_gives_back_the_text_that_it_was_made_of(known: Sequence[Person], parts: list[str]) -> None:
    def text(person: Person) -> str:
        said = values(person)
        return "".join(said.get(part, part) if part.isalpha() else part for part in parts)

    for person in known:
        shape = skeleton(text(person), person)
        assert filled(shape, values(person)) == text(person)
        narrow = narrowed(shape, [values(person)])
        assert not has_holes(narrow)
        assert not any(isinstance(piece, Hole) for piece in narrow)
        expected = normal_text(text(person))
        assert rendered(template(shape), person) == expected
