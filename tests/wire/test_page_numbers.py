"""Every number of a page, a download and the command line, against a count by hand.

`people` reads the table of states row by row; no movement, no analytics engine and no code of the
pages has a part in what the answers are compared with.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboard.demo import schools
from tests.server import quxiang
from tests.wire.app_client import (
    OWN,
    SECRET_KEY,
    Chosen,
    Graduate,
    Person,
    Site,
    demo_application,
    parents,
    people,
    printed,
    table_rows,
    texts,
)

REPORT_DAY = dt.date(2020, 9, 30)
ASKED = (
    Chosen(2020, REPORT_DAY),
    Chosen(2020, dt.date(2020, 3, 4), levels=("postgraduate",)),
    Chosen(2020, dt.date(2020, 8, 31), schools=("99002", "99040"), edition="2021"),
    Chosen(2021, dt.date(2021, 6, 30), discipline="b-08"),
    Chosen(2021, dt.date(2021, 5, 11), levels=("diploma",), work_region="140000"),
    Chosen(2019, dt.date(2019, 12, 31), origin="140100", edition="2024"),
    Chosen(2020, dt.date(2020, 9, 30), schools=("99040",), discipline="g-01"),
)
FURTHER_STUDY = {"80", "81", "82", "85"}


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def query(chosen: Chosen) -> dict[str, Any]:
    """The selection as the address and the page's store have it."""
    given = {
        "cohort": str(chosen.cohort),
        "as_of": chosen.day.isoformat(),
        "school": list(chosen.schools),
        "level": list(chosen.levels),
        "discipline": chosen.discipline,
        "origin": chosen.origin,
        "work_region": chosen.work_region,
        "edition": chosen.edition,
    }
    return {name: value for name, value in given.items() if value}


def rate_of(found: Sequence[Graduate]) -> str:
    return printed(sum(one.employed for one in found), len(found))


def change(now: str, before: str) -> str:
    """The difference of two printed rates; "" where there is nothing to compare with."""
    return str(Decimal(now) - Decimal(before)) if before else ""


def before(chosen: Chosen) -> tuple[Chosen, Chosen]:
    """A week earlier, and the cohort before on its same day, under the same definition."""
    own = {2019: "2014", 2020: "2014", 2021: "2021"}[chosen.cohort]
    distance = dt.date(chosen.cohort, 8, 31) - chosen.day
    year = replace(
        chosen,
        cohort=chosen.cohort - 1,
        day=dt.date(chosen.cohort - 1, 8, 31) - distance,
        edition=chosen.edition or own,
    )
    return replace(chosen, day=chosen.day - dt.timedelta(days=7)), year


