"""Puts the meters of the sandbox into a parsed template.

Entering a body (a file, a block, a macro, a loop's round) costs as many steps as it has parts, so that
what is done is bounded by what is entered. Every text that goes into an operation is measured before it.
"""

from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from efsync.model.language import message

_NOT_MEASURED = (nodes.Const, nodes.TemplateData, nodes.And, nodes.Or, nodes.Not, nodes.Slice)
MAX_PARTS = 20_000
"""The most parts (texts, names, operations) that one template may have."""

_HAS_BODY = (nodes.Template, nodes.Block, nodes.Macro, nodes.CallBlock)


def metered(template: nodes.Template, name: str | None, filename: str | None) -> nodes.Template:
    """The template with a meter in every body, loop, expression and piece of output.

    Raises `TemplateSyntaxError` where it has too many parts, turns escaping off, uses a meter itself or has a
    loop that calls itself.
    """
    if _parts(template) > MAX_PARTS:
        raise TemplateSyntaxError(message("has more than {most:,} parts", most=MAX_PARTS), 1, name, filename)
    for node in template.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        raise TemplateSyntaxError(message("values are always escaped"), node.lineno, name, filename)
    for used in template.find_all(nodes.Filter):
        if used.name.startswith("_"):  # a meter, which could be turned back
            said = message("No filter named {name}.", name=f"'{used.name}'")
            raise TemplateSyntaxError(said, used.lineno, name, filename)
    for loop in template.find_all(nodes.For):
        if loop.recursive:
            raise TemplateSyntaxError(message("a loop can't be recursive here"), loop.lineno, name, filename)
    parts = {id(node): _parts(node) for node in (template, *template.find_all((*_HAS_BODY[1:], nodes.For)))}
    _meter(template, parts)
    return template


def _parts(node: nodes.Node) -> int:
    return 1 + sum(_parts(child) for child in node.iter_child_nodes())


def _meter(node: nodes.Node, parts: dict[int, int]) -> None:
    for field, value in node.iter_fields():
        if isinstance(value, list):
            value[:] = [_with_meter(node, field, each, parts) for each in value]
        else:
            setattr(node, field, _with_meter(node, field, value, parts))
    if isinstance(node, nodes.For):
        node.iter = _filtered(node.iter, "_rounds", parts[id(node)])
    elif isinstance(node, _HAS_BODY):
        entering = _filtered(nodes.Const(parts[id(node)]), "_entered", like=node)
        node.body.insert(0, nodes.ExprStmt(entering).set_lineno(node.lineno))


def _with_meter(parent: nodes.Node, field: str, child: Any, parts: dict[int, int]) -> Any:
    if not isinstance(child, nodes.Node):
        return child
    _meter(child, parts)
    if isinstance(parent, nodes.Output):
        return _filtered(child, "_put_out")
    is_value = isinstance(child, nodes.Expr) and not isinstance(child, _NOT_MEASURED)
    is_target = getattr(child, "ctx", "load") != "load" or isinstance(child, nodes.NSRef)
    is_place = isinstance(parent, nodes.Call | nodes.Getattr) and field == "node"  # what is called, what has the name
    is_own_call = isinstance(parent, nodes.CallBlock) and field == "call"
    return _filtered(child, "_measured") if is_value and not (is_target or is_place or is_own_call) else child


def _filtered(node: Any, name: str, *arguments: int, like: Any = None) -> Any:
    wrapped = nodes.Filter(node, name, [nodes.Const(each) for each in arguments], [], None, None)
    model = like or node
    return wrapped.set_lineno(model.lineno).set_environment(model.environment)
