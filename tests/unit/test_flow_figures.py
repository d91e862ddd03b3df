"""Map, three stages, matrix and bars draw what their rows say."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.flow_texts import map_source
from dashboard.figures import region_map as drawn
from dashboard.figures.matrix import matrix
from dashboard.figures.people_bars import Bar, people_bars
from dashboard.figures.region_map import Base, Shade, region_map
from dashboard.figures.sankey import Node, flow_diagram
from dashboard.figures.steps import diverging, nice, quantile_limits, sequential
from dashboard.geometry.shapes import load
from dashboard.i18n import translator

T = translator("zh-CN")
GEOMETRY = load()
STEPS = sequential((100.0, 1000.0), ("a", "b", "c"))


def checked(made: dict[str, Any]) -> go.Figure:
    json.dumps(made)
    return go.Figure(made)


def china(shades: list[Shade]) -> Any:
    layer = GEOMETRY.china
    base = Base(layer.url, layer.regions, layer.bounds, GEOMETRY.lines, china=True, inset=True)
    return checked(region_map(base, shades, STEPS, "人数", T))


SHADES = [
    Shade("140000", "山西", 5_000.0, "x", "work_region=140000", (112.5, 37.7)),
    Shade("110000", "北京", 500.0, "x", "work_region=110000", (116.5, 40.2)),
    Shade("120000", "天津", 400.0, "x", "work_region=120000", (117.4, 39.0)),
    Shade("710000", "台湾", 3.0, "x", "work_region=710000", (120.8, 23.6)),
]


# ---- where the map draws, after the rules of its library: the projection fits its box


def project(lon: float, lat: float) -> tuple[float, float]:
    """Albers' conic equal-area projection, y upwards (Snyder 1987, 14-1 to 14-6)."""
    one, two = (math.radians(angle) for angle in drawn.PARALLELS)
    n = (math.sin(one) + math.sin(two)) / 2
    c = math.cos(one) ** 2 + 2 * n * math.sin(one)
    radius = math.sqrt(c - 2 * n * math.sin(math.radians(lat))) / n
    angle = n * math.radians(lon - drawn.MERIDIAN)
    return radius * math.sin(angle), -radius * math.cos(angle)


def spread(low: float, high: float) -> Iterator[float]:
    return (low + (high - low) * i / 50 for i in range(51))


def on_paper() -> Any:
    """Degrees -> place on the figure, 0 to 1 from its lower left corner."""
    corners = [project(x, y) for x in spread(*drawn.CHINA_LON) for y in spread(*drawn.CHINA_LAT)]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    (left, right), (low, high) = drawn.MAIN["x"], drawn.MAIN["y"]
    wide, tall = (right - left) * drawn.ASPECT, high - low  # in heights of the figure
    size = min(wide / (east - west), tall / (north - south))

    def place(lon: float, lat: float) -> tuple[float, float]:
        x, y = project(lon, lat)
        across = (left + right) / 2 * drawn.ASPECT + size * (x - (west + east) / 2)
        return across / drawn.ASPECT, (low + high) / 2 + size * (y - (south + north) / 2)

    return place


def points(code: str) -> list[tuple[float, float]]:
    features = json.loads(GEOMETRY.china.body)["features"]
    shape = next(one for one in features if one["id"] == code)["geometry"]["coordinates"]
    return [(x, y) for polygon in shape for ring in polygon for x, y in ring]


def test_the_inset_covers_neither_taiwan_nor_hainan_nor_any_coast() -> None:
    place = on_paper()
    (left, right), (low, high) = drawn.INSET["x"], drawn.INSET["y"]
    for code in sorted(GEOMETRY.china.regions):
        shown = [place(x, y) for x, y in points(code) if y > drawn.CHINA_LAT[0]]
        if code == "460000":
            shown = [place(x, y) for x, y in points(code) if y > 18 and x < 111.2]
        inside = [(x, y) for x, y in shown if left < x < right and low < y < high]
        assert not inside, code


def test_the_frame_holds_the_whole_territory() -> None:
    place = on_paper()
    for code in GEOMETRY.china.regions:
        for lon, lat in points(code):
            if lat >= 18:
                x, y = place(lon, lat)
                assert 0 < x < 1, (code, lon, lat)
                assert 0 < y < 1, (code, lon, lat)


