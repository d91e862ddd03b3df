"""Lines of rates as rows of a league table: numbers to sort and draw by, texts to read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboard.answer_rows import Line
from dashboard.i18n import Translator
from dashboard.indicators.rates import share
from dashboard.tables import cell_text
from dashboard.theme import group_colour

GridRow = dict[str, Any]


def rate_row(
    line: Line, name: str, search: str, carry: str, path: str, t: Translator, *, least: int = 0
) -> GridRow:
    """One row of a league table: numbers for sorting and drawing, texts for reading.

    Below ``least`` graduates the rate is told but not ranked: its row stands last, without a bar.
    """
    small = line.graduates < least
    value, interval = None if small else line.rate.value, line.interval
    return {
        "code": line.code,
        "name": name,
        "search": search,
        "href": path,
        "carry": carry,
        "graduates": line.graduates,
        "graduates_text": t.count(line.graduates),
        "rate": None if value is None else float(value),
        "rate_text": t.rate(line.rate),
        "low": None if interval is None else float(interval.low),
        "high": None if interval is None else float(interval.high),
        "interval_text": cell_text(interval, t),
        "week": None if line.week is None else float(line.week),
        "week_text": points_text(line.week, t),
        "year": None if line.year is None else float(line.year),
        "year_text": points_text(line.year, t),
        "mark": t("table.small") if small else t("table.behind") if line.behind else "",
    }


def points_text(value: Decimal | None, t: Translator) -> str:
    """A difference in a column whose heading says the unit."""
    return "–" if value is None else t.signed(value)


def mix_parts(
    counts: Mapping[str, int], names: Mapping[str, str], t: Translator
) -> tuple[list[dict[str, Any]], str]:
    """The parts of a mix bar, and the same in words."""
    total = sum(counts.values())
    parts = [
        {"share": n, "label": names[code], "color": group_colour(code)}
        for code, n in counts.items()
        if n
    ]
    words = t.listing(f"{names[code]} {t.rate(share(n, total))}" for code, n in counts.items() if n)
    return parts, words
