"""Where in its templates a place of a rendered text stands."""

from collections.abc import Mapping
from typing import Any

import pytest

from efsync.accounts.templates import Templates
from tests.accounts.conftest import PERSON, Accounts


def placed(
    accounts: Accounts, template: str, needle: str, variables: Mapping[str, Any] = {}
) -> tuple[str, int, int] | None:
    """The template, line and column of the first `needle` in what `template` renders."""
    accounts.write("t.html", template)
    templates = Templates(accounts.folder())
    text = templates.render("t.html", PERSON, variables)
    before = text[: text.index(needle)].replace("\r\n", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return templates.place("t.html", PERSON, variables, text.replace("\r\n", "\n"), line, column)


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ user.name }}</p>\n  <img>",
        "{# note <img> #}\n<p>\n{%- if user.title %}\n <b> {%- endif -%}\n x <img>",
        "{% raw %}{{ {% endraw %}{{ user.name }} <img>",
        "{% set x = '<img>' %}{% if true %}{% for n in [1] %}\n<img>{% endfor %}{% endif %}",
        "{% if false %}<img>{% else %}\n <img>{% endif %}",
        "{% macro m() %}\n<img>{% endmacro %}{{ user.name }}{{ m() }}",
        "{% set x %}a\n b <img>{% endset %}{{ user.name }}{{ x }}",
        "{% if 'a, b' %}a{% endif %}, b<img>",
        "<p>\r\n{{ user.name }}\r\n <img>",
        "{% filter replace('q', 'r') %}q\n<img>{% endfilter %}",
    ],
)
def test_a_templates_own_text_is_told_exactly(accounts: Accounts, template: str) -> None:
    found = placed(accounts, template, "<img>")
    lines = template.replace("\r\n", "\n").split("\n")
    number = max(index for index, line in enumerate(lines, start=1) if "<img>" in line)
    assert found == ("t.html", number, lines[number - 1].rindex("<img>") + 1)


def test_an_included_templates_text_is_told_in_that_template(accounts: Accounts) -> None:
    accounts.write("parts/logo.html", "<p>\n  <img>\n</p>")
    assert placed(accounts, "{{ user.code }}\n{% include 'parts/logo.html' %}", "<img>") == ("parts/logo.html", 2, 3)


def test_what_a_value_brings_along_is_where_it_is_put_out(accounts: Accounts) -> None:
    assert placed(accounts, "<p>\n  <b>{{ vars.x }}</b>", "&lt;", {"x": "yy<"}) == ("t.html", 2, 6)


@pytest.mark.parametrize("template", ["{% filter upper %}<p>x</p>{% endfilter %}", "{{ vars.x }}<p>"])
def test_whatever_a_template_does_no_place_is_outside_of_it(accounts: Accounts, template: str) -> None:
    found = placed(accounts, template, "<", {"x": "\ue00099\ue001"})
    assert found is None or found[0] == "t.html"


def test_a_text_that_imitates_the_marks_can_not_be_traced(accounts: Accounts) -> None:
    assert placed(accounts, "{{ vars.x }}<p>", "<p>", {"x": "\ue0000\ue001"}) is None


def test_a_rendering_that_depends_on_the_marks_is_not_believed(accounts: Accounts) -> None:
    template = "{% set x %}ab{% endset %}{% if x|length == 2 %}<p>{% else %}<b>{% endif %}"
    assert placed(accounts, template, "<p>") is None
