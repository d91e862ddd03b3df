"""Places as the flows page shows them: nodes of a stage, under a grouping.

Places come from :mod:`data_access.places`. At the stage of work, those who are at no place are
split into :data:`NO_REGION` (employed without a work region: further study, the army) and
:data:`NOT_EMPLOYED`, so that every stage adds up to everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dashboard.i18n import Translator
from data_access.code_book import CodeBook, RegionGroup
from data_access.places import NOT_APPLICABLE, NOT_REPORTED
from data_access.rows import Flow

Stage = Literal["origin", "study", "work"]
STAGES: tuple[Stage, ...] = ("origin", "study", "work")
Grouping = Literal["four_region", "city_group", "province"]
GROUPINGS: tuple[Grouping, ...] = ("four_region", "city_group", "province")

FOUR_REGIONS = "four_region"
CITY_GROUPS = ("jingjinji", "changsanjiao", "greater_bay")
"""Groupings of one group each, without overlap, which together with "other" are everybody."""
NO_REGION, NOT_EMPLOYED, OTHER = "no-region", "not-employed", "other"
NO_PLACE = (NO_REGION, NOT_EMPLOYED, NOT_REPORTED)
NO_PLACE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        NO_REGION: "flows.no_region",
        NOT_EMPLOYED: "flows.not_employed",
        NOT_REPORTED: "flows.not_reported",
        OTHER: "flows.other",
    }
)


def split_work(rows: Iterable[Flow], at: int) -> list[Flow]:
    """The rows with those at no work region split by whether they are employed.

    ``at`` is the position of the stage of work in the keys.
    """
    found: list[Flow] = []
    for row in rows:
        if row.key[at] != NOT_APPLICABLE:
            found.append(row)
            continue
        before, after = row.key[:at], row.key[at + 1 :]
        if row.employed:
            key = (*before, NO_REGION, *after)
            found.append(Flow(key, row.employed, row.employed, row.in_units))
        if idle := row.people - row.employed:
            found.append(Flow((*before, NOT_EMPLOYED, *after), idle, 0, 0))
    return found


def province_of(place: str) -> str:
    """The province of a place; what is no place is itself."""
    return place if place in NO_PLACE or place == NOT_APPLICABLE else f"{place[:2]}0000"


def contains(group: RegionGroup, place: str) -> bool:
    """Whether a place, or the province it lies in, is a member."""
    return place in group.regions or province_of(place) in group.regions


def named_groups(codes: CodeBook) -> list[RegionGroup]:
    """The four regions, then every grouping of a single group (京津冀, 长三角 …)."""
    schemes = [group.scheme for group in codes.region_groups]
    four = [group for group in codes.region_groups if group.scheme == FOUR_REGIONS]
    return four + [group for group in codes.region_groups if schemes.count(group.scheme) == 1]


@dataclass(frozen=True, slots=True)
class Nodes:
    """How places become the nodes of a stage; ``order`` has every node that may occur.

    ``shown`` limits provinces to the largest ones of the stage; the others are "other".
    """

    codes: CodeBook
    grouping: Grouping
    shown: Sequence[str] = ()
    apart: str | None = None

    def of(self, place: str) -> str:
        """The node of a place."""
        if place in NO_PLACE:
            return place
        province = province_of(place)
        if self.grouping == "province":
            return province if province in self.shown else OTHER
        for group in self._groups():
            if contains(group, place):
                return group.code
        return province if province == self.apart else OTHER

    @property
    def order(self) -> list[str]:
        """Every node in the order it stands in; "other" and those at no place last."""
        if self.grouping == "province":
            own = list(self.shown)
        else:
            own = [self.apart] if self.apart else []
            own += [group.code for group in self._groups()]
        return [*own, OTHER, *NO_PLACE]

    def name(self, node: str, t: Translator) -> str:
        if node in NO_PLACE_KEYS:
            return t(NO_PLACE_KEYS[node])
        for group in self._groups():
            if group.code == node:
                return group.name(t.lang)
        return short_name(self.codes, node, t)

    def _groups(self) -> list[RegionGroup]:
        if self.grouping == "province":
            return []
        wanted = (FOUR_REGIONS,) if self.grouping == "four_region" else CITY_GROUPS
        return [g for scheme in wanted for g in self.codes.region_groups if g.scheme == scheme]


def short_name(codes: CodeBook, place: str, t: Translator) -> str:
    """The name of a place as it stands in charts: without 省 and 市."""
    if place in NO_PLACE_KEYS:
        return t(NO_PLACE_KEYS[place])
    found = codes.get("region", place)
    short = str(found.extra.get("short_zh") or found.name_zh)
    return t.name(short, found.name_en)
