"""From where to where: a heat map, with those who return in a column of their own.

The home province holds most people of every row: on the scale of the others it would be one dark
diagonal and nothing else.
"""

from collections.abc import Mapping, Sequence

from dashboard.figures.base import Figure, Trace, empty, figure
from dashboard.figures.steps import nice
from dashboard.i18n import Translator
from dashboard.theme import TOKENS, scale

ROW, HEAD, FOOT = 19, 96, 44
SHARE_CAP = 20.0  # percent; darker it does not get
PALE = 1.8  # times the largest value: what is written on the cells can be read
Cells = Mapping[tuple[str, str], float]


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Cells,
    texts: Mapping[tuple[str, str], str],
    names: Mapping[str, str],
    breaks: tuple[Sequence[int], Sequence[int]],
    labels: Mapping[str, str],
    t: Translator,
) -> Figure:
    """``cells`` are percents or people by (row, column), ``texts`` what is read of them.

    ``breaks``: rows and columns before which another group of regions begins. ``labels``: ``own``
    (the column of those who return), ``unit`` and ``suffix``.
    """
    if not rows or not columns:
        return empty(t("figure.empty"))
    away = [value for (row, column), value in cells.items() if row != column]
    percent = bool(labels["suffix"])
    cap = SHARE_CAP if percent else nice(max([*away, 1.0]))
    height = HEAD + FOOT + ROW * len(rows)
    where = [names[row] for row in rows]
    colours = scale(TOKENS.sequential)
    return figure(
        [
            _own(rows, where, cells, texts, labels, colours),
            _others(rows, columns, cells, texts, names, labels, cap, percent, t),
        ],
        height,
        margin={"l": 8, "r": 8, "t": 8, "b": FOOT},
        xaxis={**_axis(), "domain": [0, 0.055], "side": "top", "tickangle": 0},
        xaxis2={
            **_axis(),
            "domain": [0.07, 1],
            "side": "top",
            "tickangle": -90,
            "type": "category",
            "anchor": "y",
        },
        yaxis={**_axis(), "autorange": "reversed", "type": "category", "tickangle": 0},
        shapes=[
            *(_rule("y", place) for place in breaks[0]),
            *(_rule("x2", place) for place in breaks[1]),
        ],
    )


def _axis() -> dict[str, object]:
    return {
        "fixedrange": True,
        "showgrid": False,
        "showline": False,
        "ticks": "",
        "dtick": 1,
        "tickfont": {"size": 11, "color": TOKENS.ink},
        "automargin": True,
    }


def _own(
    rows: Sequence[str],
    where: list[str],
    cells: Cells,
    texts: Mapping[tuple[str, str], str],
    labels: Mapping[str, str],
    colours: list[list[float | str]],
) -> Trace:
    """Those who work where they come from, on a scale of their own, written out."""
    values = [cells.get((row, row)) for row in rows]
    most = max([value for value in values if value] or [1.0])
    return {
        "type": "heatmap",
        "x": [labels["own"]],
        "y": where,
        "z": [[value] for value in values],
        "zmin": 0,
        "zmax": PALE * (100.0 if labels["suffix"] else most),
        "colorscale": colours,
        "showscale": False,
        "text": [[_short(value, labels["suffix"])] for value in values],
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": TOKENS.ink},
        "customdata": [[[row, texts.get((row, row), "")]] for row in rows],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }


def _short(value: float | None, suffix: str) -> str:
    if value is None:
        return ""
    return f"{value:.0f}{suffix}" if suffix else f"{value:,.0f}"


def _others(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Cells,
    texts: Mapping[tuple[str, str], str],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    cap: float,
    percent: bool,
    t: Translator,
) -> Trace:
    ticks = [cap * part / 4 for part in range(5)]
    words = [f"{tick:g}{labels['suffix']}" if percent else t.count(round(tick)) for tick in ticks]
    words[-1] = f"≥{words[-1]}"
    return {
        "type": "heatmap",
        "x": [names[column] for column in columns],
        "y": [names[row] for row in rows],
        "z": [[None if r == c else cells.get((r, c)) for c in columns] for r in rows],
        "zmin": 0,
        "zmax": cap,
        "colorscale": scale(TOKENS.sequential),
        "xaxis": "x2",
        "customdata": [[[r, texts.get((r, c), "")] for c in columns] for r in rows],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "xpad": 28,
            "y": 0,
            "yanchor": "top",
            "ypad": 8,
            "lenmode": "pixels",
            "len": 240,
            "thickness": 8,
            "outlinewidth": 0,
            "ticks": "",
            "tickvals": ticks,
            "ticktext": words,
            "tickfont": {"size": 11},
        },
    }


def _rule(axis: str, place: int) -> dict[str, object]:
    """A line between two groups of regions."""
    along, across = ("x", "y") if axis == "x2" else ("y", "x")
    return {
        "type": "line",
        f"{along}ref": axis,
        f"{along}0": place - 0.5,
        f"{along}1": place - 0.5,
        f"{across}ref": "paper",
        f"{across}0": 0,
        f"{across}1": 1,
        "line": {"color": TOKENS.ink_faint, "width": 1},
    }
