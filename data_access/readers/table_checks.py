"""Holds a published table against itself: rates, totals, numbering, and what its text states."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from data_access.readers.arithmetic import PrintedRate, percent, read_count, read_rate
from data_access.readers.findings import FindingLog
from data_access.readers.header import Header
from data_access.readers.rates import RateCell, RateColumn
from data_access.readers.table_rows import TableRow, TotalRow
from data_access.readers.text import fold

NOTED_WITHOUT_EMPLOYED: Final = 30
"""A discipline of this size with nobody employed is worth a note: 0 of 147 is often a class
that is recruited later in the year (police), not an error."""

_LISTED: Final = 20


class Stated(NamedTuple):
    """What the text around a table says about it; None where it says nothing."""

    graduates: int | None = None
    rate: PrintedRate | None = None
    rows: int | None = None


def check(
    rows: Sequence[TableRow],
    totals: Sequence[TotalRow],
    header: Header,
    stated: Stated,
    log: FindingLog,
) -> None:
    """Every check of a table that can be imported."""
    check_disciplines(rows, header, log)
    check_rates(rows, totals, header, log)
    check_totals(rows, totals, header, log)
    check_sequence(rows, header, log)
    check_stated(rows, stated, log)


def check_disciplines(rows: Sequence[TableRow], header: Header, log: FindingLog) -> None:
    """Names no catalogue has, and large disciplines with nobody employed."""
    for row in rows:
        if row.discipline.flagged:
            log.add(
                "import.finding.discipline_unknown",
                "warning",
                row=row.row,
                column=header.name("discipline"),
                printed=row.discipline.name,
                computed=row.discipline.code,
            )
        if row.employed == 0 and row.graduates >= NOTED_WITHOUT_EMPLOYED:
            log.add(
                "import.finding.nobody_employed",
                "info",
                row=row.row,
                column=header.name("employed"),
                printed=row.discipline.name,
                graduates=row.graduates,
            )


def check_rates(
    rows: Sequence[TableRow], totals: Sequence[TotalRow], header: Header, log: FindingLog
) -> None:
    """Every printed rate against its counts, rows of totals against the sums."""
    if "rate" not in header.columns:
        log.add("import.finding.rate_column_missing", "info")
        return
    column = header.name("rate")
    for row in rows:
        if not row.rate:
            log.add("import.finding.rate_missing", "info", row=row.row, column=column)
    cells = [RateCell(r.row, r.rate, r.employed, r.graduates) for r in rows]
    cells += [
        RateCell(t.row, t.rate, _employed(part), _graduates(part))
        for t in totals
        if (part := summed(t, rows, totals))
    ]
    rates = RateColumn(cells, header_has_sign="%" in fold(column))
    if rates.unit == "fraction":
        log.add("import.finding.rates_are_fractions", "info", column=column)
    for cell in rates.unreadable():
        log.add(
            "import.finding.rate_unreadable",
            "warning",
            row=cell.row,
            column=column,
            printed=cell.text,
        )
    for row_number, printed, computed in rates.differences():
        log.add(
            "import.finding.rate_differs",
            "warning",
            row=row_number,
            column=column,
            printed=printed,
            computed=computed,
        )


def check_totals(
    rows: Sequence[TableRow], totals: Sequence[TotalRow], header: Header, log: FindingLog
) -> None:
    """The counts of rows of totals against the sums of their rows."""
    for total in totals:
        part = summed(total, rows, totals)
        for role, text, computed in (
            ("graduates", total.graduates, _graduates(part)),
            ("employed", total.employed, _employed(part)),
        ):
            if text and read_count(text) != computed:
                log.add(
                    "import.finding.total_differs",
                    "warning",
                    row=total.row,
                    column=header.name(role),
                    printed=text,
                    computed=str(computed),
                )


def summed(
    total: TotalRow, rows: Sequence[TableRow], totals: Sequence[TotalRow]
) -> Sequence[TableRow]:
    """The rows a total speaks of: a subtotal those since the one before, a total all."""
    if total.kind == "total":
        return rows
    start = max((t.after for t in totals if t.kind == "subtotal" and t.row < total.row), default=0)
    return rows[start : total.after]


def check_sequence(rows: Sequence[TableRow], header: Header, log: FindingLog) -> None:
    """The printed numbering: repeated and left-out numbers, in whatever order rows stand."""
    if "seq" not in header.columns:
        return
    column = header.name("seq")
    seen: dict[int, int] = {}
    for row in rows:
        number = read_count(row.seq)
        if not isinstance(number, int):
            log.add("import.finding.seq_unreadable", "info", row=row.row, column=column)
        elif number in seen:
            log.add(
                "import.finding.seq_repeated",
                "warning",
                row=row.row,
                column=column,
                printed=row.seq,
                first_row=seen[number],
            )
        else:
            seen[number] = row.row
    if seen and (gaps := _left_out(seen)):
        listed = ", ".join(map(str, gaps[:_LISTED]))
        log.add(
            "import.finding.seq_gap",
            "warning",
            row=seen[min(n for n in seen if n > gaps[0])],
            column=column,
            printed=listed + (" …" if len(gaps) > _LISTED else ""),
            missing=len(gaps),
        )


def _left_out(seen: dict[int, int]) -> list[int]:
    """The numbers from 1 that are left out before the last; a wild last number is one gap."""
    gaps: list[int] = []
    expected = 1
    for number in sorted(seen):
        gaps.extend(range(expected, min(number, expected + len(seen) + _LISTED)))
        expected = number + 1
    return gaps


def check_stated(rows: Sequence[TableRow], stated: Stated, log: FindingLog) -> None:
    """What the text around the table states against what the table adds up to."""
    graduates = _graduates(rows)
    total, rate, count = stated
    if total is not None and total != graduates:
        log.add(
            "import.finding.stated_total_differs",
            "warning",
            printed=str(total),
            computed=str(graduates),
            difference=f"{graduates - total:+d}",
        )
    if rate is not None:
        computed = percent(_employed(rows), graduates, rate.decimals)
        if computed != rate.value:
            log.add(
                "import.finding.stated_rate_differs",
                "warning",
                printed=f"{rate.value}%",
                computed=f"{computed}%",
            )
    if count is not None and count != len(rows):
        log.add(
            "import.finding.stated_rows_differ",
            "warning",
            printed=str(count),
            computed=str(len(rows)),
        )


def rate_in_text(value: str | Decimal | None) -> PrintedRate | None:
    """A rate in percent that a text states; raises ValueError if it is no number."""
    if value is None:
        return None
    rate = read_rate(str(value))
    if rate is None:
        raise ValueError(f"not a rate in percent: {value}")
    return rate


def _graduates(rows: Sequence[TableRow]) -> int:
    return sum(row.graduates for row in rows)


def _employed(rows: Sequence[TableRow]) -> int:
    return sum(row.employed for row in rows)
