"""The look in one place: tokens, from which the style sheet and the chart template are made.

``python -m dashboard.theme --write`` writes ``assets/00-tokens.css``; ``--check`` fails when the
file is not what the tokens say.

The template goes out with every figure (plotly.js knows no template names), so it has only what
differs from plotly's own defaults: two kilobytes.

Colour carries meaning twice only: a destination group keeps its colour in every chart, and
employed groups have a hue while not-employed groups are grey. Red and green never stand alone.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

STYLESHEET = Path(__file__).resolve().parent.parent / "assets" / "00-tokens.css"

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "unit": "#1f4e82",
        "contract": "#2f66a3",
        "self_employed": "#8c4a1f",
        "flexible": "#bf8019",
        "freelance": "#bf8019",
        "further_study": "#22705f",
        "abroad": "#4a9f8b",
        "employed_unspecified": "#4f7099",
        "seeking": "#6b7683",
        "not_seeking": "#858f9b",
        "not_employed_unspecified": "#858f9b",
    }
)
LIGHTEST = 68  # how far towards white the lightest shade of a colour goes, percent
LEGIBLE = 4.5  # contrast of text (WCAG 2.2, 1.4.3)
LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "postgraduate": "#1b3f6e",
        "doctorate": "#12294a",
        "master": "#4474ab",
        "bachelor": "#22705f",
        "diploma": "#bf8019",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Colours are ``#rrggbb``, lengths CSS pixels; ``x_soft`` is the background of ``x`` text."""

    accent: str = "#1b3f6e"
    accent_strong: str = "#12294a"
    accent_soft: str = "#e8eef6"
    accent_line: str = "#b7c8de"
    accent_part: str = "#7a96bb"  # a part of what is drawn in the accent
    highlight: str = "#b0731a"  # the one accent beside navy: what the reader should find first
    highlight_text: str = "#8a5710"
    highlight_soft: str = "#fbf3e4"
    ink: str = "#1c2733"
    ink_muted: str = "#54606e"
    ink_faint: str = "#66717e"
    line: str = "#dde2e8"
    line_strong: str = "#b9c2cc"
    line_control: str = "#7d8896"  # borders of controls: 3:1 on white
    surface: str = "#ffffff"
    surface_alt: str = "#f7f9fb"
    page: str = "#f1f4f7"
    good: str = "#1c6b52"
    good_soft: str = "#e6f2ed"
    warn: str = "#8a5710"
    warn_soft: str = "#fbf3e4"
    bad: str = "#a5352c"
    bad_soft: str = "#faebe9"
    no_data: str = "#e3e7eb"
    this_cohort: str = "#1b3f6e"
    last_cohort: str = "#66717e"
    earlier_cohort: str = "#858f9b"
    # "Microsoft YaHei" is the Windows font, PingFang the one of macOS, Noto that of Linux servers.
    font: str = (
        '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",'
        '"Source Han Sans SC",sans-serif'
    )
    font_mono: str = '"Cascadia Mono",Consolas,"Noto Sans Mono CJK SC",monospace'
    radius: int = 4
    space: tuple[int, ...] = (4, 8, 12, 16, 24, 32, 48)
    text: tuple[int, ...] = (12, 13, 14, 16, 20, 30)  # caption, table, body, h2, h1, large figure
    groups: Mapping[str, str] = field(default_factory=lambda: GROUPS)
    levels: Mapping[str, str] = field(default_factory=lambda: LEVELS)
    series: tuple[str, ...] = ("#1f4e82", "#bf8019", "#22705f", "#6a5a93", "#5c92c8", "#66717e")
    sequential: tuple[str, ...] = (
        "#eaf0f6", "#c9d9e9", "#a3c0dc", "#7aa2ca", "#5280b2", "#335f95", "#1b3f6e",
    )  # fmt: skip
    diverging: tuple[str, ...] = (
        "#8a5710", "#bf8d45", "#e6cfa6", "#eef1f4", "#b5c9df", "#6a92bf", "#1b3f6e",
    )  # fmt: skip


