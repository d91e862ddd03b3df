"""Answers are computed once, for everybody who asks at the same time, and errors are not kept."""

from __future__ import annotations

import threading

import pytest

from data_access.cache import Cache


def test_many_askers_cost_one_computation() -> None:
    cache, computed = Cache(), []
    everybody = threading.Barrier(8)
    answers: list[int] = []

    def compute() -> int:
        computed.append(1)
        return 7

    def ask() -> None:
        everybody.wait()
        answers.append(cache.get("key", compute))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [7] * 8
    assert len(computed) == 1


def test_an_error_reaches_the_asker_and_is_forgotten() -> None:
    cache = Cache()
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 // 0)
    assert cache.get("key", lambda: 2) == 2


def test_the_oldest_answers_go_first() -> None:
    cache = Cache(entries=2)
    for key in "abc":
        cache.get(key, lambda key=key: key)  # type: ignore[misc]
    assert len(cache) == 2
    assert cache.get("c", lambda: "new") == "c"
    assert cache.get("a", lambda: "new") == "new"
