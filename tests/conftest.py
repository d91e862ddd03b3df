"""Fixtures for every layer: throw-away PostgreSQL, migrated registries, analytics engines.

What costs time is made once per run and copied: the PostgreSQL cluster is started when the first
test asks for it, and the schema with its code tables is a template file (SQLite) and a template
database (PostgreSQL) from which every test gets a copy of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

# The rooms are imported inside the fixtures: a run of tests/unit/test_rates.py needs no database.
if TYPE_CHECKING:
    from sqlalchemy import Engine

    from data_access.replica import Analytics
    from tests.postgres import PostgresServer

pytest_plugins = ["tests.strictness"]

LAYERS = ("conventions", "unit", "sql", "wire", "browser")

# Two busy cores make any deadline per example a coin toss.
hypothesis_settings.register_profile("quxiang", deadline=None)
hypothesis_settings.load_profile("quxiang")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cheap layers first; within a layer the random order stays."""
    tests = Path(__file__).parent

    def layer(item: pytest.Item) -> int:
        name = item.path.relative_to(tests).parts[0] if item.path.is_relative_to(tests) else ""
        return LAYERS.index(name) if name in LAYERS else len(LAYERS)

    items.sort(key=layer)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Ends the run with pytest's own line.

    DuckDB's binding lists at exit, on standard error, the objects that SQLAlchemy's dialect
    registry still holds: noise below the line that says how the run went.
    """
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


# ---- databases


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The run's PostgreSQL, started when first asked for."""
    from tests.postgres import PostgresServer

    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


def _fill(url: str) -> None:
    from data_access.registry import open_registry, upgrade, writing
    from data_access.seed import fill_code_tables

    engine = open_registry(url)
    upgrade(engine)
    with writing(engine) as connection:
        fill_code_tables(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and the code tables. Copied, never opened."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    _fill(f"sqlite:///{path}")
    assert not path.with_name("registry.db-wal").exists(), "the copy would miss what is in the log"
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The same as a PostgreSQL database. Copied, never opened."""
    url = postgres_server.create()
    _fill(url)
    return url


# ---- registries


@pytest.fixture
def sqlite_registry_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite registry with code tables, this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'registry.db')}"


@pytest.fixture
def postgres_registry_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The same on PostgreSQL."""
    url = postgres_server.create(postgres_template)
    yield url
    postgres_server.drop(url)


def _opened(url: str) -> Iterator[Engine]:
    from data_access.registry import open_registry

    engine = open_registry(url)
    yield engine
    engine.dispose()


def _registry_url(kind: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{kind}_registry_url"))


@pytest.fixture
def sqlite_registry(sqlite_registry_url: str) -> Iterator[Engine]:
    """A migrated registry with code tables, on SQLite only."""
    yield from _opened(sqlite_registry_url)


@pytest.fixture
def postgres_registry(postgres_registry_url: str) -> Iterator[Engine]:
    """A migrated registry with code tables, on PostgreSQL only."""
    yield from _opened(postgres_registry_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated registry with code tables; the test runs on SQLite and on PostgreSQL."""
    kind = "postgres" if request.param == "postgresql" else "sqlite"
    yield from _opened(_registry_url(kind, request))


# ---- analytics


@pytest.fixture(params=["duckdb-over-sqlite", "duckdb-over-postgresql", "postgresql"])
def analytics_kind(request: pytest.FixtureRequest) -> str:
    """Which analytics engine over which registry."""
    return str(request.param)


@pytest.fixture
def analytics_registry(analytics_kind: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The registry under `analytics`: accept returns here, then `analytics.refresh()`."""
    kind = "sqlite" if analytics_kind.endswith("sqlite") else "postgres"
    yield from _opened(_registry_url(kind, request))


@pytest.fixture
def analytics(analytics_kind: str, analytics_registry: Engine) -> Iterator[Analytics]:
    """An analytics engine over `analytics_registry`; the test runs on each of the three."""
    from data_access.replica import open_analytics

    url = analytics_registry.url.render_as_string(hide_password=False)
    opened = open_analytics(analytics_registry, url if analytics_kind == "postgresql" else None)
    yield opened
    opened.close()