TOKENS = Tokens()


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(background: str, tokens: Tokens = TOKENS) -> str:
    """The colour of text on ``background``: ink or white, whichever is easier to read."""
    return max((tokens.ink, tokens.surface), key=lambda text: contrast(text, background))


def group_colour(code: str, tokens: Tokens = TOKENS) -> str:
    """The colour of a destination group; a group nobody knows is grey like "not specified"."""
    return tokens.groups.get(code, tokens.earlier_cohort)


@lru_cache
def tints(colour: str, steps: int) -> tuple[str, ...]:
    """So many shades of ``#rrggbb``, the colour itself first, each a step lighter.

    Shades on which neither ink nor white can be read are passed over.
    """
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    mixes = ([round(c + (255 - c) * part / 100) for c in channels] for part in range(LIGHTEST))
    shades = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in mixes]
    legible = [one for one in shades if contrast(text_on(one), one) >= LEGIBLE] or shades
    last = len(legible) - 1
    return tuple(legible[last * step // max(steps - 1, 1)] for step in range(steps))


def scale(colours: Sequence[str]) -> list[list[float | str]]:
    """Evenly spaced plotly colour scale."""
    last = len(colours) - 1
    return [[round(i / last, 4), colour] for i, colour in enumerate(colours)]


def template(tokens: Tokens = TOKENS) -> dict[str, Any]:
    """The chart template as plain values: a quiet grid, labels left readable, no decoration."""
    muted = {"color": tokens.ink_muted}
    axis = {
        "automargin": True,
        "gridcolor": tokens.line,
        "linecolor": tokens.line_strong,
        "tickfont": muted,
        "title": {"font": muted, "standoff": 8},
        "zeroline": False,
    }
    layout = {
        "font": {"family": tokens.font, "size": tokens.text[0], "color": tokens.ink},
        "colorway": list(tokens.series),
        "colorscale": {
            "sequential": scale(tokens.sequential),
            "diverging": scale(tokens.diverging),
        },
        "paper_bgcolor": tokens.surface,
        "plot_bgcolor": tokens.surface,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4},
        "xaxis": axis | {"showgrid": False, "showline": True},
        "yaxis": axis,
        "bargap": 0.36,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "align": "left",
            "bgcolor": tokens.surface,
            "bordercolor": tokens.line_strong,
            "font": {"color": tokens.ink},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": muted},
        "uniformtext": {"minsize": 11, "mode": "hide"},  # a label that does not fit is left out
    }
    edge = {"line": {"color": tokens.surface, "width": 1}}
    return {"layout": layout, "data": {"bar": [{"marker": edge, "textangle": 0}]}}


def stylesheet(tokens: Tokens = TOKENS) -> str:
    """``assets/00-tokens.css``: our variables, then those of Bootstrap, Dash and AG Grid.

    ``html:root`` is one step stronger than the ``:root`` of Bootstrap, which loads later.
    """
    lines = [
        "/* Written by `python -m dashboard.theme --write`; change dashboard/theme.py instead. */",
        ":root {",
        *(f"  --qx-{name}: {value};" for name, value in _own(tokens)),
        "}",
        "html:root {",
        *(f"  --bs-{name}: {value};" for name, value in _bootstrap(tokens)),
        *(f"  --Dash-{name}: {value};" for name, value in DASH),
        "}",
        ".ag-root-wrapper, .ag-popup, .ag-dnd-ghost {",
        *(f"  --ag-{name}: {value};" for name, value in AG_GRID),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _own(tokens: Tokens) -> Iterator[tuple[str, str]]:
    for each in fields(tokens):
        value = getattr(tokens, each.name)
        name = each.name.replace("_", "-")
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, int):
            yield name, f"{value}px"
        elif isinstance(value, Mapping):
            yield from ((f"{name[:-1]}-{k.replace('_', '-')}", v) for k, v in value.items())
        elif isinstance(value[0], int):
            yield from ((f"{name}-{i}", f"{v}px") for i, v in enumerate(value, 1))
        else:
            yield from ((f"{name}-{i}", v) for i, v in enumerate(value, 1))


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))


