"""Where the synthetic graduates come from and where they may work (regions.csv).

The order of the cities and provinces follows the report's figures 4 to 7; the sizes behind the
order are the author's estimates, because the figures' numbers are not in the text.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from dashboard.demo.draws import Floats, Ints
from dashboard.demo.schools import PROVINCE
from dashboard.demo.weights import read_csv

NOT_REPORTED, NOT_APPLICABLE = "000000", "none"


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Codes and weights; cities of the own province come first in no particular order."""

    codes: tuple[str, ...]  # cities, then "not reported", then "not applicable"
    province: Ints  # (cities,) index into provinces
    provinces: tuple[str, ...]
    home: Ints  # positions of the own province's cities
    origin: Floats  # (cities,) people by origin: the own province's cities, the others apart
    work: Floats  # (cities,) likewise by place of work

    @property
    def not_reported(self) -> int:
        return len(self.codes) - 2

    @property
    def not_applicable(self) -> int:
        return len(self.codes) - 1

    @property
    def home_province(self) -> int:
        return self.provinces.index(PROVINCE)


@cache
def regions() -> Regions:
    rows = read_csv("regions.csv")
    codes = [row["code"] for row in rows]
    of = [code[:2] + "0000" for code in codes]
    provinces = tuple(sorted(set(of)))
    return Regions(
        codes=(*codes, NOT_REPORTED, NOT_APPLICABLE),
        province=np.array([provinces.index(p) for p in of]),
        provinces=provinces,
        home=np.flatnonzero(np.array(of) == PROVINCE),
        origin=np.array([float(row["origin"]) for row in rows]),
        work=np.array([float(row["work"]) for row in rows]),
    )
