"""What a cohort is to add up to: the rows of the report's tables, and their split over schools.

For 2020 the rows are the printed ones, to the person. For every other cohort they are the same
rows with sizes and rates shifted by fixed, seeded amounts: synthetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np

from dashboard.demo.draws import Floats, Ints, Stream, largest_remainder
from dashboard.demo.schools import DemoSchool, schools
from dashboard.demo.weights import FIELDS, by_profile, read_csv
from data_access.reports import SHANXI_2020, TableNumber, printed_table

REPORT_COHORT = 2020
FAMILIES = ("g", "b", "v")  # postgraduate, bachelor, diploma: the report's tables 1, 2, 3
POSTGRADUATE, BACHELOR, DIPLOMA = range(3)

# Size against 2020 and shift of the log-odds of being employed on 30 September (0.4 is about
# ten points in the middle). Later cohorts take LATER and a seeded size.
SIZE = {2019: 0.968, 2020: 1.0, 2021: 1.026}
ODDS = {2019: 0.37, 2020: 0.0, 2021: 0.08}
LATER_ODDS = 0.15
TYPICAL = (28, 110, 85)  # graduates of one discipline in one school, by family


class Lookup(Protocol):
    """Resolves the names of a published table; both methods return codes of the registry."""

    def discipline(self, family: str, name: str) -> str:
        """The code of a discipline of class rank, e.g. ``("b", name) -> "b-0809"``."""
        ...

    def majors(self, discipline: str) -> Sequence[str]:
        """The codes of the majors below a class, lowest first; empty if there are none."""
        ...


class Row(NamedTuple):
    """One row of the report: graduates and employed of a discipline as of 30 September 2020."""

    family: str
    name: str
    graduates: int
    employed: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One cohort, by table row (R rows): who studies what, and how many are to be employed."""

    names: tuple[str, ...]
    family: Ints  # (R,) index into FAMILIES
    field: Ints  # (R,) index into FIELDS
    professional: Ints  # (R,) 1 for professional degrees, which have no doctorate
    employed: Ints  # (R,) people employed on the target day
    cells: Ints  # (S, R) graduates by school and row


@cache
def printed_rows() -> tuple[Row, ...]:
    """The 274 printed rows, in the order of the report's three tables."""
    tables: dict[str, TableNumber] = {"g": 1, "b": 2, "v": 3}
    return tuple(
        Row(family, row.discipline, row.graduates, row.employed)
        for family, number in tables.items()
        for row in printed_table(SHANXI_2020, number)
    )


def make_plan(cohort: int, scale: float = 1.0) -> Plan:
    """The plan of a cohort; ``scale`` < 1 makes a smaller province with the same shape."""
    rows = printed_rows()
    fields = {(r["family"], r["name"]): r for r in read_csv("fields.csv")}
    kinds = [fields[r.family, r.name] for r in rows]
    graduates, employed = _sizes(cohort, rows, scale)
    noise = 1.0 if cohort == REPORT_COHORT else np.exp(0.08 * _noise(cohort, "cells", len(rows)))
    cells = largest_remainder(_shares() * noise, graduates).T
    return Plan(
        names=tuple(r.name for r in rows),
        family=np.array([FAMILIES.index(r.family) for r in rows]),
        field=np.array([FIELDS.index(k["field"]) for k in kinds]),
        professional=np.array([int(k["professional"]) for k in kinds]),
        employed=employed,
        cells=cells,
    )


def _noise(cohort: int, purpose: str, rows: int) -> Floats:
    return Stream(cohort, purpose).normal(rows, len(schools()))


def _sizes(cohort: int, rows: Sequence[Row], scale: float) -> tuple[Ints, Ints]:
    """Graduates and employed of each row: the printed ones for 2020 at full scale."""
    graduates = np.array([r.graduates for r in rows], dtype=np.float64)
    employed = np.array([r.employed for r in rows], dtype=np.float64)
    if cohort != REPORT_COHORT:
        stream = Stream(cohort, "sizes")
        size = SIZE.get(cohort, 0.96 + 0.08 * float(stream.uniform(1)[0]))
        odds = ODDS.get(cohort, LATER_ODDS) + 0.12 * stream.normal(len(rows))
        rate = employed / graduates
        other = 1.0 / (1.0 + (1.0 - rate) / np.maximum(rate, 1e-9) * np.exp(-odds))
        graduates = np.round(graduates * size * np.exp(0.04 * stream.normal(len(rows))))
        employed = graduates * other
    people = np.maximum(1, np.round(graduates * scale)).astype(np.int64)
    return people, np.minimum(people, np.round(employed * scale).astype(np.int64))


@cache
def _shares() -> Floats:
    """(R, S) share of each school in each row, the same for all cohorts.

    Rows are served from the largest down; a row chooses about N / TYPICAL schools with chances
    in proportion to the places they have left and to the weight of the field in their profile.
    """
    rows = printed_rows()
    everyone = schools()
    stream = Stream("shares")
    places = np.array([_sizes_of(s) for s in everyone], dtype=np.float64)
    left = places.copy()
    shares = np.zeros((len(rows), len(everyone)))
    fields = {(r["family"], r["name"]): FIELDS.index(r["field"]) for r in read_csv("fields.csv")}
    weight = np.array([by_profile()[s.profile] for s in everyone])
    for i in sorted(range(len(rows)), key=lambda i: -rows[i].graduates):
        row = rows[i]
        family = FAMILIES.index(row.family)
        wish = np.maximum(left[:, family], 0.03 * places[:, family])
        wish = wish * weight[:, fields[row.family, row.name]]
        chosen = _choose(wish, -(-row.graduates // TYPICAL[family]), stream)
        part = np.where(chosen, wish * (0.5 + stream.uniform(len(everyone))), 0.0)
        shares[i] = part / part.sum()
        left[:, family] -= row.graduates * shares[i]
    return shares


def _sizes_of(school: DemoSchool) -> tuple[int, int, int]:
    return school.postgraduate, school.bachelor, school.diploma


def _choose(wish: Floats, count: int, stream: Stream) -> Ints:
    """Marks ``count`` schools, drawn without replacement with chances ``wish``.

    The largest ``log(u) / wish`` win (Efraimidis and Spirakis 2006).
    """
    possible = wish > 0
    key = np.log(1.0 - stream.uniform(len(wish))) / np.where(possible, wish, 1.0)
    key = np.where(possible, key, -np.inf)
    best = np.argsort(-key, kind="stable")[: min(count, int(possible.sum()))]
    marks = np.zeros(len(wish), dtype=np.int64)
    marks[best] = 1
    return marks