def _bootstrap(tokens: Tokens) -> Iterator[tuple[str, str]]:
    """Bootstrap has each of these colours also as an r,g,b triple."""
    pairs = {
        "primary": tokens.accent,
        "secondary": tokens.ink_muted,
        "success": tokens.good,
        "warning": tokens.highlight,
        "danger": tokens.bad,
        "info": tokens.accent,
        "body-color": tokens.ink,
        "body-bg": tokens.page,
        "secondary-color": tokens.ink_muted,
        "border-color": tokens.line,
        "link-color": tokens.accent,
        "link-hover-color": tokens.accent_strong,
    }
    for name, colour in pairs.items():
        yield name, colour
        yield f"{name}-rgb", _rgb(colour)
    yield "body-font-family", "var(--qx-font)"
    yield "body-font-size", "var(--qx-text-3)"
    yield "font-monospace", "var(--qx-font-mono)"
    for size in ("", "-sm", "-lg"):
        yield f"border-radius{size}", "var(--qx-radius)"


# The variables of Dash's own components (dcc.css of dash 4.4.1).
DASH = (
    ("Spacing", "4px"),
    ("Stroke-Strong", "var(--qx-line-control)"),
    ("Stroke-Weak", "var(--qx-line)"),
    ("Fill-Interactive-Strong", "var(--qx-accent)"),
    ("Fill-Interactive-Weak", "var(--qx-accent-soft)"),
    ("Fill-Inverse-Strong", "var(--qx-surface)"),
    ("Text-Primary", "var(--qx-ink)"),
    ("Text-Strong", "var(--qx-ink)"),
    ("Text-Weak", "var(--qx-ink-muted)"),
    ("Text-Disabled", "var(--qx-ink-faint)"),
    ("Fill-Primary-Hover", "var(--qx-surface-alt)"),
    ("Fill-Primary-Active", "var(--qx-accent-soft)"),
    ("Fill-Disabled", "var(--qx-line)"),
    ("Shading-Strong", "rgba(18,41,74,.22)"),
    ("Shading-Weak", "rgba(18,41,74,.12)"),
)

# The parameters of AG Grid's Quartz theme that dash-ag-grid 35 uses.
AG_GRID = (
    ("accent-color", "var(--qx-accent)"),
    ("background-color", "var(--qx-surface)"),
    ("border-color", "var(--qx-line)"),
    ("border-radius", "var(--qx-radius)"),
    ("wrapper-border-radius", "var(--qx-radius)"),
    ("cell-horizontal-padding", "var(--qx-space-2)"),
    ("data-color", "var(--qx-ink)"),
    ("font-family", "var(--qx-font)"),
    ("font-size", "var(--qx-text-2)"),
    ("foreground-color", "var(--qx-ink)"),
    ("header-background-color", "var(--qx-surface-alt)"),
    ("header-font-weight", "600"),
    ("header-text-color", "var(--qx-ink-muted)"),
    ("row-hover-color", "var(--qx-accent-soft)"),
    ("selected-row-background-color", "var(--qx-accent-soft)"),
    ("spacing", "6px"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the style sheet, or end with a message when the committed one is out of date."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.theme", description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true")
    choice.add_argument("--check", action="store_true")
    if parser.parse_args(arguments).write:
        STYLESHEET.write_text(stylesheet(), encoding="utf-8")
    elif not STYLESHEET.exists() or STYLESHEET.read_text(encoding="utf-8") != stylesheet():
        raise SystemExit(f"{STYLESHEET.name} is out of date: python -m dashboard.theme --write")


if __name__ == "__main__":
    main()
