"""Renders HTML templates for a user."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jinja2 import BaseLoader, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateNotFound

from efsync.accounts.folder import MAX_TEXT_BYTES, AccountsFolder
from efsync.accounts.sandbox import Names, Sandbox
from efsync.model.problems import Location, Problem, Refused


@dataclass(frozen=True, slots=True)
class Person:
    """What a template knows of a user, as `user.…`."""

    code: str
    name: str
    title: str
    department: str
    address: str
    domain: str


class Templates:
    """The templates of one accounts folder, each compiled once."""

    def __init__(self, folder: AccountsFolder) -> None:
        self._folder = folder
        self._loader = _Loader(folder)
        self._sandbox = Sandbox(self._loader)

    def render(self, name: str, person: Person, variables: Mapping[str, Any], place: Location) -> str:
        """The text of template `name` for `person`.

        Raises `Refused` at `place`: `template` where it has an error, uses an undefined name, reaches for
        something forbidden or does not end; and as `AccountsFolder.included_text` does.
        """
        self._folder.included_text(name, place)  # a file that can't be read is not the template's error
        self._loader.place = place
        self._sandbox.start()
        try:
            template = self._sandbox.get_template(name)
            text = template.render(user=Names("user", **asdict(person)), vars=Names("vars", **variables))
        except Refused:
            raise
        except TemplateSyntaxError as error:
            raise _refused(f"{error.name or name}:{error.lineno}: {error.message}", place) from None
        except UndefinedError as error:
            known = ", ".join(f"user.{field}" for field in Person.__slots__)
            hint = f"known are {known} and the vars of the file: {', '.join(variables) or 'none'}"
            raise _refused(f"{name}: {error}", place, hint) from None
        except RecursionError:
            raise _refused(f"{name}: includes or calls itself without end", place) from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise _refused(f"{name}: {error}", place) from None
        if len(text) > MAX_TEXT_BYTES:
            raise _refused(f"{name}: renders to more than {MAX_TEXT_BYTES:,} characters", place)
        return text


class _Loader(BaseLoader):
    """Finds included templates inside the accounts folder only."""

    def __init__(self, folder: AccountsFolder) -> None:
        self._folder = folder
        self.place = Location("")

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Any]:
        if not template:
            raise TemplateNotFound(template)
        return self._folder.included_text(template, self.place), template, lambda: True


def _refused(message: str, place: Location, hint: str | None = None) -> Refused:
    return Refused(Problem("template", message, place, hint))
