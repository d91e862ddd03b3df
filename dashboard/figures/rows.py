"""Rows of a chart with their words above the mark, so that a long name costs no width on a phone.

The y axis counts pixels from the top: a row is as high as its words and its mark need.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from dashboard.theme import TOKENS

MARGIN = {"l": 16, "r": 20, "t": 8, "b": 8}  # room for the first and the last label of an axis
LINE = 17  # pixels of one line of words
GAP = 9
LEGEND_LINE = 19
NARROW = 320  # pixels inside a card on a phone
UNIT = 6.2  # pixels of a Latin letter; a Chinese character takes two units
LEGEND_KEY = 44


@dataclass(frozen=True, slots=True)
class Words:
    """What stands above a mark: name, the figure that counts, and a quiet note."""

    name: str
    strong: str = ""
    note: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the marks lie, in pixels, which is what the axis counts."""

    places: list[float]
    thickness: int
    height: int
    notes: list[dict[str, Any]]

    @property
    def axis(self) -> dict[str, Any]:
        return {"range": [self.height, 0], "visible": False, "fixedrange": True}


def rows(words: Sequence[Words], thickness: int) -> Rows:
    """One row per words, from the top."""
    places, notes, top = [], [], 0
    for one in words:
        lines = _lines(one)
        top += LINE * len(lines)
        notes.append(_note("<br>".join(lines), top))
        places.append(top + 1 + thickness / 2)
        top += thickness + GAP
    return Rows(places, thickness, top, notes)


def legend() -> dict[str, Any]:
    """The legend above a chart, in the order of its traces; it explains and switches nothing."""
    return {
        "orientation": "h",
        "traceorder": "normal",
        "x": 0,
        "y": 1,
        "yanchor": "bottom",
        "itemclick": False,
        "itemdoubleclick": False,
        "maxheight": 0.9,  # of the chart: it never scrolls
        "font": {"color": TOKENS.ink_muted},
    }


def legend_room(names: Sequence[str]) -> int:
    """Pixels that the legend of these names takes on a phone, where it is highest."""
    widest = LEGEND_KEY + UNIT * max(map(units, names), default=0)
    columns = max(1, int(NARROW / widest))
    return LEGEND_LINE * -(-len(names) // columns)


def units(text: str) -> int:
    """The width of a text, a Latin letter being one."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _lines(words: Words) -> list[str]:
    """The words in as few lines as a phone has room for; figures stay together."""
    name = [f"<b>{line}</b>" if words.heading else line for line in wrapped(words.name)]
    figures = "  ".join(
        part
        for part in (
            f"<b>{words.strong}</b>" if words.strong else "",
            f'<span style="color:{TOKENS.ink_muted}">{words.note}</span>' if words.note else "",
        )
        if part
    )
    if not figures:
        return name
    last = units(wrapped(words.name)[-1]) + units(words.strong) + units(words.note) + 4
    if last * UNIT <= NARROW:
        return [*name[:-1], f"{name[-1]}  {figures}"]
    return [*name, figures]


def wrapped(text: str, longest: int = int(NARROW / UNIT)) -> list[str]:
    """The text in lines of at most so many units, broken between words or Chinese characters."""
    lines = [""]
    for piece in re.findall(r"[!-\u024f]+ ?|.", text):
        if lines[-1] and units(lines[-1] + piece.rstrip()) > longest:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _note(text: str, bottom: int) -> dict[str, Any]:
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": bottom,
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
        "font": {"size": TOKENS.text[0], "color": TOKENS.ink},
    }
