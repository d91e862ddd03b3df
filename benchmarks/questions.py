"""The questions of the pages: ours through the store, and the best SQL written by hand."""

import datetime as dt
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from data_access import flows
from data_access.contributions import Rule, contribution_rules
from data_access.outcomes import Dimension, Filter
from data_access.scope import EVERYTHING
from data_access.store import Store

DAY = dt.date(2020, 9, 30)
WEEK = dt.date(2020, 9, 23)
EMPLOYED = frozenset({"10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85"})
UNITS = ("10", "11", "12", "27", "46", "50", "51")
LIST = ", ".join(f"'{code}'" for code in sorted(EMPLOYED))
WHERE = f"WHERE cohort = 2020 AND counted_on <= DATE '{DAY}' AND seq <= {{version}}"
ROUNDS = 15
FILTER = Filter(2020)


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
    chosen = FILTER
    _check_by_day(store, chosen, connection)
    yield _timed(
        "level, destination and day",
        store,
        lambda: store.by_day(EVERYTHING, chosen),
        connection,
        _each_day(store.version),
    )
    for name, by in (("rates by school", ("school",)), ("league table", ("discipline",))):
        yield _compare(
            name,
            store,
            lambda by=by: store.tallies(EVERYTHING, chosen, by, (DAY, WEEK), EMPLOYED),
            connection,
            _rates(by),
        )
    for name, keys in (
        ("mix by discipline", ("discipline", "destination")),
        ("mix by school", ("school", "destination")),
        ("mix by sex", ("sex", "destination")),
        ("mix by origin", ("origin", "destination")),
        ("work regions", ("work_region",)),
        ("work regions by level", ("level", "work_region")),
    ):
        yield _compare(
            name,
            store,
            lambda keys=keys: store.counts(EVERYTHING, chosen, keys, (DAY,)),
            connection,
            _mix(keys),
        )
    units = Filter(2020, destination=UNITS)
    one_kind = replace(units, employer_kind=("31",))
    for name, narrow, key in (
        ("kinds of employer", units, "employer_kind"),
        ("industries", units, "industry"),
        ("one kind of employer by school", one_kind, "school"),
        ("one kind of employer by discipline", one_kind, "discipline"),
    ):
        yield _compare(
            name,
            store,
            lambda narrow=narrow, key=key: store.counts(EVERYTHING, narrow, (key,), (DAY,)),
            connection,
            _of_units(key, narrow.employer_kind),
        )
    yield from _peers(store, connection)
    yield from _movers(store, connection)
    yield from _contributions(store, connection)


def _each_day(version: int, more: str = "") -> str:
    return (
        f"SELECT level, destination, counted_on, sum(delta)::BIGINT FROM movement "
        f"WHERE cohort = 2020 AND seq <= {version} {more} GROUP BY ALL"
    )


def _of_units(key: str, kinds: tuple[str, ...] | None) -> str:
    only = f"AND employer_kind = '{kinds[0]}'" if kinds else ""
    return (
        f"SELECT {key}, sum(delta)::BIGINT FROM movement {WHERE} AND destination IN {UNITS} {only} "
        f"GROUP BY {key} HAVING sum(delta) <> 0"
    )


PEER_DISCIPLINES = 20
"""Disciplines around those of the school. Every synthetic school has hundreds, a real one forty: of
twenty there are as many cells (school, level, discipline) as of all disciplines of real schools."""


