"""A template reaches nothing but the names that it is given."""

import pytest

from tests.accounts.conftest import Accounts

DUNDERS = [
    "__class__",
    "__init__",
    "__globals__",
    "__dict__",
    "__mro__",
    "__subclasses__",
    "__getattribute__",
    "_label",
]
OBJECTS = [
    "user", "vars", "user.name", "(user.name ~ '')", "''", "1", "1.5", "true", "none", "[]", "()", "{}", "range",
    "range(3)", "self", "user.name.upper", "[1]|first", "m", "m()", "u", "u.m",
]  # fmt: skip
BEFORE = "{% import 'u.html' as u %}{% macro m() %}x{% endmacro %}"


@pytest.mark.parametrize("thing", OBJECTS)
def test_no_inner_name_is_reached_from(accounts: Accounts, thing: str) -> None:
    accounts.write("u.html", "{% macro m() %}y{% endmacro %}")
    for name in DUNDERS:
        for reach in (f"({thing}).{name}", f"({thing})['{name}']", f"({thing})['_' ~ '{name[1:]}']"):
            for template in (
                f"{{{{ {reach} }}}}", f"{{{{ {reach} ~ '' }}}}", f"{{{{ {reach}() }}}}", f"{{{{ [{reach}]|join }}}}",
                f"{{% set x = {reach} %}}{{{{ x }}}}", f"{{% for x in {reach} %}}{{{{ x }}}}{{% endfor %}}",
            ):  # fmt: skip
                problem = accounts.template_problem(BEFORE + template)
                assert problem.code == "template"


@pytest.mark.parametrize(
    "expression",
    [
        "user|attr('__class__')", "[user]|map(attribute='__class__')|join", "[user]|groupby('__class__')",
        "[user]|selectattr('__class__')|join", "[user]|sum(attribute='__class__')",
        "[user]|join(attribute='__class__')",
        "[user]|sort(attribute='__class__')|join", "[user]|max(attribute='__class__')", "'{0.__class__}'.format(user)",
        "'{0.__class__}'.format_map({'0': user})", "('{0.__class__}'|replace('x', 'y')).format(user)", "'%s' % user",
        "'%(x)s' % {'x': user}", "''|format(user)", "user|pprint", "user|tojson", "user|string", "user|list",
        "vars|items|list", "user|dictsort", "user.code.encode()", "user.code.translate({})", "user.code.join([])",
        "user.code.format", "user.code.zfill(9)", "user.code.ljust(9)", "user.code.center(9)", "'a'.expandtabs(9)",
        "{}.update", "{}.items()", "{}.get('a')", "[].append(1)", "[1].pop()", "dict", "dict(a=1)", "joiner()",
        "get_flashed_messages", "config", "request", "self._TemplateReference__context", "self.__init__.__globals__",
        "caller", "environment", "loop", "super", "super()", "context", "_entered", "1|_entered", "[1]|_rounds",
        "u._body_stream", "u.__name__", "m.name", "m._func", "m.arguments", "m.catch_kwargs",
    ],
)  # fmt: skip
def test_no_way_out_through(accounts: Accounts, expression: str) -> None:
    accounts.write("u.html", "{% macro m() %}y{% endmacro %}")
    assert accounts.template_problem(BEFORE + "{{ " + expression + " }}").code == "template"


def test_a_loop_shows_its_counters_and_no_more(accounts: Accounts) -> None:
    assert accounts.rendered("{% for x in 'ab' %}{{ loop.index }}/{{ loop.length }} {% endfor %}") == "1/2 2/2 "
    for name in ("_iterable", "__class__", "_undefined", "_recurse"):
        template = f"{{% for x in 'ab' %}}{{{{ loop.{name} }}}}{{% endfor %}}"
        assert accounts.template_problem(template).code == "template"


def test_what_a_template_sets_is_gone_in_the_next_one(accounts: Accounts) -> None:
    accounts.write("a.html", "{% set leak = user.code %}{% set user = 1 %}{{ leak }}")
    accounts.write("b.html", "{{ leak is defined }} {{ user.code }}")
    assert accounts.render("a.html") == "JPEREZ"
    assert accounts.render("b.html") == "False JPEREZ"


def test_names_can_not_be_changed(accounts: Accounts) -> None:
    for template in ("{% set user.code = 'X' %}", "{% set vars.x = 1 %}", "{{ user.__setattr__('code', 'X') }}"):
        assert accounts.template_problem(template, x=0).code == "template"
