"""What ruamel.yaml and Jinja2 say is known sentence by sentence, so that it can be said in Spanish."""

import pytest

from efsync.accounts.document import parse
from efsync.model.language import Joined, Message
from tests.accounts.conftest import Accounts


@pytest.mark.parametrize(
    "text",
    [
        "a:\n\tb: 1\n",
        "a: 1\n b: 2\n",
        "a: [1\nb: 2\n",
        "a: {b: 1\nc: 2\n",
        "a: 'x\n",
        'a: "x\n',
        "a: b: c\n",
        "a: @x\n",
        "a: `x\n",
        "a: %x\n",
        "a: *nobody\n",
        "a: * b\n",
        "a: & b\n",
        'a: "\\q"\n',
        'a: "\\."\n',
        "- a\nb: 1\n",
        "a: 1\n- b\n",
        "a: - b\n",
        "a: ]\n",
        "a: }\n",
        "a: ,\n",
        "a: |x\n  b\n",
        "a: |0\n  b\n",
        "a: |\n    \n  b\n c\n",
        "a\nb: 1\n",
        "? a\n? b: c: d\n",
        "a: !x!y z\n",
        "%YAML 1.2\n%YAML 1.2\n---\na: 1\n",
        "%YAML 9.1\n---\na: 1\n",
        "a: 1\n---\nb: 2\n",
        "a: 'b\n---\nc'\n",
        "a: 1\n... x\n",
        "[a]: b: c\n",
        "{a: 1}}\n",
        "[1]]\n",
        "a: [b, c: d: e]\n",
        "a: ? b\n",
    ],
)
def test_whatever_is_commonly_wrong_with_yaml_is_a_known_sentence(text: str) -> None:
    problems = parse(text, "f.yaml").problems
    for problem in problems:
        assert unknown_in(problem.message) == []


@pytest.mark.parametrize(
    "template",
    [
        "{% if user.code %}",
        "{% for x in [1] %}{% endif %}",
        "{% if 1 %}{% for x in [1] %}{% endif %}",
        "{% macro m() %}",
        "{% nada %}",
        "{{ user.code",
        "{{ user code }}",
        "{{ }}",
        "{{ user.code | }}",
        "{{ user.code|nada }}",
        "{{ user.code is nada }}",
        "{# x",
        "{{ $ }}",
        "{% if %}x{% endif %}",
        "{{ (1 }}",
        "{{ [1}} ",
        "{% set 1 = 2 %}",
        "{% %}",
        "{% block a %}{% endblock %}{% block a %}{% endblock %}",
        "{{ user.nombre }}",
        "{{ nada }}",
        "{{ nada.x }}",
        "{{ 1 / 0 }}",
        "{{ user }}",
        "{{ user.code() }}",
        "{{ user.code.__class__ }}",
        "{% for x in 5 %}{% endfor %}",
        "{{ range(1000000) }}",
        "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
        "{{ [] | first }}",
        "{{ [] | last }}",
        "{% macro m(a) %}{% endmacro %}{{ m(b=1) }}",
        "{{ 'a' * 9 }}",
        "{{ 2 ** 9 }}",
        "{{ [1] }}",
        "{% for x in [1] recursive %}{% endfor %}",
        "{{ 1.5|round(99) }}",
        "{% autoescape false %}x{% endautoescape %}",
        "{{ user.code|safe }}",
        "{% include '' %}",
        "{{ super() }}",
    ],
)
def test_whatever_is_commonly_wrong_with_a_template_is_a_known_sentence(accounts: Accounts, template: str) -> None:
    assert unknown_in(accounts.template_problem(template).message) == []


def test_what_is_not_known_is_said_in_its_own_words_after_a_known_one(accounts: Accounts) -> None:
    said = accounts.template_problem("{{ 'x' < 5 }}").message
    assert unknown_in(said) == ["{template_error}"]
    assert "'<' not supported" in said


def unknown_in(said: str) -> list[str]:
    """Which part of a message is a library's own."""
    if isinstance(said, Joined):
        return [unknown for part in said.parts for unknown in unknown_in(part)]
    if not isinstance(said, Message):
        return []
    of_values = [unknown for value in said.values.values() for unknown in unknown_in(value)]
    return [said.one, *of_values] if said.one in ("{yaml_error}", "{template_error}") else of_values
