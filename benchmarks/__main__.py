"""``python -m benchmarks``: measured against budget, as one table."""

import argparse
import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import application, imports, questions, synthetic
from data_access.registry import open_registry, upgrade, writing
from data_access.replica import DuckDBCopy
from data_access.seed import fill_code_tables
from data_access.store import Store

QUESTION_BUDGET = {"province": 25.0, "nation": 300.0}  # milliseconds
RATIO_BUDGET, CACHED_BUDGET = 1.5, 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    what: str
    measured: str
    budget: str
    kept: bool | None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--size", choices=[*synthetic.SIZES, "both", "none"], default="both")
    parser.add_argument("--no-application", action="store_true", help="questions only")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total >> 30} GiB, load {os.getloadavg()[0]:.2f}, "
        f"five million additions in {_additions():.2f} s"
    )
    # A process begins with the memory peak of the one that made it, so the nation comes last.
    if not options.no_application:
        _print([Row(*line) for part in (application, imports) for line in part.measure()], console)
    for name, size in synthetic.SIZES.items():
        if options.size in (name, "both"):
            _questions(size, console)


def _additions() -> float:
    """Seconds for a fixed piece of work: two runs compare only where this is about the same."""
    start, total = time.perf_counter(), 0
    for number in range(5_000_000):
        total += number
    return time.perf_counter() - start


def _questions(size: synthetic.Size, console: Console) -> None:
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(f"sqlite:///{Path(folder) / 'registry.db'}")
        upgrade(registry)
        with writing(registry) as connection:
            fill_code_tables(connection)
        analytics = DuckDBCopy(registry)
        start = time.perf_counter()
        with analytics.connection() as made:
            analytics.version = synthetic.fill(made, size)
        took = time.perf_counter() - start
        memory = psutil.Process().memory_info().rss >> 20
        console.print(
            f"\n{size.name}: {size.graduates:,} graduates, {analytics.version:,} movements, "
            f"made in {took:.1f} s, process {memory:,} MB"
        )
        with analytics.connection() as by_hand:
            _print_questions(size.name, Store(registry, analytics), by_hand, console)
        analytics.close()
        registry.dispose()


def _print_questions(name: str, store: Store, by_hand: object, console: Console) -> None:
    budget = QUESTION_BUDGET[name]
    table = Table(
        "question",
        "rows",
        "ours ms",
        "by hand ms",
        "ratio",
        "again ms",
        "",
        title=f"budget: ≤ {budget:.0f} ms, ratio ≤ {RATIO_BUDGET}, again ≤ {CACHED_BUDGET:.0f} ms",
    )
    for found in questions.measure(store, by_hand):  # type: ignore[arg-type]
        kept = found.ours <= budget and found.ratio <= RATIO_BUDGET and found.again <= CACHED_BUDGET
        table.add_row(
            found.name,
            f"{found.rows:,}",
            f"{found.ours:.1f}",
            f"{found.by_hand:.1f}",
            f"{found.ratio:.2f}",
            f"{found.again:.2f}",
            "kept" if kept else "MISSED",
        )
    console.print(table)


def _print(rows: list[Row], console: Console) -> None:
    table = Table("what", "measured", "budget", "")
    for row in rows:
        verdict = "" if row.kept is None else ("kept" if row.kept else "MISSED")
        table.add_row(row.what, row.measured, row.budget, verdict)
    console.print(table)


if __name__ == "__main__":
    main()
