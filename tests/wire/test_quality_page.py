"""Every number of the quality page and its files, against answers and graduates counted one by one.

The slow side reads the rows of the surveys and the table of states; no sum of the store, no
statistic of the application has a part in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import xlsxwriter

from data_access.schema import survey, survey_answer, survey_invited, survey_respondent
from tests.server import quxiang
from tests.wire.app_client import (
    OWN,
    SECRET_KEY,
    Person,
    Site,
    demo_application,
    parents,
    printed,
)

MINIMUM = 30
REPORT_DAY = dt.date(2020, 9, 30)
GRADUATE_ITEMS = {
    "match": "yes",
    "stability": "yes",
    "satisfaction": "positive",
    "career": "positive",
    "promotion": "yes",
    "pay": "amount",
}
EMPLOYER_ITEMS = ("overall", "political", "professional", "ability")


@dataclass(frozen=True)
class Answer:
    """One respondent."""

    school: str
    level: str
    discipline: str
    weight: float
    values: dict[str, float]


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def respondents(site: Site, kind: str, cohort: int) -> list[Answer]:
    """Everybody who answered, of the demonstration's one survey of this kind and class."""
    found: dict[int, Answer] = {}
    with site.registry.connect() as connection:
        (number,) = connection.scalars(
            sa.select(survey.c.id).where(survey.c.kind == kind, survey.c.cohort == cohort)
        )
        who = survey_respondent.c
        for row in connection.execute(sa.select(survey_respondent).where(who.survey_id == number)):
            found[row.id] = Answer(row.school, row.level, row.discipline, row.weight, {})
        for row in connection.execute(sa.select(survey_answer)):
            if row.respondent_id in found:
                found[row.respondent_id].values[row.item] = row.value
    return list(found.values())


def asked(site: Site, kind: str, cohort: int, keep: Callable[[Any], bool]) -> int:
    statement = sa.select(survey_invited).join(survey, survey.c.id == survey_invited.c.survey_id)
    with site.registry.connect() as connection:
        rows = connection.execute(
            statement.where(survey.c.kind == kind, survey.c.cohort == cohort)
        ).all()
    return sum(row.invited for row in rows if keep(row))