def exported(person: Person, question: str, chosen: Chosen, **more: str) -> list[list[str]]:
    """The rows of a download, without its heads."""
    search = urlencode({**query(chosen), **more}, doseq=True)
    answer = person.get(f"/export/{question}.csv?{search}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return [row for row in rows if row and not row[0].startswith("#")][1:]


def by(found: Sequence[Graduate], name: str) -> dict[str, list[Graduate]]:
    """The graduates by one of their codes."""
    groups: dict[str, list[Graduate]] = {}
    for one in found:
        groups.setdefault(getattr(one, name), []).append(one)
    return groups


def expected(site: Site, chosen: Chosen, name: str) -> dict[str, tuple[int, int, str, str, str]]:
    """Code -> (graduates, employed, rate, change on last week, change on last year)."""
    groups = by(people(site.registry, chosen), name)
    week, year = (by(people(site.registry, other), name) for other in before(chosen))
    return {
        code: (
            len(found),
            sum(one.employed for one in found),
            now := rate_of(found),
            change(now, rate_of(week.get(code, []))),
            change(now, rate_of(year.get(code, []))),
        )
        for code, found in groups.items()
    }


@pytest.mark.parametrize("chosen", ASKED)
def test_key_figures(site: Site, leader: Person, chosen: Chosen) -> None:
    answer = leader.call(
        leader.callback("overview-kpis.children"), {"selection.data": query(chosen)}
    )
    lead, graduates, study, seeking = answer.values["overview-kpis.children"]
    found = people(site.registry, chosen)
    week, year = (people(site.registry, other) for other in before(chosen))
    words = texts(lead)
    if not found:
        assert words[1] == "无对应人员"
        return
    now = rate_of(found)
    assert words[1] == f"{now}%"
    assert words[2].endswith(f"{sum(one.employed for one in found):,}人")
    for text, other in zip(words[4:], (week, year), strict=True):
        points = change(now, rate_of(other))
        signed = f"{Decimal(points):+}".replace("-", "−") if points else "不可比"
        signed = "0.00" if signed in ("+0.00", "−0.00") else signed
        assert text.split(" ")[1] == signed, (text, points)
    assert texts(graduates)[1] == f"{len(found):,}"
    for card, codes in ((study, FURTHER_STUDY), (seeking, {"70"})):
        count = sum(one.destination in codes for one in found)
        assert texts(card)[1:] == [f"{printed(count, len(found))}%", f"{count:,}人"]


@pytest.mark.parametrize("chosen", ASKED)
def test_schools(site: Site, leader: Person, chosen: Chosen) -> None:
    wanted = expected(site, chosen, "school")
    rows = exported(leader, "schools", chosen)
    assert {r[0]: (int(r[2]), int(r[3]), r[4], r[6], r[7]) for r in rows} == wanted
    answer = leader.call(
        leader.callback("overview-schools.rowData"), {"selection.data": query(chosen)}
    )
    grid = answer.values["overview-schools.rowData"]
    assert {r["code"]: (r["graduates_text"], r["rate_text"].rstrip("%")) for r in grid} == {
        code: (f"{n:,}", rate) for code, (n, _, rate, _, _) in wanted.items()
    }


@pytest.mark.parametrize("chosen", ASKED)
def test_levels(site: Site, leader: Person, chosen: Chosen) -> None:
    answer = leader.call(
        leader.callback("overview-levels-table.children"), {"selection.data": query(chosen)}
    )
    shown = {
        row[0]: row[1:4] for row in table_rows(answer.values["overview-levels-table.children"])
    }
    names = {"doctorate": "博士", "master": "硕士", "bachelor": "本科", "diploma": "专科"}
    found = by(people(site.registry, chosen), "level")
    if both := [one for level in ("doctorate", "master") for one in found.get(level, [])]:
        found["postgraduate"] = both
    wanted = {
        {**names, "postgraduate": "研究生"}[code]: [
            f"{len(group):,}",
            f"{sum(one.employed for one in group):,}",
            f"{rate_of(group)}%",
        ]
        for code, group in found.items()
    }
    assert shown == wanted
    rows = exported(leader, "levels", chosen)
    assert {
        row[1]: [f"{int(row[2]):,}", f"{int(row[3]):,}", f"{row[4]}%"] for row in rows
    } == wanted


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("rank", ["category", "class", "major"])
def test_disciplines(site: Site, leader: Person, chosen: Chosen, rank: str) -> None:
    tree = parents(site.registry, "discipline")
    depth = {"category": 0, "class": 1, "major": 2}[rank]

    def at_rank(code: str) -> str:
        path = [code]
        while (above := tree[path[0]]) is not None:
            path.insert(0, above)
        return path[min(depth, len(path) - 1)]

    found = people(site.registry, chosen)
    groups = by([replace(one, discipline=at_rank(one.discipline)) for one in found], "discipline")
    rows = exported(leader, "disciplines", chosen, rank=rank)
    assert {row[0]: (int(row[2]), int(row[3]), row[4]) for row in rows} == {
        code: (len(group), sum(one.employed for one in group), rate_of(group))
        for code, group in groups.items()
    }
    answer = leader.call(
        leader.callback("disciplines-grid.rowData"),
        {"selection.data": {**query(chosen), "rank": rank}},
    )
    grid = answer.values["disciplines-grid.rowData"]
    below = site.settings.minimum_n
    assert {row["code"]: (row["graduates_text"], row["rate_text"]) for row in grid} == {
        code: (f"{len(group):,}", f"{rate_of(group)}%")
        for code, group in groups.items()
        if len(group) >= below
    }
    apart = table_rows(answer.values["disciplines-small.children"])
    assert sorted(row[1] for row in apart) == sorted(
        str(len(group)) for group in groups.values() if len(group) < below
    )


@pytest.mark.parametrize("chosen", ASKED)
def test_destinations(site: Site, leader: Person, chosen: Chosen) -> None:
    found = people(site.registry, chosen)
    counts = Counter(one.destination for one in found)
    working = {one.destination for one in found if one.employed}
    rows = exported(leader, "destinations", chosen)
    assert {row[0]: (int(row[2]), row[3], row[4] == "就业") for row in rows} == {
        code: (n, printed(n, len(found)), code in working) for code, n in counts.items()
    }
    groups = exported(leader, "mix", chosen)
    assert sum(int(row[2]) for row in groups) == len(found)
    assert sum(int(row[2]) for row in groups if row[4] == "就业") == sum(
        one.employed for one in found
    )


@pytest.mark.parametrize("chosen", ASKED[:4])
def test_progress(site: Site, leader: Person, chosen: Chosen) -> None:
    rows = [row for row in exported(leader, "progress", chosen) if row[0] == str(chosen.cohort)]
    assert rows[-1][1] <= chosen.day.isoformat()
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        found = people(site.registry, replace(chosen, day=dt.date.fromisoformat(row[1])))
        assert row[3:] == [str(len(found)), str(sum(p.employed for p in found)), rate_of(found)]


def test_a_school_user_gets_the_figures_of_the_own_school(site: Site) -> None:
    reviewer = site.person("reviewer")
    own = people(site.registry, Chosen(2020, REPORT_DAY, schools=(OWN,)))
    rows = exported(reviewer, "schools", Chosen(2020, REPORT_DAY))
    assert [(row[0], int(row[2]), row[4]) for row in rows] == [(OWN, len(own), rate_of(own))]


COMMANDS = [
    ("level", Chosen(2020, REPORT_DAY)),
    ("school", Chosen(2020, dt.date(2020, 3, 4), levels=("postgraduate",))),
    ("origin", Chosen(2021, dt.date(2021, 6, 30), schools=("99002",))),
    ("work_region", Chosen(2021, dt.date(2021, 6, 30), levels=("diploma",))),
    ("destination", Chosen(2019, dt.date(2019, 12, 31))),
    ("discipline", Chosen(2020, REPORT_DAY, schools=("99040",))),
]


@pytest.mark.parametrize(("cut", "chosen"), COMMANDS)
def test_the_command_prints_the_same(site: Site, cut: str, chosen: Chosen) -> None:
    url = site.registry.url.render_as_string(hide_password=False)
    given = {
        "QUXIANG_HOME": str(site.settings.home),
        "QUXIANG_DATABASE_URL": url,
        "QUXIANG_SECRET_KEY": SECRET_KEY,
    }
    options = [f"--cohort={chosen.cohort}", f"--as-of={chosen.day}", f"--by={cut}"]
    options += [f"--level={code}" for code in chosen.levels]
    options += [f"--school={code}" for code in chosen.schools]
    if cut == "discipline":
        options.append("--rank=major")
    rows = json.loads(quxiang(given, "show", "rates", *options, "--format=json"))
    found = people(site.registry, chosen)
    if cut == "level":
        rows = [leaf for row in rows for leaf in row.get("children") or [row]]
    groups = by(found, cut)
    if cut == "destination":
        assert {row["code"]: (row["count"], row["graduates"], row["rate"]) for row in rows} == {
            code: (len(group), len(found), printed(len(group), len(found)))
            for code, group in groups.items()
        }
        return
    assert {row["code"]: (row["graduates"], row["employed"], row["rate"]) for row in rows} == {
        code: (len(group), sum(one.employed for one in group), rate_of(group))
        for code, group in groups.items()
    }


def test_the_hand_count_sees_the_whole_province(site: Site) -> None:
    """What everything above is compared with is no empty set."""
    found = people(site.registry, Chosen(2020, REPORT_DAY))
    assert len(found) > 5_000
    assert {one.school for one in found} == {one.code for one in schools()}
    assert {one.employed for one in found} == {True, False}
