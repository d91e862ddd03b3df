"""The questions of the pages: ours through the store, and the best SQL written by hand."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from data_access.outcomes import Dimension, Filter
from data_access.scope import EVERYTHING
from data_access.store import Store

DAY = dt.date(2020, 9, 30)
WEEK = dt.date(2020, 9, 23)
EMPLOYED = frozenset({"10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85"})
LIST = ", ".join(f"'{code}'" for code in sorted(EMPLOYED))
WHERE = f"WHERE cohort = 2020 AND counted_on <= DATE '{DAY}'"
RATES = (
    f"sum(delta)::BIGINT, sum(delta) FILTER (counted_on <= DATE '{WEEK}')::BIGINT, "
    f"sum(delta) FILTER (destination IN ({LIST}))::BIGINT, "
    f"sum(delta) FILTER (destination IN ({LIST}) AND counted_on <= DATE '{WEEK}')::BIGINT"
)
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """One question: rows, our median and the hand-written median in milliseconds."""

    name: str
    rows: int
    ours: float
    by_hand: float
    again: float

    @property
    def ratio(self) -> float:
        return self.ours / self.by_hand


def measure(store: Store, connection: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """Every question, uncached; raises AssertionError where the rows differ."""
    chosen = Filter(2020)
    for name, by in (
        ("total", ()),
        ("rates by level", ("level",)),
        ("rates by school", ("school",)),
        ("league table", ("discipline",)),
    ):
        yield _compare(
            name,
            store,
            lambda by=by: [
                (*t.key, *t.graduates, *t.employed)
                for t in store.tallies(EVERYTHING, chosen, by, (DAY, WEEK), EMPLOYED)
            ],
            connection,
            _grouped(by, RATES),
        )
    for name, keys in (
        ("destination mix", ("destination",)),
        ("mix by discipline", ("discipline", "destination")),
        ("origin to work region", ("origin", "work_region")),
    ):
        yield _compare(
            name,
            store,
            lambda keys=keys: [
                (*c.key, *c.n) for c in store.counts(EVERYTHING, chosen, keys, (DAY,))
            ],
            connection,
            _grouped(keys, "sum(delta)::BIGINT", having="HAVING sum(delta) <> 0"),
        )
    yield _compare(
        "progress",
        store,
        lambda: [
            (c.counted_on, c.graduates, c.employed)
            for c in store.progress(EVERYTHING, chosen, (), DAY, EMPLOYED)
        ],
        connection,
        f"SELECT counted_on, sum(delta)::BIGINT, "
        f"coalesce(sum(delta) FILTER (destination IN ({LIST})), 0)::BIGINT "
        f"FROM movement {WHERE} GROUP BY counted_on",
    )


def _grouped(keys: tuple[Dimension, ...] | tuple[str, ...], values: str, having: str = "") -> str:
    names = ", ".join(keys)
    group = f"GROUP BY {names}" if names else ""
    first = f"{names}, " if names else ""
    return f"SELECT {first}{values} FROM movement {WHERE} {group} {having}"


def _compare(
    name: str,
    store: Store,
    ours: Callable[[], list[Any]],
    connection: duckdb.DuckDBPyConnection,
    sql: str,
) -> Measured:
    def fresh() -> list[Any]:
        store.cache.clear()
        return ours()

    expected = sorted(connection.execute(sql).fetchall())
    assert sorted(fresh()) == expected, name
    by_hand = median(lambda: connection.execute(sql).fetchall())
    uncached = median(fresh)
    return Measured(name, len(expected), uncached, by_hand, median(ours))


def median(run: Callable[[], object]) -> float:
    """Milliseconds, the median of several runs."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)
