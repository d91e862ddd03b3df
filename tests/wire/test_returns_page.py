"""The returns page against a count by hand over the table of returns."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document

from dashboard.answers import Answers
from dashboard.coverage import Board, board
from dashboard.demo import schools
from data_access.schema import returns
from data_access.scope import EVERYTHING, Scope
from data_access.selection import Selection
from tests.wire.app_client import (
    OWN,
    Chosen,
    Site,
    demo_application,
    people,
    printed,
    table_rows,
    texts,
)

DAY = dt.date(2021, 6, 30)  # the newest statistical date of the season in progress


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def found(site: Site, day: dt.date, scope: Scope = EVERYTHING) -> Board:
    store = site.app.store
    moment = Answers(store).moment(scope, Selection(day.year, day))
    return board(store, scope, moment)


def by_hand(site: Site, day: dt.date) -> dict[str, dict[dt.date, str]]:
    """School -> Wednesday -> how it stood on the day: one return after the other.

    Wednesdays from 7 April to 26 August: a return of up to Thursday (a day of grace) is on time.
    """
    wednesdays = [dt.date(day.year, 4, 7) + dt.timedelta(weeks=i) for i in range(30)]
    wednesdays = [w for w in wednesdays if w <= min(day, dt.date(day.year, 8, 31))]
    with site.registry.connect() as connection:
        rows = connection.execute(
            sa.select(returns.c.school, returns.c.counted_on, returns.c.received_on).where(
                returns.c.cohort == day.year
            )
        ).all()
    received: dict[tuple[str, dt.date], dt.date] = {}
    for school, counted_on, received_on in rows:
        if received_on > day:
            continue
        for wednesday in wednesdays:
            if wednesday - dt.timedelta(days=7) < counted_on <= wednesday:
                key = (school, wednesday)
                received[key] = min(received_on, received.get(key, received_on))
    stood: dict[str, dict[dt.date, str]] = defaultdict(dict)
    for school in {row[0] for row in rows}:
        for wednesday in wednesdays:
            came = received.get((school, wednesday))
            last = wednesday + dt.timedelta(days=1)
            if came is not None:
                stood[school][wednesday] = "on_time" if came <= last else "late"
            else:
                stood[school][wednesday] = "due" if day <= last else "missing"
    return stood


@pytest.mark.parametrize("day", [DAY, dt.date(2021, 5, 12), dt.date(2021, 5, 14)])
def test_every_school_stands_as_counted_by_hand(site: Site, day: dt.date) -> None:
    expected = by_hand(site, day)
    seen = found(site, day)
    kinds = set()
    for school in seen.schools:
        for period, status in zip(seen.periods, school.statuses, strict=True):
            # Days near a holiday have a longer grace; they are in the tests of the calendar.
            if period.day in expected[school.code] and (period.until - period.day).days == 1:
                assert status == expected[school.code][period.day], (school.code, period)
                kinds.add(status)
    assert {"on_time", "late", "missing"} <= kinds
    assert len(seen.schools) == len(schools())


def test_coverage_is_the_share_of_the_class_in_schools_that_came(site: Site) -> None:
    seen = found(site, DAY)
    graduates: dict[str, int] = defaultdict(int)
    for one in people(site.registry, Chosen(2021, DAY)):
        graduates[one.school] += 1
    at = len(seen.periods) - 1
    came = [s.code for s in seen.schools if s.statuses[at] in ("on_time", "late")]
    whole = sum(graduates.values())
    assert str(seen.covered(at).value) == printed(sum(graduates[c] for c in came), whole)
    assert 0 < len(came) < len(seen.schools)


def test_a_day_in_the_past_knows_only_what_had_come(site: Site) -> None:
    """The board of a day does not change with what came later."""
    early = found(site, dt.date(2021, 5, 12))
    later = found(site, DAY)
    at = [period.day for period in later.periods].index(early.periods[-1].day)
    assert early.count(at, "on_time", "late") < later.count(at, "on_time", "late")


def test_the_page_says_what_the_board_says(site: Site) -> None:
    leader = site.person("leader")
    stored = {"selection.data": {"cohort": "2021", "as_of": DAY.isoformat()}}
    seen = found(site, DAY)
    kpis = leader.call(leader.callback("returns-kpis.children"), stored)
    words = " ".join(texts(kpis.values["returns-kpis.children"]))
    at = len(seen.periods) - 1
    assert f"{seen.count(at, 'on_time', 'late')}/{len(seen.schools)}" in words
    grid = leader.call(leader.callback("returns-board.rowData"), stored).values
    rows = {row["code"]: row for row in grid["returns-board.rowData"]}
    assert {
        code: [row[period.day.isoformat()] for period in seen.periods] for code, row in rows.items()
    } == {school.code: list(school.statuses) for school in seen.schools}
    chased = leader.call(leader.callback("returns-chased.children"), stored).values
    missing = [s for s in seen.schools if s.behind]
    assert len(table_rows(chased["returns-chased.children"])) == len(missing) > 0


def test_the_circular_names_whom_it_chases(site: Site) -> None:
    answer = site.person("leader").get(f"/export/chased.docx?cohort=2021&as_of={DAY}")
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.data))
    text = "\n".join(p.text for p in document.paragraphs)
    seen = found(site, DAY)
    at = len(seen.periods) - 2  # the newest ends on that day, the time of the one before is over
    assert "2021届" in text
    assert f"未报送{seen.count(at, 'missing')}所" in text
    assert "演示数据" in text
    names = {row.cells[0].text for row in document.tables[0].rows[1:]}
    by_code = {one.code: one.name_zh for one in schools()}
    owing = [s for s in seen.schools if s.statuses[at:] == ("missing", "due")]
    assert names == {by_code[school.code] for school in owing}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert 'w:eastAsia="FangSong"' in packed.read("word/styles.xml").decode()


def test_a_school_sees_itself_only(site: Site) -> None:
    reviewer = site.person("reviewer")
    stored = {"selection.data": {"cohort": "2021"}}
    grid = reviewer.call(reviewer.callback("returns-board.rowData"), stored).values
    assert [row["code"] for row in grid["returns-board.rowData"]] == [OWN]
    answer = reviewer.get("/export/chased.docx?cohort=2021")
    text = "".join(
        cell.text
        for table in Document(io.BytesIO(answer.data)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert not [one.name_zh for one in schools() if one.code != OWN and one.name_zh in text]
