"""A sample of the demonstration and what was found out about it: made up, the same every time."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.checks import (
    Channel,
    CheckResult,
    Outcome,
    Request,
    draw_sample,
    record_results,
)
from data_access.sampling import Person, lot
from data_access.schema import subject
from data_access.workflow_schema import check_item, check_sample

DRAWN_BY = "demo"
REQUEST = Request(
    cohort=2020, counted_on=dt.date(2020, 9, 30), method="stratified", size=300, seed=2020
)
FIRST_DAY, DAYS = dt.date(2020, 10, 12), 19
# Of 256: what the department finds out when it calls. More of those reported as employed is wrong.
UNREACHABLE, REFUTED, REFUTED_OF_OTHERS = 18, 16, 3
NOT_EMPLOYED = ("70", "71", "72")
ASKED: tuple[tuple[Channel, int], ...] = (("graduate", 70), ("third_party", 28), ("school", 90))
"""Who else says something, of 256; a school finds nothing wrong with itself."""


def fill_checks(engine: Engine) -> None:
    """Draws the sample and records its results, unless the class has a sample already."""
    with engine.connect() as connection:
        known = sa.select(check_sample.c.id).where(check_sample.c.cohort == REQUEST.cohort)
        if connection.execute(known).first() is not None:
            return
    number = draw_sample(engine, REQUEST, actor=DRAWN_BY)
    with engine.connect() as connection:
        item, who = check_item.c, subject.c
        rows = connection.execute(
            sa.select(item.subject_id, who.school, who.key, item.level, item.destination)
            .join_from(check_item, subject, who.id == item.subject_id)
            .where(item.sample_id == number)
        )
        people = [Person(*row) for row in rows]
    results = [result for one in people for result in _results(one, number)]
    record_results(engine, results, actor=DRAWN_BY)


def _results(person: Person, sample: int) -> Iterator[CheckResult]:
    chance = lot(REQUEST.seed, person, 1)
    day = FIRST_DAY + dt.timedelta(days=chance[0] % DAYS)
    found: Outcome = "confirmed"
    wrong = REFUTED_OF_OTHERS if person.destination.startswith(NOT_EMPLOYED) else REFUTED
    if chance[1] < UNREACHABLE + wrong:
        found = "unreachable" if chance[1] < UNREACHABLE else "refuted"
    yield CheckResult(person.subject_id, "department", found, day, sample)
    for place, (channel, often) in enumerate(ASKED, 2):
        if chance[place] < often:
            said: Outcome = "confirmed" if channel == "school" or found != "refuted" else found
            earlier = day - dt.timedelta(days=chance[5] % 7)
            yield CheckResult(person.subject_id, channel, said, earlier, sample)
