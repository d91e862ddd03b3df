"""Migrations make exactly the schema that the code has, and once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from data_access import ledger, seed
from data_access import registry as registries
from data_access.codes.files import CODE_TABLES, read_code_tables
from data_access.schema import CELL, metadata
from data_access.survey_ledger import accept_surveys
from tests.sql.bookkeeping import DAYS, SCHOOLS, entry, graduates
from tests.sql.test_surveys import a_survey


def test_the_migrations_make_the_schema_of_the_code(registry: Engine) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with registry.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        folder = registries.files("data_access") / "migrations"
        assert context.get_current_heads() == tuple(ScriptDirectory(str(folder)).get_heads())


def test_a_difference_would_be_seen(registry: Engine) -> None:
    with registries.writing(registry) as connection:
        connection.exec_driver_sql("ALTER TABLE school ADD COLUMN motto TEXT")
    with registry.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert len(found) == 1
    assert found[0][0] == "remove_column"


def test_a_second_upgrade_changes_nothing(registry: Engine) -> None:
    def everything() -> list[tuple[str, int]]:
        with registry.connect() as connection:
            names = sorted(sa.inspect(connection).get_table_names())
            count = sa.select(sa.func.count())
            return [
                (name, connection.scalar(count.select_from(sa.table(name))) or 0) for name in names
            ]

    before = everything()
    registries.upgrade(registry)
    assert everything() == before
    assert dict(before)["school"] > 0


def test_a_filled_store_of_the_first_version_is_carried_forward(url_before: str) -> None:
    """What was there stays; surveys can be imported, and returns have a day of receipt."""
    engine = registries.open_registry(url_before)
    _one_graduate(engine)
    names = sa.inspect(engine).get_table_names()
    columns = {name: [c["name"] for c in sa.inspect(engine).get_columns(name)] for name in names}
    before = {name: rows_of(engine, name, columns[name]) for name in names}
    assert "survey" not in before
    assert not registries.is_current(engine)
    assert before["movement"]
    registries.upgrade(engine)
    assert registries.is_current(engine)
    with registries.writing(engine) as connection:
        seed.fill_code_tables(connection)
    for name in before.keys() - {"alembic_version"}:
        assert rows_of(engine, name, columns[name]) == before[name], name
    assert rows_of(engine, "returns", ["received_on"]) == [(dt.date(2020, 3, 5),)]
    ledger.accept(engine, [graduates(DAYS[1], [entry("2")])], accepted_by="t")
    file = a_survey(1, *SCHOOLS)
    assert not accept_surveys(engine, [file], imported_by="t")[0].already
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), registries.writing(engine) as c:
        c.exec_driver_sql("DELETE FROM survey_answer")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url_before(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A registry as the first migration left it, with its code tables."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.db'}" if sqlite else request.getfixturevalue("postgres_url")
    engine = registries.open_registry(url)
    config = Config()
    folder = registries.files("data_access") / "migrations"
    config.set_main_option("script_location", str(folder))
    tables = read_code_tables()
    with registries.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        there = sa.inspect(connection).get_table_names()
        for table in CODE_TABLES:
            if table.name in there:
                connection.execute(sa.insert(table), tables[table.name])
    engine.dispose()
    return url


def _one_graduate(engine: Engine) -> None:
    """One accepted return of one graduate, written as the first version wrote it."""
    cell = {name: getattr(entry("1"), name) for name in CELL}
    head = {"cohort": 2020, "school": "10108"}
    rows = {
        "returns": {
            **head,
            "id": 1,
            "kind": "graduates",
            "counted_on": DAYS[0],
            "source": "old.csv",
            "content_hash": "0" * 64,
            "rows": 1,
            "status": "accepted",
            "synthetic": False,
            "accepted_at": dt.datetime.fromisoformat("2020-03-05T09:00"),
            "accepted_by": "t",
        },
        "subject": {**head, "key": "1"},
        "state": {
            **cell,
            "subject_id": 1,
            "return_id": 1,
            "counted_on": DAYS[0],
            "n": 1,
        },
        "movement": {**cell, **head, "return_id": 1, "counted_on": DAYS[0], "delta": 1},
    }
    with registries.writing(engine) as connection:
        for name, row in rows.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            connection.execute(sa.insert(table), row)


def rows_of(engine: Engine, name: str, columns: list[str]) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        rows = connection.execute(sa.select(*(table.c[column] for column in columns)))
        return sorted((tuple(row) for row in rows), key=repr)
