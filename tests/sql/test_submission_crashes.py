"""A process that is killed in the middle loses nothing and doubles nothing, on both databases."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

from data_access import submission_reading
from data_access.acceptance import accept_submission, withdraw_submission
from data_access.schema import metadata
from data_access.scope import EVERYTHING
from data_access.submissions import Submissions
from data_access.workflow_schema import submission_row
from tests.sql.bookkeeping import DAYS, ledger_as_of
from tests.sql.submitting import (
    ANALYST,
    OWN,
    STAFF,
    drafted,
    handed,
    read_all,
    submissions,
    submit,
)

ROWS = [(str(number), "10" if number % 3 else "70") for number in range(300)]
START = """
import os, signal, sys
from data_access import acceptance, submission_reading
from data_access.registry import open_registry
from data_access.scope import EVERYTHING
from tests.sql.submitting import ANALYST, HASH_KEY, submissions

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

made = submissions(open_registry(os.environ["REGISTRY"]))
number = int(sys.argv[1])
"""
READ = """
submission_reading.claim(made.registry)
submission_reading.read(made.registry, made.box, HASH_KEY, number)
"""
ACCEPT = "acceptance.accept_submission(made, EVERYTHING, number, ANALYST)\n"
WITHDRAW = "acceptance.withdraw_submission(made, EVERYTHING, number, 'w', ANALYST)\n"


@pytest.fixture
def made(registry: sa.Engine) -> Submissions:
    return submissions(registry)


def killed(made: Submissions, where: str, action: str, number: int) -> None:
    """Runs the action in a process of its own that dies when it reaches a function."""
    code = f"{START}{where} = die\n{action}print('lived')\n"
    url = made.registry.url.render_as_string(hide_password=False)
    ran = subprocess.run(
        [sys.executable, "-c", code, str(number)],
        env={"REGISTRY": url, "PATH": "/usr/bin:/bin", "PYTHONPATH": "."},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()


def everything(made: Submissions) -> dict[str, int]:
    """How many rows every table has."""
    with made.registry.connect() as connection:
        count = sa.select(sa.func.count())
        return {
            name: connection.scalar(count.select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def status(made: Submissions, number: int) -> str:
    with made.registry.connect() as connection:
        return made.visible(connection, EVERYTHING, number).status


@pytest.mark.parametrize(
    "where",
    [
        "submission_reading.inspect_graduates",
        "submission_reading.bulk_insert",
        "submission_reading.ledger_findings",
        "submission_reading.note",
    ],
)
def test_a_reader_is_killed(made: Submissions, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = made.receive(OWN, handed(ROWS), STAFF).id
    before = everything(made)
    killed(made, where, READ, number)
    assert everything(made) == before
    assert status(made, number) == "reading"
    read_all(made)
    assert status(made, number) == "reading", "it may still be at work"
    monkeypatch.setattr(submission_reading, "STALE", dt.timedelta(0))
    read_all(made)
    assert status(made, number) == "draft"
    assert everything(made)["submission_row"] == len(ROWS)


@pytest.mark.parametrize(
    "where",
    [
        "acceptance.accept_within",
        "acceptance.write_facts",
        "acceptance.move",
        "acceptance.purge",
        "acceptance.note",
    ],
)
def test_an_acceptance_is_killed(made: Submissions, where: str) -> None:
    one = drafted(made, handed(ROWS))
    submit(made, one.id)
    before = everything(made)
    killed(made, where, ACCEPT, one.id)
    assert everything(made) == before
    assert status(made, one.id) == "submitted"
    accept_submission(made, EVERYTHING, one.id, ANALYST)
    people: Counter[str] = Counter()
    for cell, n in ledger_as_of(made.registry, DAYS[0]).items():
        people[cell[5]] += n
    assert people == Counter(destination for _, destination in ROWS)
    with made.registry.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(submission_row)) == 0


@pytest.mark.parametrize("where", ["acceptance.withdraw_within", "acceptance.note"])
def test_a_withdrawal_is_killed(made: Submissions, where: str) -> None:
    one = drafted(made, handed(ROWS))
    submit(made, one.id)
    accept_submission(made, EVERYTHING, one.id, ANALYST)
    before = everything(made)
    killed(made, where, WITHDRAW, one.id)
    assert everything(made) == before
    assert status(made, one.id) == "accepted"
    withdraw_submission(made, EVERYTHING, one.id, "w", ANALYST)
    assert ledger_as_of(made.registry, DAYS[4]) == Counter()
