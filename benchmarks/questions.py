"""The questions of the pages: ours through the store, and the best SQL written by hand."""

import datetime as dt
import itertools
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
WHERE = f"WHERE cohort = 2020 AND counted_on <= DATE '{DAY}' AND seq <= {{version}}"
ROUNDS = 15


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
            lambda by=by: store.tallies(EVERYTHING, chosen, by, (DAY, WEEK), EMPLOYED),
            connection,
            _rates(by),
        )
    for name, keys in (
        ("destination mix", ("destination",)),
        ("mix by discipline", ("discipline", "destination")),
        ("work regions", ("work_region",)),
        ("work regions by level", ("level", "work_region")),
    ):
        yield _compare(
            name,
            store,
            lambda keys=keys: store.counts(EVERYTHING, chosen, keys, (DAY,)),
            connection,
            _grouped(keys, "sum(delta)::BIGINT", having="HAVING sum(delta) <> 0"),
        )
    yield _compare(
        "progress",
        store,
        lambda: store.progress(EVERYTHING, chosen, (), DAY, EMPLOYED),
        connection,
        f"SELECT counted_on, sum(n)::BIGINT, "
        f"coalesce(sum(n) FILTER (destination IN ({LIST})), 0)::BIGINT "
        f"FROM ({_grouped(('counted_on', 'destination'), 'sum(delta) AS n')}) GROUP BY counted_on",
    )


def _rates(by: tuple[Dimension, ...]) -> str:
    """Cells first: comparing every movement with the list of destinations takes twice as long."""
    keys = ", ".join(by)
    first, group = (f"{keys}, ", f"GROUP BY {keys}") if keys else ("", "")
    people = f"sum(delta) AS n, sum(delta) FILTER (counted_on <= DATE '{WEEK}') AS week_ago"
    cells = _grouped((*by, "destination"), people)
    employed = f"FILTER (destination IN ({LIST}))"
    return (
        f"SELECT {first}sum(n)::BIGINT, sum(week_ago)::BIGINT, sum(n) {employed}::BIGINT, "
        f"sum(week_ago) {employed}::BIGINT FROM ({cells}) {group}"
    )


def _grouped(keys: tuple[str, ...], values: str, having: str = "") -> str:
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

    sql = sql.format(version=store.version)
    expected = sorted(connection.execute(sql).fetchall())
    assert sorted(map(_flat, fresh())) == expected, name
    runs = (fresh, lambda: connection.execute(sql).fetchall())
    uncached, by_hand = medians(*runs)
    return Measured(name, len(expected), uncached, by_hand, *medians(ours))


def _flat(row: Any) -> tuple[Any, ...]:
    """A row of an answer as the tuple that SQL returns."""
    parts = (part if isinstance(part, tuple) else (part,) for part in row)
    return tuple(itertools.chain.from_iterable(parts))


def medians(*runs: Callable[[], object]) -> list[float]:
    """Milliseconds, the median of several rounds; the runs take turns: a busy moment hits all."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(ROUNDS):
        for run, mine in zip(runs, taken, strict=True):
            start = time.perf_counter()
            run()
            mine.append(1000 * (time.perf_counter() - start))
    return [statistics.median(mine) for mine in taken]
