"""Pages about the keys of efsync.toml and of department files, made from their schemas."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from efsync.model.language import _
from efsync.schema.shipped import schema
from website.commands import literal
from website.toml import toml
from website.words import Words

Node = Mapping[str, Any]

_ANY_NAME = {"targets": "NAME", "users": "CODE"}
"""What stands for the names of one's own below a key."""


@dataclass(frozen=True)
class _Kind:
    """How the keys of one kind of file are shown."""

    root: Node
    words: Words
    heading: Callable[[tuple[str, ...]], str]
    example: Callable[[Any], str]


def settings_page(words: Words) -> str:
    """Every key of efsync.toml, in the language that is spoken."""
    kind = _Kind(schema("configuration"), words, lambda path: f"`[{'.'.join(path)}]`", toml)
    return _page(kind, words.settings, words.settings_intro)


def department_page(words: Words) -> str:
    """Every key of a department file, in the language that is spoken."""
    kind = _Kind(schema("department"), words, lambda path: f"`{'.'.join(path)}`", _flow)
    return _page(kind, words.department_file, words.department_intro)


def _page(kind: _Kind, title: str, intro: str) -> str:
    lines = [f"# {title}", "", _said(kind.root["description"]), "", intro, ""]
    return "\n".join([*lines, *_keys(kind, kind.root), *_below(kind, kind.root, (), set())])


def _below(kind: _Kind, node: Node, path: tuple[str, ...], seen: set[str]) -> Iterator[str]:
    """A section for each table below `node`; what several keys share is described once, under the first of them."""
    keys = node.get("properties", {})
    for name, raw in keys.items():
        shared = _shared(kind, raw)
        if shared in seen:
            continue
        each, here = _resolved(kind, raw), (*path, name)
        if isinstance(more := each.get("additionalProperties"), Mapping) and "$ref" in more:
            here, each = (*here, _ANY_NAME[name]), _resolved(kind, more)
        if not each.get("properties"):
            continue
        yield from ("", f"## {kind.heading(here)}", "", _said(each["description"]), "")
        if shared:
            seen.add(shared)
            if others := [f"`{other}`" for other, of in keys.items() if other != name and _shared(kind, of) == shared]:
                yield from (kind.words.likewise.format(keys=", ".join(others)), "")
        yield from _keys(kind, each)
        yield from _below(kind, each, here, seen)


def _keys(kind: _Kind, node: Node) -> Iterator[str]:
    words = kind.words
    yield f"| {words.key} | {words.value} | {words.meaning} | {words.example} |"
    yield "| --- | --- | --- | --- |"
    for name, raw in node["properties"].items():
        each = _resolved(kind, raw)
        value = [_value(each, words)]
        if name in node.get("required", ()):
            value.append(words.required)
        if each.get("default") not in (None, [], {}):
            value.append(words.default.format(value=f"`{kind.example(each['default'])}`"))
        example = f"`{kind.example(each['examples'][0])}`".replace("\n", " ") if each.get("examples") else ""
        yield f"| `{name}` | {'; '.join(filter(None, value))} | {_said(each['description'])} | {example} |"


def _value(node: Node, words: Words) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{each}`" for each in node["enum"])
    types = node.get("type", [])
    return f" {words.any_of} ".join(_type(each, node, words) for each in ([types] if isinstance(types, str) else types))


def _type(name: str, node: Node, words: Words) -> str:
    match name:
        case "integer" if "maximum" in node:
            return words.number_between.format(least=node["minimum"], most=node["maximum"])
        case "integer" if "minimum" in node:
            return words.number_from.format(least=node["minimum"])
        case "integer":
            return words.number
        case "boolean":
            return "`false`" if node.get("not") == {"const": True} else words.yes_or_no
        case "array":
            return words.list_of.format(kind=_value(node["items"], words))
        case "object":
            return words.table
        case "null":
            return words.nothing
    return words.text


def _resolved(kind: _Kind, node: Node) -> Node:
    """`node` with what it refers to; for a key that may be a table as well, with the keys of that."""
    if "$ref" in node:
        return {**_resolved(kind, _definition(kind, node["$ref"])), **node}
    if reference := node.get("then", {}).get("$ref"):
        return {**node, "properties": _definition(kind, reference)["properties"]}
    return node


def _shared(kind: _Kind, node: Node) -> str | None:
    """The name of the definition that `node` takes its keys from."""
    if "$ref" in node:
        return _shared(kind, _definition(kind, node["$ref"])) or str(node["$ref"])
    reference: str | None = node.get("then", {}).get("$ref")
    return reference


def _definition(kind: _Kind, reference: str) -> Node:
    found: Node = kind.root["$defs"][reference.removeprefix("#/$defs/")]
    return found


def _said(text: str) -> str:
    return literal(_(text))


def _flow(value: Any) -> str:
    """A value as YAML in one line, as short as people write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) and not value.startswith(("+", "{")) else toml(value)
