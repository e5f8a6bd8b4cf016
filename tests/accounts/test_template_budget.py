"""A template that runs or grows without end is stopped, in little time and memory."""

import json
import subprocess
import sys
import time

import pytest

from efsync.accounts.sandbox import MAX_CHARACTERS
from efsync.accounts.templates import Templates
from efsync.model.problems import Refused
from tests.accounts.conftest import PERSON, Accounts

MEMORY = 512 * 2**20
SECONDS = 20

LONG = "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 16
LISTS = "{% set l = [1] %}{% set k = [1] %}" + "{% set l = [l, l] %}{% set k = [k, k] %}" * 60
MANY = "a, " * 5000

RUNAWAYS = {
    "a huge range": "{% for i in range(10000000) %}{% endfor %}",
    "loops in loops": "{% for i in range(99999) %}" * 5 + "{% endfor %}" * 5,
    "loops that filter all away":
    "{% for i in range(99999) %}{% for j in range(99999) if false %}{% endfor %}{% endfor %}",
    "a recursive loop": "{% for x in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
    "a macro in itself": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "macros that double": "".join(
        f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}" for n in range(60)
    ) + "{% macro m60() %}{% endmacro %}{{ m0() }}",
    "an include of itself": "{% include 't.html' %}{% include 't.html' %}",
    "a parent of itself": "{% extends 't.html' %}",
    "an import of itself": "{% import 't.html' as t %}",
    "two that include each other": "{% include 'u.html' %}",
    "includes that multiply without a word": "{% include 'i0.html' %}",
    "blocks in blocks": "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "blocks that double": "".join(
        f"{{% block b{n} %}}{{{{ self.b{n + 1}() }}}}{{{{ self.b{n + 1}() }}}}{{% endblock %}}" for n in range(60)
    ) + "{% block b60 %}{% endblock %}",
    "rounds with much in them": "{% for i in range(99999) %}" + "{% set x %}{% endset %}" * 5000 + "{% endfor %}",
    "macros with much in them": "{% macro m() %}" + "{% if 1 %}{% endif %}" * 4000
    + "{% endmacro %}{% for i in range(99999) %}{% if m() %}{% endif %}{% endfor %}",
    "a text doubled": "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 50,
    "a text added to itself": "{% set a = 'x' %}" + "{% set a = a + a %}" * 50,
    "doubled in with": "".join(f"{{% with a{n + 1} = a{n} ~ a{n} %}}" for n in range(40)).replace("a0", "vars.x")
    + "{% endwith %}" * 40,
    "doubled in a macro":
    "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{% set x = m('x') %}" + "{% set x = m(x) %}" * 50,
    "doubled in a block set": "{% set x = 'x' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 50,
    "doubled in a loop": "{% for i in range(99999) %}{{ vars.x ~ vars.x }}{% endfor %}",
    "one long concatenation": LONG + "{{ (" + "a ~ " * 3000 + "a)|length }}",
    "multiplied": "{{ 'x' * 1000000000 }}",
    "multiplied the other way round": "{{ 1000000000 * 'x' }}",
    "a list multiplied": "{{ ([1] * 1000000000)|length }}",
    "a width in format": "{{ '%1000000000d' % 1 }}",
    "a width in a method": "{{ 'x'.center(1000000000) }}",
    "a width in str.format": "{{ '{:1000000000}'.format(1) }}",
    "a power": "{{ 9 ** 9 ** 9 ** 9 }}",
    "squares of squares": "{% set n = 99 %}" + "{% set n = n * n %}" * 60,
    "a rounding to many places": "{{ 5|round(-1000000000) }}",
    "a rounding to many digits": "{{ 1.5|round(1000000000, 'ceil') }}",
    "lists doubled": "{% set l = [1] %}" + "{% set l = l + l %}" * 50,
    "lists of lists put out": LISTS + "{{ l ~ '' }}",
    "lists of lists compared": LISTS + "{% if l == k %}{% endif %}",
    "arguments of arguments": "{% macro m() %}{{ varargs ~ '' }}{{ m(varargs, varargs) }}{% endmacro %}{{ m(1, 2) }}",
    "a list of long texts joined": LONG + "{{ [" + MANY + "]|join|length }}",
    "a list of long texts as text": LONG + "{{ [" + MANY + "]|upper|length }}",
    "joined with a long text": LONG + "{{ range(99999)|join(a)|length }}",
    "replaced with a long text": LONG + "{{ a|replace('x', a)|length }}",
    "replaced between all letters": LONG + "{{ a|replace('', a)|length }}",
    "filtered with a long text": LONG + "{% filter replace('', a) %}" + "x" * 9000 + "{% endfilter %}",
    "split again and again": LONG + "{% for i in range(99999) %}{% if a.split('x') %}{% endif %}{% endfor %}",
    "in capitals again and again": LONG + "{% for i in range(99999) %}{% if a.upper() %}{% endif %}{% endfor %}",
    "searched again and again": LONG + "{% for i in range(99999) %}{% if (a ~ 'y') in a %}{% endif %}{% endfor %}",
    "cut again and again": LONG + "{% for i in range(99999) %}{% if a[1:] %}{% endif %}{% endfor %}",
    "trimmed of a long text": LONG + "{{ a|trim(a) }}",
    "a budget refilled": "{% for i in range(99999) %}{% for j in range(99999) %}"
    "{% if (0 - 99999)|_entered %}{% endif %}{% endfor %}{% endfor %}",
    "more parts than anybody writes": "{{ 1 }}" * 30_000,
    "more text than a signature": "{{ vars.x }}{{ vars.x }}",
}  # fmt: skip

