"""Answers already given: a bounded cache with one computation per key at a time.

When a new version arrives every open page asks the same questions at once; the first asker
computes, the others wait for that answer (single flight). A key must hold everything the answer
depends on: question, selection, scope and version.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Cache:
    """Least recently used answers; ``entries`` bounds how many are kept."""

    def __init__(self, entries: int = 2_000) -> None:
        self._entries = entries
        self._answers: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer for this key, computed at most once; an error is raised to every waiter."""
        with self._lock:
            future = self._answers.get(key)
            mine = future is None
            if future is None:
                future = self._answers[key] = Future()
                if len(self._answers) > self._entries:
                    self._answers.popitem(last=False)
            else:
                self._answers.move_to_end(key)
        if mine:
            self._compute(key, future, compute)
        return cast(T, future.result())

    def _compute(self, key: Hashable, future: Future[Any], compute: Callable[[], Any]) -> None:
        try:
            future.set_result(compute())
        except BaseException as error:  # noqa: BLE001  (whatever it was, the waiters must know)
            with self._lock:
                self._answers.pop(key, None)
            future.set_exception(error)

    def forget(self, key: Hashable) -> None:
        """Drops one answer, if it is there."""
        with self._lock:
            self._answers.pop(key, None)

    def clear(self) -> None:
        """Forgets every answer."""
        with self._lock:
            self._answers.clear()

    def __len__(self) -> int:
        return len(self._answers)