def test_the_inset_shows_every_southern_island_and_stroke() -> None:
    (west, east), (south, north) = drawn.INSET_LON, drawn.INSET_LAT
    islands = [(x, y) for x, y in points("460000") if y < 18]
    strokes = [point for stroke in GEOMETRY.lines for point in stroke]
    for lon, lat in [*islands, *strokes]:
        assert west < lon < east, (lon, lat)
        assert south < lat < north + 0.1, (lon, lat)


def test_both_panes_have_every_region_and_ten_strokes() -> None:
    figure = china(SHADES)
    maps = [trace for trace in figure.data if trace.type == "choropleth"]
    assert [trace.geo for trace in maps] == ["geo", "geo2"]
    for trace in maps:
        assert trace.geojson == GEOMETRY.china.url, "by address, not in the answer"
        assert set(trace.locations) == GEOMETRY.china.regions
        assert "710000" in trace.locations
    lines = [t for t in figure.data if t.type == "scattergeo" and t.mode == "lines"]
    assert [trace.geo for trace in lines] == ["geo", "geo2"]
    for trace in lines:
        assert sum(value is None for value in trace.lon) == 10
    for geo in (figure.layout.geo, figure.layout.geo2):
        assert geo.visible is False, "no foreign base map"
        assert geo.lonaxis.range
        assert geo.lataxis.range
    assert figure.layout.geo.projection.type == "conic equal area"


def named(figure: Any) -> list[Any]:
    """The traces that write names on the map."""
    return [t for t in figure.data if t.type == "scattergeo" and t.mode == "text"]


def test_regions_are_shaded_by_step_and_lead_on() -> None:
    main = china(SHADES).data[0]
    level = dict(zip(main.locations, main.z, strict=True))
    assert (level["140000"], level["110000"], level["710000"]) == (3, 2, 1)
    assert level["650000"] == 0, "nobody"
    leads = {code: row[0] for code, row in zip(main.locations, main.customdata, strict=True)}
    assert leads["140000"] == "work_region=140000"
    assert leads["650000"] == ""
    assert list(main.colorbar.ticktext) == [T("flows.map_none"), "a", "b", "c"]
    names = named(china(SHADES))[0]
    assert list(names.text)[:2] == ["山西", "北京"]
    assert "天津" not in names.text, "too near to Beijing"


def test_a_region_that_the_geometry_misses_breaks_nothing() -> None:
    base = Base("/maps/x", frozenset({"110000"}), (73, 18, 135, 54), (), china=True, inset=True)
    figure = checked(region_map(base, SHADES, STEPS, "人数", T))
    assert list(figure.data[0].locations) == ["110000"]
    assert [list(t.text) for t in named(figure)] == [["北京"]]


@pytest.mark.parametrize("number", ["", "GS(2026)0001"])
def test_the_line_under_the_map_names_its_source_and_its_number(number: str) -> None:
    services = SimpleNamespace(geometry=GEOMETRY, map_approval=number)
    asked: Any = SimpleNamespace(t=T, services=services)
    text = map_source(asked)
    assert text.startswith(T("flows.geometry_shipped"))
    assert ("GS(2026)0001" in text) is bool(number)


# ---- steps


@given(st.lists(st.integers(0, 10**7), max_size=40))
def test_limits_rise_and_every_value_has_a_step(values: list[int]) -> None:
    limits = quantile_limits(values)
    assert all(one < other for one, other in pairwise(limits))
    assert all(limit == nice(limit) for limit in limits)
    steps = sequential(limits, [str(i) for i in range(len(limits) + 1)])
    assert len(steps.colours) == len(limits) + 1 == len(steps.labels)
    assert len(set(steps.colours)) == len(steps.colours)
    assert len(limits) <= 5, "few steps"
    for value in values:
        assert 0 <= steps.of(value) < len(steps.colours)


@pytest.mark.parametrize("sides", [(), (10.0,), (10.0, 100.0)])
def test_steps_on_both_sides_of_zero(sides: tuple[float, ...]) -> None:
    limits = (*(-limit for limit in reversed(sides)), 0.0, *sides)
    steps = diverging(limits, [str(i) for i in range(len(limits) + 1)])
    assert len(steps.colours) == len(limits) + 1 == len(set(steps.colours))
    half = len(steps.colours) // 2
    assert steps.of(-1) == half - 1
    assert steps.of(1) == half


@pytest.mark.parametrize(("value", "wanted"), [(1, 1), (4.9, 2), (5, 5), (99, 50), (0.3, 0.2)])
def test_nice_numbers(value: float, wanted: float) -> None:
    assert nice(value) == pytest.approx(wanted)


# ---- three stages

