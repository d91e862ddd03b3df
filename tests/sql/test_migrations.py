"""Migrations make exactly the schema that the code has, and once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from data_access import registry as registries
from data_access.schema import metadata


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
