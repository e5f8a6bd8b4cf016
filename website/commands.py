"""Pages about the commands, made from the commands."""

import re
from collections.abc import Iterator, Mapping

import click

from efsync.cli.language import in_language
from efsync.cli.program import program
from website.words import Words

FOLDER = "commands"

_CODE = re.compile(r"(`[^`]*`)")
_MARKUP = re.compile(r"([\\*_<>\[\]|#&])")


def command_pages(words: Words) -> Mapping[str, str]:
    """The page of each command and the one that lists them, by their paths, in the language that is spoken."""
    top = click.Context(in_language(program), info_name="efsync", **program.context_settings)
    names = program.list_commands(top)
    pages = {f"{FOLDER}/index.md": _index(top, names, words)}
    for name in names:
        pages[f"{FOLDER}/{name}.md"] = "\n".join(_about(_get(top, name), name, top, words, level=1))
    return pages


def literal(text: str) -> str:
    """Text as Markdown that shows it as it is, but for what stands in backticks."""
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\1", part) for part in _CODE.split(text))


def _get(context: click.Context, name: str) -> click.Command:
    group = context.command
    assert isinstance(group, click.Group)
    found = group.get_command(context, name)
    assert found is not None
    return found


def _index(top: click.Context, names: list[str], words: Words) -> str:
    lines = [f"# {words.commands}", "", words.commands_intro, "", *_paragraphs(top.command.help or ""), ""]
    lines += [f"| {words.command} | {words.what_it_does} |", "| --- | --- |"]
    lines += [f"| [`{name}`]({name}.md) | {literal(_get(top, name).get_short_help_str(200))} |" for name in names]
    return "\n".join([*lines, "", f"## {words.for_all}", "", *_options(top.command, top, words)])


def _about(command: click.Command, name: str, above: click.Context, words: Words, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    yield from (f"{'#' * level} efsync {context.command_path.removeprefix('efsync ')}", "")
    yield from _paragraphs(command.help or "")
    yield from ("", "```text", f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}", "```", "")
    yield from _options(command, context, words)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield ""
            yield from _about(_get(context, each), each, context, words, level + 1)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield from (literal(" ".join(paragraph.replace("\b", "").split())), "")


def _options(command: click.Command, context: click.Context, words: Words) -> Iterator[str]:
    rows = [_row(each, context) for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if rows:
        yield from (f"| {words.option} | {words.what_it_does} | {words.variable} |", "| --- | --- | --- |", *rows)


def _row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None
    variables = [] if option.is_eager else _variables(option, context)
    named = ", ".join(f"`{each}`{{ .whole }}" for each in variables)
    return f"| `{record[0]}` | {literal(' '.join(record[1].split()))} | {named} |"


def _variables(option: click.Option, context: click.Context) -> list[str]:
    if option.envvar is not None:
        return [option.envvar] if isinstance(option.envvar, str) else list(option.envvar)
    if not option.allow_from_autoenv or context.auto_envvar_prefix is None or option.name is None:
        return []
    return [f"{context.auto_envvar_prefix}_{option.name.upper()}"]
