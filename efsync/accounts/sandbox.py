"""Jinja2's sandbox with a budget: every loop round, call and piece of output counts.

A template comes from a pull request. So it reaches nothing but the names that it is given, renders the
same text each time, and stops at its budget instead of running or growing without end.
"""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import missing

MAX_STEPS = 100_000
"""The most loop rounds, calls and pieces of output that one rendering may take."""

MAX_CHARACTERS = 4 * 1024 * 1024
"""The most characters that one rendering may put out, counting each piece as often as it is passed on."""

_MAX_FILTERED = 10_000
_FILTERS = ("upper", "lower", "title", "capitalize", "trim", "default", "d", "length", "first", "last", "int", "round")
_TEXT_METHODS = frozenset({"upper", "lower", "title", "capitalize", "strip", "split", "startswith", "endswith"})


class Names(SimpleNamespace):
    """What a template sees under one name, such as `user`; `label` is that name, for messages."""

    def __init__(self, label: str, /, **values: Any) -> None:
        super().__init__(**values)
        self._label = label

    def __str__(self) -> str:
        raise SecurityError(f"{self._label} is a group of names, not a text")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment that templates run in; `start` gives each rendering its budget."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(loader=loader, autoescape=True, undefined=_Undefined, keep_trailing_newline=True)
        self.filters = {name: self.filters[name] for name in _FILTERS} | {
            "replace": _small(self.filters["replace"]),
            "join": _small(self.filters["join"]),
            "_counted": self._counted,
            "_measured": self._measured,
        }
        self.globals = {"range": safe_range}
        self._steps = self._characters = 0

    def start(self) -> None:
        """Begins a rendering with a full budget."""
        self._steps = self._characters = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for node in list(template.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier))):
            raise TemplateSyntaxError("values are always escaped", node.lineno, name, filename)
        for loop in list(template.find_all(nodes.For)):
            loop.iter = _filtered(loop.iter, "_counted")
        for output in list(template.find_all(nodes.Output)):
            output.nodes = [_filtered(piece, "_measured") for piece in output.nodes]
        for assignment in list(template.find_all(nodes.Assign)):
            assignment.node = _filtered(assignment.node, "_measured")
        return template

    def call(self, context: Context, callee: Any, /, *arguments: Any, **named: Any) -> Any:
        """Calls `callee`; every call costs a step."""
        self._step()
        return super().call(context, callee, *arguments, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic is for numbers: a text can't be multiplied or formatted into a huge one."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not (numbers or operator == "+"):
            raise SecurityError(f"{operator} can't be used here")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allows the names of `user`, `vars` and `loop`, and the methods of a text that can't make a huge one."""
        if isinstance(obj, Names | LoopContext):
            return not attr.startswith("_")
        return isinstance(obj, str) and attr in _TEXT_METHODS

    def wrap_str_format(self, value: Any) -> None:
        """No `format` of texts: a width in it makes a huge one."""

    @pass_context
    def _counted(self, _context: Context, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._step()
            yield item

    @pass_context
    def _measured(self, _context: Context, value: Any) -> Any:
        self._step()
        self._characters += len(value) if isinstance(value, str) else 0
        if self._characters > MAX_CHARACTERS:
            raise SecurityError(f"puts out more than {MAX_CHARACTERS:,} characters")
        return value

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise SecurityError(f"takes more than {MAX_STEPS:,} steps; does a loop not end?")


class _Undefined(StrictUndefined):
    """Names what is undefined as the template writes it: `user.nombre`."""

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        prefix = f"{owner._label}." if owner is not missing and isinstance(owner, Names) else ""
        return self._undefined_hint or f"{prefix}{self._undefined_name} is undefined"


def _small(filter_function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what could make a huge text of two large ones."""

    def limited(context: Any, value: Any, *arguments: Any, **named: Any) -> Any:
        for each in (value, *arguments, *named.values()):
            if hasattr(each, "__len__") and len(each) > _MAX_FILTERED // (1 if each is value else 10):
                raise SecurityError("a filter gets more text than it may")
        return filter_function(context, value, *arguments, **named)

    limited.jinja_pass_arg = filter_function.jinja_pass_arg  # type: ignore[attr-defined]
    return limited


def _filtered(node: Any, name: str) -> Any:
    wrapped = nodes.Filter(node, name, [], [], None, None)
    return wrapped.set_lineno(node.lineno).set_environment(node.environment)
