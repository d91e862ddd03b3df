"""Where graduates come from, study and work: what the flows page and its command say.

Every list here adds up to the graduates of the selection, or names its base.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dashboard.answers import Answers
from dashboard.flow_places import (
    FOUR_REGIONS,
    NO_PLACE,
    NO_REGION,
    NOT_EMPLOYED,
    OTHER,
    STAGES,
    Grouping,
    Nodes,
    Stage,
    contains,
    named_groups,
    province_of,
    split_work,
)
from dashboard.indicators.editions import unit_destinations
from dashboard.indicators.rates import Rate, missing, share
from data_access.code_book import RegionGroup
from data_access.flows import Stage as Column
from data_access.outcomes import Filter
from data_access.places import NOT_APPLICABLE, NOT_REPORTED, place_of
from data_access.rows import Flow
from data_access.scope import Scope
from data_access.selection import Selection

SHOWN_PROVINCES = 7  # a stage by province; the rest is "other"
TOP = 10


class Region(NamedTuple):
    """A province, a city, or those at no place: who comes from there, who works there.

    ``net`` is people who work here less people who come from here, both among those with a known
    work region; None for those at no place. ``returned``: employed here of the employed from here.
    """

    code: str
    came: int
    came_share: Rate
    works: int
    works_share: Rate
    net: int | None
    returned: Rate


@dataclass(frozen=True, slots=True)
class Indicators:
    """The rates of one province; the counts of each rate are its numerator and denominator."""

    province: str
    stays: Rate  # employed here ÷ everybody who studied here
    stays_in_units: Rate  # in units here ÷ in units, of those who studied here
    returns: Rate  # employed here ÷ employed, of those who come from here
    works: int  # with a known work region: those who work here
    came: int  # with a known work region: those who come from here

    @property
    def net(self) -> int:
        return self.works - self.came

    @property
    def rates(self) -> tuple[Rate, Rate, Rate]:
        return self.stays, self.stays_in_units, self.returns


class Link(NamedTuple):
    """People from a node of one stage to a node of the next."""

    stage: Stage
    source: str
    to_stage: Stage
    target: str
    people: int
    employed: int


@dataclass(frozen=True, slots=True)
class Focus:
    """One node that the three stages are read for."""

    stage: Stage
    node: str


class FlowAnswers:
    """The questions about flows of one selection, as one scope may see it."""

    def __init__(self, answers: Answers, scope: Scope, selection: Selection) -> None:
        self.answers = answers
        self.codes = answers.codes
        self.scope = scope
        self.moment = answers.moment(scope, selection)
        self.filter = answers.store.leaf_filter(selection)

    def rows(self, *stages: Column, chosen: Filter | None = None) -> list[Flow]:
        """People per place of every stage, those at no work region split by employment."""
        if self.moment.as_of is None:
            return []
        employed, units = self.moment.edition.employed, unit_destinations(self.answers.editions)
        rows = self.answers.store.flows(
            self.scope, chosen or self.filter, stages, self.moment.as_of, employed, units
        )
        for at, stage in enumerate(stages):
            if stage in ("work", "work_city"):
                return split_work(rows, at)
        return rows

    # ---- one province

    def home(self) -> str | None:
        """The province where most of them studied; None where no school's place is known."""
        studied: Counter[str] = Counter()
        for row in self.rows("study", "work"):
            if row.key[0] not in NO_PLACE:
                studied[row.key[0]] += row.people
        return min(studied, key=lambda code: (-studied[code], code)) if studied else None

    def province(self, asked: str | None) -> str | None:
        """The province asked for if it is one, else :meth:`home`."""
        return asked if asked and self.is_province(asked) else self.home()

    def is_province(self, code: str) -> bool:
        known = self.codes.knows("region", code)
        return known and self.codes.get("region", code).extra.get("rank") == "province"

    def indicators(self, province: str) -> Indicators:
        """The rates of a province and who comes and goes."""
        studied, came = self.rows("study", "work"), self.rows("origin", "work")
        own = [row for row in studied if row.key[0] == province]
        here = [row for row in own if province_of(row.key[1]) == province]
        natives = [row for row in came if province_of(row.key[0]) == province]
        back = [row for row in natives if province_of(row.key[1]) == province]
        known = [row for row in came if row.key[1] not in NO_PLACE]
        return Indicators(
            province,
            share(_employed(here), _people(own)),
            share(sum(r.in_units for r in here), sum(r.in_units for r in own)),
            share(_employed(back), _employed(natives)),
            sum(row.people for row in known if province_of(row.key[1]) == province),
            sum(row.people for row in known if province_of(row.key[0]) == province),
        )

    def group_shares(self) -> list[tuple[RegionGroup, Rate]]:
        """The named groups, each with its part of those whose work region is known, if any is."""
        known = [row for row in self.rows("origin", "work") if row.key[1] not in NO_PLACE]
        whole = _people(known)
        if not whole:
            return []
        return [
            (group, share(sum(r.people for r in known if contains(group, r.key[1])), whole))
            for group in named_groups(self.codes)
        ]

    # ---- the map and its table

    def regions(self) -> list[Region]:
        """Every province that occurs, in code order, then those at no place."""
        rows = self.rows("origin", "work")
        pairs = [Flow(tuple(map(province_of, r.key)), *r[1:]) for r in rows]
        return _regions(pairs, pairs, _people(rows), _known(pairs))

    def cities(self, province: str) -> list[Region]:
        """Every city of a province that occurs; shares as in :meth:`regions`."""
        rows = self.rows("origin", "work")
        below = self.codes.with_descendants("region", (province,))
        came = self._within("origin", below, "origin_city", "work_city")
        works = self._within("work_region", below, "origin_city", "work_city")
        found = _regions(came, works, _people(rows), _known(rows))
        return [region for region in found if region.code in below]

    def _within(self, name: str, codes: Sequence[str], *stages: Column) -> list[Flow]:
        return self.rows(*stages, chosen=_narrowed(self.filter, name, codes))

    # ---- three stages

    def nodes(self, grouping: Grouping) -> dict[Stage, Nodes]:
        """The nodes of every stage, the same whatever is in focus."""
        if grouping != "province":
            apart = self._apart() if grouping == "city_group" else None
            return {stage: Nodes(self.codes, grouping, apart=apart) for stage in STAGES}
        origin = self._largest(0, "origin", "work")
        study = self._largest(0, "study", "work")
        work = self._largest(1, "origin", "work")
        return {
            stage: Nodes(self.codes, grouping, shown)
            for stage, shown in zip(STAGES, (origin, study, work), strict=True)
        }

    def _apart(self) -> str | None:
        """The one province all of them studied in, unless a city group has it already."""
        home = self.home()
        places = {row.key[0] for row in self.rows("study", "work")} - set(NO_PLACE)
        probe = Nodes(self.codes, "city_group")
        return home if home and places == {home} and probe.of(home) == OTHER else None

    def _largest(self, at: int, *stages: Column) -> list[str]:
        people: Counter[str] = Counter()
        for row in self.rows(*stages):
            if row.key[at] not in NO_PLACE:
                people[province_of(row.key[at])] += row.people
        return sorted(people, key=lambda code: (-people[code], code))[:SHOWN_PROVINCES]

    def focus(self, grouping: Grouping, asked: str | None) -> Focus | None:
        """What ``<stage>-<node>`` means under this grouping, or None."""
        stage, _, node = (asked or "").partition("-")
        if stage not in STAGES or node not in self.nodes(grouping)[stage].order:
            return None
        return Focus(stage, node)

    def links(self, grouping: Grouping, focus: Focus | None = None) -> list[Link]:
        """Origin to study and study to work; each pair adds up to everybody in focus."""
        nodes = self.nodes(grouping)
        found: list[Link] = []
        for one, other in (STAGES[:2], STAGES[1:]):
            people: Counter[tuple[str, str]] = Counter()
            employed: Counter[tuple[str, str]] = Counter()
            for row in self._focused(one, other, nodes, focus):
                key = nodes[one].of(row.key[0]), nodes[other].of(row.key[1])
                people[key] += row.people
                employed[key] += row.employed
            order = {node: place for place, node in enumerate(nodes[one].order)}
            after = {node: place for place, node in enumerate(nodes[other].order)}
            found += [
                Link(one, key[0], other, key[1], people[key], employed[key])
                for key in sorted(people, key=lambda k: (order[k[0]], after[k[1]]))
                if people[key]
            ]
        return found

    def _focused(
        self, one: Stage, other: Stage, nodes: dict[Stage, Nodes], focus: Focus | None
    ) -> list[Flow]:
        if focus is None:
            return self.rows(one, other)
        if focus.stage in (one, other):
            at = (one, other).index(focus.stage)
            rows = self.rows(one, other)
            return [row for row in rows if nodes[focus.stage].of(row.key[at]) == focus.node]
        rows = self.rows(one, other, chosen=self._restricted(nodes[focus.stage], focus))
        return [_part(row, focus.node) for row in rows if _part(row, focus.node).people]

    def _restricted(self, nodes: Nodes, focus: Focus) -> Filter:
        """The filter of everybody at one node of the stage that a pair does not show."""
        if focus.stage == "study":
            table = self.codes.tables["school"].values()
            places = {s.code: place_of(str(s.extra.get("province") or ""), ()) for s in table}
            schools = [code for code, place in places.items() if nodes.of(place) == focus.node]
            return _narrowed(self.filter, "school", schools)
        wanted = focus.node
        if focus.stage == "work" and wanted in NO_PLACE and wanted != NOT_REPORTED:
            return _narrowed(self.filter, "work_region", (NOT_APPLICABLE,))
        regions = [code for code in self.codes.tables["region"] if code != NOT_APPLICABLE]
        codes = [code for code in regions if nodes.of(code) == wanted]
        name = "origin" if focus.stage == "origin" else "work_region"
        return _narrowed(self.filter, name, codes)


