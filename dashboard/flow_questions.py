"""The tables of the flows page: the same rows on the screen, in a download and behind a chart."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.asked import Asked
from dashboard.flow_answers import FlowAnswers, Focus, Link, Region, in_region_order, top_regions
from dashboard.flow_places import (
    GROUPINGS,
    NO_PLACE,
    Grouping,
    Nodes,
    Stage,
    province_of,
    short_name,
)
from dashboard.indicators.rates import Rate, share
from dashboard.tables import Column, Table, Value
from dashboard.url_state import DEFAULT_STATE

Cell = tuple[str, str]  # origin, work
RATE_KEYS: Mapping[str, tuple[str, str, str]] = {
    "stays": ("flows.stays", "flows.stays_n", "flows.stays_is"),
    "stays_in_units": (
        "flows.stays_in_units",
        "flows.stays_in_units_n",
        "flows.stays_in_units_is",
    ),
    "returns": ("flows.returns", "flows.returns_n", "flows.returns_is"),
}
"""What an indicator is called, its numerator and denominator, and what they leave in or out."""


class FlowAsked:
    """A question about flows: the answers, and what the page's own state asks for."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.t = asked, asked.t
        self.answers = FlowAnswers(asked.answers, asked.scope, asked.selection)
        self.codes = asked.answers.codes

    def state(self, name: str) -> str:
        return self.asked.state.get(name) or DEFAULT_STATE[name]

    @property
    def side(self) -> Stage:
        return "origin" if self.state("side") == "origin" else "work"

    @property
    def grouping(self) -> Grouping:
        return next(g for g in GROUPINGS if g == self.state("grouping"))

    @property
    def focus(self) -> Focus | None:
        return self.answers.focus(self.grouping, self.state("focus"))

    @property
    def province(self) -> str | None:
        """The province that indicators and cities are about."""
        return self.answers.province(self.state("node"))

    @property
    def mapped(self) -> str | None:
        """The province whose cities the map shows; None for all of China."""
        selection = self.asked.selection
        filtered = selection.origin if self.side == "origin" else selection.work_region
        for code in (filtered and province_of(filtered), self.state("node")):
            if code and self.answers.is_province(code):
                return code
        return None

    def regions(self) -> list[Region]:
        """The rows of the map."""
        province = self.mapped
        return self.answers.cities(province) if province else self.answers.regions()

    def name(self, place: str) -> str:
        return short_name(self.codes, place, self.t)


def map_rows(asked: Asked) -> Table:
    """Every region: who comes from there, who works there, net inflow, who returns."""
    found, t = FlowAsked(asked), asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("flows.region"), "text"),
        Column("came", t("flows.came"), "count"),
        Column("came_share", t("flows.came_share"), "rate"),
        Column("works", t("flows.works"), "count"),
        Column("works_share", t("flows.works_share"), "rate"),
        Column("net", t("flows.net"), "count"),
        Column("returned", t("flows.returned"), "count"),
        Column("employed", t("flows.employed_from"), "count"),
        Column("returned_rate", t("flows.returned_rate"), "rate"),
    )
    return Table(columns, tuple(_map_row(found, region) for region in found.regions()))


def _map_row(found: FlowAsked, region: Region) -> tuple[Value, ...]:
    placed = region.code not in NO_PLACE
    return (
        region.code,
        found.name(region.code),
        region.came,
        region.came_share,
        region.works,
        region.works_share if placed else None,
        region.net,
        region.returned.numerator if placed else None,
        region.returned.denominator if placed else None,
        region.returned if placed else None,
    )


def indicators(asked: Asked) -> Table:
    """The rates of the province, each with its numerator and denominator."""
    t, found = asked.t, FlowAsked(asked)
    columns = (
        Column("indicator", t("flows.indicator"), "text"),
        Column("province", t("flows.province"), "text"),
        Column("numerator", t("flows.numerator"), "count"),
        Column("denominator", t("flows.denominator"), "count"),
        Column("rate", t("flows.value"), "rate"),
        Column("meaning", t("flows.meaning"), "text"),
    )
    province = found.province
    if province is None:
        return Table(columns, ())
    name, got = found.name(province), found.answers.indicators(province)
    rates = [
        (t(named), name, rate.numerator, rate.denominator, rate, t(meaning))
        for (named, _, meaning), rate in zip(RATE_KEYS.values(), got.rates, strict=True)
    ]
    net = (t("flows.net"), name, got.works, got.came, None, t("flows.net_is"))
    return Table(columns, (*rates, net))


def groups(asked: Asked) -> Table:
    """The named groups of regions with their part of those whose work region is known."""
    t, found = asked.t, FlowAsked(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("flows.group"), "text"),
        Column("works", t("flows.works"), "count"),
        Column("base", t("flows.base_known"), "count"),
        Column("share", t("flows.works_share"), "rate"),
    )
    rows = (
        (group.code, group.name(t.lang), rate.numerator, rate.denominator, rate)
        for group, rate in found.answers.group_shares()
    )
    return Table(columns, tuple(rows))


