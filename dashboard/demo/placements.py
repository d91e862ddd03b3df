"""Employers of those who found something: work region, kind of employer, industry."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from dashboard.demo.draws import Floats, Ints, Stream, balance, cumulative, pick
from dashboard.demo.outcomes import CODE, EMPLOYED
from dashboard.demo.plan import Plan
from dashboard.demo.population import LEVELS, Population
from dashboard.demo.regions import Regions, regions
from dashboard.demo.schools import schools
from dashboard.demo.weights import FIELDS, by_field

ENTERPRISES_AND_MORE = ("10", "20", "21", "22", "23", "29", "31", "32", "39", "55", "56")
KINDS = (*ENTERPRISES_AND_MORE, "40", "99", "00", "none")
KIND = {code: i for i, code in enumerate(KINDS)}
ENTERPRISES = ("31", "32", "39", "99")
INDUSTRIES = (
    "11", "21", "22", "23", "24", "31", "32", "33", "34", "35", "36", "37", "38", "39", "41",
    "42", "43", "44", "45", "80", "00", "none",
)  # fmt: skip
INDUSTRY = {code: i for i, code in enumerate(INDUSTRIES)}
OF_KIND = {  # industries of employers that are no enterprise
    "10": {"45": 1.0}, "20": {"38": 1.0}, "21": {"42": 1.0}, "22": {"42": 1.0},
    "23": {"43": 1.0}, "29": {"45": 0.45, "44": 0.2, "39": 0.2, "38": 0.15}, "40": {"80": 1.0},
    "55": {"45": 1.0}, "56": {"45": 0.7, "41": 0.3}, "00": {"00": 1.0}, "none": {"none": 1.0},
}  # fmt: skip
FREELANCE = {"44": 2.5, "34": 1.5, "31": 2.0, "41": 1.5, "42": 1.2, "21": 0.0, "45": 0.0}
FIXED_KINDS = {  # employers of destinations that do not depend on the field
    "27": {"21": 0.7, "20": 0.3}, "46": {"40": 1.0}, "75": {"39": 0.9, "99": 0.1},
    "50": {"22": 0.45, "55": 0.25, "29": 0.2, "56": 0.1},
    "51": {"55": 0.35, "56": 0.3, "10": 0.25, "22": 0.1},
    "76": {"none": 1.0}, "80": {"none": 1.0}, "85": {"none": 1.0},
}  # fmt: skip
BY_DESTINATION = {  # against the field's usual mix of employers
    "10": {"31": 1.5, "32": 1.3, "39": 0.85},
    "11": {"31": 0.8, "10": 1.3},
    "12": {"31": 0.35, "32": 0.6, "39": 1.3, "10": 0.2, "22": 0.7},
}
BY_LEVEL = {
    "doctorate": {"20": 10.0, "21": 60.0, "39": 0.3},
    "master": {"20": 6.0, "21": 10.0, "31": 1.2, "10": 2.0, "39": 0.7},
    "bachelor": {},
    "diploma": {"10": 0.4, "20": 0.3, "21": 0.2, "22": 0.7, "39": 1.15},
}
STAYS = {"10": -0.2, "11": -0.1, "12": 0.35, "27": 0.8, "50": 1.2, "51": 2.5, "75": 0.6, "76": 0.5}
NO_REGION = ("46", "80", "85")
UNREPORTED = 0.004
HOMING = 60.0  # pull of the own province, in points of the destination's share


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """(n,) columns into regions().codes, KINDS and INDUSTRIES."""

    region: Ints
    kind: Ints
    industry: Ints


class Employers:
    """Draws employers for the graduates of one cohort."""

    def __init__(self, cohort: int, plan: Plan, people: Population) -> None:
        self._cohort = cohort
        self._field = plan.field[people.row]
        self._people = people
        self._homes = _home_table()
        self._away = _away_table(self._from(np.arange(len(people))))

    def draw(self, purpose: str, who: Ints, destination: Ints) -> Placements:
        """One employer for each of the graduates ``who`` (positions), given the destinations."""
        stream = Stream(self._cohort, "employer", purpose)
        u = stream.uniform(6, len(who))
        field, level = self._field[who], self._people.level[who]
        group = (field * len(LEVELS) + level) * len(EMPLOYED) + destination
        kind = pick(_kind_table(), group, u[0])
        freelance = destination == CODE["76"]
        line = field * (len(KINDS) + 1) + np.where(freelance, len(KINDS), kind)
        industry = pick(_industry_table(), line, u[1])
        region = self._region(who, destination, u[2:5])
        unknown = (u[5] < UNREPORTED) & np.isin(destination, [CODE["12"], CODE["76"]])
        region = np.where(unknown, regions().not_reported, region)
        kind = np.where(unknown & ~freelance, KIND["00"], kind)
        return Placements(region, kind, np.where(unknown, INDUSTRY["00"], industry))

    def _region(self, who: Ints, destination: Ints, u: Floats) -> Ints:
        where = regions()
        home = self._from(who) == where.home_province
        stay = by_field("field_traits.csv", "stay")[:, 0][self._field[who]]
        stays = np.array([STAYS.get(code, 0.0) for code in EMPLOYED])
        odds = np.where(home, 1.0, -1.35) + stay + stays[destination]
        inside = u[0] < 1.0 / (1.0 + np.exp(-odds))
        origin = self._people.origin[who]
        cities = len(where.home)
        own = np.searchsorted(where.home, origin)
        own = np.where(home, np.minimum(own, cities - 1), cities)
        near = pick(self._homes, self._people.school[who] * (cities + 1) + own, u[1])
        province = pick(self._away, self._from(who), u[1])
        far = pick(_work_cities(), province, u[2])
        region = np.where(inside, where.home[near], far)
        nowhere = np.isin(destination, [CODE[code] for code in NO_REGION])
        return np.where(nowhere, where.not_applicable, region)

    def _from(self, who: Ints) -> Ints:
        """The province of origin."""
        return regions().province[self._people.origin[who]]


def _home_table() -> Floats:
    """(schools x (cities + outside), cities): where those work who stay in the province."""
    where = regions()
    base = where.work[where.home] / where.work[where.home].sum()
    cities = [where.codes[i] for i in where.home]
    at = np.array([[c == s.city for c in cities] for s in schools()], dtype=np.float64)
    own = np.vstack([np.eye(len(cities)), np.zeros(len(cities))])
    table = 0.50 * base + 0.18 * at[:, None, :] + 0.32 * own[None, :, :]
    return cumulative(table.reshape(-1, len(cities)))


def _away_table(origin_province: Ints) -> Floats:
    """(provinces, provinces) cumulative: where those work who leave, by province of origin.

    Going home is much likelier; balanced so that the totals keep the order of figure 6.
    """
    where = regions()
    count = len(where.provinces)
    wanted = np.bincount(where.province, weights=where.work, minlength=count)
    wanted[where.home_province] = 0.0
    people = np.bincount(origin_province, minlength=count).astype(np.float64)
    leaving = np.where(np.arange(count) == where.home_province, 0.28, 0.78) * people
    weight = np.where(wanted > 0, wanted + HOMING * np.eye(count), 0.0)
    return cumulative(balance(weight, leaving, wanted))


@cache
def _work_cities() -> Floats:
    """(provinces, cities) cumulative: the cities of each province by their weight as workplace."""
    where: Regions = regions()
    of = np.arange(len(where.provinces))[:, None] == where.province[None, :]
    return cumulative(np.where(of, where.work, 0.0))


@cache
def _kind_table() -> Floats:
    """(fields x levels x destinations, kinds) cumulative."""
    usual = by_field("employers.csv", *ENTERPRISES_AND_MORE)
    table = np.zeros((len(FIELDS), len(LEVELS), len(EMPLOYED), len(KINDS)))
    table[..., : len(ENTERPRISES_AND_MORE)] = usual[:, None, None, :]
    for i, level in enumerate(LEVELS):
        for kind, factor in BY_LEVEL[level].items():
            table[:, i, :, KIND[kind]] *= factor
    for code, factors in BY_DESTINATION.items():
        for kind, factor in factors.items():
            table[:, :, CODE[code], KIND[kind]] *= factor
    for code, kinds in FIXED_KINDS.items():
        table[:, :, CODE[code], :] = [kinds.get(kind, 0.0) for kind in KINDS]
    return cumulative(table.reshape(-1, len(KINDS)))


@cache
def _industry_table() -> Floats:
    """(fields x (kinds + free-lance), industries) cumulative."""
    named = INDUSTRIES[: INDUSTRY["80"]]
    usual = np.zeros((len(FIELDS), len(INDUSTRIES)))
    usual[:, : len(named)] = by_field("industries.csv", *named)
    table = np.zeros((len(FIELDS), len(KINDS) + 1, len(INDUSTRIES)))
    for kind, i in KIND.items():
        fixed = OF_KIND.get(kind)
        table[:, i] = usual if fixed is None else [fixed.get(code, 0.0) for code in INDUSTRIES]
    factors = [FREELANCE.get(code, 1.0) for code in INDUSTRIES]
    table[:, len(KINDS)] = usual * factors
    return cumulative(table.reshape(-1, len(INDUSTRIES)))
