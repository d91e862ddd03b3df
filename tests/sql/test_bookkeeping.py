"""The ledger: movements of returns, corrections, late returns; nothing lost, nothing edited."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.errors import InputError
from data_access.ledger import GraduateEntry, Return, TableEntry, accept
from data_access.registry import open_registry, writing
from data_access.schema import APPEND_ONLY, audit_event, movement, returns, state, subject
from data_access.workflow_schema import APPEND_ONLY as OF_WORKFLOW
from tests.sql.bookkeeping import (
    DAYS,
    SCHOOLS,
    SEEKING,
    SIGNED,
    STUDY,
    Notebook,
    entry,
    graduates,
    ledger_as_of,
    table,
)

ROOT = Path(__file__).parents[2]


def lines(engine: Engine) -> list[tuple[Any, ...]]:
    """(day, destination, delta) of every movement, in order."""
    columns = (movement.c.counted_on, movement.c.destination, movement.c.delta)
    with engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(sa.select(*columns).order_by(movement.c.seq))
        ]


EVERY_APPEND_ONLY = (*APPEND_ONLY, *OF_WORKFLOW)


def sizes(engine: Engine) -> dict[str, int]:
    """Rows of every table that an import writes."""
    with engine.connect() as connection:
        return {
            one.name: connection.scalar(sa.select(sa.func.count()).select_from(one)) or 0
            for one in (returns, subject, state, movement, audit_event)
        }


def test_a_new_graduate_is_one_more(registry: Engine) -> None:
    accepted = accept(registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    assert [(one.movements, one.already) for one in accepted] == [(1, False)]
    assert lines(registry) == [(DAYS[0], SEEKING, 1)]


def test_a_change_leaves_one_cell_and_enters_another(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    accept(registry, [graduates(DAYS[1], [entry("1", SIGNED)])], accepted_by="t")
    assert sorted(lines(registry)[1:]) == [(DAYS[1], SIGNED, 1), (DAYS[1], SEEKING, -1)]


def test_a_correction_is_a_new_movement(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], [entry("1", SIGNED)])], accepted_by="t")
    before = lines(registry)
    accept(registry, [graduates(DAYS[0], [entry("1", STUDY)])], accepted_by="t")
    assert lines(registry)[: len(before)] == before
    assert {cell[5]: n for cell, n in ledger_as_of(registry, DAYS[0]).items()} == {STUDY: 1}


def test_a_late_return_changes_the_days_until_the_next_change(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    accept(registry, [graduates(DAYS[3], [entry("1", STUDY)])], accepted_by="t")
    accept(registry, [graduates(DAYS[1], [entry("1", SIGNED)])], accepted_by="t")
    seen = [next(iter(ledger_as_of(registry, day)))[5] for day in DAYS]
    assert seen == [SEEKING, SIGNED, SIGNED, STUDY, STUDY]


def test_the_same_content_again_changes_nothing(registry: Engine) -> None:
    given = graduates(DAYS[0], [entry("1"), entry("2", SIGNED)])
    accept(registry, [given], accepted_by="t")
    before = sizes(registry)
    again = accept(registry, [given, given], accepted_by="t")
    assert [one.already for one in again] == [True, True]
    assert sizes(registry) == before


def test_the_same_content_twice_in_one_call_counts_once(registry: Engine) -> None:
    given = graduates(DAYS[0], [entry("1"), entry("2", SIGNED)])
    twice = accept(registry, [given, given], accepted_by="t")
    assert [one.already for one in twice] == [False, True]
    assert sum(ledger_as_of(registry, DAYS[0]).values()) == 2


def test_a_state_that_is_in_force_already_is_no_movement(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], [entry("1", SIGNED)])], accepted_by="t")
    accepted = accept(registry, [graduates(DAYS[1], [entry("1", SIGNED)])], accepted_by="t")
    assert accepted[0].movements == 0
    assert len(lines(registry)) == 1


def test_a_table_counts_people_by_thousands(registry: Engine) -> None:
    rows = [TableEntry("b-0809", 9840, 4049), TableEntry("b-0701", 3131, 0)]
    accept(registry, [table(DAYS[0], rows)], accepted_by="t")
    assert sorted(n for *_, n in lines(registry)) == [3131, 4049, 9840 - 4049]


def test_a_later_table_moves_the_difference_and_empties_what_it_leaves_out(
    registry: Engine,
) -> None:
    first = [TableEntry("b-0809", 100, 40), TableEntry("b-0701", 30, 10)]
    accept(registry, [table(DAYS[0], first)], accepted_by="t")
    accept(registry, [table(DAYS[1], [TableEntry("b-0809", 100, 55)])], accepted_by="t")
    assert sorted(lines(registry)[4:]) == sorted(
        [(DAYS[1], "1", 15), (DAYS[1], "2", -15), (DAYS[1], "1", -10), (DAYS[1], "2", -20)]
    )
    assert sum(ledger_as_of(registry, DAYS[0], 2018).values()) == 130
    assert sum(ledger_as_of(registry, DAYS[1], 2018).values()) == 100


def test_nobody_is_counted_twice(registry: Engine) -> None:
    rows = [TableEntry("b-0809", 100, 40)]
    accept(registry, [table(DAYS[0], rows)], accepted_by="t")
    for other in (
        graduates(DAYS[0], [entry("1")], cohort=2018),
        table(DAYS[0], rows, school=SCHOOLS[0]),
    ):
        with pytest.raises(InputError, match="counted twice"):
            accept(registry, [other], accepted_by="t")
    accept(registry, [table(DAYS[0], rows, level="master")], accepted_by="t")
    with pytest.raises(InputError, match="counted twice"):
        accept(registry, [table(DAYS[0], rows, level="postgraduate")], accepted_by="t")


@pytest.mark.parametrize(
    "broken",
    [
        entry("2")._replace(destination="999"),
        entry("2")._replace(discipline="b-9999"),
        entry("2")._replace(origin="990000"),
    ],
)
def test_an_unknown_code_refuses_the_whole_call(registry: Engine, broken: GraduateEntry) -> None:
    before = sizes(registry)
    good = graduates(DAYS[0], [entry("1")], school=SCHOOLS[1])
    with pytest.raises(InputError, match="unknown code"):
        accept(registry, [good, graduates(DAYS[0], [broken])], accepted_by="t")
    assert sizes(registry) == before


def test_a_graduate_twice_in_one_call_is_refused(registry: Engine) -> None:
    before = sizes(registry)
    with pytest.raises(InputError, match="subject twice"):
        accept(registry, [graduates(DAYS[0], [entry("1"), entry("1", SIGNED)])], accepted_by="t")
    assert sizes(registry) == before


@pytest.mark.parametrize("name", [one.name for one in APPEND_ONLY])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_ledger_is_append_only(registry: Engine, name: str, change: str) -> None:
    if change.startswith("TRUNCATE") and registry.dialect.name == "sqlite":
        change = "DELETE FROM {} WHERE 1 = 1"  # SQLite's own form of TRUNCATE
    accept(registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    before = sizes(registry)
    key = "id" if name == "audit_event" else "seq"
    refused = "append-only|cannot truncate"  # PostgreSQL looks at foreign keys before it truncates
    with pytest.raises(sa.exc.DBAPIError, match=refused), writing(registry) as connection:
        connection.exec_driver_sql(change.format(name, key, key))
    assert sizes(registry) == before


# ---- properties

NUMBERS = ("1", "2", "3", "4")
a_return = st.builds(
    lambda school, day, found: graduates(day, [entry(n, d) for n, d in found.items()], school),
    st.sampled_from(SCHOOLS),
    st.sampled_from(DAYS),
    st.dictionaries(
        st.sampled_from(NUMBERS), st.sampled_from([SEEKING, SIGNED, STUDY, "71"]), max_size=4
    ),
)


def emptied(engine: Engine) -> None:
    """The ledger without rows: the triggers are put aside for a moment, as only tests may."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            for one in EVERY_APPEND_ONLY:
                connection.exec_driver_sql(f"ALTER TABLE {one.name} DISABLE TRIGGER USER")
            connection.exec_driver_sql(
                "TRUNCATE movement, state, subject, returns, audit_event RESTART IDENTITY CASCADE"
            )
            for one in EVERY_APPEND_ONLY:
                connection.exec_driver_sql(f"ALTER TABLE {one.name} ENABLE TRIGGER USER")
            return
        found = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in found:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for one in (movement, state, subject, returns, audit_event):
            connection.execute(sa.delete(one))
        for _, sql in found:
            connection.exec_driver_sql(sql)


