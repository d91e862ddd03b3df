"""What the flows page says in sentences: indicators and findings, the answer first."""

from collections.abc import Mapping, Sequence

from callbacks.flow_figures import signed
from dashboard.asked import Asked
from dashboard.flow_answers import Region
from dashboard.flow_places import NO_PLACE, OTHER, STAGES
from dashboard.flow_questions import QUESTIONS, RATE_KEYS, FlowAsked, largest
from dashboard.indicators.rates import Rate
from layouts.kpis import Kpi


def key_figures(found: FlowAsked) -> list[Kpi]:
    """Staying under both definitions, returning, net inflow; each says what it divides."""
    t, province = found.t, found.province
    if province is None:
        return [Kpi(label=t("flows.stays"), value=t.missing("none"), lead=True)]
    name, got = found.name(province), found.answers.indicators(province)

    return [
        *(
            _rate_kpi(found, keys, rate, name)
            for keys, rate in zip(RATE_KEYS.values(), got.rates, strict=True)
        ),
        Kpi(
            label=t("flows.net"),
            value=signed(got.net, t),
            unit=t("overview.people"),
            n=t("flows.net_n", province=name, part=t.count(got.works), whole=t.count(got.came)),
            note=t("flows.net_is"),
        ),
    ]


def _rate_kpi(found: FlowAsked, keys: tuple[str, str, str], rate: Rate, name: str) -> Kpi:
    t, (named, counts, meaning) = found.t, keys
    parts = {"part": t.count(rate.numerator), "whole": t.count(rate.denominator)}
    there = rate.value is not None
    return Kpi(
        label=t(named),
        value=t.rate(rate),
        n=t(counts, province=name, **parts) if there else "",
        note=(_condition(found) or t(meaning)) if there else "",
        lead=keys == RATE_KEYS["stays"],
    )


def _condition(found: FlowAsked) -> str:
    """Said instead of what a rate counts, where the selection is of those who work somewhere."""
    return found.t("flows.of_work_region") if found.asked.selection.work_region else ""


def map_finding(found: FlowAsked) -> str:
    """Who leads under the measure of the map, and how many stand on no map."""
    t, regions = found.t, found.regions()
    placed = [region for region in regions if region.code not in NO_PLACE]
    if not placed:
        return t("card.no_rows")
    match found.state("measure"):
        case "net":
            text = _net_finding(found, placed)
        case "retention":
            text = _retention_finding(found, placed)
        case _:
            text = _count_finding(found, placed)
    off = [region for region in regions if region.code in NO_PLACE]
    people = sum(region.came if found.side == "origin" else region.works for region in off)
    if not people or found.state("measure") not in ("count", "share"):
        return text
    key = "flows.off_map_origin" if found.side == "origin" else "flows.off_map_work"
    return text + t(key, n=t.count(people))


def _count_finding(found: FlowAsked, regions: Sequence[Region]) -> str:
    t, origin = found.t, found.side == "origin"
    ranked = sorted(regions, key=lambda r: (-(r.came if origin else r.works), r.code))
    first = ranked[0]
    others = [found.name(region.code) for region in ranked[1:3]]
    people = first.came if origin else first.works
    if not people:
        return t("card.no_rows")
    rate = first.came_share if origin else first.works_share
    text = t(
        "flows.map_origin" if origin else "flows.map_work",
        first=found.name(first.code),
        n=t.count(people),
        share=t.rate(rate),
    )
    if others:
        text += t("flows.map_next", others=t.listing(others))
    return text + t("flows.map_end")


def _net_finding(found: FlowAsked, regions: Sequence[Region]) -> str:
    t = found.t
    ranked = sorted(regions, key=lambda region: (-(region.net or 0), region.code))
    first, last = ranked[0], ranked[-1]
    return t(
        "flows.map_net",
        first=found.name(first.code),
        most=signed(first.net or 0, t),
        last=found.name(last.code),
        least=signed(last.net or 0, t),
    )


