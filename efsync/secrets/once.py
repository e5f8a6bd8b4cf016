"""Questions that are asked once, however many threads want to know the answer."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class Once(Generic[Question, Answer]):
    """Asks each distinct question once; whoever asks it meanwhile waits, and an error is everybody's answer."""

    def __init__(self, ask: Callable[[Question], Answer]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answers: dict[Question, Future[Answer]] = {}

    def __call__(self, question: Question) -> Answer:
        """The answer. Raises what asking raised."""
        with self._lock:
            is_first = question not in self._answers
            answer = self._answers.setdefault(question, Future())
        if is_first:
            try:
                answer.set_result(self._ask(question))
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()
