"""The figures of the flows page: rows of its questions, given to the builders."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from dashboard.asked import Asked
from dashboard.figures.base import Figure, empty
from dashboard.figures.matrix import matrix
from dashboard.figures.people_bars import Bar, people_bars
from dashboard.figures.region_map import Base, Shade, region_map
from dashboard.figures.sankey import Node, flow_diagram
from dashboard.figures.steps import Steps, diverging, quantile_limits, sequential
from dashboard.flow_answers import Region
from dashboard.flow_places import FOUR_REGIONS, NO_PLACE, OTHER, STAGES
from dashboard.flow_questions import QUESTIONS, FlowAsked, cell_shares, ordered, pairs
from dashboard.geometry.shapes import Layer
from dashboard.i18n import Translator
from dashboard.indicators.rates import Rate

RETENTION_LIMITS = (20.0, 40.0, 60.0, 80.0)  # percent
TALL_ROW = 44  # pixels: beside the map there is room
ISLANDS = "460000"  # a map of Hainan shows the South China Sea


def map_figure(found: FlowAsked) -> Figure:
    """The regions in steps of what is measured."""
    t, geometry = found.t, found.asked.services.geometry
    regions = [region for region in found.regions() if region.code not in NO_PLACE]
    province = found.mapped
    layer = geometry.layers.get(province) if province else geometry.china
    if layer is None:
        return empty(t("flows.no_map"))
    shades = [_shade(region, found) for region in regions]
    values = [shade.value for shade in shades if shade.value is not None]
    steps = _steps(found.state("measure"), values, t)
    title = _title(found)
    return region_map(_base(layer, province, found), shades, steps, title, t)


def _base(layer: Layer, province: str | None, found: FlowAsked) -> Base:
    lines = found.asked.services.geometry.lines
    inset = province in (None, ISLANDS)
    return Base(layer.url, layer.regions, layer.bounds, lines, province is None, inset)


def _title(found: FlowAsked) -> str:
    measure = found.state("measure")
    if measure in ("net", "retention"):
        return found.t(f"flows.legend_{measure}")
    return found.t(f"flows.legend_{found.side}_{measure}")


def _shade(region: Region, found: FlowAsked) -> Shade:
    t = found.t
    code = found.codes.get("region", region.code)
    place = code.extra.get("longitude"), code.extra.get("latitude")
    leads = "origin" if found.side == "origin" else "work_region"
    text = t(
        "flows.map_hover",
        came=t.count(region.came),
        came_share=t.rate(region.came_share),
        works=t.count(region.works),
        works_share=t.rate(region.works_share),
        net=signed(region.net or 0, t),
        returned=_with_counts(region.returned, t),
    )
    return Shade(
        region.code,
        found.name(region.code),
        value_of(region, found),
        text.replace("\n", "<br>"),
        f"{leads}={region.code}",
        (float(place[0]), float(place[1])) if place[0] is not None and place[1] else None,
    )


def value_of(region: Region, found: FlowAsked) -> float | None:
    """What the map measures of a region; None where there is nobody to measure."""
    side = found.side
    match found.state("measure"):
        case "share":
            rate = region.came_share if side == "origin" else region.works_share
            return float(rate.value) if rate.value else None
        case "net":
            return float(region.net) if region.net else None
        case "retention":
            return None if region.returned.value is None else float(region.returned.value)
        case _:
            return float(region.came if side == "origin" else region.works) or None


def _with_counts(rate: Rate, t: Translator) -> str:
    if rate.value is None:
        return t.rate(rate)
    part, whole = t.count(rate.numerator), t.count(rate.denominator)
    return t("flows.rate_of", rate=t.rate(rate), part=part, whole=whole)


def signed(n: int, t: Translator) -> str:
    """A count with its sign."""
    return f"+{t.count(n)}" if n > 0 else t.count(n)


def _steps(measure: str, values: Sequence[float], t: Translator) -> Steps:
    if measure == "retention":
        return sequential(RETENTION_LIMITS, _labels(RETENTION_LIMITS, "%", t))
    if measure == "net":
        return _net_steps(values, t)
    limits = quantile_limits(values)
    return sequential(limits, _labels(limits, "%" if measure == "share" else "", t))


def _number(value: float, suffix: str, t: Translator) -> str:
    return f"{Decimal(str(value)).normalize():f}{suffix}" if suffix else t.count(round(value))


def _labels(limits: Sequence[float], suffix: str, t: Translator) -> list[str]:
    words = [_number(limit, suffix, t) for limit in limits]
    if not words:
        return [t("flows.step_any")]
    between = [t("flows.step_between", low=low, high=high) for low, high in pairwise(words)]
    return [
        t("flows.step_below", limit=words[0]),
        *between,
        t("flows.step_from", limit=words[-1]),
    ]


def _net_steps(values: Sequence[float], t: Translator) -> Steps:
    """At most three steps on each side of zero, the same limits for both."""
    sides = quantile_limits([abs(value) for value in values], (0.4, 0.85))[:2]
    limits = (*(-limit for limit in reversed(sides)), 0.0, *sides)
    words = _labels(sides, "", t)
    up = [t("flows.net_up", step=word) for word in words]
    down = [t("flows.net_down", step=word) for word in words]
    return diverging(limits, [*reversed(down), *up])


def groups_figure(asked: Asked) -> Figure:
    """The four regions and the named groups, with their people and their share."""
    found, t = FlowAsked(asked), asked.t
    bars = [
        Bar(
            group.code,
            group.name(t.lang),
            rate.numerator,
            f"<b>{t.rate(rate)}</b>  {t('figure.people', n=t.count(rate.numerator))}",
        )
        for group, rate in found.answers.group_shares()
        if rate.value is not None
    ]
    return people_bars(bars, t, wrap=asked.t.lang == "en", row=TALL_ROW)


def top_figure(asked: Asked, question: str) -> Figure:
    """The rows of a list of ten as bars."""
    t = asked.t
    bars = [
        Bar(
            str(code),
            str(name),
            people,
            f"<b>{t.count(people)}</b>  {t.rate(rate)}",
        )
        for code, name, people, rate in QUESTIONS[question](asked).rows
        if isinstance(people, int) and isinstance(rate, Rate)
    ]
    return people_bars(bars, t)


def stages_figure(asked: Asked) -> Figure:
    """Everybody, or those in focus, from origin over study to work."""
    found, t = FlowAsked(asked), asked.t
    links = found.answers.links(found.grouping, found.focus)
    if not links:
        return empty(t("figure.empty"))
    names = found.answers.nodes(found.grouping)
    people: dict[tuple[str, str], int] = {}
    for link in links:
        if link.stage == STAGES[0]:
            _add(people, (link.stage, link.source), link.people)
        _add(people, (link.to_stage, link.target), link.people)
    nodes = [
        Node(
            place,
            code,
            names[stage].name(code, t),
            people[stage, code],
            f"{stage}-{code}",
            code in (*NO_PLACE, OTHER),
        )
        for place, stage in enumerate(STAGES)
        for code in names[stage].order
        if (stage, code) in people
    ]
    at = {(STAGES[node.stage], node.code): place for place, node in enumerate(nodes)}
    flows = [(at[x.stage, x.source], at[x.to_stage, x.target], x.people) for x in links]
    headings = [t(f"flows.stage_{stage}") for stage in STAGES]
    return flow_diagram(nodes, flows, headings, found.state("focus"), t)


def _add(people: dict[tuple[str, str], int], key: tuple[str, str], n: int) -> None:
    people[key] = people.get(key, 0) + n


def matrix_figure(asked: Asked) -> Figure:
    """The provinces against each other, by the four regions."""
    found, t = FlowAsked(asked), asked.t
    cells = pairs(found)
    rows = [code for code in ordered(found, cells, 0) if code not in NO_PLACE]
    columns = [code for code in ordered(found, cells, 1) if code not in NO_PLACE]
    by_row, by_column = cell_shares(cells)
    shares = found.state("shares")
    rates = by_column if shares == "column" else by_row
    shown = {
        cell: float(cells[cell]) if shares == "people" else float(rates[cell].value or 0)
        for cell in rates
        if cell[0] not in NO_PLACE
    }
    texts = {
        cell: t(
            "flows.cell",
            origin=found.name(cell[0]),
            work=found.name(cell[1]),
            n=t.count(cells[cell]),
            row=t.rate(by_row[cell]),
            column=t.rate(by_column[cell]),
        ).replace("\n", "<br>")
        for cell in shown
    }
    names = {code: found.name(code) for code in (*rows, *columns)}
    breaks = _breaks(rows, found), _breaks(columns, found)
    labels = {"own": t("flows.own"), "suffix": "" if shares == "people" else "%"}
    return matrix(rows, columns, shown, texts, names, breaks, labels, t)


def _breaks(codes: Sequence[str], found: FlowAsked) -> list[int]:
    """The places at which another of the four regions begins."""
    four = [group for group in found.codes.region_groups if group.scheme == FOUR_REGIONS]
    region = [next((g.code for g in four if code in g.regions), "") for code in codes]
    return [at for at in range(1, len(region)) if region[at] != region[at - 1]]
