"""The pipeline that ships with efsync for a host, fitted to settings, and who owns what in the repository."""

import os
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from efsync.model.language import _, language_in_use, message, plural, translated
from efsync.schema.shipped import shipped
from efsync.settings.model import Settings
from efsync.workflows.init.needs import Needs, needs_of
from efsync.workflows.source import repository_of

_SETTINGS = "efsync.toml"
"""What efsync takes for the settings where nobody names others."""

_PLAIN = re.compile(r"[\w./-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Host:
    """What ships with efsync for a host, where the host looks for that and for who owns files, and what is said in it.

    `more` are variables that the pipeline needs of the host itself, and `jobs` is a table of what is done when.
    """

    name: str
    source: str
    pipeline: str
    owners: str
    head: str
    jobs: tuple[tuple[str, ...], ...]
    more: tuple[str, ...] = ()


HOSTS: Mapping[str, Host] = MappingProxyType(
    {
        "github": Host(
            "GitHub", "pipelines/github/efsync.yml", ".github/workflows/efsync.yml", ".github/CODEOWNERS",
            message("efsync on GitHub Actions. Change what is marked CHANGE; docs/pipelines.md of efsync says which "
                "environments and rules for branches belong to it. Both environments have the secrets {variables}."),
            (
                (message("pull request"), message("validate, plan, one comment"), message("environment erp-review")),
                (message("merge"), message("apply exactly the plan of the comment"),
                 message("environment erp: whoever shall approve")),
                (message("every night"), message("look for drift, keep one issue"), message("environment erp-review")),
                (message("by hand"), message("plan anew and apply, or look for drift")),
            ),
        ),
        "gitlab": Host(
            "GitLab", "pipelines/gitlab/efsync.gitlab-ci.yml", ".gitlab-ci.yml", "CODEOWNERS",
            message("efsync on GitLab CI/CD. Change what is marked CHANGE; docs/pipelines.md of efsync says which "
                "protected branches and schedules belong to it. The project has the variables {variables}."),
            (
                (message("merge request"), message("validate, plan, one note")),
                (message("merge"), message("apply exactly the plan of the note, once somebody starts the job")),
                (message("every schedule"), message("look for drift, keep one issue")),
                (message("by hand"), message("plan anew and apply")),
            ),
            more=("EFSYNC_GITLAB_TOKEN",),
        ),
    }
)  # fmt: skip

SENTENCES = (
    message("CHANGE: the repository of efsync, and one of its tags or, better, commits"),
    message("CHANGE: the repository of efsync, and one of its tags or commits"),
    message("After a merge: the plan that was reviewed. By hand: a new one, to be approved."),
    message(
        "Plan and report hold addresses, servers and texts, and no password; so they are for members of the project."
    ),
    message("a fork's merge request gets no secrets, here neither: it is validated alone"),
    message("description: What to do,"),
    message("description: The target; empty is the default one,"),
    message("description: Let it change more accounts than the limit,"),
    message("description: Let it clear more accounts than the limit,"),
    message("description: Users whose known password may go to another server,"),
)  # fmt: skip
"""What the files that ship say to people whatever the settings are."""


def pipeline_files(host: Host, settings: Settings) -> dict[str, str]:
    """The pipeline of the host, and who owns what in the repository, both as they stand at the top of that."""
    needs, place = needs_of(settings), place_in_repository(settings.folder)
    config = (place / settings.file).as_posix()
    accounts = Path(os.path.normpath(place / os.path.relpath(settings.accounts, settings.folder))).as_posix()
    text = shipped(host.source).read_text(encoding="utf-8")
    for pattern, lines in (
        (r"\A(#.*\n)+", _head(host, needs)),
        (r"^  EFSYNC_EXTRAS:.*\n  EFSYNC_LANG:.*\n", _variables(host, needs, config)),
        (r"^    env: &secrets\n(      .*\n)+", ["    env: &secrets", *_secrets(needs)]),
        (r"^      changes:.*\n", [f"      changes: [{_scalar(config)}, {_scalar(f'{accounts}/**/*')}]"]),
    ):
        text = re.sub(pattern, "".join(f"{line}\n" for line in lines).replace("\\", r"\\"), text, flags=re.MULTILINE)
    for sentence in SENTENCES:
        text = text.replace(sentence, translated(sentence))
    return {host.pipeline: text, host.owners: _owners(accounts)}


def place_in_repository(folder: Path) -> Path:
    """`folder` as seen from the top of its Git repository, or of what will be one."""
    return Path(os.path.relpath(folder.resolve(), repository_of(folder) or folder.resolve()))


def comment(text: str, indented: str = "") -> list[str]:
    """A sentence as lines of comment; a blank that is not to be broken at stands in it as such."""
    start = f"{indented}# "
    lines = textwrap.wrap(text, 110, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _head(host: Host, needs: Needs) -> list[str]:
    variables = [*needs.variables, *([needs.passwords] if needs.passwords else []), *host.more]
    rows = [[translated(cell) for cell in row] for row in host.jobs]
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(len(rows[0]))]
    table = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    return [*comment(_(host.head, variables=", ".join(variables))), "#", *(f"# {row}" for row in table)]


def _variables(host: Host, needs: Needs, config: str) -> list[str]:
    """What is installed, the language, where settings are that are elsewhere, and what a runner does not reach."""
    extras = message("drivers of the databases, and what passwords need")
    if needs.unknown:
        extras = plural(
            "CHANGE: the server of {names} can't be known here: mssql, postgres, mysql, or none of them for SQLite",
            "CHANGE: the servers of {names} can't be known here: mssql, postgres, mysql, or none of them for SQLite",
            len(needs.unknown),
            names=", ".join(needs.unknown),
        )
    unreached = [translated(out_of_reach(each.what, host)) for each in needs.unreached]
    return [
        *comment(translated(extras), "  "),
        f"  EFSYNC_EXTRAS: {','.join(needs.extras) or _scalar('')}",
        f"  EFSYNC_LANG: {language_in_use()} # {_('es or en')}",
        *([] if config == _SETTINGS else [f"  EFSYNC_CONFIG: {_scalar(config)}"]),
        *(line for said in unreached for line in comment(f"CHANGE: {said}", "  ")),
    ]


def out_of_reach(what: str, host: Host) -> str:
    """That a runner has not what this machine has."""
    return message("{what} on this machine, which a runner of {host} does not reach", what=what, host=host.name)


def _secrets(needs: Needs) -> list[str]:
    lines = [_secret(name) for name in needs.variables]
    if needs.passwords is None:
        return lines
    lines += comment(_("CHANGE: such a line for each password that department files refer to"), "      ")
    example = needs.passwords.replace("*", "JPEREZ")
    return [*lines, *([_secret(example)] if _VARIABLE.fullmatch(example) else [])]


def _secret(name: str) -> str:
    return f"      {name}: ${{{{ secrets.{name} }}}}"


def _owners(accounts: str) -> str:
    path = accounts.replace(" ", "\\ ")
    width = len(path) + 3
    lines = [
        *comment(_("Who has to approve what. CHANGE the names to yours, and take the # away before the lines. What is "
            "not below accounts decides what department files may reach: let administrators own it.")),
        f"# {'*':<{width}} @acme/administrators",
        f"# {f'/{path}':<{width}} @acme/administrators",
        f"# {f'/{path}/':<{width}} @acme/ventas @acme/administrators",
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def _scalar(text: str) -> str:
    """A text as YAML has it."""
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"