def exported(person: Person, question: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a download by column heading."""
    answer = person.get(f"/export/{question}.csv?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    head, *found = [row for row in rows if row and not row[0].startswith("#")]
    return [dict(zip(head, row, strict=True)) for row in found]


def value_of(found: Sequence[Answer], item: str, scale: str) -> str:
    """The printed share or mean of a group."""
    pairs = [(one.weight, one.values[item]) for one in found if item in one.values]
    weight = math.fsum(w for w, _ in pairs)
    if scale in ("yes", "positive"):
        good = math.fsum(w for w, v in pairs if v >= (4 if scale == "positive" else 1))
        return str(
            Decimal(repr(round(100 * good / weight, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        )
    mean = Decimal(repr(round(math.fsum(w * v for w, v in pairs) / weight, 9)))
    return str(mean.quantize(Decimal("0.01" if scale == "rating" else "1"), ROUND_HALF_UP))


def count(found: Sequence[Answer], item: str) -> int:
    return sum(item in one.values for one in found)


def below(site: Site, code: str) -> Callable[[str], bool]:
    """Whether a discipline is this node of the tree or below it."""
    tree = parents(site.registry, "discipline")

    def within(one: str) -> bool:
        at: str | None = one
        while at is not None and at != code:
            at = tree.get(at)
        return at == code

    return within


SELECTIONS: list[tuple[dict[str, Any], Callable[[Answer], bool]]] = [
    ({"cohort": 2020}, lambda a: True),
    ({"cohort": 2019, "level": "diploma"}, lambda a: a.level == "diploma"),
    ({"cohort": 2020, "level": "postgraduate"}, lambda a: a.level in ("master", "doctorate")),
    ({"cohort": 2021, "school": [OWN, "99002"]}, lambda a: a.school in (OWN, "99002")),
    (
        {"cohort": 2020, "school": [OWN, "99002"], "level": "bachelor"},
        lambda a: a.school in (OWN, "99002") and a.level == "bachelor",
    ),
]


@pytest.mark.parametrize(("query", "keep"), SELECTIONS)
def test_the_profile_of_graduates(
    site: Site, leader: Person, query: dict[str, Any], keep: Callable[[Answer], bool]
) -> None:
    every = respondents(site, "graduate", query["cohort"])
    found = [one for one in every if keep(one)]
    rows = exported(leader, "quality-development", **query)
    assert [row["代码"] for row in rows] == list(GRADUATE_ITEMS)
    for row, (item, scale) in zip(rows, GRADUATE_ITEMS.items(), strict=True):
        n = count(found, item)
        assert n >= MINIMUM, "the selection is large enough to stand for itself"
        assert (row["结果"], row["有效答卷"]) == (value_of(found, item, scale), str(n))
        assert row["数据范围"] == "所选范围"
        low, high = map(float, row["95%区间"].split("-"))
        assert low <= float(row["结果"]) <= high
        schools = query.get("school")
        if schools:
            levels = {a.level for a in found} if "level" in query else {a.level for a in every}
            others = [one for one in every if one.level in levels]
            assert row["全部学校"] == value_of(others, item, scale)
            assert row["全部学校答卷"] == str(count(others, item))
        else:
            assert row["全部学校"] == ""


def test_the_card_says_the_response(site: Site, leader: Person) -> None:
    card = leader.callback("quality-development-source.children")
    answer = leader.call(card, {"selection.data": {"cohort": "2020"}})
    invited = asked(site, "graduate", 2020, lambda row: True)
    answered = len(respondents(site, "graduate", 2020))
    rate = printed(answered, invited)
    source = answer.values["quality-development-source.children"]
    assert f"邀请{invited:,}，回收{answered:,}，回收率{rate}%" in source
    assert "演示数据" in source
    finding = answer.values["quality-development-finding.children"]
    assert f"回收{answered:,}份，回收率{rate}%" in finding


@pytest.mark.parametrize("item", ["match", "pay"])
def test_levels_compared(site: Site, leader: Person, item: str) -> None:
    every = respondents(site, "graduate", 2020)
    query = {"cohort": 2020, "item": item}
    rows = exported(leader, "quality-development-groups", **query)
    assert [row["代码"] for row in rows] == ["doctorate", "master", "bachelor", "diploma"]
    for row in rows:
        level = row["代码"]
        group = [one for one in every if one.level == level]
        large = count(group, item) >= MINIMUM
        assert row["数据范围"] == ("所选范围" if large else "扩大至全部学校")
        source = group if large else every
        assert row["结果"] == value_of(source, item, GRADUATE_ITEMS[item])
        invited = asked(site, "graduate", 2020, lambda r, level=level: r.level == level)
        assert row["邀请人数"] == str(invited)
        assert row["回收人数"] == str(len(group))
        assert row["回收率"] == printed(len(group), invited)
    if item == "pay":
        assert exported(leader, "quality-pay", cohort=2020, across="school") == rows


def test_small_schools_climb_to_the_next_group_that_is_large_enough(
    site: Site, leader: Person
) -> None:
    """Of a class of majors, in one school: class, category, all disciplines, all schools."""
    every = respondents(site, "graduate", 2020)
    query = {"cohort": 2020, "across": "school", "item": "match", "discipline": "b-0809"}
    rows = exported(leader, "quality-development-groups", **query)
    chain = [
        ("所选范围", below(site, "b-0809")),
        ("扩大至专业门类", below(site, "b-08")),
        ("扩大至全部专业", lambda code: True),
    ]
    steps = set()
    for row in rows:
        mine = [one for one in every if one.school == row["代码"]]
        wanted = ("扩大至全部学校", every)
        for basis, meant in chain:
            group = [one for one in mine if meant(one.discipline)]
            if count(group, "match") >= MINIMUM:
                wanted = (basis, group)
                break
        assert (row["数据范围"], row["结果"]) == (wanted[0], value_of(wanted[1], "match", "yes"))
        assert row["有效答卷"] == str(count(wanted[1], "match"))
        steps.add(wanted[0])
    assert {"扩大至全部学校", "扩大至全部专业"} <= steps, "the demonstration shows the climb"


def test_employers(site: Site, leader: Person) -> None:
    every = respondents(site, "employer", 2020)
    rows = exported(leader, "quality-employers", cohort=2020, level="bachelor")
    assert {row["代码"]: row["结果"] for row in rows} == {
        item: value_of(every, item, "rating") for item in EMPLOYER_ITEMS
    }
    schools = exported(leader, "quality-employers-groups", cohort=2020, aspect="ability")
    for row in schools:
        mine = [one for one in every if one.school == row["代码"]]
        large = count(mine, "ability") >= MINIMUM
        source = mine if large else every
        assert row["结果"] == value_of(source, "ability", "rating")
        assert row["数据范围"] == ("所选范围" if large else "扩大至全部学校")
        assert row["邀请人数"] == str(
            asked(site, "employer", 2020, lambda r, code=row["代码"]: r.school == code)
        )
    assert len(schools) == len({one.school for one in every})


# ---- who sees what


def test_a_school_sees_its_own_answers_and_protected_figures_of_all(site: Site) -> None:
    reviewer = site.person("reviewer")
    every = respondents(site, "graduate", 2020)
    own = [one for one in every if one.school == OWN]
    rows = exported(reviewer, "quality-development", cohort=2020)
    for row in rows:
        item, scale = row["代码"], GRADUATE_ITEMS[row["代码"]]
        assert (row["结果"], row["有效答卷"]) == (value_of(own, item, scale), str(count(own, item)))
        assert row["全部学校"] == value_of(every, item, scale)
    groups = exported(reviewer, "quality-development-groups", cohort=2020, across="school")
    assert [row["代码"] for row in groups] == [OWN]
    assert exported(reviewer, "quality-development", cohort=2020, school="99002") == []


def test_a_school_gets_no_figure_of_a_discipline_of_all_schools(site: Site) -> None:
    reviewer = site.person("reviewer")
    every = respondents(site, "graduate", 2020)
    query = {"cohort": 2020, "discipline": "b-0809", "level": "bachelor"}
    rows = exported(reviewer, "quality-development", **query)
    bachelors = [one for one in every if one.level == "bachelor"]
    for row in rows:
        scale = GRADUATE_ITEMS[row["代码"]]
        assert row["全部学校"] == value_of(bachelors, row["代码"], scale)


def test_a_level_of_few_schools_is_withheld_from_a_school(site: Site) -> None:
    every = respondents(site, "graduate", 2020)
    few = {one.school for one in every if one.level == "doctorate"}
    rows = exported(site.person("reviewer"), "quality-development", cohort=2020, level="doctorate")
    shown = {row["全部学校"] for row in rows}
    assert (shown == {"人数较少，不予显示"}) == (len(few) < 5)


def test_a_viewer_sees_no_answer(site: Site) -> None:
    viewer = site.person("viewer")
    for question in ("quality-development", "quality-employers", "quality-contribution"):
        assert exported(viewer, question, cohort=2020) == []


# ---- without a survey, and with a new one


def test_where_there_is_no_survey_the_page_says_what_to_do(site: Site, leader: Person) -> None:
    for kind, card in (("graduate", "quality-development"), ("employer", "quality-employers")):
        answer = leader.call(
            leader.callback(f"{card}-finding.children"), {"selection.data": {"cohort": "2022"}}
        )
        words = answer.values[f"{card}-finding.children"]
        assert f"quxiang template survey-{kind} -o survey-{kind}.xlsx" in words
        assert f"quxiang import survey survey-{kind}.xlsx --kind {kind} --cohort 2022" in words
        assert "2022届" in words
    school = site.person("reviewer")
    answer = school.call(
        school.callback("quality-development-finding.children"),
        {"selection.data": {"cohort": "2022"}},
    )
    assert "主管部门" in answer.values["quality-development-finding.children"]


def test_a_survey_from_the_command_line_is_on_the_page(
    site: Site, leader: Person, tmp_path: Path
) -> None:
    given = {
        "QUXIANG_HOME": str(site.settings.home),
        "QUXIANG_DATABASE_URL": site.registry.url.render_as_string(hide_password=False),
        "QUXIANG_SECRET_KEY": SECRET_KEY,
    }
    path = tmp_path / "survey.xlsx"
    quxiang(given, "template", "survey-graduate", "-o", str(path))
    assert path.exists()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["院校代码", "学历层次", "专业对口率"])
        for row in range(1, 51):
            sheet.write_row(row, 0, [OWN, "本科", ("是", "否", "")[row % 3]])
    options = ("--kind=graduate", "--cohort=2023", "--title=Pilot", "--fielded-on=2024-03-31")
    said = quxiang(given, "import", "survey", str(path), *options)
    assert "邀请50，回收33，回收率66.00%" in said
    assert "未作改动" in quxiang(given, "import", "survey", str(path), *options)
    site.app.store.refresh_beside()
    rows = exported(leader, "quality-development", cohort=2023)
    assert [(row["代码"], row["结果"], row["有效答卷"]) for row in rows] == [
        ("match", "48.48", "33")
    ]
    head = leader.get("/export/quality-development.csv?cohort=2023").data.decode("utf-8-sig")
    assert "# Pilot · 调查截止2024年3月31日 · 邀请50，回收33，回收率66.00%" in head
