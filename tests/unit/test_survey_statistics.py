"""Shares, means, intervals and widening of surveys, against slow second calculations."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.surveys import (
    Scale,
    Sums,
    estimate,
    kish,
    nothing,
    t_quantile,
    total,
    widen,
)
from dashboard.quality import FEWEST_ANSWERS, FEWEST_SCHOOLS, protected
from data_access.surveys import AuthorityCell

Answers = list[tuple[float, float]]  # (weight, value)

weights = st.one_of(st.just(1.0), st.floats(0.05, 20))
yes = st.lists(st.tuples(weights, st.sampled_from([0.0, 1.0])), min_size=1, max_size=60)
grades = st.lists(st.tuples(weights, st.integers(1, 5).map(float)), min_size=1, max_size=60)


def sums(answers: Answers) -> Sums:
    """One answer after the other."""
    return Sums(
        len(answers),
        sum(w for w, _ in answers),
        sum(w**2 for w, _ in answers),
        sum(w * v for w, v in answers),
        sum(w * v**2 for w, v in answers),
        sum(w for w, v in answers if v >= 4),
    )


def printed(value: float, step: str = "0.01") -> Decimal:
    return Decimal(repr(round(value, 9))).quantize(Decimal(step), ROUND_HALF_UP) + 0


def slow_wilson(share: float, n: float) -> tuple[float, float]:
    """The two p where |share - p| = z sqrt(p (1 - p) / n), found by halving."""
    z = NormalDist().inv_cdf(0.975)

    def inside(p: float) -> bool:
        return abs(share - p) <= z * math.sqrt(p * (1 - p) / n) + 1e-15

    ends = []
    for far in (0.0, 1.0):
        good, bad = share, far
        if inside(far):
            ends.append(far)
            continue
        for _ in range(200):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if inside(middle) else (good, middle)
        ends.append(good)
    return ends[0], ends[1]


@given(yes)
def test_a_share_is_the_weight_of_yes(answers: Answers) -> None:
    found = estimate(sums(answers), "yes")
    everybody = math.fsum(w for w, _ in answers)
    share = math.fsum(w for w, v in answers if v) / everybody
    effective = everybody**2 / math.fsum(w * w for w, _ in answers)
    assert found.measure is not None
    assert found.interval is not None
    assert abs(found.measure.value - printed(100 * share)) <= Decimal("0.01")
    low, high = slow_wilson(share, effective)
    assert abs(float(found.interval.low) - 100 * low) < 0.0101
    assert abs(float(found.interval.high) - 100 * high) < 0.0101
    assert found.n == len(answers)
    assert abs(found.effective - effective) <= 0.500001


@given(grades)
def test_positive_answers_are_four_and_five(answers: Answers) -> None:
    as_yes = [(w, float(v >= 4)) for w, v in answers]
    one, other = estimate(sums(answers), "positive"), estimate(sums(as_yes), "yes")
    assert one.measure is not None
    assert other.measure is not None
    assert abs(one.measure.value - other.measure.value) <= Decimal("0.01")


@given(grades)
def test_a_mean_and_its_interval(answers: Answers) -> None:
    found = estimate(sums(answers), "rating")
    everybody = math.fsum(w for w, _ in answers)
    mean = math.fsum(w * v for w, v in answers) / everybody
    effective = everybody**2 / math.fsum(w * w for w, _ in answers)
    assert found.measure is not None
    assert abs(found.measure.value - printed(mean)) <= Decimal("0.01")
    if effective - 1 < 3 - 1e-9:
        assert found.interval is None
    elif effective - 1 > 3 + 1e-9:
        assert found.interval is not None
        spread = math.fsum(w * (v - mean) ** 2 for w, v in answers) / everybody
        error = math.sqrt(spread * effective / (effective - 1) / effective)
        half = t_quantile(0.975, effective - 1) * error
        assert abs(float(found.interval.low) - max(1.0, mean - half)) < 0.0101
        assert abs(float(found.interval.high) - min(5.0, mean + half)) < 0.0101


def test_equal_weights_give_the_interval_of_the_textbook() -> None:
    """Eight numbers: mean 5,000, s = 1,195.23, t(7) = 2.36462: 5,000 ± 999.2."""
    pay = [3400.0, 3800.0, 4300.0, 4700.0, 5200.0, 5600.0, 6100.0, 6900.0]
    found = estimate(sums([(3.0, v) for v in pay]), "amount")
    mean = sum(pay) / 8
    s = math.sqrt(sum((v - mean) ** 2 for v in pay) / 7)
    assert found.measure is not None
    assert found.interval is not None
    assert found.measure.value == Decimal(round(mean))
    assert found.effective == 8
    assert found.interval.high == printed(mean + 2.364624 * s / math.sqrt(8), "1")
    assert found.interval.low == printed(mean - 2.364624 * s / math.sqrt(8), "1")


def test_a_share_is_rounded_half_up() -> None:
    """109 of 160 is 68.125 %: printed 68.13, as official tables do."""
    answers = [(1.0, 1.0)] * 109 + [(1.0, 0.0)] * 51
    found = estimate(sums(answers), "yes")
    assert found.measure is not None
    assert found.measure.value == Decimal("68.13")


@pytest.mark.parametrize(
    ("freedom", "table"),
    [(4, 2.776), (5, 2.571), (7, 2.365), (10, 2.228), (29, 2.045), (120, 1.980)],
)
def test_t_is_that_of_printed_tables(freedom: int, table: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(table, abs=0.0011)


@given(st.lists(weights, min_size=1, max_size=40))
def test_unequal_weights_never_make_more_of_a_sample(given_weights: list[float]) -> None:
    worth = kish(sum(given_weights), sum(w * w for w in given_weights))
    assert 1 - 1e-9 <= worth <= len(given_weights) + 1e-9
    assert kish(7.0, 7.0) == 7


@given(grades, grades)
def test_sums_of_parts_are_those_of_the_whole(one: Answers, other: Answers) -> None:
    assert total([sums(one), sums(other)]) == pytest.approx(sums(one + other))
    assert total([]) == Sums()


def test_nobody_is_no_share() -> None:
    scales: tuple[Scale, ...] = ("yes", "positive", "rating", "amount")
    assert {estimate(Sums(), scale).why_missing for scale in scales} == {"none"}
    assert nothing("small").n == 0


def test_the_first_group_that_is_large_enough_is_taken_and_no_wider_one_asked_for() -> None:
    asked = []

    def groups() -> Any:
        for name, n in (("major", 3), ("class", 29), ("category", 30), ("level", 500)):
            asked.append(name)
            yield name, Sums(n=n)

    assert widen(groups(), 30) == ("category", Sums(n=30))
    assert asked == ["major", "class", "category"]
    assert widen([("major", Sums(n=3))], 30) is None


# ---- what a school may see of all schools

cells = st.lists(
    st.builds(
        lambda level, schools, per_school: AuthorityCell(
            level, schools, (schools * per_school, float(schools), 1.0, 1.0, 1.0, 1.0)
        ),
        st.sampled_from(["doctorate", "master", "bachelor", "diploma"]),
        st.integers(1, 12),
        st.integers(1, 6),
    ),
    max_size=4,
    unique_by=lambda cell: cell.level,
)
LEVELS = ("doctorate", "master", "bachelor", "diploma")
CHOICES = [
    frozenset(LEVELS[i] for i in range(4) if number >> i & 1) or None for number in range(16)
]


@given(cells)
def test_no_level_that_is_hidden_follows_from_those_that_are_shown(found: Any) -> None:
    """Every difference of two shown figures is over enough schools and answers, or is empty."""
    shown = [
        frozenset(cell.level for cell in found if choice is None or cell.level in choice)
        for choice in CHOICES
        if protected(found, choice) is not None
    ]
    by_level = {cell.level: cell for cell in found}
    for one in [frozenset(), *shown]:
        for other in shown:
            left = [by_level[level] for level in other - one]
            if one <= other and left:
                assert max(cell.schools for cell in left) >= FEWEST_SCHOOLS
                assert sum(cell.sums[0] for cell in left) >= FEWEST_ANSWERS


def test_one_level_of_few_schools_takes_the_smallest_other_with_it() -> None:
    found = [
        AuthorityCell("doctorate", 3, (40, 40.0, 40.0, 20.0, 20.0, 0.0)),
        AuthorityCell("master", 9, (300, 300.0, 300.0, 150.0, 150.0, 0.0)),
        AuthorityCell("bachelor", 24, (900, 900.0, 900.0, 600.0, 600.0, 0.0)),
    ]
    assert protected(found, frozenset({"doctorate"})) is None
    assert protected(found, frozenset({"master"})) is None
    together = protected(found, frozenset({"doctorate", "master"}))
    assert together is not None
    assert together.n == 340
    assert protected(found, frozenset({"bachelor"})) is not None
    everybody = protected(found, None)
    assert everybody is not None
    assert everybody.n == 1240
    assert protected(found[:1], None) is None
