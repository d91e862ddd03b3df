"""The fictional schools of the demonstration: 24 universities and 56 diploma colleges.

Every name carries the Chinese word for "example". Cities are real cities of Shanxi, so that
maps have something to show; no school resembles a real one on purpose.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from dashboard.demo.weights import read_csv

PROVINCE = "140000"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSchool:
    """One fictional school; sizes are graduates a year, in proportion only."""

    code: str
    name_zh: str
    name_en: str
    initials: str
    tier: Literal["bachelor", "diploma"]
    supervisor: str
    city: str
    profile: str
    postgraduate: int
    bachelor: int
    diploma: int

    def row(self) -> dict[str, str | bool]:
        """The school as a row of the registry's ``school`` table."""
        return {
            "code": self.code,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "initials": self.initials,
            "tier": self.tier,
            "supervisor": self.supervisor,
            "province": PROVINCE,
            "city": self.city,
            "moe_code": "",
            "synthetic": True,
            "flagged": False,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What is special about a school.

    ``outcome`` shifts the log-odds of being employed, ``pace`` < 1 reports employment later,
    both also by cohort; ``flexible`` multiplies other forms of employment and free-lancing;
    ``skips`` is the chance of missing a weekly return; ``silent`` is a spell (month, day) to
    (month, day) without returns; ``rush`` claims work just before the end of August and takes
    it back in September.
    """

    outcome: float = 0.0
    pace: float = 1.0
    outcome_of: tuple[tuple[int, float], ...] = ()
    pace_of: tuple[tuple[int, float], ...] = ()
    flexible: float = 1.0
    skips: float = 0.015
    silent: tuple[tuple[int, int], tuple[int, int]] | None = None
    rush: bool = False


ORDINARY = Trait()

TRAITS: dict[str, Trait] = {
    "99001": Trait(outcome=0.25),
    "99007": Trait(outcome=0.45),
    "99020": Trait(flexible=2.4, outcome=0.2),
    "99038": Trait(flexible=2.8, outcome=0.35, rush=True),
    # clearly behind last year
    "99014": Trait(outcome_of=((2021, -1.0),), pace_of=((2021, 0.55),)),
    "99044": Trait(outcome_of=((2021, -0.9),), pace_of=((2021, 0.6),)),
    "99067": Trait(outcome_of=((2020, -0.8), (2021, -1.1)), pace_of=((2021, 0.6),)),
    # late with their returns
    "99022": Trait(skips=0.3),
    "99056": Trait(skips=0.35, pace=0.9),
    "99041": Trait(silent=((6, 12), (7, 10))),
    "99073": Trait(silent=((6, 20), (7, 4))),
    "99062": Trait(silent=((4, 2), (4, 28)), skips=0.12),
}


@cache
def schools() -> tuple[DemoSchool, ...]:
    """All fictional schools in the order of their codes."""
    return tuple(
        DemoSchool(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            initials=row["initials"],
            tier="bachelor" if row["tier"] == "bachelor" else "diploma",
            supervisor=row["supervisor"],
            city=row["city"],
            profile=row["profile"],
            postgraduate=int(row["postgraduate"]),
            bachelor=int(row["bachelor"]),
            diploma=int(row["diploma"]),
        )
        for row in read_csv("schools.csv")
    )


def trait(school: DemoSchool) -> Trait:
    return TRAITS.get(school.code, ORDINARY)
