"""The graduates of a cohort as columns: school, level, discipline, sex, origin, number.

Graduates are ordered by school, then table row, so that a school is a contiguous range.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.draws import (
    Floats,
    Ints,
    Stream,
    balance,
    cumulative,
    pick,
)
from dashboard.demo.plan import BACHELOR, FAMILIES, POSTGRADUATE, Lookup, Plan
from dashboard.demo.regions import Regions, regions
from dashboard.demo.schools import DemoSchool, schools
from dashboard.demo.weights import by_field

LEVELS = ("doctorate", "master", "bachelor", "diploma")
DOCTORATE, MASTER = 0, 1
MALE, FEMALE = 0, 1
SEXES = ("1", "2")
DOCTORATE_SHARE = 0.07
DOCTORATE_FROM = 1000  # a school this large in postgraduates grants doctorates
FROM_OUTSIDE = (0.24, 0.18, 0.04)  # share of other provinces, by family
LOCAL = (0.5, 2.0, 4.0)  # how much likelier the school's own city is as origin, by family
MAJOR_STEPS = (40, 200, 600, 1500)  # a class with fewer graduates has one major, then two, ...


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """One entry per graduate (N of them); every column is a position in a vocabulary."""

    school: Ints  # (N,) into schools(); ascending
    row: Ints  # (N,) into the plan's rows
    level: Ints  # (N,) into LEVELS
    discipline: Ints  # (N,) into disciplines
    sex: Ints  # (N,) into SEXES
    origin: Ints  # (N,) into regions().codes
    number: Ints  # (N,) running number within school and level, from 1
    disciplines: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.school)


def populate(cohort: int, plan: Plan, lookup: Lookup) -> Population:
    """Draws everybody; the numbers by school and row are exactly the plan's cells."""
    cell = np.repeat(np.arange(plan.cells.size), plan.cells.ravel())
    school, row = np.divmod(cell, plan.cells.shape[1])
    family = plan.family[row]
    disciplines, discipline = _majors(plan, lookup, cell, row, Stream(cohort, "majors"))
    level = _levels(plan, school, row, Stream(cohort, "levels"))
    women = by_field("field_traits.csv", "women")[:, 0][plan.field[row]]
    sex = (Stream(cohort, "sex").uniform(len(cell)) < women).astype(np.int64)
    return Population(
        school=school,
        row=row,
        level=level,
        discipline=discipline,
        sex=sex,
        origin=_origins(family, school, Stream(cohort, "origin")),
        number=_numbers(school, level),
        disciplines=disciplines,
    )


def _levels(plan: Plan, school: Ints, row: Ints, stream: Stream) -> Ints:
    """Splits postgraduates into doctors and masters: doctors in large schools, no profession."""
    family = plan.family[row]
    level = family + 1  # master, bachelor, diploma
    grants = np.array([s.postgraduate >= DOCTORATE_FROM for s in schools()])
    possible = (family == POSTGRADUATE) & grants[school] & (plan.professional[row] == 0)
    doctor = possible & (stream.uniform(len(row)) < DOCTORATE_SHARE * 1.2)
    return np.where(doctor, DOCTORATE, level)


def _major_codes(plan: Plan, lookup: Lookup, i: int) -> list[str]:
    family = int(plan.family[i])
    code = lookup.discipline(FAMILIES[family], plan.names[i])
    if family != BACHELOR:
        return [code]
    people = int(plan.cells[:, i].sum())
    wanted = 1 + sum(people >= step for step in MAJOR_STEPS)
    return list(lookup.majors(code))[:wanted] or [code]


def _majors(
    plan: Plan, lookup: Lookup, cell: Ints, row: Ints, stream: Stream
) -> tuple[tuple[str, ...], Ints]:
    """The vocabulary of discipline codes, and each graduate's position in it.

    Bachelor classes spread over their oldest majors, each school offering its own part of
    them every year; the other tables stay at the rank they are printed at.
    """
    codes = [_major_codes(plan, lookup, i) for i in range(len(plan.names))]
    first = np.concatenate([[0], np.cumsum([len(c) for c in codes])[:-1]])
    size = plan.cells.shape
    offers = Stream("majors offered").uniform(*size, len(MAJOR_STEPS) + 1)
    rank = np.arange(offers.shape[2])
    weight = np.where((offers < 0.7) | (rank == 0), (0.3 + offers) / (1 + rank) ** 0.6, 0.0)
    weight *= rank < np.array([len(c) for c in codes])[:, None]
    table = cumulative(weight.reshape(plan.cells.size, -1))
    chosen = pick(table, cell, stream.uniform(len(cell)))
    return tuple(c for group in codes for c in group), first[row] + chosen


def _origins(family: Ints, school: Ints, stream: Stream) -> Ints:
    """Origins: the own province's cities in the report's order, nearer to the school likelier."""
    where = regions()
    everyone = schools()
    attraction = np.array([0.45 + 1.1 * x for x in Stream("attraction").uniform(len(everyone))])
    outside = np.array(FROM_OUTSIDE)[family] * attraction[school]
    from_outside = stream.uniform(len(school)) < outside
    others = np.where(np.isin(np.arange(len(where.origin)), where.home), 0.0, where.origin)
    far = pick(cumulative(others[None, :]), np.zeros_like(school), stream.uniform(len(school)))
    group = school * 3 + family
    people = np.bincount(group[~from_outside], minlength=3 * len(everyone))
    near = pick(_home_cities(where, everyone, people), group, stream.uniform(len(school)))
    return np.where(from_outside, far, where.home[near])


def _home_cities(where: Regions, everyone: tuple[DemoSchool, ...], people: Ints) -> Floats:
    """(schools x families, cities) cumulative shares whose total follows the printed order."""
    base = where.origin[where.home]
    cities = [where.codes[i] for i in where.home]
    own = np.array([[c == s.city for c in cities] for s in everyone], dtype=np.float64)
    weight = base * (1.0 + own[:, None, :] * np.array(LOCAL)[None, :, None])
    return cumulative(balance(weight.reshape(len(people), -1), people, base))


def _numbers(school: Ints, level: Ints) -> Ints:
    """Running numbers within school and level, in the order of the columns."""
    key = school * len(LEVELS) + level
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    start = np.searchsorted(ranked, ranked)
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.arange(len(key)) - start + 1
    return number


def student_numbers(cohort: int, population: Population) -> list[str]:
    """Student numbers, unique within a school: cohort, level digit, running number."""
    digits = (population.level + 1).tolist()
    pairs = zip(digits, population.number.tolist(), strict=True)
    return [f"{cohort}{digit}{number:05d}" for digit, number in pairs]
