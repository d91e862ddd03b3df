"""What the demonstration's returns say of jobs: employer, credit code, day of signature.

Made up, as believable as needed: an employer per place, kind and industry, mostly small; the same
person keeps it while the cell stays. A few schools have planted oddities (``oddities.csv``), so
that the rules of flags have something to find.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from dashboard.demo.draws import Floats, Ints, Stream
from dashboard.demo.outcomes import CODE
from dashboard.demo.placements import INDUSTRIES, KINDS
from dashboard.demo.schools import schools
from dashboard.demo.season import Season
from dashboard.demo.weights import read_csv
from data_access.facts import FactRow
from data_access.validation.credit_code import ALPHABET, check_character

COHORTS = (2020, 2021)
UNITS = ("10", "11", "12")
PLACES = 400  # employers per region, kind and industry
SMALLER = 1.25  # exponent: the first of them are somewhat larger
NUMBERS = 99_991  # employers per kind, numbered from 0
BLANK = 0.01  # share without a credit code, by oversight
SIGNED_WITHIN = (9, 26)  # days before the statistical date: weekly, monthly returns
JOB_FAIR = (5, 20)  # month and day on which the planted signatures were given


@dataclass(frozen=True, slots=True)
class _Odd:
    """One planted oddity: the share of the school's jobs it touches."""

    kind: str
    share: float
    name: str
    code: str


def demo_facts(season: Season, day: dt.date) -> dict[str, list[FactRow]]:
    """School -> what its return of that reporting day says of jobs in units."""
    first, last = season.range(day)
    events, people = season.events, season.population
    unit = np.isin(events.destination[first:last], [CODE[code] for code in UNITS])
    at = first + np.flatnonzero(unit)
    who = events.who[at].astype(np.int64)
    u = _uniform(season.cohort, len(people))[:, who]
    kind = events.kind[at].astype(np.int64)
    number = _numbers(events.region[at], kind, events.industry[at], u[0])
    width = SIGNED_WITHIN[not 3 < day.month < 11]
    before = (u[1] * width).astype(np.int64)
    found: dict[str, list[FactRow]] = defaultdict(list)
    everyone = schools()
    columns = (who, people.school[who], kind, number, before, u[2])
    for i, s, k, n, days, chance in zip(*(c.tolist() for c in columns), strict=True):
        school = everyone[s].code
        name, code = employer(k, n)
        signed = day - dt.timedelta(days=days)
        if chance > 1.0 - BLANK:
            code = ""
        for odd in _planted().get(school, ()):
            name, code, signed = _changed(odd, season.cohort, chance, (name, code, signed))
        found[school].append((season.cohort, school, season.numbers[i], name, code, signed))
    return found


@lru_cache(maxsize=4)
def _uniform(cohort: int, count: int) -> Floats:
    """Three numbers per graduate, the same on every day: an employer is kept."""
    return Stream(cohort, "jobs").uniform(3, count)


def _numbers(region: Ints, kind: Ints, industry: Ints, u: Floats) -> Ints:
    """The employer's number within its kind."""
    place = (u**SMALLER * PLACES).astype(np.int64)
    mixed = (region.astype(np.int64) * len(INDUSTRIES) + industry) * PLACES + place
    return (mixed * 7_919 + kind * 104_729) % NUMBERS


@cache
def employer(kind: int, number: int) -> tuple[str, str]:
    """Name and credit code of an employer; every code is valid."""
    row = _names()[KINDS[kind]]
    return f"{row['before']}{number:05d}{row['after']}", _code(row["code"], number)


def _code(kind: str, number: int) -> str:
    """A code of the synthetic province with the check characters of GB 11714 and GB 32100."""
    body = f"MA{number % 1_000_000:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = -sum(values.index(c) * w for c, w in zip(body, weights, strict=True)) % 11
    first = f"{kind}140000{body}{'X' if rest == 10 else rest}"
    return first + check_character(first)


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    return {row["kind"]: row for row in read_csv("employer_names.csv")}


@lru_cache(maxsize=1)
def _planted() -> dict[str, list[_Odd]]:
    found: dict[str, list[_Odd]] = defaultdict(list)
    for row in read_csv("oddities.csv"):
        odd = _Odd(row["oddity"], float(row["share"]), row["name"], row["code"])
        found[row["school"]].append(odd)
    return found


Job = tuple[str, str, dt.date]


def _changed(odd: _Odd, cohort: int, chance: float, job: Job) -> Job:
    """The job with a planted oddity, for the share of people it touches."""
    name, code, signed = job
    if chance >= odd.share:
        return job
    match odd.kind:
        case "employer" | "kind_name" | "internship":
            number = int("".join(c for c in odd.name if c.isdigit()))
            return odd.name, _code(odd.code, number), signed
        case "same_day":
            fair = dt.date(cohort, *JOB_FAIR)
            return name, code, fair if signed >= fair else signed
        case "invalid":
            wrong = ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)] if code else ""
            return name, code[:-1] + wrong, signed
        case _:
            return name, "", signed
