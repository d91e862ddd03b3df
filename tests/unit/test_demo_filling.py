"""The demonstration's seasons are the same everywhere and go through the ledger's own door."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.demo import LOADED, Catalogue, Season, cohort_season, fill, schools
from data_access import registry, schema, seed
from data_access.ledger import Return, accept
from tests.unit.demo_states import DATA, TARGET, code_rows, replay


@pytest.fixture(scope="module")
def lookup() -> Catalogue:
    return Catalogue.shipped()


def fingerprint(season: Season) -> str:
    digest = hashlib.sha256()
    for day in season.reporting_days:
        for r in season.returns(day):
            digest.update(repr((r.source, r.content_hash, list(r.entries))).encode())
    return digest.hexdigest()


def test_two_builds_are_equal_to_the_last_entry(lookup: Catalogue) -> None:
    one, two = (cohort_season(2020, lookup, scale=0.05) for _ in range(2))
    assert fingerprint(one) == fingerprint(two)
    assert fingerprint(one) != fingerprint(cohort_season(2021, lookup, scale=0.05))


def test_another_process_builds_the_same_season(lookup: Catalogue) -> None:
    code = (
        "from dashboard.demo import Catalogue, cohort_season\n"
        "s = cohort_season(2022, Catalogue.shipped(), scale=0.02)\n"
        "print(*[r.content_hash for d in s.reporting_days for r in s.returns(d)])"
    )
    root = str(DATA.parent)
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": root}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    here = cohort_season(2022, lookup, scale=0.02)
    assert run.stdout.split() == [
        r.content_hash for day in here.reporting_days for r in here.returns(day)
    ]


def test_schools_are_plainly_fictional() -> None:
    everyone = schools()
    assert [s.code for s in everyone] == [str(code) for code in range(99001, 99081)]
    assert all("示例" in s.name_zh and "Example" in s.name_en for s in everyone)
    assert len({s.name_zh for s in everyone}) == len({s.initials for s in everyone}) == 80
    assert len({s.initials[:2] for s in everyone}) == 80
    assert Counter(s.tier for s in everyone) == {"bachelor": 24, "diploma": 56}
    assert {s.city for s in everyone} <= {str(code) for code in range(140100, 141101, 100)}
    assert set(everyone[0].row()) == {column.name for column in schema.school.columns}
    real = {row["name_zh"] for row in code_rows("school")}
    assert not real & {s.name_zh for s in everyone}


def test_fill_hands_over_every_loaded_day_in_date_order(lookup: Catalogue) -> None:
    calls: list[tuple[dt.date, int]] = []
    ticks: list[tuple[int, int, str]] = []

    def take(engine: sa.Engine, returns: Sequence[Return], *, accepted_by: str) -> None:
        assert accepted_by == "demo"
        (key,) = {(r.counted_on, r.cohort) for r in returns}
        calls.append(key)

    engine = sa.create_engine("sqlite://")
    done = fill(engine, take, lookup, lambda *tick: ticks.append(tick), scale=0.01)
    assert calls == sorted(calls)
    expected = {c: cohort_season(c, lookup, scale=0.01).days_until(d) for c, d in LOADED.items()}
    assert sorted(calls) == sorted((day, c) for c, days in expected.items() for day in days)
    assert max(day for day, cohort in calls if cohort == 2021) == dt.date(2021, 6, 30)
    assert ticks[0][0] == 0
    assert ticks[-1][:2] == (done, done)
    assert [tick[0] for tick in ticks] == sorted(tick[0] for tick in ticks)


def test_the_ledger_takes_the_returns_and_counts_the_same(
    tmp_path: Path, lookup: Catalogue
) -> None:
    engine = registry.open_registry(f"sqlite:///{tmp_path / 'q.db'}")
    registry.upgrade(engine)
    with registry.writing(engine) as connection:
        seed.fill_code_tables(connection)
        connection.execute(sa.insert(schema.school), [s.row() for s in schools()])
    season = cohort_season(2020, lookup, scale=0.01)
    for day in season.days_until(TARGET):
        accept(engine, season.returns(day), accepted_by="demo")
    movement = schema.movement
    statement = sa.select(movement.c.destination, sa.func.sum(movement.c.delta))
    with engine.connect() as connection:
        rows = connection.execute(statement.group_by(movement.c.destination)).all()
    engine.dispose()
    people = replay(season, TARGET)
    assert {code: n for code, n in rows if n} == Counter(e.destination for e in people.values())
    assert season.days_after(TARGET)[0] == dt.date(2020, 10, 7)
