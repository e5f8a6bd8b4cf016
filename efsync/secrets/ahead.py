"""Many requests at the same time, which a Ctrl-C ends at once."""

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")


def do_at_once(work: Callable[[Item], None], items: Iterable[Item], count: int, stop: Callable[[], None]) -> None:
    """Do `work` for each of `items`, `count` of them at a time; raises what `work` raises.

    Where it is interrupted, or work fails, no other is begun, `stop` is called, and what is under way is left alone:
    an answer may be long in coming.
    """
    waiting: SimpleQueue[Item] = SimpleQueue()
    for item in items:
        waiting.put(item)
    ended: SimpleQueue[BaseException | None] = SimpleQueue()
    given_up = threading.Event()

    def run() -> None:
        """Take one after the other until none is left."""
        try:
            while not given_up.is_set():
                work(waiting.get_nowait())
        except Empty:
            pass
        except BaseException as error:
            ended.put(error)
        ended.put(None)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(min(count, waiting.qsize()))]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            error = ended.get()
            if error is not None:
                raise error
    except BaseException:
        given_up.set()
        stop()
        raise
