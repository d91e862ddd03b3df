"""``quxiang show rates``: the figures of the pages as JSON, CSV or a table in the terminal."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from rich.console import Console
from rich.table import Table as RichTable

from dashboard.answer_rows import Line, Slice
from dashboard.answers import Answers, Rank
from dashboard.i18n import Translator
from data_access.scope import Scope
from data_access.selection import Selection

By = Literal["level", "discipline", "school", "destination", "origin", "work_region"]
Format = Literal["json", "csv", "table"]
Record = dict[str, Any]


def records(
    answers: Answers,
    scope: Scope,
    selection: Selection,
    by: By,
    rank: Rank,
    provinces: bool,
    lang: str,
) -> list[Record]:
    """One dict per row: code, name, graduates, employed, rate ("47.15"), interval; or count.

    A level that has children carries them in ``children``; the list itself never counts a
    person twice. For destinations ``graduates`` is everybody and ``rate`` the share of them.
    """
    if by == "destination":
        parts = answers.destinations(scope, selection)
        return [_slice(part, answers, lang) for part in parts]
    if by == "level":
        return _levels(answers, answers.by_level(scope, selection), lang)
    lines: Mapping[str, Callable[[], list[Line]]] = {
        "discipline": lambda: answers.by_discipline(scope, selection, rank),
        "school": lambda: answers.by(scope, selection, "school"),
        "origin": lambda: answers.by_region(scope, selection, "origin", provinces),
        "work_region": lambda: answers.by_region(scope, selection, "work_region", provinces),
    }
    kind = "region" if by in ("origin", "work_region") else by
    return [_record(line, answers.codes.name(kind, line.code, lang)) for line in lines[by]()]  # type: ignore[arg-type]


def total_record(line: Line, name: str) -> Record:
    """The whole selection in one row, code ``total``."""
    return {**_record(line, name), "code": "total"}


def _record(line: Line, name: str) -> Record:
    value, interval = line.rate.value, line.interval
    return {
        "code": line.code,
        "name": name,
        "graduates": line.graduates,
        "employed": line.employed,
        "rate": None if value is None else str(value),
        "low": None if interval is None else str(interval.low),
        "high": None if interval is None else str(interval.high),
        "change_week": None if line.week is None else str(line.week),
        "change_year": None if line.year is None else str(line.year),
    }


def _levels(answers: Answers, lines: list[Line], lang: str) -> list[Record]:
    found = {
        line.code: _record(line, answers.codes.name("level", line.code, lang)) for line in lines
    }
    for code in list(found):
        parent = answers.codes.get("level", code).parent
        if parent in found:
            found[parent].setdefault("children", []).append(found[code])
    inner = {child["code"] for row in found.values() for child in row.get("children", [])}
    return [row for code, row in found.items() if code not in inner]


def _slice(part: Slice, answers: Answers, lang: str) -> Record:
    return {
        "code": part.code,
        "name": answers.codes.name("destination", part.code, lang),
        "count": part.count,
        "graduates": part.share.denominator,
        "employed": part.count if part.employed else 0,
        "rate": None if part.share.value is None else str(part.share.value),
        "counted_as_employed": part.employed,
    }


def as_json(rows: list[Record]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_csv(rows: list[Record]) -> str:
    """Flat rows; children follow their parent, marked in the column ``parent``."""
    flat = [{**row, "parent": parent} for row, parent in _flatten(rows)]
    text = io.StringIO()
    names = [name for name in (flat[0] if flat else {}) if name != "children"]
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue().rstrip("\n")


def print_table(rows: list[Record], total: Record, rate_name: str, t: Translator) -> None:
    """A table for people, with the total as its last line."""
    mix = bool(rows) and "count" in rows[0]
    table = RichTable(show_edge=False, pad_edge=False)
    table.add_column(t("table.code"))
    table.add_column(t("table.name"))
    middle = ("table.people",) if mix else ("table.graduates", "table.employed")
    for key in middle:
        table.add_column(t(key), justify="right")
    table.add_column(t("table.share") if mix else rate_name, justify="right")
    for row, parent in _flatten(rows):
        _add(table, row, mix, t, indent="  " if parent else "")
    table.add_section()
    _add(table, {**total, "count": total["graduates"], "code": ""}, mix, t)
    Console().print(table)


def _add(table: RichTable, row: Record, mix: bool, t: Translator, indent: str = "") -> None:
    counts = [row["count"]] if mix else [row["graduates"], row["employed"]]
    share = "100.00" if mix and not row["code"] else row["rate"]
    rate = "–" if share is None else f"{share}%"
    table.add_row(row["code"], indent + row["name"], *(t.count(n) for n in counts), rate)


def _flatten(rows: list[Record]) -> list[tuple[Record, str]]:
    flat: list[tuple[Record, str]] = []
    for row in rows:
        flat.append((row, ""))
        flat.extend((child, row["code"]) for child in row.get("children", []))
    return flat
