"""Where everybody stands on the target day: employed or not, and in which destination.

Of each table row exactly the planned number is employed; who they are depends on the school,
and which destination they have on level, field, sex and school, with the totals of the
report's figure 8 (rescaled from 61.76 and 38.26 to the employed and the others).
"""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.draws import (
    Flags,
    Floats,
    Ints,
    Stream,
    balance,
    best_of_each,
    cumulative,
    pick,
)
from dashboard.demo.plan import Plan
from dashboard.demo.population import DOCTORATE, FEMALE, MALE, Population
from dashboard.demo.schools import schools, trait
from dashboard.demo.weights import by_field

EMPLOYED = ("10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85")
SEEKING, STUDYING, WAITING = (len(EMPLOYED) + i for i in range(3))
DESTINATIONS = (*EMPLOYED, "70", "71", "72")
CODE = {code: i for i, code in enumerate(DESTINATIONS)}

# Printed shares of all graduates in per cent, report section 5, 30 September 2020.
FIGURE_8 = dict(
    zip(
        DESTINATIONS,
        (10.09, 5.99, 25.60, 0.12, 0.27, 0.24, 0.10, 0.58, 5.48, 12.91, 0.38, 24.22, 12.12, 1.92),
        strict=True,
    )
)
# How the mix of other cohorts differs from it: more contracts, less flexible work.
MIX = {
    2019: {"10": 1.25, "11": 1.2, "12": 0.85, "76": 0.7, "80": 0.95, "85": 2.0},
    2021: {"10": 1.05, "11": 1.1, "12": 0.97, "76": 0.95, "80": 1.0, "85": 0.8},
}
# Shares of the destinations among the employed of a level, before balancing (estimates).
BY_LEVEL = np.array(
    [
        #  10    11    12    27     46     50     51     75    76    80    85
        [0.62, 0.08, 0.10, 0.060, 0.000, 0.001, 0.010, 0.00, 0.02, 0.08, 0.03],  # doctorate
        [0.56, 0.12, 0.19, 0.010, 0.001, 0.004, 0.006, 0.00, 0.03, 0.06, 0.01],  # master
        [0.21, 0.10, 0.36, 0.002, 0.005, 0.006, 0.002, 0.01, 0.09, 0.20, 0.01],  # bachelor
        [0.10, 0.10, 0.48, 0.000, 0.004, 0.002, 0.001, 0.01, 0.09, 0.21, 0.001],  # diploma
    ]
)
UNEMPLOYED_BY_LEVEL = np.array([[0.8, 0.1, 0.1], [0.75, 0.19, 0.06], [0.5, 0.46, 0.04]])
UNEMPLOYED_BY_LEVEL = np.vstack([UNEMPLOYED_BY_LEVEL, [[0.79, 0.15, 0.06]]])
WOMEN_MULTIPLIER = {"46": 0.06, "50": 1.5, "80": 1.1, "75": 0.7}


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The state on the target day; ``leaning`` is how easily somebody finds work (log-odds)."""

    employed: Flags  # (N,)
    destination: Ints  # (N,) into DESTINATIONS
    leaning: Floats  # (N,)


def decide(cohort: int, plan: Plan, people: Population) -> Outcomes:
    """Chooses the employed of each row and everybody's destination on the target day."""
    leaning = _leaning(cohort, people)
    stream = Stream(cohort, "employed")
    luck = stream.uniform(len(people))
    score = leaning + np.log((luck + 1e-12) / (1.0 - luck))
    employed = best_of_each(people.row, score, plan.employed)
    destination = np.empty(len(people), dtype=np.int64)
    destination[employed] = _employed(cohort, plan, people, employed)
    destination[~employed] = _unemployed(cohort, people, ~employed)
    return Outcomes(employed, destination, leaning)


def _leaning(cohort: int, people: Population) -> Floats:
    lasting = 0.30 * Stream("effectiveness").normal(len(schools()))
    passing = 0.10 * Stream(cohort, "effectiveness").normal(len(schools()))
    special = [
        t.outcome + dict(t.outcome_of).get(cohort, 0.0) for t in (trait(s) for s in schools())
    ]
    by_school = lasting + passing + np.array(special)
    doctor = np.where(people.level == DOCTORATE, 0.6, 0.0)
    return np.asarray(by_school[people.school] + 0.12 * (people.sex == MALE) + doctor)


def _employed(cohort: int, plan: Plan, people: Population, who: Flags) -> Ints:
    """Destinations of the employed: level x field x sex x school, balanced to the totals."""
    school, row = people.school[who], people.row[who]
    level, sex = people.level[who], people.sex[who]
    field = plan.field[row]
    group = ((school * 4 + level) * 16 + field) * 2 + sex
    groups, member, size = np.unique(group, return_inverse=True, return_counts=True)
    rest, sexes = np.divmod(groups, 2)
    rest, fields = np.divmod(rest, 16)
    at, levels = np.divmod(rest, 4)
    taste = by_field("field_traits.csv", *EMPLOYED)
    weight = BY_LEVEL[levels] * taste[fields] * _school_taste()[at]
    for code, factor in WOMEN_MULTIPLIER.items():
        weight[sexes == FEMALE, CODE[code]] *= factor
    table = cumulative(balance(weight, size, _totals(cohort)[: len(EMPLOYED)]))
    return pick(table, member, Stream(cohort, "destination").uniform(len(member)))


def _unemployed(cohort: int, people: Population, who: Flags) -> Ints:
    level = people.level[who]
    size = np.bincount(level, minlength=len(UNEMPLOYED_BY_LEVEL))
    balanced = balance(UNEMPLOYED_BY_LEVEL, size, _totals(cohort)[len(EMPLOYED) :])
    drawn = pick(cumulative(balanced), level, Stream(cohort, "without").uniform(len(level)))
    return drawn + SEEKING


def _totals(cohort: int) -> Floats:
    other = MIX.get(cohort, {})
    return np.array([share * other.get(code, 1.0) for code, share in FIGURE_8.items()])


def _school_taste() -> Floats:
    """(schools, destinations): lasting habits of each school, flexible work where it is rife."""
    habit = np.exp(0.28 * Stream("habits").normal(len(schools()), len(EMPLOYED)))
    flexible = np.array([trait(s).flexible for s in schools()])
    habit[:, [CODE["12"], CODE["76"]]] *= flexible[:, None]
    return habit