def _retention_finding(found: FlowAsked, regions: Sequence[Region]) -> str:
    """Of the regions with enough people; a rate over three of them says nothing."""
    t, least = found.t, found.asked.services.minimum_n
    enough = [region for region in regions if region.returned.denominator >= least]
    if not enough:
        return t("flows.map_few", minimum=t.count(least))
    ranked = sorted(enough, key=lambda region: (-(region.returned.value or 0), region.code))
    first, last = ranked[0], ranked[-1]
    return t(
        "flows.map_retention",
        first=found.name(first.code),
        high=t.rate(first.returned),
        last=found.name(last.code),
        low=t.rate(last.returned),
        minimum=t.count(least),
    )


def map_source(asked: Asked) -> str:
    """Where the geometry comes from, with its map-review number if it has one."""
    t, services = asked.t, asked.services
    text = t("flows.geometry_shipped" if services.geometry.shipped else "flows.geometry_own")
    if not services.map_approval:
        return text
    return t("flows.geometry_approved", source=text, number=services.map_approval)


def groups_finding(asked: Asked) -> str:
    """The base of the shares, and the largest of the four regions."""
    t, shares = asked.t, FlowAsked(asked).answers.group_shares()
    if not shares:
        return t("card.no_rows")
    scheme = shares[0][0].scheme
    group, rate = max(
        (pair for pair in shares if pair[0].scheme == scheme), key=lambda pair: pair[1].numerator
    )
    return t(
        "flows.groups_finding",
        n=t.count(rate.denominator),
        group=group.name(t.lang),
        share=t.rate(rate),
    )


def stages_finding(asked: Asked) -> str:
    """How many are shown, and where most of those with a place go."""
    found, t = FlowAsked(asked), asked.t
    focus = found.focus
    links = found.answers.links(found.grouping, focus)
    everybody = sum(link.people for link in links if link.stage == STAGES[0])
    if not everybody:
        return t("card.no_rows")
    works: dict[str, int] = {}
    for link in links:
        if link.to_stage == "work" and link.target not in (*NO_PLACE, OTHER):
            works[link.target] = works.get(link.target, 0) + link.people
    nodes = found.answers.nodes(found.grouping)
    if focus:
        stage, node = t(f"flows.stage_{focus.stage}"), nodes[focus.stage].name(focus.node, t)
        text = t("flows.stages_focus", stage=stage, node=node, n=t.count(everybody))
    else:
        text = t("flows.stages_all", n=t.count(everybody))
    if not works or (focus and focus.stage == "work"):
        return text
    first = max(works, key=lambda code: (works[code], code))
    more = {"place": nodes["work"].name(first, t), "n": t.count(works[first])}
    return text + t("flows.stages_most", **more)


def matrix_finding(asked: Asked) -> str:
    """The largest flows between two provinces, and what a cell is."""
    t, found = asked.t, FlowAsked(asked)
    rows = largest(asked).rows[:3]
    if not rows:
        return t("flows.matrix_none")
    listed = [
        t("flows.flow", origin=origin, work=work, n=t.count(n if isinstance(n, int) else 0))
        for origin, work, n, _ in rows
    ]
    base = t(f"flows.matrix_{found.state('shares')}")
    return t("flows.matrix_finding", flows=t.listing(listed)) + base


TOP_KEYS: Mapping[str, str] = {
    "flow-origin-cities": "flows.top_origin_cities",
    "flow-origin-provinces": "flows.top_origin_provinces",
    "flow-work-cities": "flows.top_work_cities",
    "flow-work-provinces": "flows.top_work_provinces",
}


def top_finding(asked: Asked, question: str) -> str:
    """The first of the ten, and what the shares are of."""
    t, found = asked.t, FlowAsked(asked)
    rows = QUESTIONS[question](asked).rows
    province = found.province
    if not rows or province is None:
        return t("card.no_rows")
    _, name, people, _ = rows[0]
    count = t.count(people if isinstance(people, int) else 0)
    return t(TOP_KEYS[question], province=found.name(province), first=name, n=count)
