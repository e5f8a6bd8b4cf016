"""What Jinja2, and Python for it, says about a template that is wrong."""

from efsync.model.foreign import Sentences
from efsync.model.language import message

JINJA = Sentences(
    message(
        "Encountered unknown tag {tag}. You probably made a nesting mistake. Jinja is expecting this tag, "
        "but currently looking for {tags}. The innermost block that needs to be closed is {block}."
    ),
    message(
        "Encountered unknown tag {tag}. Jinja was looking for the following tags: {tags}. "
        "The innermost block that needs to be closed is {block}."
    ),
    message("Encountered unknown tag {tag}."),
    message(
        "Unexpected end of template. Jinja was looking for the following tags: {tags}. "
        "The innermost block that needs to be closed is {block}."
    ),
    message("Unexpected end of template."),
    message("unexpected end of template, expected {expected}."),
    message("expected token {expected}, got {got}"),
    message("Expected an expression, got {got}"),
    message("unexpected char {character} at {position}"),
    message("unexpected {token}, expected {expected}"),
    message("unexpected {token}"),
    message("tag name expected"),
    message("Invalid character in identifier"),
    message("Missing end of comment tag"),
    message("Missing end of raw directive"),
    message("invalid syntax for function call expression"),
    message("can't assign to {what}"),
    message("No filter named {name}."),
    message("No test named {name}."),
    message("block {name} defined twice"),
    message("there is no parent block called {name}."),
    message("No first item, sequence was empty."),
    message("No last item, sequence was empty."),
    message("access to attribute {attribute} of {type} object is unsafe."),
    message("{what} is not safely callable"),
    message("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({most})."),
    message("macro {name} takes not more than {most} argument(s)"),
    message("macro {name} takes no keyword argument {argument}"),
    message("division by zero"),
    message("{type} object is not iterable"),
    message("{type} object is not callable"),
    otherwise=lambda said: message("{template_error}", template_error=said),
)
