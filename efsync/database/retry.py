"""Begins a transaction again that another program's locks were in the way of."""

import logging
from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from time import sleep
from typing import TypeVar

from efsync.database.errors import BUSY
from efsync.model.language import message
from efsync.model.problems import Refused

log = logging.getLogger(__name__)

PAUSES = (0.2, 0.5, 1.0)
"""Seconds between one try and the next; after the last of them comes the last try."""

Result = TypeVar("Result")


def while_busy(
    transaction: Callable[[], Result],
    codes: Iterable[str] = (BUSY,),
    may_repeat: Callable[[], bool] = lambda: True,
) -> Result:
    """What `transaction`, a whole one, returns; tried a few times where a problem of one of `codes` rolled it back.

    Raises the `Refused` of the last try, and any other at once; so too where it may not be repeated any more.
    """
    passing = set(codes)
    for pause in PAUSES:
        try:
            return transaction()
        except Refused as refused:
            if not _passes(refused, passing) or not may_repeat():
                raise
            log.info("%s; trying again in %s s", refused, pause)
        passing.add("locked")  # a server may free the lock of the try before a moment late
        sleep(pause)
    try:
        return transaction()
    except Refused as refused:
        if _passes(refused, {BUSY}) and may_repeat():
            raise _given_up(refused) from None
        raise


def _passes(refused: Refused, codes: Container[str]) -> bool:
    return all(problem.code in codes for problem in refused.problems)


def _given_up(refused: Refused) -> Refused:
    tries = len(PAUSES) + 1
    return Refused(
        replace(problem, message=message("{problem}, {tries} times in a row", problem=problem.message, tries=tries))
        for problem in refused.problems
    )
