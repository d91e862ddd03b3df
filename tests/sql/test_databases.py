"""The databases that tests get: real, migrated, each test's own, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text

from data_access.registry import upgrade
from data_access.replica import Analytics
from data_access.schema import meta, metadata
from tests.postgres import OWNER, PostgresMissing, PostgresServer, programs

ROOT = Path(__file__).parents[2]


def test_postgresql_is_owned_by_no_superuser_and_has_a_zone_of_its_own(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT current_user, usesuper, current_setting('TimeZone') FROM pg_user"
                " WHERE usename = current_user"
            )
        ).one()
    engine.dispose()
    assert tuple(row) == (OWNER, False, "Asia/Shanghai")


def test_postgresql_listens_on_loopback_only(postgres_registry: Engine) -> None:
    with postgres_registry.connect() as connection:
        assert connection.scalar(text("SHOW listen_addresses")) == "127.0.0.1"


@pytest.mark.parametrize("turn", [1, 2])
def test_a_registry_is_fresh_migrated_and_filled(registry: Engine, turn: int) -> None:
    upgrade(registry)  # nothing left to do, and no harm
    with registry.begin() as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.key == "test")) is None
        connection.execute(insert(meta).values(key="test", value=str(turn)))
        filled = {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in ("level", "edition", "destination", "discipline", "region")
        }
    assert all(filled.values()), filled


def test_the_registry_has_every_table_of_the_schema(registry: Engine) -> None:
    with registry.connect() as connection:
        for table in metadata.sorted_tables:
            connection.execute(select(table).limit(1)).all()


def test_analytics_start_empty_on_each_engine(
    analytics: Analytics, analytics_registry: Engine, analytics_kind: str
) -> None:
    assert analytics.version == 0
    assert not analytics.refresh()
    assert analytics.engine.dialect.name == analytics_kind.partition("-")[0]
    assert analytics_registry.dialect.name == analytics_kind.rpartition("-")[2]


def test_a_dropped_database_is_gone_even_while_in_use(postgres_server: PostgresServer) -> None:
    url = postgres_server.create()
    engine = create_engine(url)
    connection = engine.connect()
    postgres_server.drop(url)
    with pytest.raises(Exception, match=r"terminat|closed|does not exist"):
        connection.execute(text("SELECT 1"))
    connection.close()
    engine.dispose()


@pytest.mark.parametrize(
    ("ending", "folder_stays"),
    [("raise SystemExit(1)", False), ("os.kill(os.getpid(), 9)", True)],
    ids=["exits", "is killed"],
)
def test_a_server_ends_with_the_process_that_started_it(ending: str, folder_stays: bool) -> None:
    code = f"""
import os
from tests.postgres import PostgresServer
server = PostgresServer()
print(server.pid, server.folder, flush=True)
{ending}
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    pid, folder = done.stdout.split()
    # It is no child of this process: tail ends when the kernel knows it no more.
    waiting = ["timeout", "10", "tail", "--pid", pid, "-f", "/dev/null"]
    assert subprocess.run(waiting, check=False).returncode == 0
    assert Path(folder).exists() is folder_stays
    shutil.rmtree(folder, ignore_errors=True)


def test_missing_programs_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEST_PG_BIN", str(tmp_path))
    with pytest.raises(PostgresMissing, match="TEST_PG_BIN"):
        programs()
