"""Jinja2's sandbox with a budget: whatever a template does, and whatever it holds on the way, counts.

A template comes from a pull request. So it reaches nothing but the names that it is given, renders the
same text each time, and stops at its budget instead of running or growing without end.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Undefined, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import do_replace, do_trim, sync_do_join
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import missing

from efsync.accounts.metering import metered
from efsync.model.language import message

MAX_STEPS = 200_000
"""The most steps of one rendering: entering a file, block, macro or loop's round costs as many as it has parts."""

MAX_CHARACTERS = 4 * 1024 * 1024
"""The most characters that one rendering may handle, counting each text as often as it is used."""

_ITEM = 32  # what an item of a list costs, in characters
_MAX_NUMBER = 10**15
_MAX_DIGITS = 10
_FILTERS = ("upper", "lower", "title", "capitalize", "default", "d", "length", "first", "last", "int")
_TEXT_METHODS = frozenset({"upper", "lower", "title", "capitalize", "split", "startswith", "endswith"})


class OutOfBudget(SecurityError):
    """A rendering takes more steps or characters than it may."""


class Names(SimpleNamespace):
    """What a template sees under one name, such as `user`; `label` is that name, for messages."""

    def __init__(self, label: str, /, **values: Any) -> None:
        super().__init__(**values)
        self._label = label

    def __repr__(self) -> str:
        return self._label

    def __str__(self) -> str:
        raise SecurityError(message("{name} is a group of names, not a text", name=self._label))


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment that templates run in; `start` gives each rendering its budget."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(loader=loader, autoescape=True, undefined=_Undefined, keep_trailing_newline=True)
        self.filters = {name: self.filters[name] for name in _FILTERS} | {
            "trim": trim,
            "round": rounded,
            "replace": self._replace,
            "join": self._join,
            "_entered": self._entered,
            "_rounds": self._rounds,
            "_measured": self._measured,
            "_put_out": self._put_out,
        }
        self.globals = {"range": safe_range}
        self._steps = self._characters = 0

    def start(self) -> None:
        """Begins a rendering with a full budget."""
        self._steps = self._characters = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return metered(super()._parse(source, name, filename), name, filename)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic is for numbers: a text can't be multiplied or formatted into a huge one."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not (numbers or operator == "+"):
            raise SecurityError(message("{operator} can't be used here", operator=operator))
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allows the names of `user`, `vars`, `loop` and of an import, and the harmless methods of a text."""
        if isinstance(obj, Names | LoopContext | TemplateModule):
            return not attr.startswith("_")
        return isinstance(obj, str) and attr in _TEXT_METHODS

    def wrap_str_format(self, value: Any) -> None:
        """No `format` of texts: a width in it makes a huge one."""

    @pass_context
    def _entered(self, _context: Context, parts: int) -> None:
        self._steps += parts
        if self._steps > MAX_STEPS:
            raise OutOfBudget(message("takes too many steps; does a loop not end?"))

    @pass_context
    def _rounds(self, context: Context, items: Iterable[Any], parts: int) -> Iterator[Any]:
        for item in items:
            self._entered(context, parts)
            yield item

    @pass_context
    def _measured(self, _context: Context, value: Any) -> Any:
        self._spend(self._size(value))
        return value

    @pass_context
    def _put_out(self, context: Context, value: Any) -> Any:
        if value is None:
            return ""
        if not isinstance(value, str | int | float | Undefined):
            raise SecurityError(message("{value} can't be put out as a text", value=_kind(value)))
        return self._measured(context, value)

    @pass_context
    def _replace(self, context: Context, text: Any, old: Any, new: Any) -> Any:
        self._spend(str(text).count(str(old)) * len(str(new)))
        return do_replace(context.eval_ctx, text, old, new)

    @pass_context
    def _join(self, context: Context, items: Any, between: Any = "") -> Any:
        joined = list(items)
        self._spend(len(joined) * len(str(between)))
        return sync_do_join(context.eval_ctx, joined, between)

    def _size(self, value: Any) -> int:
        """How much a value holds, all that is nested in it included."""
        if isinstance(value, str):
            return len(value)
        if isinstance(value, list | tuple):
            return sum(_ITEM + self._size(item) for item in value)
        if isinstance(value, dict):
            return sum(_ITEM + self._size(key) + self._size(item) for key, item in value.items())
        if isinstance(value, range):
            return len(value)
        if isinstance(value, int) and abs(value) > _MAX_NUMBER:
            raise SecurityError(message("a number grows too large"))
        if isinstance(value, int | float | None | Undefined | Names | LoopContext | Macro):
            return 0
        raise SecurityError(message("{value} can't be used as a value", value=_kind(value)))

    def _spend(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_CHARACTERS:
            raise OutOfBudget(message("handles more than {most:,} characters", most=MAX_CHARACTERS))


class _Undefined(StrictUndefined):
    """Names what is undefined as the template writes it: `user.nombre`."""

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        prefix = f"{owner._label}." if owner is not missing and isinstance(owner, Names) else ""
        return self._undefined_hint or message("{name} is undefined", name=f"{prefix}{self._undefined_name}")


def trim(text: Any) -> Any:
    """The text without blanks at its ends; of other characters a long list would take long."""
    return do_trim(text)


def rounded(number: float, digits: int = 0) -> float:
    """The number with so many digits after the point."""
    if not 0 <= digits <= _MAX_DIGITS:
        raise SecurityError(message("round takes 0 to {most} digits", most=_MAX_DIGITS))
    return round(number, digits)


def _kind(value: Any) -> str:
    if isinstance(value, list | tuple):
        return message("a list")
    if isinstance(value, dict):
        return message("a mapping")
    if isinstance(value, Names):
        return message("a group of names")
    return message("a macro") if isinstance(value, Macro) else message("what stands here")
