"""`efsync preview`: the mail of each account, composed with a sample message."""

import logging
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from efsync.accounts.department import FileAccount, IncludedText
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.resolve import Resolver
from efsync.erp.users import UserTable
from efsync.mail.compose import compose
from efsync.mail.sample import MESSAGE, SUBJECT
from efsync.model.accounts import DesiredAccount, LiveAccount, LiveUser
from efsync.model.fields import UNKNOWN, Value
from efsync.model.language import message
from efsync.model.plans import Selection
from efsync.model.previews import PARTS, PartOrigin, Preview, PreviewedMail, PreviewedPart
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.model.secrets import SecretReference
from efsync.settings.model import Settings
from efsync.views.preview_page import MARK
from efsync.workflows.desired import Wanted
from efsync.workflows.files import replace_file
from efsync.workflows.selection import check_selection
from efsync.workflows.wiring import accounts_of, erp_of

log = logging.getLogger(__name__)

MAX_MAILS = 2_000
"""The most accounts of one page, which a browser opens without a pause."""


@dataclass(frozen=True, slots=True)
class _Live:
    """What the ERP holds of the chosen accounts, and in short who its other users are; all but `others` by code."""

    chosen: dict[str, LiveAccount] = field(default_factory=dict)
    named: dict[str, LiveUser] = field(default_factory=dict)
    others: list[LiveUser] = field(default_factory=list)


def preview(
    settings: Settings, target: str | None = None, selection: Selection = Selection(), *, progress: Progress = unseen
) -> Preview:
    """Compose the mail of every selected account; no secret is read, and without `target` no database either.

    With a target, names and titles are the ERP's, and so are the parts that the files do not manage.
    Raises `Refused` for what is wrong with the accounts or their files, and where the ERP can't be read.
    """
    folder = accounts_of(settings)
    wanted = Wanted(folder, selection)
    chosen = _chosen(wanted, selection)
    if target is None:
        resolver, live = wanted.resolver(_unread), _Live()
        desired = _resolved(resolver, chosen, live, progress)
        problems = wanted.problems(resolver)
    else:
        log.info("reading the users of %s", target)
        with erp_of(settings, settings.target(target)).reading() as users:
            resolver, live = wanted.resolver(_unread, users.columns), _read(users, wanted, chosen)
            desired = _resolved(resolver, chosen, live, progress)
            problems = wanted.problems(resolver, live.named, live.others, users.columns)
    files = {account.head.file for account in chosen}
    told = tuple(each for each in problems if each.location is None or each.location.file in files)
    refuse_errors(told if selection != Selection() else problems)
    mails = tuple(
        _mail(folder, account, wish, live.chosen.get(account.key))
        for account, wish in zip(chosen, desired, strict=True)
    )
    return Preview(mails, SUBJECT, target, told)


def write_preview(page: str, path: Path) -> None:
    """Write a `page` to `path`, in place of another preview that is there, or into a device or pipe.

    Its folder is made where it is missing. Raises `Refused` (`config`) where that can't be done.
    """
    with suppress(OSError):  # said when the page is written
        path.parent.mkdir(exist_ok=True)
    replace_file(path, page, message("preview"), MARK)


def _chosen(wanted: Wanted, selection: Selection) -> list[FileAccount]:
    """The accounts that are selected, in the order of the files. Raises `Refused` where there are too many, or none."""
    try:
        check_selection(selection, wanted.named, in_files=True)
    except Refused as refused:
        errors = [each for each in wanted.departments.problems if each.is_error]  # it may stand in one of those
        raise Refused([*errors, *refused.problems]) from None
    chosen = [each for each in wanted.each() if selection.covers(each.code, each.department)]
    if len(chosen) > MAX_MAILS:
        many = message(
            "{count:,} accounts are too many for one page: {most:,} at most", count=len(chosen), most=MAX_MAILS
        )
        raise Refused(Problem("selection", many, hint=message("name users, or departments with --department")))
    return chosen


def _read(users: UserTable, wanted: Wanted, chosen: Iterable[FileAccount]) -> _Live:
    """The live side; passwords stay where they are."""
    keys = {account.key for account in chosen}
    live = _Live()
    with closing(users.each(fingerprint=None)) as passing:
        for account in passing:
            user = LiveUser(account.code, account.department, account.active)
            if account.key not in wanted.accounts:
                live.others.append(user)
                continue
            live.named[account.key] = user
            if account.key in keys:
                live.chosen[account.key] = account
    return live


def _resolved(
    resolver: Resolver, chosen: Collection[FileAccount], live: _Live, progress: Progress
) -> list[DesiredAccount]:
    desired: list[DesiredAccount] = []
    for account in chosen:
        desired.append(resolver.account(account, live.chosen.get(account.key)))
        progress(len(desired), len(chosen))
    return desired


def _unread(_account: FileAccount, _reference: SecretReference) -> Value:
    """A password, which no mail shows."""
    return UNKNOWN


def _mail(
    folder: AccountsFolder, account: FileAccount, desired: DesiredAccount, live: LiveAccount | None
) -> PreviewedMail:
    def text(name: str) -> str | None:
        """What a part of the mail is, as desired or else as it is live."""
        value = desired.fields[name] if name in desired.fields else live.fields.get(name) if live else None
        return value if isinstance(value, str) else None

    return PreviewedMail(
        user=account.code,
        department=account.department,
        name=live.name if live else None,
        title=live.title if live else None,
        address=text("address"),
        parts=tuple(_part(folder, account, name, text(name), is_live=live is not None) for name in PARTS),
        html=compose(text("header"), MESSAGE, text("signature"), text("footer")),
    )


def _part(folder: AccountsFolder, account: FileAccount, name: str, text: str | None, *, is_live: bool) -> PreviewedPart:
    entries = account.entries
    if name not in entries:
        return PreviewedPart(name, PartOrigin.ERP if is_live else PartOrigin.UNMANAGED, None, text is None)
    match entries[name]:
        case None:
            return PreviewedPart(name, PartOrigin.CLEARED, str(account.location_of(name)), True)
        case IncludedText(path, is_template):
            place = folder.included_name(path)
            return PreviewedPart(name, PartOrigin.TEMPLATE if is_template else PartOrigin.FILE, place, text is None)
    return PreviewedPart(name, PartOrigin.TEXT, str(account.location_of(name)), text is None)