def _peers(store: Store, connection: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """What the benchmark page reads of every school: level mix, destinations, cells."""
    chosen = Filter(2020)
    for name, keys in (
        ("peers: schools by level", ("school", "level")),
        ("peers: schools by destination", ("school", "destination")),
    ):
        yield _compare(
            name,
            store,
            lambda keys=keys: store.counts(EVERYTHING, chosen, keys, (DAY,)),
            connection,
            _mix(keys),
        )
    found = connection.execute("SELECT DISTINCT discipline FROM movement ORDER BY 1").fetchall()
    codes = tuple(code for (code,) in found[:PEER_DISCIPLINES])
    narrow = Filter(2020, discipline=codes)
    by: tuple[Dimension, ...] = ("school", "level", "discipline")
    listed = ", ".join(f"'{code}'" for code in codes)
    yield _compare(
        "peers: schools by level and discipline",
        store,
        lambda: store.school_cells(EVERYTHING, narrow, DAY, EMPLOYED),
        connection,
        _tallied(by, f"AND discipline IN ({listed})"),
    )


def _tallied(by: tuple[Dimension, ...], more: str) -> str:
    """Graduates and employed on one day; cells first, as in :func:`_rates`."""
    cells = _grouped((*by, "destination"), "sum(delta) AS n", more)
    return (
        f"SELECT {', '.join(by)}, sum(n)::BIGINT, "
        f"coalesce(sum(n) FILTER (destination IN ({LIST})), 0)::BIGINT "
        f"FROM ({cells}) GROUP BY {', '.join(by)} HAVING sum(n) <> 0"
    )


def _movers(store: Store, connection: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """What the flows page reads: pairs of its stages, and the cities of one province."""
    chosen = Filter(2020)
    for name, stages in (
        ("flow origin to study", ("origin", "study")),
        ("flow study to work", ("study", "work")),
        ("origin by work region", ("origin", "work")),
    ):
        yield _compare(
            name,
            store,
            lambda stages=stages: store.flows(
                EVERYTHING, chosen, stages, DAY, EMPLOYED, frozenset(UNITS)
            ),
            connection,
            _flows(*stages),
        )
    home = replace(chosen, origin=tuple(f"14{city:02}00" for city in range(20)))
    yield _compare(
        "cities of origin by work",
        store,
        lambda: store.flows(
            EVERYTHING, home, ("origin_city", "work"), DAY, EMPLOYED, frozenset(UNITS)
        ),
        connection,
        _flows("origin_city", "work", f"AND origin IN {home.origin}"),
    )


def _contributions(store: Store, connection: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """One question per rule of contribution: by level for any day, and by school."""
    for rule in contribution_rules(store):
        meant, counting = replace(FILTER, any_of=rule.conditions), f"AND {_any_of(rule)}"
        by_level, sql = ("level",), _tallied(("level",), counting).format(version=store.version)
        rows = store.tallies(EVERYTHING, meant, by_level, (DAY,), EMPLOYED)
        assert sorted(map(_flat, rows)) == sorted(connection.execute(sql).fetchall()), sql
        yield _timed(
            f"{rule.code}: level, destination, day",
            store,
            lambda meant=meant: store.by_day(EVERYTHING, meant),
            connection,
            _each_day(store.version, counting),
        )
        yield _compare(
            f"{rule.code}: by school",
            store,
            lambda meant=meant: store.tallies(EVERYTHING, meant, ("school",), (DAY,), EMPLOYED),
            connection,
            _tallied(("school",), counting),
        )


def _any_of(rule: Rule) -> str:
    codes = (f"{field} IN ({', '.join(map(repr, few))})" for field, few in rule.conditions)
    return f"({' OR '.join(codes)})"


def _check_by_day(store: Store, chosen: Filter, connection: duckdb.DuckDBPyConnection) -> None:
    """Total, levels, mix and progress come from one reading: they must be what SQL says."""
    days = (DAY, WEEK)
    progress = (
        f"SELECT counted_on, sum(n)::BIGINT, "
        f"coalesce(sum(n) FILTER (destination IN ({LIST})), 0)::BIGINT "
        f"FROM ({_grouped(('counted_on', 'destination'), 'sum(delta) AS n')}) GROUP BY counted_on"
    )
    for rows, sql in (
        (store.tallies(EVERYTHING, chosen, (), days, EMPLOYED), _rates(())),
        (store.tallies(EVERYTHING, chosen, ("level",), days, EMPLOYED), _rates(("level",))),
        (store.counts(EVERYTHING, chosen, ("destination",), (DAY,)), _mix(("destination",))),
        (store.progress(EVERYTHING, chosen, (), DAY, EMPLOYED), progress),
    ):
        expected = connection.execute(sql.format(version=store.version)).fetchall()
        assert sorted(map(_flat, rows)) == sorted(expected), sql


def _mix(keys: tuple[str, ...]) -> str:
    return _grouped(keys, "sum(delta)::BIGINT", having="HAVING sum(delta) <> 0")


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


def _flows(one: flows.Stage, other: flows.Stage, more: str = "") -> str:
    keys = f"{flows.COLUMN[one]}, {flows.COLUMN[other]}"
    units = ", ".join(f"'{code}'" for code in sorted(UNITS))
    people = ", ".join(
        f"coalesce(sum(n) FILTER (destination IN ({codes})), 0)::BIGINT" for codes in (LIST, units)
    )
    return (
        f"SELECT {keys}, sum(n)::BIGINT, {people} FROM (SELECT {keys}, "
        f"destination, sum(delta) AS n FROM movement {WHERE} {more} GROUP BY {keys}, destination) "
        f"GROUP BY {keys} HAVING sum(n) <> 0"
    )


def _grouped(keys: tuple[str, ...], values: str, more: str = "", having: str = "") -> str:
    names = ", ".join(keys)
    group = f"GROUP BY {names}" if names else ""
    first = f"{names}, " if names else ""
    return f"SELECT {first}{values} FROM movement {WHERE} {more} {group} {having}"


def _compare(
    name: str,
    store: Store,
    ours: Callable[[], list[Any]],
    connection: duckdb.DuckDBPyConnection,
    sql: str,
) -> Measured:
    """A question whose answer is the rows of the statement, which is checked first."""
    sql = sql.format(version=store.version)
    assert sorted(map(_flat, ours())) == sorted(connection.execute(sql).fetchall()), name
    return _timed(name, store, ours, connection, sql)


def _timed(
    name: str,
    store: Store,
    ours: Callable[[], object],
    connection: duckdb.DuckDBPyConnection,
    sql: str,
) -> Measured:
    def fresh() -> object:
        store.cache.clear()
        return ours()

    rows = len(connection.execute(sql).fetchall())
    uncached, by_hand = medians(fresh, lambda: connection.execute(sql).fetchall())
    return Measured(name, rows, uncached, by_hand, *medians(ours))


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
