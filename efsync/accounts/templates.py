"""Renders HTML templates for a user."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from jinja2 import BaseLoader, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateNotFound

from efsync.accounts.folder import MAX_TEXT_BYTES
from efsync.accounts.jinja_sentences import JINJA
from efsync.accounts.sandbox import Names, OutOfBudget, Sandbox
from efsync.accounts.traced import Traced, TracingSandbox, traced
from efsync.model.language import Message, joined, message
from efsync.model.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Person:
    """What a template knows of a user, as `user.…`; what is `None` is undefined."""

    code: str
    name: str | None
    title: str | None
    department: str
    address: str
    domain: str


class Included(Protocol):
    """Where templates are, such as the accounts folder."""

    def included_text(self, name: str) -> str:
        """The text of one. Raises `Refused`."""
        ...


class Templates:
    """The templates of one accounts folder, each compiled once; one that does not end is not tried again."""

    def __init__(self, folder: Included) -> None:
        self._folder = folder
        self._sandbox = Sandbox(_Loader(folder))
        self._hopeless: dict[str, str] = {}
        self._tracing = TracingSandbox(_Loader(folder))
        self._last: tuple[str, Person, Mapping[str, Any], str, Traced | None] | None = None

    def render(self, name: str, person: Person, variables: Mapping[str, Any]) -> str:
        """The text of template `name` for `person`.

        Raises `Refused`, without a place: `template` where it has an error, uses an undefined name, reaches for
        something forbidden or does not end; and as `AccountsFolder.included_text` does.
        """
        self._folder.included_text(name)  # a file that can't be read is not the template's error
        if name in self._hopeless:
            raise _refused(self._hopeless[name])
        known = {field: value for field, value in asdict(person).items() if value is not None}
        try:
            text = _rendered(self._sandbox, name, known, variables)
        except UndefinedError as error:
            of_user = ", ".join(f"user.{field}" for field in known)
            of_file = ", ".join(variables)
            some = message("known are {of_user} and the vars of the file: {of_file}", of_user=of_user, of_file=of_file)
            none = message("known are {of_user} and the vars of the file: none", of_user=of_user)
            raise _refused(_at(_origin(error, name), error), some if variables else none) from None
        except (TemplateSyntaxError, OutOfBudget, RecursionError, SyntaxError, MemoryError) as error:
            self._hopeless[name] = _hopeless_message(error, name)
            raise _refused(self._hopeless[name]) from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise _refused(_at(_origin(error, name), error)) from None
        if len(text) > MAX_TEXT_BYTES:
            raise _refused(message("{file}: renders to more than {most:,} characters", file=name, most=MAX_TEXT_BYTES))
        return text

    def place(
        self, name: str, person: Person, variables: Mapping[str, Any], text: str, line: int, column: int
    ) -> tuple[str, int, int] | None:
        """Where a place in `text`, which `name` rendered, stands in a template; `None` where that can't be told."""
        if self._last is None or self._last[:4] != (name, person, variables, text):
            known = {field: value for field, value in asdict(person).items() if value is not None}
            try:
                found = traced(_rendered(self._tracing, name, known, variables), self._tracing.pieces, text)
            except Exception:  # the marks made it too long, or a filter stumbles over them
                found = None
            self._last = (name, person, variables, text, found)
        return self._last[4].place(line, column) if self._last[4] else None


class _Loader(BaseLoader):
    """Finds included templates inside the accounts folder only."""

    def __init__(self, folder: Included) -> None:
        self._folder = folder

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Any]:
        """The source of an included template."""
        if not template:
            raise TemplateNotFound(template, message("the name of a template is empty"))
        return self._folder.included_text(template), template, lambda: True


def _rendered(sandbox: Sandbox, name: str, known: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    sandbox.start()
    template = sandbox.get_template(name)
    return template.render(user=Names("user", **known), vars=Names("vars", **variables))


def _origin(error: BaseException, name: str) -> str:
    """The template and line where `error` arose, which may be in an included one."""
    origin, frame = name, error.__traceback__
    while frame is not None:
        if "__jinja_exception__" in frame.tb_frame.f_globals:
            origin = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        frame = frame.tb_next
    return origin


def _hopeless_message(error: BaseException, name: str) -> str:
    if isinstance(error, TemplateSyntaxError):
        return _at(f"{error.name or name}:{error.lineno}", error)
    if isinstance(error, OutOfBudget):
        return _at(_origin(error, name), error)
    return joined(": ", (name, message("is nested too deeply, or includes or calls itself without end")))


def _at(place: str, error: BaseException) -> str:
    """What an error says; most are Jinja2's own, some Python's."""
    said = (error.message if isinstance(error, TemplateError) else None) or str(error)
    return joined(": ", (place, said if isinstance(said, Message) else JINJA.message(said)))


def _refused(said: str, hint: str | None = None) -> Refused:
    return Refused(Problem("template", said, hint=hint))
