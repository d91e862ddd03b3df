"""Opens the registry (the system of record) and brings its schema up to date.

SQLite is the embedded default; PostgreSQL is chosen by the URL. Every writing transaction goes
through :func:`writing`, which serialises writers so that movements become visible in the order
of their sequence numbers.
"""

import contextlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.pool import ConnectionPoolEntry

APPEND_LOCK = 7_236_118_001  # any fixed number: the PostgreSQL advisory lock of the ledger


def open_registry(url: str) -> Engine:
    """An engine on the registry; creates the folder of a new SQLite file, not its tables.

    Raises ``sqlalchemy.exc.ArgumentError`` for a URL that is neither SQLite nor PostgreSQL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": 30})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return sa.create_engine(parsed, pool_pre_ping=True)
    raise sa.exc.ArgumentError(f"the registry runs on sqlite or postgresql, not on {backend}")


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """WAL, enforced foreign keys, and transactions that SQLAlchemy (not sqlite3) begins."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = NORMAL",
        "temp_store = MEMORY",
        "cache_size = -65536",
        "wal_autocheckpoint = 8000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One writing transaction, alone: commits at the end, rolls back on any error."""
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPEND_LOCK)))
        yield connection


def is_current(engine: Engine) -> bool:
    """Whether every migration has run; the newest is the last file of the migrations' folder."""
    folder = files("data_access") / "migrations" / "versions"
    newest = max(file.name[:4] for file in folder.iterdir() if file.name.endswith(".py"))
    with engine.connect() as connection:
        version = sa.table("alembic_version", sa.column("version_num"))
        return connection.scalar(sa.select(version.c.version_num)) == newest


def upgrade(engine: Engine) -> None:
    """Runs every migration that the registry has not had yet."""
    # A third of a second to import, which the processes that serve pages are spared.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("data_access") / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
