"""The published report of Shanxi 2020, from the printed page to the answer, on every engine.

Cohort 2020 of the demonstration goes through the ledger at full size, up to the report's day, on
SQLite and on PostgreSQL; its answers are compared with the 274 printed rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.answers import Answers
from dashboard.demo import Catalogue, cohort_season, schools
from dashboard.show import records
from data_access import ledger, schema, seed
from data_access.registry import open_registry, upgrade, writing
from data_access.replica import open_analytics
from data_access.reports import LEVEL_OF_TABLE, TableNumber, printed_table
from data_access.scope import EVERYTHING, Scope
from data_access.selection import Selection
from data_access.store import Store
from tests.postgres import PostgresServer

DAY = dt.date(2020, 9, 30)
REPORT_DAY = Selection(cohort=2020, as_of=DAY)
REPORT_TABLES: tuple[TableNumber, ...] = (1, 2, 3)
FAMILY = {"postgraduate": "g", "bachelor": "b", "diploma": "v"}


def filled(url: str) -> Engine:
    """A registry with cohort 2020 up to the report's day, handed in day by day."""
    engine = open_registry(url)
    upgrade(engine)
    with writing(engine) as connection:
        seed.fill_code_tables(connection)
        seed.upsert_rows(connection, schema.school, [one.row() for one in schools()])
    season = cohort_season(2020, Catalogue.shipped())
    for day in season.days_until(DAY):
        ledger.accept(engine, season.returns(day), accepted_by="test")
    return engine


@pytest.fixture(scope="module")
def registries(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[dict[str, Engine]]:
    """The same province on SQLite and on PostgreSQL."""
    path: Path = tmp_path_factory.mktemp("shanxi") / "registry.db"
    url = postgres_server.create()
    engines = {"sqlite": filled(f"sqlite:///{path}"), "postgresql": filled(url)}
    yield engines
    for engine in engines.values():
        engine.dispose()
    postgres_server.drop(url)


@pytest.fixture(
    scope="module", params=["duckdb-over-sqlite", "duckdb-over-postgresql", "postgresql"]
)
def answers(request: pytest.FixtureRequest, registries: dict[str, Engine]) -> Iterator[Answers]:
    """The answers of one analytics engine."""
    kind = str(request.param)
    registry = registries["sqlite" if kind.endswith("sqlite") else "postgresql"]
    direct = registry.url.render_as_string(hide_password=False) if kind == "postgresql" else None
    analytics = open_analytics(registry, direct)
    yield Answers(Store(registry, analytics))
    analytics.close()


def test_the_levels_are_those_of_the_report(answers: Answers) -> None:
    rows = records(answers, EVERYTHING, REPORT_DAY, "level", "class", False, "zh-CN")
    found = {row["code"]: (row["graduates"], row["employed"], row["rate"]) for row in rows}
    assert found == {
        "postgraduate": (10_343, 4_877, "47.15"),
        "bachelor": (129_570, 55_682, "42.97"),
        "diploma": (89_503, 52_896, "59.10"),
    }
    children = rows[0]["children"]
    assert {row["code"] for row in children} == {"doctorate", "master"}
    assert sum(row["graduates"] for row in children) == 10_343


def test_together_they_are_the_dispatched_of_the_report(answers: Answers) -> None:
    total = answers.total(EVERYTHING, REPORT_DAY)
    assert (total.graduates, total.employed) == (229_416, 113_455)
    assert total.rate.value == Decimal("49.45")


def test_every_discipline_equals_its_printed_row(answers: Answers) -> None:
    rows = records(answers, EVERYTHING, REPORT_DAY, "discipline", "class", False, "zh-CN")
    found = sorted(
        (row["code"][0], row["name"], row["graduates"], row["employed"], row["rate"])
        for row in rows
    )
    printed = sorted(
        (
            FAMILY[LEVEL_OF_TABLE[number]],
            row.discipline,
            row.graduates,
            row.employed,
            row.rate.rstrip("%"),
        )
        for number in REPORT_TABLES
        for row in printed_table("shanxi2020", number)
    )
    assert len(printed) == 274
    assert found == printed


def test_destinations_are_everybody_on_every_reporting_day(answers: Answers) -> None:
    for month in range(1, 10):
        selection = Selection(cohort=2020, as_of=dt.date(2020, month, 28))
        assert sum(answers.destination_counts(EVERYTHING, selection).values()) == 229_416
        assert min(answers.destination_counts(EVERYTHING, selection).values()) >= 0


def test_the_schools_of_a_scope_are_all_it_sees(answers: Answers) -> None:
    own = Scope(frozenset({"99001"}))
    everybody = {line.code: line for line in answers.by(EVERYTHING, REPORT_DAY, "school")}
    assert answers.by(own, REPORT_DAY, "school") == [everybody["99001"]]
    other = REPORT_DAY.replace(schools=("99002",))
    assert answers.by(own, other, "school") == []
    assert answers.total(own, other).graduates == 0


def test_both_databases_hold_the_same_movements(registries: dict[str, Engine]) -> None:
    sums = []
    for engine in registries.values():
        analytics = open_analytics(engine)
        store = Store(engine, analytics)
        chosen = store.leaf_filter(REPORT_DAY)
        by = ("school", "level", "discipline", "destination", "origin", "work_region")
        sums.append(sorted((c.key, c.n) for c in store.counts(EVERYTHING, chosen, by, (DAY,))))
        analytics.close()
    assert sums[0] == sums[1]
    assert len(sums[0]) > 50_000
