"""Accounts and what changes in them, as Markdown: a table of all, and below it a folded part for each.

Where there is not enough room, texts go first and then whole accounts; how many is always said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from efsync.model.fields import PASSWORD, Value
from efsync.model.language import _, _n, message, translated
from efsync.views import counts
from efsync.views.labels import field_label
from efsync.views.markdown import code, fenced, folded, html_code, length, sentence, table, table_row
from efsync.views.markdown_page import Page, fitting
from efsync.views.shown_accounts import ShownAccount, ShownField, text_difference
from efsync.views.text import is_short, secret_text, value_text

_NOTICES = 1_000
"""Room that is kept for saying what was left out."""

_TABLE_SHARE = 0.4
_HEAD = ("", message("account"), message("department"), message("fields"), message("why"), message("place"))
_MISSES = 20
"""After so many accounts that did not fit no more are tried: each takes time."""

WHOLE = message("The whole of it: `efsync show PLAN` or `efsync plan`, or the report that was made beside this.")


@dataclass(frozen=True, slots=True)
class Words:
    """What the two sides of a change are called, and where more can be read than there is room for."""

    before: str
    after: str
    whole: str


_Texts = dict[tuple[Value, Value], str]
"""Differences of texts that were shown, and at which user: a footer that all share is shown once."""


def add_accounts(page: Page, accounts: Sequence[ShownAccount], words: Words) -> None:
    """Add the table of `accounts`, and what changes in each, as far as there is room."""
    if not accounts:
        return
    columns = _columns(accounts)
    head = tuple(map(translated, _HEAD[columns]))
    room = int((page.room - _NOTICES) * _TABLE_SHARE) - length(table(head, ())) - 2
    rows = fitting((table_row(_cells_of(account)[columns]) for account in accounts), room)
    if rows:
        page.add(table(head, rows))
    if len(rows) < len(accounts):
        left = len(accounts) - len(rows)
        more = _n("{count:,} more account", "{count:,} more accounts", left) if rows else counts.accounts(left)
        page.add(" ".join((_("**{more}** did not fit into the table.", more=more), translated(words.whole))))
    _add_changes(page, [account for account in accounts if account.fields], words)


def _add_changes(page: Page, accounts: Sequence[ShownAccount], words: Words) -> None:
    parts = _short_parts(accounts, words, page.room - _NOTICES)
    with_texts = [number for number in parts if any(_is_long(field) for field in accounts[number].fields)]
    room = page.room - _NOTICES - sum(length(part) + 2 for part in parts.values())
    texts: _Texts = {}
    misses = 0
    for number in with_texts:
        if misses < _MISSES:
            seen = dict(texts)
            part = _part(accounts[number], words, seen)
            more = length(part) - length(parts[number])
            if more <= room:
                parts[number], texts, room = part, seen, room - more
                continue
        misses += 1
    for part in parts.values():
        page.add(part)
    notices = []
    if left_out := len(accounts) - len(parts):
        notices.append(_("What changes in **{accounts}** did not fit.", accounts=counts.accounts(left_out)))
    if misses:
        notices.append(_("The texts of **{accounts}** did not fit.", accounts=counts.accounts(misses)))
    if notices:
        page.add(" ".join((*notices, translated(words.whole))))


def _short_parts(accounts: Sequence[ShownAccount], words: Words, room: int) -> dict[int, str]:
    """The parts of as many accounts as there is room for, without texts, by the account's number."""
    parts: dict[int, str] = {}
    for number, account in enumerate(accounts):
        part = _part(account, words, None)
        if length(part) + 2 <= room:
            parts[number] = part
            room -= length(part) + 2
        elif number - len(parts) >= _MISSES:
            break
    return parts


def _columns(accounts: Sequence[ShownAccount]) -> slice:
    """The columns of the table; without the last ones where no account has a reason or a place, as in drift."""
    if any(account.location for account in accounts):
        return slice(None)
    return slice(-1 if any(account.reasons for account in accounts) else -2)


def _cells_of(account: ShownAccount) -> tuple[str, ...]:
    fields = ", ".join(field_label(field.field) for field in account.fields)
    department = code(account.department) if account.department else _("(no department)")
    mixed = (_("see below"),) if any(field.reason for field in account.fields) else ()
    reasons = sentence("; ".join((*account.reasons, *mixed)))
    place = code(str(replace(account.location, column=None))) if account.location else ""
    return (code(account.sign), code(account.user), department, fields, reasons, place)


def _part(account: ShownAccount, words: Words, texts: _Texts | None) -> str:
    """The folded part of an account; with `texts` its own are shown, unless they are there already, and added."""
    why = ("", *map(escape, account.reasons))
    summary = f"{account.sign} {html_code(account.user)} {counts.fields(len(account.fields))}{'; '.join(why)}"
    reasons = any(field.reason for field in account.fields)
    head = ("", _("field"), translated(words.before), translated(words.after), *((_("why"),) if reasons else ()))
    rows = (table_row(tuple(_cells(field, reasons=reasons))) for field in account.fields)
    blocks = [table(head, rows)]
    if texts is not None:
        for field in filter(_is_long, account.fields):
            blocks += _text_blocks(account, field, texts)
    return folded(summary, "\n\n".join(blocks))


def _cells(field: ShownField, *, reasons: bool) -> Iterator[str]:
    yield code(field.sign)
    yield field_label(field.field)
    if field.field == PASSWORD:
        yield ""
        yield secret_text(field.before, field.after)
    else:
        yield _value(field.field, field.before)
        yield _value(field.field, field.after)
    if reasons:
        yield field.reason


def _value(field: str, value: Value) -> str:
    plain = value is None or isinstance(value, bool) or not is_short(field, value)
    return value_text(field, value) if plain else code(str(value))


def _is_long(field: ShownField) -> bool:
    return field.field != PASSWORD and not (is_short(field.field, field.before) and is_short(field.field, field.after))


def _text_blocks(account: ShownAccount, field: ShownField, texts: _Texts) -> Iterator[str]:
    known = texts.setdefault((field.before, field.after), account.user)
    if known != account.user:
        yield _("{field}: as for {user} above", field=field_label(field.field), user=code(known))
    else:
        yield f"{field_label(field.field)}:"
        yield fenced(text_difference(field.before, field.after), "diff")