RENDER = """
import json, resource, sys
from pathlib import Path
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.templates import Person, Templates
from efsync.model.problems import Location, Refused
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
path = Path(sys.argv[1])
found = {}
for name in json.load(sys.stdin):
    templates = Templates(AccountsFolder(path, path))
    (path / "t.html").write_bytes((path / name).read_bytes())
    try:
        templates.render("t.html", Person("A", "A", "", "V", "", ""), {"x": "x" * 600_000})
        found[name] = None
    except Refused as refused:
        found[name] = [f"{problem.code}: {problem.message}" for problem in refused.problems]
print(json.dumps(found))
"""


def test_every_runaway_is_stopped_within_half_a_gigabyte(accounts: Accounts) -> None:
    names = {f"_{n}.html": name for n, name in enumerate(RUNAWAYS)}
    for file, name in names.items():
        accounts.write(file, RUNAWAYS[name])
    accounts.write("u.html", "{% include 't.html' %}")
    for n in range(12):
        accounts.write(f"i{n}.html", f"{{% include 'i{n + 1}.html' %}}" * 40)
    accounts.write("i12.html", "")
    done = subprocess.run(
        [sys.executable, "-c", RENDER, accounts.path, str(MEMORY)],
        input=json.dumps(list(names)), capture_output=True, text=True, timeout=SECONDS * len(names), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = {names[file]: problems for file, problems in json.loads(done.stdout).items()}
    assert {name: problems for name, problems in found.items() if problems is None or len(problems) != 1} == {}
    codes = {name: problems[0].split(":")[0] for name, problems in found.items()}
    assert {name: code for name, code in codes.items() if code not in ("template", "too-large")} == {}
    mistaken = {name: problems for name, problems in found.items() if "unexpected" in problems[0].lower()}
    assert mistaken == {}


def test_the_memory_limit_of_this_test_bites() -> None:
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2); 'x' * 2**30"
    done = subprocess.run([sys.executable, "-c", script, str(MEMORY)], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_the_budget_is_that_of_one_rendering(accounts: Accounts) -> None:
    accounts.write("t.html", "{% for i in range(15000) %}{{ i }}{% endfor %}")
    templates = Templates(accounts.folder())
    texts = {templates.render("t.html", PERSON, {}) for _ in range(4)}
    assert len(texts) == 1


def test_a_template_that_did_not_end_is_not_tried_again_for_the_next_user(accounts: Accounts) -> None:
    accounts.write("t.html", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")
    templates = Templates(accounts.folder())
    messages = set()
    began = time.process_time()
    for _ in range(500):
        with pytest.raises(Refused) as refused:
            templates.render("t.html", PERSON, {})
        messages |= {problem.message for problem in refused.value.problems}
    assert messages == {"t.html:1: takes too many steps; does a loop not end?"}
    assert time.process_time() - began < SECONDS


def test_the_message_says_which_budget_was_spent(accounts: Accounts) -> None:
    long = accounts.template_problem("{% set a = 'x' %}" + "{% set a = a ~ a %}" * 50)
    assert f"{MAX_CHARACTERS:,} characters" in long.message


def test_a_signature_of_a_company_is_far_from_its_budget(accounts: Accounts) -> None:
    rows = "{% for row in range(500) %}<td>{{ user.name }} {{ row }}</td>{% endfor %}"
    text = accounts.rendered(rows + "<img src='data:image/png;base64," + "A" * 300_000 + "'>")
    assert len(text) > 300_000