NODES = [
    Node(0, "a", "甲", 60, "origin-a", quiet=False),
    Node(0, "other", "其他", 40, "origin-other", quiet=True),
    Node(1, "a", "甲", 100, "study-a", quiet=False),
    Node(2, "a", "甲", 30, "work-a", quiet=False),
    Node(2, "none", "未就业", 70, "work-none", quiet=True),
]
LINKS = [(0, 2, 60), (1, 2, 40), (2, 3, 30), (2, 4, 70)]


def test_stages_stand_in_order_and_keep_their_colour() -> None:
    figure = checked(flow_diagram(NODES, LINKS, ("一", "二", "三"), "work-a", T))
    node, link = figure.data[0].node, figure.data[0].link
    for stage in range(3):
        places = [y for y, n in zip(node.y, NODES, strict=True) if n.stage == stage]
        assert places == sorted(places), "other and those without a place stand last"
        assert all(0 < y < 1 for y in places)
    assert node.color[0] == node.color[2] == node.color[3]
    assert node.color[1] == node.color[4] != node.color[0]
    assert list(link.value) == [60, 40, 30, 70]
    assert node.label[3] == "<b>甲 30</b>", "the one in focus"
    assert [row[0] for row in node.customdata] == [n.leads for n in NODES]
    assert [row[0] for row in link.customdata] == ["origin-a", "origin-other", "study-a", "study-a"]
    assert len(figure.layout.annotations) == 3


def test_without_links_a_sentence() -> None:
    figure = checked(flow_diagram([], [], ("一", "二", "三"), "", T))
    assert [note.text for note in figure.layout.annotations] == [T("figure.empty")]


# ---- matrix and bars


def test_the_diagonal_has_a_column_of_its_own() -> None:
    cells = {("a", "a"): 70.0, ("a", "b"): 30.0, ("b", "a"): 25.0, ("b", "b"): 75.0}
    names = {"a": "甲", "b": "乙"}
    labels = {"own": "本省", "suffix": "%"}
    figure = checked(matrix(["a", "b"], ["a", "b"], cells, {}, names, ([1], [1]), labels, T))
    own, others = figure.data
    assert [list(row) for row in own.z] == [[70.0], [75.0]]
    assert [list(row) for row in own.text] == [["70%"], ["75%"]]
    assert [list(row) for row in others.z] == [[None, 30.0], [25.0, None]]
    assert others.zmax == 20.0
    assert others.colorbar.ticktext[-1].startswith("≥")
    assert len(figure.layout.shapes) == 2
    assert others.customdata[0][1][0] == "a"


def test_a_matrix_of_people_is_capped_at_a_round_number() -> None:
    cells = {("a", "b"): 3_507.0, ("a", "a"): 60_000.0}
    labels = {"own": "本省", "suffix": ""}
    figure = checked(
        matrix(["a"], ["a", "b"], cells, {}, {"a": "甲", "b": "乙"}, ([], []), labels, T)
    )
    assert figure.data[1].zmax == 2_000
    assert figure.data[0].text[0][0] == "60,000"
    assert matrix([], [], {}, {}, {}, ([], []), labels, T)["data"] == []


def test_bars_are_people_in_order() -> None:
    bars = [Bar("140100", "太原", 20, "20人"), Bar("140800", "运城", 10, "10人")]
    figure = checked(people_bars(bars, T))
    assert list(figure.data[0].x) == [20, 10]
    assert [row[0] for row in figure.data[0].customdata] == ["140100", "140800"]
    assert people_bars([], T)["data"] == []


def sizes(value: Any) -> Iterator[float]:
    """Every font size in a figure."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "size" and isinstance(inner, int | float):
                yield inner
            yield from sizes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from sizes(inner)


def test_no_text_is_smaller_than_eleven_pixels() -> None:
    layer = GEOMETRY.china
    base = Base(layer.url, layer.regions, layer.bounds, GEOMETRY.lines, china=True, inset=True)
    labels = {"own": "本省", "suffix": "%"}
    figures = [
        region_map(base, SHADES, STEPS, "人数", T),
        flow_diagram(NODES, LINKS, ("一", "二", "三"), "", T),
        matrix(["a"], ["b"], {("a", "b"): 1.0}, {}, {"a": "甲", "b": "乙"}, ([], []), labels, T),
        people_bars([Bar("a", "甲", 1, "1")], T),
    ]
    for figure in figures:
        found = list(sizes(figure))
        assert found
        assert min(found) >= 11