def stages(asked: Asked) -> Table:
    """The links of the three stages, each with its part of everybody in focus."""
    t, found = asked.t, FlowAsked(asked)
    columns = (
        Column("stage", t("flows.from_stage"), "text"),
        Column("from_code", t("table.code"), "code"),
        Column("from", t("flows.from"), "text"),
        Column("to_stage", t("flows.to_stage"), "text"),
        Column("to_code", t("table.code"), "code"),
        Column("to", t("flows.to"), "text"),
        Column("people", t("table.people"), "count"),
        Column("share", t("flows.share_of_shown"), "rate"),
        Column("employed", asked.employed_name, "count"),
    )
    links = found.answers.links(found.grouping, found.focus)
    everybody = sum(link.people for link in links if link.stage == "origin")
    nodes = found.answers.nodes(found.grouping)
    return Table(columns, tuple(_link_row(link, everybody, nodes, asked) for link in links))


def _link_row(
    link: Link, everybody: int, nodes: Mapping[Stage, Nodes], asked: Asked
) -> tuple[Value, ...]:
    t = asked.t
    return (
        t(f"flows.stage_{link.stage}"),
        link.source,
        nodes[link.stage].name(link.source, t),
        t(f"flows.stage_{link.to_stage}"),
        link.target,
        nodes[link.to_stage].name(link.target, t),
        link.people,
        share(link.people, everybody),
        link.employed,
    )


def pairs(found: FlowAsked) -> dict[Cell, int]:
    """(province of origin, province of work) -> people; the sum is everybody."""
    cells: dict[Cell, int] = {}
    for row in found.answers.rows("origin", "work"):
        key = province_of(row.key[0]), province_of(row.key[1])
        cells[key] = cells.get(key, 0) + row.people
    return cells


def ordered(found: FlowAsked, cells: Mapping[Cell, int], side: int) -> list[str]:
    """The provinces on one side of the matrix, by the four regions."""
    return in_region_order({cell[side] for cell in cells}, found.codes.region_groups)


def cell_shares(cells: Mapping[Cell, int]) -> tuple[dict[Cell, Rate], dict[Cell, Rate]]:
    """The part of every cell in its row and in its column, of those whose work region is known."""
    known = {cell: n for cell, n in cells.items() if cell[1] not in NO_PLACE}
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (origin, work), n in known.items():
        rows[origin] = rows.get(origin, 0) + n
        columns[work] = columns.get(work, 0) + n
    return (
        {cell: share(n, rows[cell[0]]) for cell, n in known.items()},
        {cell: share(n, columns[cell[1]]) for cell, n in known.items()},
    )


def matrix(asked: Asked) -> Table:
    """Every pair of origin and work region; the people add up to everybody."""
    t, found = asked.t, FlowAsked(asked)
    columns = (
        Column("origin_code", t("table.code"), "code"),
        Column("origin", t("flows.stage_origin"), "text"),
        Column("work_code", t("table.code"), "code"),
        Column("work", t("flows.stage_work"), "text"),
        Column("people", t("table.people"), "count"),
        Column("row_share", t("flows.row_share"), "rate"),
        Column("column_share", t("flows.column_share"), "rate"),
    )
    cells = pairs(found)
    by_row, by_column = cell_shares(cells)
    rows = (
        (
            origin,
            found.name(origin),
            work,
            found.name(work),
            cells[origin, work],
            by_row.get((origin, work)),
            by_column.get((origin, work)),
        )
        for origin in ordered(found, cells, 0)
        for work in ordered(found, cells, 1)
        if (origin, work) in cells
    )
    return Table(columns, tuple(rows))


def largest(asked: Asked) -> Table:
    """The ten largest flows between two provinces, with their part of the origin."""
    table = matrix(asked)
    away = [row for row in table.rows if row[0] != row[2] and not {row[0], row[2]} & set(NO_PLACE)]
    ranked = sorted(away, key=lambda row: (-_whole(row[4]), str(row[0]), str(row[2])))
    return Table(table.columns, tuple(ranked[:10])).only("origin", "work", "people", "row_share")


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0


def top(asked: Asked, side: Stage, cities: bool) -> Table:
    """The ten cities of the province, or the ten other provinces, with most people."""
    t, found = asked.t, FlowAsked(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("flows.city" if cities else "flows.province"), "text"),
        Column("people", t("flows.came" if side == "origin" else "flows.works"), "count"),
        Column("share", t("flows.came_share" if side == "origin" else "flows.works_share"), "rate"),
    )
    province = found.province
    if province is None:
        return Table(columns, ())
    regions = found.answers.cities(province) if cities else found.answers.regions()
    rows: Sequence[Region] = top_regions(regions, side, without=province)
    return Table(
        columns,
        tuple(
            (r.code, found.name(r.code), r.came, r.came_share)
            if side == "origin"
            else (r.code, found.name(r.code), r.works, r.works_share)
            for r in rows
        ),
    )


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "flow-indicators": indicators,
    "flow-groups": groups,
    "flow-regions": map_rows,
    "flow-stages": stages,
    "flow-matrix": matrix,
    "flow-origin-cities": lambda asked: top(asked, "origin", True),
    "flow-origin-provinces": lambda asked: top(asked, "origin", False),
    "flow-work-cities": lambda asked: top(asked, "work", True),
    "flow-work-provinces": lambda asked: top(asked, "work", False),
}
