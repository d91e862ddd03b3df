"""The analytics engine: where pages read the ledger.

By default each process holds its own copy of the movements in an in-memory DuckDB database,
loaded over ADBC/Arrow and topped up by a background thread that asks the registry for movements
above its version. A batch is appended in one transaction and the version rises after it, and
every question reads ``seq <= version``: a reader sees a batch whole or not at all. Where the
analytics URL names PostgreSQL, the same statements run there and nothing is copied.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import duckdb
import pyarrow as pa
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from data_access import duckdb_dialect
from data_access.places import NOT_APPLICABLE, NOT_REPORTED, PLACES, cities_apart
from data_access.schema import CELL, movement, school
from data_access.scope import guard

log = logging.getLogger(__name__)

# What questions read; where a movement came from (its return) stays in the registry.
COLUMNS = ("seq", "counted_on", "cohort", "school", *CELL, "delta")
DDL = f"""CREATE TABLE movement (
    seq BIGINT NOT NULL, counted_on DATE NOT NULL, cohort SMALLINT NOT NULL,
    school VARCHAR NOT NULL, {", ".join(f"{c} VARCHAR NOT NULL" for c in CELL)},
    delta INTEGER NOT NULL, {", ".join(f"{c} VARCHAR NOT NULL" for c in PLACES)})"""
SCHOOLS = "CREATE TABLE school (code VARCHAR PRIMARY KEY, province VARCHAR NOT NULL)"


def insertion(lines: str, apart: Sequence[str]) -> str:
    """The statement that adds the rows of a relation with the columns of COLUMNS.

    It works out their places (:mod:`data_access.places`); ``school`` must know the schools.
    """
    codes = ", ".join(f"'{code}'" for code in (*apart, NOT_APPLICABLE) if code.isalnum())

    def place(code: str) -> str:
        return (
            f"CASE WHEN {code} IN ({codes}) THEN {code} WHEN coalesce({code}, '') = '' "
            f"THEN '{NOT_REPORTED}' ELSE left({code}, 2) || '0000' END"
        )

    places = ", ".join(map(place, ("lines.origin", "school.province", "lines.work_region")))
    return (
        f"INSERT INTO movement SELECT {', '.join(f'lines.{c}' for c in COLUMNS)}, {places} "
        f"FROM {lines} AS lines LEFT JOIN school ON school.code = lines.school"
    )


WATCH_SECONDS = 0.15
PARALLEL_FROM = 200_000  # movements from which a load is worth two readers


class Analytics(Protocol):
    """What a store needs of an analytics engine."""

    @property
    def engine(self) -> Engine: ...

    @property
    def version(self) -> int: ...

    @property
    def apart(self) -> tuple[str, ...] | None:
        """The cities that are places apart; None where every movement has its places."""

    def refresh(self) -> bool: ...

    def close(self) -> None: ...


class DuckDBCopy:
    """A copy of the ledger in this process; ``version`` is the highest sequence number loaded."""

    apart = None  # every movement has its places

    def __init__(self, registry: Engine) -> None:
        self._registry = registry
        self._top_up = threading.Lock()
        self._base = duckdb.connect(":memory:")
        self._base.execute("ATTACH ':memory:' AS ledger (COMPRESS)")
        self._base.execute("USE ledger")
        for table in (DDL, SCHOOLS):
            self._base.execute(table)
        self.version = 0
        self._cities_apart: tuple[str, ...] = ()
        sqlite = registry.dialect.name == "sqlite"
        self._later: Reader = arrow_table if sqlite else arrow_reader
        self.engine = guard(
            sa.create_engine(
                duckdb_dialect.URL,
                creator=lambda: ConnectionWrapper(self.connection()),
                poolclass=QueuePool,
                pool_size=8,
                max_overflow=24,
                pool_reset_on_return=None,
            )
        )
        self.refresh()

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection to the copy, for loading; pages read through ``engine``."""
        cursor = self._base.cursor()
        cursor.execute("USE ledger")
        return cursor

    def refresh(self) -> bool:
        """Loads the movements above the version; True if there were any."""
        with self._top_up:
            newest = highest_seq(self._registry)
            if newest <= self.version:
                return False
            self._know_places()
            if self.version == 0:
                self._load(newest)
            else:
                self._append(self.version, newest, self._later)
            self.version = newest
            return True

    def _know_places(self) -> None:
        """Where schools are, as of now: a return may have brought the first rows of a new one."""
        with self._registry.connect() as connection:
            known = connection.execute(sa.select(school.c.code, school.c.province)).all()
            self._cities_apart = cities_apart(connection)
        codes, provinces = ([row[i] for row in known] for i in (0, 1))
        with self.connection() as cursor:
            cursor.register("known", pa.table({"code": codes, "province": provinces}))
            cursor.execute("INSERT OR REPLACE INTO school SELECT code, province FROM known")

    def _load(self, newest: int) -> None:
        """The first load, read in two halves side by side: nobody sees the table yet."""
        # ADBC brings a SQLite of its own. Two in one process must never have one file open at the
        # same time: closing either drops the file locks of both. So ours is closed meanwhile, and
        # later batches are read by ours alone.
        self._registry.dispose()
        middle = newest // 2 if newest >= PARALLEL_FROM else newest
        halves = [(0, middle), (middle, newest)]
        with ThreadPoolExecutor(len(halves)) as pool:
            for done in [pool.submit(self._append, *half, arrow_reader) for half in halves]:
                done.result()
        self._base.execute("CHECKPOINT ledger")

    def _append(self, above: int, newest: int, read: "Reader") -> None:
        """One transaction with the movements ``above < seq <= newest``."""
        if newest <= above:
            return
        with read(self._registry, above, newest) as batch, self.connection() as cursor:
            cursor.register("batch", batch)
            cursor.execute(insertion("batch", self._cities_apart))

    def close(self) -> None:
        self.engine.dispose()
        self._base.close()


