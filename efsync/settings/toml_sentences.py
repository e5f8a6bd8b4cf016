"""What Python's tomllib says about a file that is no TOML."""

from efsync.model.foreign import Sentences
from efsync.model.language import message

TOML_SENTENCES = Sentences(
    message("Invalid statement"),
    message("Invalid value"),
    message("Invalid initial character for a key part"),
    message("Invalid hex value"),
    message("Invalid date or datetime"),
    message("Found invalid character {character}"),
    message("Illegal character {character}"),
    message("Escaped character is not a Unicode scalar value"),
    message("Unescaped '\\' in a string"),
    message("Unterminated string"),
    message("Unclosed array"),
    message("Unclosed inline table"),
    message("Duplicate inline table key {key}"),
    message("Cannot declare {key} twice"),
    message("Cannot overwrite a value"),
    message("Cannot mutate immutable namespace {key}"),
    message("Cannot redefine namespace {key}"),
    message("Expected newline or end of document after a statement"),
    message("Expected '=' after a key in a key/value pair"),
    message("Expected ']' at the end of a table declaration"),
    message("Expected ']]' at the end of an array declaration"),
    message("Expected {expected}"),
)
