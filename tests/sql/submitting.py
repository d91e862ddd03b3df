"""Files of graduates and the people who hand them in, for the tests of submissions."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import submission_reading
from data_access.scope import Scope
from data_access.sealed import Box
from data_access.submissions import Handed, Submission, Submissions
from data_access.workflow_schema import submission_finding
from tests.sql.bookkeeping import DAYS, SCHOOLS

SECRET = "a secret key for tests, long enough"
HASH_KEY = b"a key of thirty-two bytes, or so"
STAFF, REVIEWER, ANALYST = "staff", "reviewer", "analyst"
OWN = Scope(frozenset({SCHOOLS[0]}))


def content(rows: Sequence[tuple[str, str]], school: str = SCHOOLS[0]) -> bytes:
    """A csv file of bachelors: (student number, destination) each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["院校代码", "学号", "学历代码", "学历", "专业代码", "专业", "毕业去向代码"])
    for number, destination in rows:
        writer.writerow(
            [school, number, "31", "本科生毕业", "080901", "计算机科学与技术", destination]
        )
    return text.getvalue().encode("utf-8-sig")


def handed(
    rows: Sequence[tuple[str, str]], day: dt.date = DAYS[0], school: str = SCHOOLS[0]
) -> Handed:
    return Handed(
        school=school,
        cohort=2020,
        counted_on=day,
        file_name="graduates.csv",
        content=content(rows, school),
    )


def submissions(registry: Engine) -> Submissions:
    return Submissions(registry, Box(SECRET))


def read_all(made: Submissions) -> None:
    """What the reader in the background does."""
    while found := submission_reading.claim(made.registry):
        submission_reading.read(made.registry, made.box, HASH_KEY, found[0])


def drafted(made: Submissions, given: Handed) -> Submission:
    """Received and read."""
    number = made.receive(OWN, given, STAFF).id
    read_all(made)
    with made.registry.connect() as connection:
        return made.visible(connection, OWN, number)


def submit(made: Submissions, number: int) -> None:
    """The staff gives a reason for every warning, and the reviewer submits."""
    f = submission_finding.c
    rules = sa.select(f.rule).where(f.submission_id == number, f.severity == "warning").distinct()
    with made.registry.connect() as connection:
        warned = connection.scalars(rules).all()
    for rule in warned:
        made.give_reason(OWN, number, rule, "it is in order", STAFF)
    made.submit(OWN, number, REVIEWER)