class DirectPostgreSQL:
    """Questions run on PostgreSQL itself; only the version is kept here."""

    def __init__(self, url: str) -> None:
        self._watch = sa.create_engine(url, pool_pre_ping=True)
        with self._watch.connect() as connection:
            self.apart = cities_apart(connection)
        self.engine = guard(sa.create_engine(url, pool_pre_ping=True))
        self.version = highest_seq(self._watch)

    def refresh(self) -> bool:
        newest = highest_seq(self._watch)
        changed = newest > self.version
        self.version = max(self.version, newest)
        return changed

    def close(self) -> None:
        self.engine.dispose()
        self._watch.dispose()


def open_analytics(registry: Engine, url: str | None = None) -> Analytics:
    """The DuckDB copy, or PostgreSQL itself where the URL says so; raises ArgumentError."""
    if not url:
        return DuckDBCopy(registry)
    backend = sa.make_url(url).get_backend_name()
    if backend != "postgresql":
        raise sa.exc.ArgumentError(f"analytics run on DuckDB or postgresql, not on {backend}")
    return DirectPostgreSQL(url)


class Watcher(threading.Thread):
    """Keeps an analytics engine up to date in the background until stopped.

    ``also`` is called as often, for what is kept beside the movements.
    """

    def __init__(
        self,
        analytics: Analytics,
        changed: Callable[[], None] | None = None,
        also: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(name="ledger-watcher", daemon=True)
        self._analytics = analytics
        self._changed = changed or (lambda: None)
        self._also = also or (lambda: None)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(WATCH_SECONDS):
            try:
                self._also()
                if self._analytics.refresh():
                    self._changed()
            except Exception:  # the registry may be away for a while; the next round tries again
                log.exception("the ledger could not be read; trying again")
                self._stop_asked.wait(5)

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(timeout=10)


def highest_seq(engine: Engine) -> int:
    """The highest movement sequence number in the registry; 0 for an empty ledger."""
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.max(movement.c.seq))) or 0


@contextmanager
def arrow_reader(registry: Engine, above: int, newest: int) -> Iterator[pa.RecordBatchReader]:
    """The movements ``above < seq <= newest`` as Arrow batches, read over ADBC."""
    days = "counted_on::date" if registry.dialect.name == "postgresql" else "counted_on"
    names = ", ".join(days if c == "counted_on" else c for c in COLUMNS)
    query = f"SELECT {names} FROM movement WHERE seq > {above:d} AND seq <= {newest:d} ORDER BY seq"
    with _adbc(registry) as connection, connection.cursor() as cursor:
        if registry.dialect.name == "sqlite":  # a checkpoint may hold the file for a moment
            cursor.execute("PRAGMA busy_timeout = 30000")
            cursor.fetchall()
        cursor.execute(query)
        yield cursor.fetch_record_batch()


@contextmanager
def arrow_table(registry: Engine, above: int, newest: int) -> Iterator[pa.Table]:
    """The same movements, read by the registry's own connection."""
    query = sa.select(*(movement.c[name] for name in COLUMNS)).where(
        movement.c.seq > above, movement.c.seq <= newest
    )
    with registry.connect() as connection:
        rows = connection.execute(query.order_by(movement.c.seq)).all()
    columns = zip(*rows, strict=True)
    yield pa.table({name: list(column) for name, column in zip(COLUMNS, columns, strict=True)})


Reader = Callable[[Engine, int, int], AbstractContextManager[Any]]


def _adbc(registry: Engine) -> Any:
    url = registry.url
    if registry.dialect.name == "sqlite":
        return adbc_driver_sqlite.dbapi.connect(f"file:{url.database}?mode=ro")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return adbc_driver_postgresql.dbapi.connect(plain)
