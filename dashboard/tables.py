"""Answers as tables: the same rows on screen, in a download and on the command line.

A cell keeps its value (int, Rate, Decimal, Interval, text); only :func:`cell_text` and the
writers of files turn it into characters.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboard.answer_rows import Line, Point, Slice
from dashboard.i18n import Translator
from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import Rate
from dashboard.indicators.surveys import Measure, MeasureInterval

Kind = Literal["text", "code", "count", "rate", "points", "interval", "date"]
NUMERIC: frozenset[Kind] = frozenset({"count", "rate", "points", "interval"})


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage that is no rate of people, with the decimals it is meant to have."""

    value: Decimal


Value = str | int | Rate | Decimal | Interval | Measure | MeasureInterval | Percent | dt.date | None


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names the field in files, ``label`` the heading people read."""

    key: str
    label: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one answer; every row has one value per column.

    ``notes`` are what a file says above the rows beside its stamp.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()

    def records(self, t: Translator) -> list[dict[str, str]]:
        """The rows as people read them, by column key."""
        return [
            {c.key: cell_text(v, t) for c, v in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]

    def only(self, *keys: str) -> "Table":
        """The same rows with these columns, in this order."""
        places = [i for key in keys for i, c in enumerate(self.columns) if c.key == key]
        rows = tuple(tuple(row[i] for i in places) for row in self.rows)
        return Table(tuple(self.columns[i] for i in places), rows, self.notes)


def cell_text(value: Value, t: Translator) -> str:
    """One value as people read it; a dash where there is nothing to compare with."""
    match value:
        case None:
            return "–"
        case Rate():
            return t.rate(value)
        case Percent():
            return t.percent_as_is(value.value)
        case Interval():
            return t.interval(value)
        case Measure():
            return t.measure(value)
        case MeasureInterval():
            return t.measure_interval(value)
        case Decimal():
            return t.points(value)
        case int():
            return t.count(value)
        case dt.date():
            return value.isoformat()
        case str():
            return value


@dataclass(frozen=True, slots=True)
class RateHeads:
    """The headings that depend on the cut and on the definition in force."""

    what: str
    employed: str
    rate: str


def rate_table(
    lines: Sequence[Line], names: Mapping[str, str], heads: RateHeads, t: Translator
) -> Table:
    """One row per line: name, n, employed, rate, interval, changes."""
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", heads.what, "text"),
        Column("graduates", t("table.graduates"), "count"),
        Column("employed", heads.employed, "count"),
        Column("rate", heads.rate, "rate"),
        Column("interval", t("table.interval"), "interval"),
        Column("week", t("table.week"), "points"),
        Column("year", t("table.year"), "points"),
    )
    rows = tuple(
        (
            line.code,
            names.get(line.code, line.code),
            line.graduates,
            line.employed,
            line.rate,
            line.interval,
            line.week,
            line.year,
        )
        for line in lines
    )
    return Table(columns, rows)


def mix_table(slices: Sequence[Slice], names: Mapping[str, str], what: str, t: Translator) -> Table:
    """One row per part of a mix: name, people, share of all graduates."""
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", what, "text"),
        Column("count", t("table.people"), "count"),
        Column("share", t("table.share"), "rate"),
        Column("counted_as", t("table.counted_as"), "text"),
    )
    rows = tuple(
        (
            part.code,
            names.get(part.code, part.code),
            part.count,
            part.share,
            t("table.employed_yes") if part.employed else t("table.employed_no"),
        )
        for part in slices
    )
    return Table(columns, rows)


def curve_table(curves: Mapping[int, Sequence[Point]], heads: RateHeads, t: Translator) -> Table:
    """One row per cohort and statistical date, newest cohort first."""
    columns = (
        Column("cohort", t("table.cohort"), "text"),
        Column("counted_on", t("table.counted_on"), "date"),
        Column("to_deadline", t("table.to_deadline"), "count"),
        Column("graduates", t("table.graduates"), "count"),
        Column("employed", heads.employed, "count"),
        Column("rate", heads.rate, "rate"),
    )
    rows = tuple(
        (
            str(cohort),
            point.day,
            point.to_deadline,
            point.rate.denominator,
            point.rate.numerator,
            point.rate,
        )
        for cohort, points in curves.items()
        for point in points
    )
    return Table(columns, rows)
