"""Who a school is compared with, on each analytics engine, over ledgers that one can count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from dashboard.answers import Answers
from dashboard.benchmark_rows import Benchmark, Position
from dashboard.indicators.protection import SCHOOL
from dashboard.peers import Peers, own_school
from data_access import schema, seed
from data_access.ledger import accept
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.scope import EVERYTHING, NOTHING, Scope
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, SEEKING, SIGNED, entry, graduates

OWN = "7000"
MINE = Scope(frozenset({OWN}))
DAY = DAYS[0]
ASKED = Selection(2020, DAY, (OWN,))
HERE, THERE = "140100", "140200"
COMPUTING, SOFTWARE, MECHANICS = "b-080901", "b-080902", "b-080201"
People = tuple[int, int]  # graduates, employed
Classes = Mapping[tuple[str, str], People]  # (level, discipline) -> people


def plain(people: People) -> Classes:
    return {("bachelor", COMPUTING): people}


class Province:
    """Schools with a kind and a city, and their graduates on one day."""

    def __init__(self, registry: Engine, analytics: Analytics) -> None:
        self.registry, self.analytics = registry, analytics

    def school(
        self, code: str, classes: Classes, *, tier: str = "bachelor", city: str = HERE
    ) -> None:
        row = dict.fromkeys(("name_en", "initials", "supervisor", "moe_code"), "")
        row |= {"code": code, "name_zh": f"S{code}", "tier": tier, "city": city}
        more = {"province": "140000", "synthetic": True, "flagged": False}
        with writing(self.registry) as connection:
            seed.upsert_rows(connection, schema.school, [{**row, **more}])
        entries = []
        for (level, discipline), (n, employed) in classes.items():
            for number in range(n):
                to = SIGNED if number < employed else SEEKING
                one = entry(f"{level}{discipline}{number}", to, level)
                entries.append(one._replace(discipline=discipline))
        accept(self.registry, [graduates(DAY, entries, code)], accepted_by="t")

    def peers(self) -> Peers:
        self.analytics.refresh()
        return Peers(Answers(Store(self.registry, self.analytics)))

    def seen(
        self,
        scope: Scope,
        selection: Selection = ASKED,
        start: str = "",
        picked: tuple[str, ...] = (),
    ) -> Benchmark:
        found = self.peers().benchmark(scope, selection, start, picked)
        assert found is not None
        return found


@pytest.fixture
def province(analytics_registry: Engine, analytics: Analytics) -> Province:
    made = Province(analytics_registry, analytics)
    made.school(OWN, plain((20, 15)))
    return made


def neighbours(province: Province, first: int, count: int, people: People, **about: str) -> None:
    for number in range(first, first + count):
        province.school(str(number), plain(people), **about)


def test_five_of_the_same_city_are_enough(province: Province) -> None:
    neighbours(province, 7001, 5, (10, 8))
    neighbours(province, 7010, 5, (10, 2), city=THERE)
    found = province.seen(MINE)
    assert (found.group, found.passed) == ("city", ())
    assert (found.total.spread.schools, found.total.percentile) == (5, 0)
    assert found.total.spread.quartiles is not None
    assert found.total.spread.quartiles.median == 80
    assert found.total.difference == Decimal("-5.00")


def test_four_climb_and_the_reason_is_kept(province: Province) -> None:
    neighbours(province, 7001, 4, (10, 8))
    neighbours(province, 7010, 5, (10, 2), city=THERE)
    for scope in (MINE, EVERYTHING):
        found = province.seen(scope)
        assert (found.group, found.passed) == ("mix", (("city", "few"),))
        assert found.total.spread.schools == 9


def test_a_group_that_a_wider_one_would_give_away_is_skipped(province: Province) -> None:
    """Five in the city, one more elsewhere: city and level mix together would be that one."""
    neighbours(province, 7001, 5, (10, 8))
    neighbours(province, 7010, 1, (10, 2), city=THERE)
    found = province.seen(MINE)
    assert (found.group, found.passed) == ("mix", (("city", "apart"),))
    assert province.seen(EVERYTHING).group == "city"


def test_a_school_that_dominates_its_group(province: Province) -> None:
    neighbours(province, 7001, 4, (10, 8))
    province.school("7005", plain((41, 41)))
    neighbours(province, 7010, 6, (10, 2), city=THERE)
    found = province.seen(MINE)
    assert (found.group, found.passed) == ("mix", (("city", "dominated"),))


def test_a_dominated_province_tells_nothing(province: Province) -> None:
    neighbours(province, 7001, 5, (10, 8))
    province.school("7006", plain((60, 41)))
    found = province.seen(MINE)
    assert found.group is None
    assert found.total.spread.why == "small"
    assert (found.total.difference, found.total.percentile) == (None, None)
    assert found.adjusted[0].result.expected is None
    assert all(one.spread.quartiles is None for one in (*found.disciplines, *found.destinations))
    assert province.seen(EVERYTHING).total.spread.schools == 6


def test_kind_and_level_mix_are_of_the_whole_class(province: Province) -> None:
    neighbours(province, 7001, 5, (10, 8), tier="diploma")
    for number in range(7011, 7016):
        classes = {("bachelor", COMPUTING): (9, 5), ("master", "g-0812"): (2, 2)}
        province.school(str(number), classes)
    everyone = province.seen(EVERYTHING)
    assert (everyone.group, everyone.passed) == ("kind", (("city", "few"), ("mix", "few")))
    only = replace(ASKED, levels=("bachelor",))
    assert province.seen(EVERYTHING, only).group == "kind"
    assert province.seen(EVERYTHING, start="all").total.spread.schools == 10


def test_the_own_school_is_never_its_own_peer(province: Province) -> None:
    neighbours(province, 7001, 5, (10, 8))
    picked = tuple(str(7000 + number) for number in range(6))
    found = province.seen(EVERYTHING, picked=picked)
    assert found.group == "picked"
    assert OWN not in {line.code for line in found.peers}
    assert len(found.peers) == 5


def test_picked_by_hand_is_for_the_department(province: Province) -> None:
    neighbours(province, 7001, 8, (10, 8))
    neighbours(province, 7010, 8, (10, 2), city=THERE)
    picked = ("7001", "7002", "7010", "7011", "7012")
    found = province.seen(EVERYTHING, picked=picked)
    assert (found.group, {line.code for line in found.peers}) == ("picked", set(picked))
    few = province.seen(EVERYTHING, picked=picked[:4])
    assert (few.group, few.passed) == ("city", (("picked", "few"),))
    school = province.seen(MINE, picked=picked)
    assert school == province.seen(MINE)
    assert (school.group, school.peers) == ("city", ())


def test_schools_are_told_whole_percent_and_no_school(province: Province) -> None:
    for number, employed in enumerate((3, 4, 5, 6, 7)):
        province.school(str(7001 + number), plain((9, employed)))
    exact, told = province.seen(EVERYTHING), province.seen(MINE)
    assert exact.total.spread.quartiles is not None
    assert told.total.spread.quartiles is not None
    assert exact.total.spread.quartiles.median == Decimal("55.56")
    assert str(told.total.spread.quartiles.median) == "56"
    assert told.total.difference == Decimal("75.00") - 56
    assert [line.graduates for line in exact.peers] == [9] * 5
    assert told.peers == ()
    # 25 of 45: 55.555...
    assert str(exact.adjusted[0].result.expected) == "55.56"
    assert str(told.adjusted[0].result.expected) == "55.6"


def test_by_region_schools_are_told_nothing_of_peers(province: Province) -> None:
    neighbours(province, 7001, 6, (10, 8))
    for chosen in (replace(ASKED, origin="140000"), replace(ASKED, work_region="110000")):
        found = province.seen(MINE, chosen)
        assert found.total.spread.why == "not_allowed"
        assert found.adjusted[0].result.expected is None
        assert province.seen(EVERYTHING, chosen).total.spread.schools == 6


def rows(found: Benchmark) -> dict[str, Position]:
    return {one.code: one for one in found.disciplines}


def test_a_class_of_four_schools_climbs_alone(
    province: Province,
) -> None:
    """Computing at nine schools of the city, mechanics at four there and five elsewhere."""
    province.school("7100", {("bachelor", MECHANICS): (30, 15)}, city=THERE)
    for number in range(7001, 7010):
        classes = {("bachelor", COMPUTING): (10, 8)}
        if number < 7005:
            classes["bachelor", MECHANICS] = (10, 5)
        province.school(str(number), classes)
    for number in range(7011, 7015):
        province.school(str(number), {("bachelor", MECHANICS): (10, 4)}, city=THERE)
    province.school(OWN, {("bachelor", COMPUTING): (20, 15), ("bachelor", MECHANICS): (10, 9)})
    told = rows(province.seen(MINE))
    assert (told["b-0809"].spread.group, told["b-0809"].spread.schools) == ("city", 9)
    assert (told["b-0802"].spread.group, told["b-0802"].spread.schools) == ("mix", 9)
    result = province.seen(MINE).adjusted[0].result
    # computing 90 / 72 = 80 %; mechanics in the wider group 40 / 20 + 40 / 16 + 30 / 15
    assert result.observed.denominator == 30
    by_hand = 20 * Fraction(72, 90) + 10 * Fraction(51, 110)
    assert result.expected == round(Decimal(100) * by_hand.numerator / by_hand.denominator / 30, 1)


def test_an_expected_cell_climbs_to_its_category(province: Province) -> None:
    """Mechanics at three schools, software at three others: together they may be told of."""
    province.school(OWN, {("bachelor", COMPUTING): (20, 15), ("bachelor", MECHANICS): (10, 9)})
    for number in range(7001, 7007):
        extra = MECHANICS if number < 7004 else "b-080301"
        province.school(
            str(number), {("bachelor", COMPUTING): (10, 8), ("bachelor", extra): (10, 5)}
        )
    found = province.seen(MINE)
    assert rows(found)["b-0802"].spread.why == "small"
    result = found.adjusted[0].result
    assert result.observed.denominator == 30
    by_hand = 20 * Fraction(48, 60) + 10 * Fraction(48 + 30, 120)
    assert result.expected == Decimal("75.0") == Decimal(str(float(100 * by_hand / 30)))


def test_a_category_that_gives_a_class_away_is_not_used(province: Province) -> None:
    """Mechanics at three schools and nothing else beside computing: category less computing."""
    province.school(OWN, {("bachelor", COMPUTING): (20, 15), ("bachelor", MECHANICS): (10, 9)})
    for number in range(7001, 7007):
        classes = {("bachelor", COMPUTING): (10, 8)}
        if number < 7004:
            classes["bachelor", MECHANICS] = (10, 5)
        province.school(str(number), classes)
    result = province.seen(MINE).adjusted[0].result
    assert (result.graduates, result.observed.denominator) == (30, 20)
    assert str(result.expected) == "80.0"
    everybody = province.seen(EVERYTHING).adjusted[0].result
    assert everybody.observed.denominator == 30


def test_below_a_class_schools_get_no_expected_rate(province: Province) -> None:
    for number in range(7001, 7007):
        classes = {("bachelor", COMPUTING): (10, 8)}
        if number == 7001:
            classes["bachelor", SOFTWARE] = (10, 1)
        province.school(str(number), classes)
    major = replace(ASKED, discipline=COMPUTING)
    assert province.seen(MINE, replace(ASKED, discipline="b-0809")).adjusted[0].result.expected
    assert province.seen(MINE, major).adjusted[0].result.expected is None
    assert str(province.seen(EVERYTHING, major).adjusted[0].result.expected) == "80.00"


def test_one_school_is_meant_or_none(province: Province) -> None:
    neighbours(province, 7001, 6, (10, 8))
    peers = province.peers()
    assert own_school(EVERYTHING, Selection(2020)) is None
    assert own_school(EVERYTHING, Selection(2020, schools=("7001", "7002"))) is None
    assert own_school(MINE, Selection(2020)) == own_school(MINE, ASKED) == OWN
    assert own_school(MINE, Selection(2020, schools=("7001",))) is None
    assert own_school(MINE, Selection(2020, schools=("7001", OWN))) == OWN
    assert own_school(NOTHING, ASKED) is None
    for scope, chosen in (
        (EVERYTHING, Selection(2020, DAY)),
        (MINE, replace(ASKED, schools=("7001",))),
        (NOTHING, ASKED),
        (MINE, replace(ASKED, cohort=2019)),
        (MINE, replace(ASKED, discipline=MECHANICS)),
    ):
        assert peers.benchmark(scope, chosen) is None


def test_what_is_kept_for_the_department_is_not_given_to_a_school(province: Province) -> None:
    neighbours(province, 7001, 6, (9, 5))
    peers = province.peers()
    first, second = peers.benchmark(EVERYTHING, ASKED), peers.benchmark(MINE, ASKED)
    assert first is not None
    assert second is not None
    assert (first.audience, second.audience) == ("department", "school")
    assert first.peers
    assert not second.peers
    again = province.peers()  # the other way round
    assert (again.benchmark(MINE, ASKED), again.benchmark(EVERYTHING, ASKED)) == (second, first)
    assert SCHOOL.digits == 0
