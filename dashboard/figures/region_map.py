"""A map of China or of one province, shaded in few steps; nothing is fetched but our geometry.

The whole territory is drawn, Taiwan included; the South China Sea stands in a frame of its own
below Taiwan, and the strokes of its line are drawn in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.base import Figure, Trace, figure
from dashboard.figures.steps import Steps
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

Domain = dict[str, list[float]]

# The projection of the official map; the ranges are those of a box that holds the whole territory
# but the southern islands, with the southern tip of Hainan.
PARALLELS, MERIDIAN = [25, 47], 105
CHINA_LON, CHINA_LAT = [79.5, 126.5], [17.2, 54.5]
INSET_LON, INSET_LAT = [105.8, 123.4], [2.6, 24.6]
MAIN: Domain = {"x": [0.0, 1.0], "y": [0.14, 1.0]}
WHOLE: Domain = {"x": [0.22, 1.0], "y": [0.0, 1.0]}  # beside the legend
INSET: Domain = {"x": [0.815, 0.995], "y": [0.005, 0.235]}
ASPECT = 1.05  # width by height, as in assets/26-flows.css
LABELS = 6
CANDIDATES = 10  # regions whose name is written if there is room
WIDE = {"zh-CN": 4.0, "en": 7.5}  # degrees of longitude that a name takes on the map of China
TALL = 2.0  # degrees of latitude
ACROSS = {"zh-CN": 0.12, "en": 0.24}  # of the extent of a province
DOWN = 0.06
MARGIN = 0.05  # of the extent of a province
HALO = ", ".join(["0 0 3px #fff"] * 6)  # a name may be longer than its region is wide
LINE_COLOUR = TOKENS.ink_muted


@dataclass(frozen=True, slots=True)
class Base:
    """The geometry: its address, its regions, its view (west, south, east, north), the strokes."""

    url: str
    regions: frozenset[str]
    bounds: tuple[float, float, float, float]
    lines: Sequence[Sequence[tuple[float, float]]]
    china: bool
    inset: bool


@dataclass(frozen=True, slots=True)
class Shade:
    """A region: the value of its step, its texts, where a click leads and its label stands."""

    code: str
    name: str
    value: float | None
    text: str
    leads: str
    at: tuple[float, float] | None


def region_map(
    base: Base, shades: Sequence[Shade], steps: Steps, title: str, t: Translator
) -> Figure:
    """Every region of the geometry; those without a value are grey."""
    known = {shade.code: shade for shade in shades}
    codes = sorted(base.regions)
    levels = [_level(known.get(code), steps) for code in codes]
    hover = [
        [shade.leads, shade.name, shade.text] if (shade := known.get(code)) else ["", "", ""]
        for code in codes
    ]
    main = _regions(base, codes, levels, hover, steps, title, "geo", t)
    traces = [main, *_strokes(base, "geo"), *_labels(base, shades, t)]
    layout: dict[str, object] = {"geo": _view(base)}
    if base.inset:
        inset = _regions(base, codes, levels, hover, steps, title, "geo2", t)
        traces += [{**inset, "showscale": False}, *_strokes(base, "geo2")]
        layout["geo2"] = _inset()
        layout["shapes"] = [_frame()]
        layout["annotations"] = [_inset_name(t)]
    made = figure(traces, 0, margin={"l": 0, "r": 0, "t": 0, "b": 0}, **layout)
    made["layout"]["height"] = None  # as high as the style sheet makes it: always of one shape
    return made


def _level(shade: Shade | None, steps: Steps) -> int:
    """0 where there is nothing to show, else the step, from 1."""
    return 0 if shade is None or shade.value is None else steps.of(shade.value) + 1


def _regions(
    base: Base,
    codes: list[str],
    levels: list[int],
    hover: list[list[str]],
    steps: Steps,
    title: str,
    geo: str,
    t: Translator,
) -> Trace:
    colours = (TOKENS.no_data, *steps.colours)
    n = len(colours)
    scale = [[at / n, c] for i, c in enumerate(colours) for at in (i, i + 1)]
    labels = [t("flows.map_none"), *steps.labels]
    return {
        "type": "choropleth",
        "geojson": base.url,
        "featureidkey": "id",
        "locations": codes,
        "z": levels,
        "zmin": -0.5,
        "zmax": n - 0.5,
        "colorscale": scale,
        "geo": geo,
        "customdata": hover,
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
        "marker": {
            "line": {"color": TOKENS.surface if geo == "geo" else LINE_COLOUR, "width": 0.6}
        },
        "colorbar": {
            "title": {"text": title, "side": "top", "font": {"size": 12}},
            "x": 0,
            "xanchor": "left",
            "xpad": 2,
            "y": 0.0,
            "yanchor": "bottom",
            "ypad": 2,
            "lenmode": "fraction",
            "len": 0.31,
            "thickness": 12,
            "outlinewidth": 0,
            "tickvals": list(range(n)),
            "ticktext": labels,
            "tickfont": {"size": 11},
            "ticks": "",
        },
    }


def _strokes(base: Base, geo: str) -> list[Trace]:
    """The strokes of the line as one trace, a gap after each."""
    if not base.inset:
        return []
    lon: list[float | None] = []
    lat: list[float | None] = []
    for stroke in base.lines:
        lon += [*(round(x, 3) for x, _ in stroke), None]
        lat += [*(round(y, 3) for _, y in stroke), None]
    return [
        {
            "type": "scattergeo",
            "mode": "lines",
            "lon": lon,
            "lat": lat,
            "geo": geo,
            "line": {"color": LINE_COLOUR, "width": 1.6},
            "hoverinfo": "skip",
        }
    ]


def _labels(base: Base, shades: Sequence[Shade], t: Translator) -> list[Trace]:
    """The names of the largest regions, none so close to another that both cannot be read."""
    chosen: list[Shade] = []
    west, south, east, north = base.bounds
    extent = max(east - west, north - south)
    wide = WIDE[t.lang] if base.china else ACROSS[t.lang] * extent
    tall = TALL if base.china else DOWN * extent
    ranked = sorted(
        (s for s in shades if s.value and s.at and s.code in base.regions),
        key=lambda s: (-abs(s.value or 0), s.code),
    )
    for shade in ranked[:CANDIDATES]:
        free = not any(_collide(one, shade, wide, tall) for one in chosen)
        if free and len(chosen) < LABELS:
            chosen.append(shade)
    if not chosen:
        return []
    return [
        {
            "type": "scattergeo",
            "mode": "text",
            "lon": [s.at[0] for s in chosen if s.at],
            "lat": [s.at[1] for s in chosen if s.at],
            "text": [s.name for s in chosen],
            "textfont": {"size": 12, "color": TOKENS.ink, "shadow": HALO},
            "geo": "geo",
            "hoverinfo": "skip",
        }
    ]


def _collide(one: Shade, other: Shade, wide: float, tall: float) -> bool:
    """Whether the names of two regions would lie over each other."""
    if one.at is None or other.at is None:
        return False
    return abs(one.at[0] - other.at[0]) < wide and abs(one.at[1] - other.at[1]) < tall


def _view(base: Base) -> dict[str, object]:
    shared = {"visible": False, "bgcolor": "rgba(0,0,0,0)", "showframe": False}
    if base.china:
        return {
            **shared,
            "domain": MAIN,
            "projection": {
                "type": "conic equal area",
                "parallels": PARALLELS,
                "rotation": {"lon": MERIDIAN},
            },
            "lonaxis": {"range": CHINA_LON},
            "lataxis": {"range": CHINA_LAT},
        }
    west, south, east, north = base.bounds
    dx, dy = MARGIN * (east - west), MARGIN * (north - south)
    return {
        **shared,
        "domain": MAIN if base.inset else WHOLE,
        "projection": {"type": "mercator", "rotation": {"lon": (west + east) / 2}},
        "lonaxis": {"range": [west - dx, east + dx]},
        "lataxis": {"range": [south - dy, north + dy]},
    }


def _inset() -> dict[str, object]:
    return {
        "visible": False,
        "bgcolor": TOKENS.surface,
        "showframe": False,
        "domain": INSET,
        "projection": {"type": "mercator", "rotation": {"lon": sum(INSET_LON) / 2}},
        "lonaxis": {"range": INSET_LON},
        "lataxis": {"range": INSET_LAT},
    }


def _frame() -> dict[str, object]:
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "paper",
        "x0": INSET["x"][0],
        "x1": INSET["x"][1],
        "y0": INSET["y"][0],
        "y1": INSET["y"][1],
        "line": {"color": TOKENS.line_strong, "width": 1},
    }


def _inset_name(t: Translator) -> dict[str, object]:
    return {
        "text": t("flows.south_china_sea"),
        "x": INSET["x"][0] - 0.01,
        "y": INSET["y"][0],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11, "color": TOKENS.ink_muted},
    }