def top_regions(regions: Iterable[Region], side: Stage, without: str | None = None) -> list[Region]:
    """The ten with most people on this side, largest first, ``without`` one of them."""
    wanted = [r for r in regions if r.code not in (*NO_PLACE, without) and _count(r, side)]
    return sorted(wanted, key=lambda r: (-_count(r, side), r.code))[:TOP]


def _count(region: Region, side: Stage) -> int:
    return region.came if side == "origin" else region.works


def _narrowed(chosen: Filter, name: str, codes: Iterable[str]) -> Filter:
    """The filter with one dimension limited to these codes as well."""
    before: tuple[str, ...] | None = getattr(chosen, name)
    allowed = set(codes) if before is None else set(codes) & set(before)
    return replace(chosen, **{name: tuple(sorted(allowed))})  # type: ignore[arg-type]


def _part(row: Flow, node: str) -> Flow:
    """The part of a row without work region that a node at no place holds."""
    if node == NOT_EMPLOYED:
        return Flow(row.key, row.people - row.employed, 0, 0)
    return Flow(row.key, row.employed, row.employed, row.in_units) if node == NO_REGION else row


def _regions(
    came: Sequence[Flow], works: Sequence[Flow], everybody: int, known: int
) -> list[Region]:
    """One region per place in the first keys of ``came`` or the second keys of ``works``."""
    totals: dict[str, Counter[str]] = {
        name: Counter() for name in ("came", "works", "leaving", "employed", "returned")
    }
    for row in came:
        origin, work = row.key
        totals["came"][origin] += row.people
        totals["employed"][origin] += row.employed
        totals["leaving"][origin] += row.people if work not in NO_PLACE else 0
        totals["returned"][origin] += row.employed if work == origin else 0
    for row in works:
        totals["works"][row.key[1]] += row.people
    codes = sorted({*totals["came"], *totals["works"]}, key=lambda c: (c in NO_PLACE, c))
    return [
        Region(
            code,
            totals["came"][code],
            share(totals["came"][code], everybody),
            totals["works"][code],
            missing("none") if code in NO_PLACE else share(totals["works"][code], known),
            None if code in NO_PLACE else totals["works"][code] - totals["leaving"][code],
            missing("none")
            if code in NO_PLACE
            else share(totals["returned"][code], totals["employed"][code]),
        )
        for code in codes
    ]


def _known(rows: Iterable[Flow]) -> int:
    return sum(row.people for row in rows if row.key[1] not in NO_PLACE)


def _people(rows: Iterable[Flow]) -> int:
    return sum(row.people for row in rows)


def _employed(rows: Iterable[Flow]) -> int:
    return sum(row.employed for row in rows)


def in_region_order(codes: Iterable[str], groups: Sequence[RegionGroup]) -> list[str]:
    """Provinces by the four regions, in code order inside each; what has no region last."""
    four = [group for group in groups if group.scheme == FOUR_REGIONS]

    def rank(code: str) -> tuple[bool, int, str]:
        places = [at for at, group in enumerate(four) if code in group.regions]
        return code in NO_PLACE, places[0] if places else len(four), code

    return sorted(set(codes), key=rank)