@given(calls=st.lists(st.lists(a_return, max_size=1), max_size=9), repeat=st.integers(0, 8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_imports_in_any_order_add_up(
    registry: Engine, calls: list[list[Return]], repeat: int
) -> None:
    """Destinations sum to graduates, no cell is negative, a repeated import changes nothing."""
    emptied(registry)
    notebook = Notebook()
    for call in calls:
        accept(registry, call, accepted_by="t")
        for one in call:
            notebook.accept(one)
    before = sizes(registry)
    accept(registry, calls[repeat % len(calls)] if calls else [], accepted_by="t")
    assert sizes(registry) == before
    for day in (DAYS[0] - dt.timedelta(days=1), *DAYS, DAYS[-1] + dt.timedelta(days=1)):
        counted = ledger_as_of(registry, day)
        assert counted == notebook.as_of(day)
        assert all(n > 0 for n in counted.values())


# ---- a killed import

KILLED = """
import sys, time, datetime as dt
from data_access.registry import open_registry
from data_access.ledger import accept
from tests.sql.bookkeeping import DAYS, entry, graduates

class Endless(list):
    def __iter__(self):
        yield entry("1")
        print("in the middle", flush=True)
        time.sleep(60)

given = graduates(DAYS[1], [entry("2")])
object.__setattr__(given, "entries", Endless([entry("1")]))
accept(open_registry(sys.argv[1]), [given], accepted_by="killed")
"""


def test_a_killed_import_leaves_nothing(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    before = sizes(registry)
    url = registry.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), url],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == b"in the middle\n"
        process.send_signal(signal.SIGKILL)
    assert sizes(registry) == before
    again = open_registry(url)
    accept(again, [graduates(DAYS[1], [entry("1", SIGNED)])], accepted_by="t")
    again.dispose()
    assert len(lines(registry)) == 3
