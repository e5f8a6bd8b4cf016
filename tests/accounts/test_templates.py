"""What a template can do, and what it says when it can't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from efsync.accounts.templates import Person
from efsync.model.problems import Refused
from tests.accounts.conftest import PERSON, Accounts


def test_values_of_the_user_and_of_vars_are_escaped(accounts: Accounts) -> None:
    assert accounts.rendered("<p>{{ user.name }} {{ vars.slogan }}</p>", slogan="<script>'x'</script>") == (
        "<p>José &lt;b&gt;Pérez&lt;/b&gt; &lt;script&gt;&#39;x&#39;&lt;/script&gt;</p>"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "vars.x", "vars['x']", "vars.x ~ ''", "vars.x + ''", "vars.x|upper", "vars.x|lower", "vars.x|title",
        "vars.x|trim", "vars.x|replace('zz', 'y')", "vars.x|replace('a', '<')", "[vars.x]|join",
        "[vars.x]|join('<br>')",
        "vars.none|default(vars.x)", "[vars.x]|first", "vars.x.upper()", "vars.x.split('zz')|join", "vars.x[0:]",
        "(vars.x ~ '')|replace('&lt;', '<')", "vars.x if true else ''", "{'k': vars.x}['k']", "'<a>'",
    ],
)  # fmt: skip
def test_no_way_round_the_escaping(accounts: Accounts, expression: str) -> None:
    html = "<a href='x'>&amp;</a>"
    for template in (
        "{{ EXPRESSION }}", "{% set y = EXPRESSION %}{{ y }}", "{% set y %}{{ EXPRESSION }}{% endset %}{{ y }}",
        "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(EXPRESSION) }}", "{% filter lower %}{{ EXPRESSION }}{% endfilter %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ EXPRESSION }}{% endcall %}",
        "{% with y = EXPRESSION %}{{ y }}{% endwith %}", "{% for y in [EXPRESSION] %}{{ y }}{% endfor %}",
    ):  # fmt: skip
        rendered = accounts.rendered(template.replace("EXPRESSION", expression), x=html)
        assert rendered
        assert "<" not in rendered, template


@given(value=st.text().filter(lambda text: "\x00" not in text))
def test_what_is_put_out_is_the_value_escaped_whatever_it_is(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    accounts = Accounts(tmp_path_factory.mktemp("template"))
    assert accounts.rendered("{{ vars.x }}", x=value) == str(escape(value))


@pytest.mark.parametrize(
    "template",
    [
        "{{ user.name|safe }}", "{{ user.name|escape|safe }}",
        "{% autoescape false %}{{ user.name }}{% endautoescape %}",
        "{% autoescape user.none is defined %}{{ user.name }}{% endautoescape %}", "{{ user.name|forceescape }}",
        "{{ user.name|string|attr('unescape') }}", "{{ user.name|xmlattr }}", "{{ (user.name ~ '').unescape() }}",
    ],
)  # fmt: skip
def test_escaping_can_not_be_turned_off(accounts: Accounts, template: str) -> None:
    assert accounts.template_problem(template).code == "template"


@pytest.mark.parametrize(
    ("template", "name", "line"),
    [
        ("{{ user.nombre }}", "user.nombre", 1), ("\n\n{{ vars.phone }}", "vars.phone", 3),
        ("\n{{ usuario }}", "usuario", 2),
        ("{% if vars.phone %}x{% endif %}", "vars.phone", 1), ("{{ user['nombre'] }}", "nombre", 1),
        ("{% for x in vars.list %}{% endfor %}", "vars.list", 1), ("{{ vars.a.b }}", "vars.a", 1),
        ("{{ 'x' ~ vars.phone }}", "vars.phone", 1), ("{{ vars.phone|upper }}", "vars.phone", 1),
        ("{{ namespace() }}", "namespace", 1), ("{{ cycler }}", "cycler", 1), ("{{ lipsum() }}", "lipsum", 1),
    ],
)  # fmt: skip
def test_an_undefined_name_is_an_error_that_shows_it_its_line_and_what_is_known(
    accounts: Accounts, template: str, name: str, line: int
) -> None:
    problem = accounts.template_problem(template, mobile="1")
    assert (problem.code, problem.location) == ("template", None)
    assert problem.message.startswith(f"t.html:{line}: ")
    assert f"{name} is undefined" in problem.message
    assert "user.name" in (problem.hint or "")
    assert "mobile" in (problem.hint or "")


def test_what_may_be_missing_can_be_asked_for(accounts: Accounts) -> None:
    template = "{% if vars.x is defined %}{{ vars.x }}{% else %}none{% endif %} {{ vars.y|default('also none') }}"
    assert accounts.rendered(template) == "none also none"


def test_null_is_put_out_as_nothing(accounts: Accounts) -> None:
    assert accounts.rendered("[{{ vars.x }}]{% if vars.x %}x{% endif %}", x=None) == "[]"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ ", "t.html:1"), ("\n{% if %}", "t.html:2"), ("{% for %}", "t.html:1"), ("\n\n{% endif %}", "t.html:3"),
        ("{% nope %}", "nope"), ("{{ 1|nope }}", "nope"), ("{{ 1 is nope }}", "nope"), ("\n{{ 1/0 }}", "t.html:2"),
        ("{{ 'a' + 1 }}", "t.html:1"), ("{{ [][0] + 1 }}", "t.html:1"), ("{{ user() }}", "t.html:1"),
        ("{% for x in 5 %}{% endfor %}", "t.html:1"), ("{% include '' %}", "empty"), ("{{ 'a'|round }}", "t.html:1"),
        ("{{ [1] }}", "list"), ("{{ user }}", "names"), ("{{ user ~ '' }}", "names"), ("{{ {'a': 1} }}", "mapping"),
        ("{% for a in 'x' %}" * 30 + "{% endfor %}" * 30, "nested"),
        ("{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "nested"),
        ("{% if user %}" * 200 + "{% endif %}" * 200, "nested"), ("{{ " + "[" * 5000 + "]" * 5000 + " }}", "nested"),
        ("{{ 1" + " + 1" * 300 + " }}", "nested"), ("{% set user.name = 'x' %}", "t.html:1"), ("{% do 1 %}", "do"),
        ("{% debug %}", "debug"), ("{% trans %}x{% endtrans %}", "trans"), ("{% break %}", "break"),
    ],
)  # fmt: skip
def test_an_error_in_a_template_is_told_with_its_line(accounts: Accounts, template: str, said: str) -> None:
    problem = accounts.template_problem(template)
    assert (problem.code, problem.location) == ("template", None)
    assert said in problem.message


def test_an_error_in_an_included_template_names_that_one(accounts: Accounts) -> None:
    accounts.write("_templates/phone.html", "\n\n{{ vars.phone }}")
    assert accounts.template_problem("{% include '_templates/phone.html' %}").message == (
        "_templates/phone.html:3: vars.phone is undefined"
    )


def test_templates_include_extend_and_import_each_other_inside_the_folder(accounts: Accounts) -> None:
    accounts.write("_templates/base.html", "<html>{% block body %}base{% endblock %}</html>")
    accounts.write("_templates/phone.html", "{{ vars.phone }}")
    accounts.write("_templates/macros.html", "{% macro bold(x, tag='b') %}<{{ tag }}>{{ x }}</{{ tag }}>{% endmacro %}")
    accounts.write(
        "signature.html",
        "{% extends '_templates/base.html' %}{% import '_templates/macros.html' as macros %}"
        "{% from '_templates/macros.html' import bold as strong %}{% block body %}{{ super() }} "
        "{{ macros.bold(user.title) }} {{ strong(user.code, tag='i') }} "
        "{% include '_templates/phone.html' %}{% endblock %}",
    )
    assert accounts.render("signature.html", {"phone": "<1>"}) == (
        "<html>base <b>Jefe &amp; Co</b> <i>JPEREZ</i> &lt;1&gt;</html>"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.html", "path-outside"), ("/etc/passwd", "path-outside"), ("link.html", "path-outside"),
        ("missing.html", "text-file"), (".", "text-file"), ("binary.html", "encoding"), ("large.html", "too-large"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "template",
    ["{% include 'X' %}", "{% extends 'X' %}", "{% import 'X' as x %}", "{% from 'X' import x %}",
     "{% include 'X' ignore missing %}", "{% include ['X', 'b.html'] %}", "{% set n = 'X' %}{% include n %}"],
)  # fmt: skip
def test_what_a_template_includes_stays_inside_the_folder(
    accounts: Accounts, template: str, name: str, code: str
) -> None:
    (accounts.base / "secret.html").write_text("secret")
    (accounts.path / "link.html").symlink_to("../secret.html")
    accounts.write("binary.html", b"\x00")
    accounts.write("large.html", b"x" * (2**20 + 1))
    problem = accounts.template_problem(template.replace("X", name))
    assert (problem.code, problem.location) == (code, None)


def test_the_same_template_renders_the_same_text_each_time(accounts: Accounts) -> None:
    template = (
        "{% for k in {'b': 1, 'a': 2} %}{{ loop.index }}{{ k }}{% endfor %}{{ [3, 1, 2]|join(',') }}"
        "{% for u in ['x', 'y'] %}{{ loop.cycle('odd', 'even') }}{% endfor %}{{ 1.25|round(1) }}{{ '5'|int + 1 }}"
    )
    assert {accounts.rendered(template) for _ in range(5)} == {"1b2a3,1,2oddeven1.26"}


@pytest.mark.parametrize(
    "template",
    ["{{ now() }}", "{{ random() }}", "{{ [1, 2]|random }}", "{{ 'a'.upper }}", "{{ range }}", "{{ loop }}",
     "{{ 'a'.upper ~ '' }}", "{{ ['a'.upper] ~ '' }}", "{{ 'a'.upper|lower }}", "{{ self }}"],
)  # fmt: skip
def test_nothing_that_changes_from_run_to_run_can_be_put_out(accounts: Accounts, template: str) -> None:
    assert accounts.template_problem(template).code == "template"


def test_line_ends_and_the_last_line_stay(accounts: Accounts) -> None:
    assert accounts.rendered("a\n{{ user.code }}\n") == "a\nJPEREZ\n"


def test_a_template_knows_all_of_the_user(accounts: Accounts) -> None:
    names = Person.__slots__
    template = "|".join(f"{{{{ user.{name} }}}}" for name in names)
    assert accounts.rendered(template) == "|".join(str(escape(getattr(PERSON, name))) for name in names)


def test_the_template_itself_is_held_to_the_rules_of_texts(accounts: Accounts) -> None:
    for name, code in (("../t.html", "path-outside"), ("missing.html", "text-file")):
        with pytest.raises(Refused) as refused:
            accounts.render(name)
        assert [problem.code for problem in refused.value.problems] == [code]
