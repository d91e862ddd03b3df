"""Several processes on one registry: nothing lost, nothing torn, no lock that a reader meets."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.ledger import accept
from data_access.replica import DuckDBCopy, highest_seq
from data_access.schema import movement
from data_access.scope import EVERYTHING
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, SCHOOLS, entry, graduates, ledger_as_of

ROOT = Path(__file__).parents[2]
RETURNS, PEOPLE = 25, 8

WRITER = """
import sys
from data_access.ledger import accept
from data_access.registry import open_registry
from tests.sql.bookkeeping import DAYS, entry, graduates

url, school, returns, people = sys.argv[1:]
for turn in range(int(returns)):
    engine = open_registry(url)  # opened and closed each time, as commands do
    entries = [entry(f"{turn}-{n}", "10" if n % 2 else "70") for n in range(int(people))]
    given = graduates(DAYS[turn % len(DAYS)], entries, school)
    accept(engine, [given, given], accepted_by=school)
    engine.dispose()
print("done")
"""


def writer(registry: Engine, school: str) -> subprocess.Popen[str]:
    """A process that accepts RETURNS returns of PEOPLE graduates, one after the other."""
    url = registry.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), url, school, str(RETURNS), str(PEOPLE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_two_writers_and_a_copy_that_follows(registry: Engine) -> None:
    """The copy tops up all the while: each version it shows is a number of whole returns."""
    accept(registry, [graduates(DAYS[0], [entry("first")])], accepted_by="t")
    copy = DuckDBCopy(registry)
    store = Store(registry, copy)
    everybody = store.leaf_filter(Selection(cohort=2020))
    seen = []
    writers = [writer(registry, school) for school in SCHOOLS]
    while any(process.poll() is None for process in writers):
        copy.refresh()
        found = store.counts(EVERYTHING, everybody, ("school",), (DAYS[-1],))
        seen.append(sum(row.n[0] for row in found) - 1)
    said = [process.communicate()[0] for process in writers]
    assert [text.strip() for text in said] == ["done", "done"]
    assert [process.returncode for process in writers] == [0, 0]

    assert seen == sorted(seen), "people went away"
    assert {n % PEOPLE for n in seen} == {0}, "half a return was seen"
    assert len(set(seen)) > 5, "the copy did not follow"

    copy.refresh()
    assert copy.version == highest_seq(registry)
    late = DuckDBCopy(registry)
    count = sa.select(sa.func.count()).select_from(movement)
    with registry.connect() as connection:
        rows = connection.scalar(count)
    for one in (copy, late):
        with one.connection() as cursor:
            loaded = cursor.execute("SELECT count(*), count(DISTINCT seq), max(seq) FROM movement")
            assert loaded.fetchone() == (rows, rows, copy.version)
        one.close()
    counted = ledger_as_of(registry, DAYS[-1])
    assert sum(counted.values()) == 1 + len(SCHOOLS) * RETURNS * PEOPLE
