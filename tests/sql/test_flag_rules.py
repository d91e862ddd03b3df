"""Each rule of flags fires at its threshold and not just below it, on both databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from dashboard.flag_rules import RULES
from data_access.codes.files import read_code_tables
from data_access.schema import school
from data_access.workflow_schema import flag_rule
from tests.sql.flag_class import (
    DAY,
    SCHOOL,
    SECOND,
    VALID,
    Fact,
    found,
    hand_in,
    numbered,
)

FIRM: Fact = ("甲有限公司", VALID, dt.date(2020, 6, 1))


def others(count: int) -> dict[str, Fact]:
    """So many graduates, each with an employer of their own."""
    return {
        number: (f"乙{number}有限公司", "", dt.date(2020, 1, 1) + dt.timedelta(days=i))
        for i, number in enumerate(numbered("B", count))
    }


def units(registry: Engine, facts: dict[str, Fact], **more: str) -> None:
    hand_in(registry, DAY, dict.fromkeys(facts, "12"), facts=facts, **more)  # type: ignore[arg-type]


def test_every_shipped_rule_has_its_function() -> None:
    assert {row["code"] for row in read_code_tables()["flag_rule"]} == set(RULES)


def test_an_employer_of_too_many_is_found_across_the_school(registry: Engine) -> None:
    facts = {**dict.fromkeys(numbered("A", 15), FIRM), **others(485)}
    units(registry, facts)
    (one,) = found(registry, "employer_share")
    assert (one.school, one.subject, one.value, one.people) == (SCHOOL, VALID, Decimal("3.00"), 15)
    assert one.detail == {"employer": "甲有限公司", "whole": 500}
    assert len(one.subjects) == 15
    assert found(registry, "employer_share", threshold=3.01) == []
    assert found(registry, "employer_share", minimum=16) == []


def test_without_a_code_employers_are_told_apart_by_their_normalised_names(
    registry: Engine,
) -> None:
    names = ("甲（山西）有限公司", "甲(山西) 有限公司", "甲\u3000（山西)有限公司")
    facts: dict[str, Fact] = {
        number: (names[i % 3], "", None) for i, number in enumerate(numbered("A", 15))
    }
    units(registry, facts)
    (one,) = found(registry, "employer_share")
    assert (one.subject, one.people) == ("甲(山西)有限公司", 15)


def test_one_employer_in_many_schools(registry: Engine) -> None:
    with registry.connect() as connection:
        rows = sa.select(school.c.code).where(school.c.tier == "bachelor").limit(5)
        codes = list(connection.scalars(rows))
    for code in codes[:4]:
        units(registry, dict.fromkeys(numbered("A", 14), FIRM), school=code)
    units(registry, dict.fromkeys(numbered("A", 3), FIRM), school=codes[4])
    assert found(registry, "many_schools") == []  # 59 in five schools
    hand_in(registry, DAY, {"C1": "10"}, facts={"C1": FIRM}, school=codes[4])
    flags = found(registry, "many_schools")
    assert {one.school for one in flags} == set(codes)
    assert {one.detail["together"] for one in flags} == {60}
    assert found(registry, "many_schools", threshold=6) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [("flexible_share", "12"), ("freelance_share", "76"), ("business_share", "75")],
)
def test_a_share_above_the_peers(registry: Engine, rule: str, code: str) -> None:
    with registry.connect() as connection:
        rows = sa.select(school.c.code).where(school.c.tier == "diploma").limit(6)
        codes = list(connection.scalars(rows))
    for one in codes[1:]:
        hand_in(registry, DAY, dict.fromkeys(numbered("A", 20), "70") | {"A000": code}, school=one)
    mine = dict.fromkeys(numbered("A", 100), "70") | dict.fromkeys(numbered("A", 40), code)
    hand_in(registry, DAY, mine, school=codes[0])
    (flag,) = found(registry, rule, threshold=35, minimum=40)  # 40 % against a median of 5 %
    assert (flag.school, flag.value, flag.people) == (codes[0], Decimal("35.00"), 40)
    assert flag.detail == {"own": "40.00", "median": "5.00", "peers": 5, "whole": 100}
    assert len(flag.subjects) == 40
    assert found(registry, rule, threshold=35.01, minimum=40) == []
    assert found(registry, rule, threshold=35, minimum=41) == []


def test_schools_of_another_tier_are_no_peers(registry: Engine) -> None:
    with registry.connect() as connection:
        rows = sa.select(school.c.code).where(school.c.tier == "diploma").limit(5)
        codes = list(connection.scalars(rows))
    for one in codes:
        hand_in(registry, DAY, dict.fromkeys(numbered("A", 20), "70"), school=one)
    hand_in(registry, DAY, dict.fromkeys(numbered("A", 100), "76"), school=SCHOOL)
    assert found(registry, "freelance_share") == []


WEDNESDAYS = [dt.date(2020, 4, 29) + dt.timedelta(days=7 * i) for i in range(9)]


def test_a_jump_in_the_last_days(registry: Engine) -> None:
    hand_in(registry, WEDNESDAYS[0], dict.fromkeys(numbered("A", 200), "70"))
    for i, day in enumerate(WEDNESDAYS[1:6]):
        hand_in(registry, day, dict.fromkeys(numbered("A", 60)[10 * i : 10 * i + 10], "10"))
    hand_in(registry, WEDNESDAYS[6], dict.fromkeys(numbered("A", 200)[100:140], "10"))
    # The week of the entry, without a job, counts: five weeks of ten and one of none.
    (flag,) = found(registry, "last_days", ends=WEDNESDAYS, threshold=4.8)
    assert (flag.subject, flag.value, flag.people) == ("2020-06-10", Decimal("4.8"), 40)
    assert flag.detail == {"mean": "8.3", "weeks": 6}
    assert len(flag.subjects) == 40
    assert found(registry, "last_days", ends=WEDNESDAYS, threshold=4.81) == []
    assert found(registry, "last_days", ends=WEDNESDAYS, threshold=4.8, minimum=41) == []


def test_many_signatures_on_one_day(registry: Engine) -> None:
    facts = {**dict.fromkeys(numbered("A", 30), FIRM), **others(70)}
    units(registry, facts)
    (flag,) = found(registry, "same_day", threshold=30)
    assert (flag.subject, flag.value, flag.people) == ("2020-06-01", Decimal("30.00"), 30)
    assert len(flag.subjects) == 30
    assert found(registry, "same_day", threshold=30.01) == []
    assert found(registry, "same_day", threshold=30, minimum=31) == []


def test_fewer_employed_after_the_deadline(registry: Engine) -> None:
    hand_in(registry, dt.date(2020, 8, 31), dict.fromkeys(numbered("A", 500), "10"))
    hand_in(registry, dt.date(2020, 9, 16), dict.fromkeys(numbered("A", 20), "70"))
    day = dt.date(2020, 9, 30)
    (flag,) = found(registry, "shrinks", day=day, threshold=4)
    assert (flag.subject, flag.value, flag.people) == ("2020-08-31", Decimal("4.00"), 20)
    assert flag.detail == {"before": 500, "lowest": 480}
    assert len(flag.subjects) == 20
    assert found(registry, "shrinks", day=day, threshold=4.01) == []
    assert found(registry, "shrinks", day=dt.date(2020, 8, 31), threshold=4) == []


def test_fewer_employed_between_two_periods(registry: Engine) -> None:
    hand_in(registry, WEDNESDAYS[0], dict.fromkeys(numbered("A", 100), "10"))
    hand_in(registry, WEDNESDAYS[1], dict.fromkeys(numbered("A", 20), "70"))
    hand_in(registry, WEDNESDAYS[2], dict.fromkeys(numbered("A", 20), "10"))
    (flag,) = found(registry, "shrinks", ends=WEDNESDAYS)
    assert (flag.subject, flag.value) == ("2020-04-29", Decimal("20.00"))
    assert found(registry, "shrinks", ends=WEDNESDAYS, minimum=21) == []


def test_the_same_figures_period_after_period(registry: Engine) -> None:
    people = dict.fromkeys(numbered("A", 50), "70") | {"A000": "10"}
    for day in WEDNESDAYS[:3]:
        hand_in(registry, day, people)
    assert found(registry, "same_rate", ends=WEDNESDAYS) == []
    hand_in(registry, WEDNESDAYS[4], people)  # the fourth was not handed in
    (flag,) = found(registry, "same_rate", ends=WEDNESDAYS)
    assert (flag.subject, flag.value, flag.people) == ("2020-04-29", Decimal(4), 1)
    hand_in(registry, WEDNESDAYS[5], people | {"A001": "10"})
    assert found(registry, "same_rate", ends=WEDNESDAYS) == []


def test_nobody_and_everybody_employed_is_no_standstill(registry: Engine) -> None:
    for day in WEDNESDAYS[:5]:
        hand_in(registry, day, dict.fromkeys(numbered("A", 50), "70"))
        hand_in(registry, day, dict.fromkeys(numbered("A", 50), "10"), school=SECOND)
    assert found(registry, "same_rate", ends=WEDNESDAYS) == []


def test_a_name_that_does_not_fit_the_kind(registry: Engine) -> None:
    hospital: Fact = ("示例市人民医院", VALID, None)
    units(registry, dict.fromkeys(numbered("A", 3), hospital), kind="39")
    units(registry, dict.fromkeys(numbered("B", 9), hospital), kind="23")
    units(registry, dict.fromkeys(numbered("C", 9), hospital), kind="00")
    (flag,) = found(registry, "kind_name")
    assert (flag.subject, flag.value, flag.people) == ("医院", Decimal(3), 3)
    assert len(flag.subjects) == 3
    assert found(registry, "kind_name", threshold=4) == []


@pytest.mark.parametrize(
    ("name", "kind", "odd"),
    [
        ("示例村村民委员会", "55", False),
        ("示例村村民委员会", "10", True),
        ("示例开发区管理委员会", "10", False),
        ("示例大学后勤服务有限公司", "39", False),
        ("示例大学", "39", True),
        ("示例学院", "21", False),
        ("某部队", "40", False),
        ("某部队", "10", True),
        ("示例县教育局", "10", False),
        ("示例县教育局", "39", True),
    ],
)
def test_the_patterns(registry: Engine, name: str, kind: str, odd: bool) -> None:
    units(registry, dict.fromkeys(numbered("A", 3), (name, "", None)), kind=kind)
    assert bool(found(registry, "kind_name")) is odd


def test_credit_codes_that_fail_their_check(registry: Engine) -> None:
    wrong = VALID[:-1] + ("0" if VALID[-1] != "0" else "1")
    units(registry, dict.fromkeys(numbered("A", 5), ("甲", wrong, None)))
    units(registry, dict.fromkeys(numbered("B", 9), ("乙", VALID.lower(), None)))
    (flag,) = found(registry, "code_invalid")
    assert (flag.value, flag.people, len(flag.subjects)) == (Decimal(5), 5, 5)
    assert flag.detail == {"whole": 14}
    assert found(registry, "code_invalid", threshold=6) == []


def test_missing_credit_codes(registry: Engine) -> None:
    units(registry, dict.fromkeys(numbered("A", 20), ("甲", "", None)))
    units(registry, dict.fromkeys(numbered("B", 80), ("乙", VALID, None)))
    hand_in(registry, DAY, dict.fromkeys(numbered("C", 900), "10"))  # no employer reported
    (flag,) = found(registry, "code_missing", threshold=20)
    assert (flag.value, flag.people, len(flag.subjects)) == (Decimal("20.00"), 20, 20)
    assert found(registry, "code_missing", threshold=20.01) == []
    assert found(registry, "code_missing", threshold=20, minimum=21) == []


def test_internships_as_employment(registry: Engine) -> None:
    units(registry, dict.fromkeys(numbered("A", 3), ("示例青年见习基地", VALID, None)))
    (flag,) = found(registry, "internship")
    assert (flag.subject, flag.people, len(flag.subjects)) == ("见习", 3, 3)
    assert found(registry, "internship", threshold=4) == []


def test_all_changes_in_one_step(registry: Engine) -> None:
    hand_in(registry, WEDNESDAYS[0], dict.fromkeys(numbered("A", 100), "70"))
    hand_in(registry, WEDNESDAYS[1], dict.fromkeys(numbered("A", 80), "10"))
    hand_in(registry, WEDNESDAYS[2], dict.fromkeys(numbered("A", 100)[80:], "10"))
    (flag,) = found(registry, "one_step")
    assert (flag.subject, flag.value, flag.people) == ("2020-05-06", Decimal("80.00"), 80)
    assert len(flag.subjects) == 80
    assert found(registry, "one_step", threshold=80.01) == []


def test_nearly_everybody_employed(registry: Engine) -> None:
    people = dict.fromkeys(numbered("A", 100), "10") | {"A000": "70"}
    hand_in(registry, DAY, people)
    (flag,) = found(registry, "full_rate")
    assert (flag.subject, flag.value, flag.people) == ("bachelor", Decimal("99.00"), 99)
    hand_in(registry, DAY, {"A001": "70"})
    assert found(registry, "full_rate") == []


def test_a_discipline_with_flexible_work_only(registry: Engine) -> None:
    people = dict.fromkeys(numbered("A", 15), "76") | dict.fromkeys(numbered("B", 9), "70")
    hand_in(registry, DAY, people)
    (flag,) = found(registry, "all_flexible")
    assert (flag.value, flag.people, len(flag.subjects)) == (Decimal("100.00"), 15, 15)
    hand_in(registry, DAY, {"B000": "10"})
    assert found(registry, "all_flexible") == []


def test_the_state_and_the_fact_of_the_day_count(registry: Engine) -> None:
    """What came later is not seen from an earlier day."""
    early, late = WEDNESDAYS[0], WEDNESDAYS[5]
    people = numbered("A", 15)
    facts: dict[str, Fact] = dict.fromkeys(people, ("示例实习中心", VALID, None))
    hand_in(registry, early, dict.fromkeys(people, "12"), facts=facts)
    hand_in(registry, late, dict.fromkeys(people, "10"), facts=dict.fromkeys(people, FIRM))
    assert [one.people for one in found(registry, "internship", day=early)] == [15]
    assert found(registry, "internship", day=late) == []


def test_the_shipped_thresholds_are_of_this_program(registry: Engine) -> None:
    """Rules without an official limit say so."""
    with registry.connect() as connection:
        sources = dict(connection.execute(sa.select(flag_rule.c.code, flag_rule.c.source)).all())
    assert all("自定" in source for source in sources.values())
