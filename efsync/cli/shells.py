"""How efsync completes in bash, zsh and fish: click's own ways, silent, and safe with any name.

click's scripts leave it to bash to split and expand what they are answered, and to fish to cut it at a comma.
"""

import contextlib
import io
import os
import re

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

_BASH = """\
%(complete_func)s() {
    local response line
    response=$(IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    while IFS= read -r line; do
        case "${line%%%%,*}" in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${line#*,}") ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""  # not said to people

_FISH = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp | string collect) \\
        COMP_CWORD=(commandline -ct | string collect --allow-empty) %(prog_name)s 2>/dev/null)
    for completion in $response
        set -l parts (string split -m 1 -- "," $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                printf '%%s\\n' $parts[2]
        end
    end
end

complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
"""  # not said to people

_BARE = re.compile(r"[^\w.,/+%-]")
"""What bash takes for more than a letter outside of quotes, or for the end of a word."""


class _Silent(ShellComplete):
    """Completes nothing, and says nothing, where something is wrong."""

    def complete(self) -> str:
        """The completions."""
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                return super().complete()
            except Exception:
                return ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """What may take the place of the word `incomplete`: the whole of it, where that is `--target=e`."""
        option, equals, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        if equals and option.startswith("--"):
            for item in found:
                item.value = f"{option}={item.value}"
        return found


class Bash(_Silent, BashComplete):
    """Completes in bash, which puts an answer on the line as it is."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that; bash splits `--target=erp` into three."""
        words, word = super().get_completion_args()
        if words and words[-1].startswith("--") and word == "=":
            word = ""
        elif len(words) > 1 and words[-1] == "=" and words[-2].startswith("--"):
            words.pop()
        return words, word

    def complete(self) -> str:
        """The completions, quoted as the word is that is completed."""
        return "\n".join(line for line in super().complete().split("\n") if line)

    def format_completion(self, item: CompletionItem[str]) -> str:
        """A line for the script; none for what can't be quoted."""
        if item.type != "plain":
            return super().format_completion(item)
        quoted = _in_bash(item.value, _word_on_the_line())
        return f"plain,{quoted}" if quoted else ""


class Zsh(_Silent, ZshComplete):
    """Completes in zsh, which quotes by itself."""


class Fish(_Silent, FishComplete):
    """Completes in fish, which quotes by itself."""

    source_template = _FISH


def complete_in_shells() -> None:
    """Let click complete in these ways."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)


def _word_on_the_line() -> str:
    words = os.environ["COMP_WORDS"].split("\n")
    position = int(os.environ["COMP_CWORD"])
    return words[position] if position < len(words) else ""


def _in_bash(value: str, word: str) -> str | None:
    """`value` as it has to stand on bash's line in place of `word`, which may have begun with a quote."""
    opened = word[:1] if word[:1] in ('"', "'") else ""
    if set(word[1:] if opened else word) & {'"', "'"}:
        return None  # a quote in the middle, or a word that is whole: what bash replaces can't be told
    if not opened:
        return _BARE.sub(r"\\\g<0>", value)
    return None if opened in value else value
