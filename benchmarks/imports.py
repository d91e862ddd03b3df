"""One return as large as a province: an xlsx of 230,000 graduates, read, checked and accepted."""

import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter
from sqlalchemy import Engine

from benchmarks.first_view import Line
from data_access import code_book
from data_access.ledger import accept
from data_access.readers.codes import code_index
from data_access.readers.graduates import read_graduates
from data_access.readers.inspection import inspect_graduates
from data_access.readers.vocabulary import rows_of
from data_access.registry import open_registry, upgrade, writing
from data_access.seed import fill_code_tables
from data_access.validation.rules import load_rules

GRADUATES, SCHOOL, COHORT = 230_000, "10108", 2020
DAY = dt.date(2020, 6, 3)
KEY = b"a key for measuring, long enough"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MAJORS = ("080901", "020101", "101101")
PLACES = ("140105", "140202", "110108", "310104")
WORK, NO_WORK = ("10", "12", "76"), ("70", "80")


def measure() -> Iterator[Line]:
    """(what, measured, budget, kept) of reading and accepting."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "return.xlsx"
        _in_a_process_of_its_own("write", file)
        found = json.loads(_in_a_process_of_its_own("read", file))
        preview = json.loads(_in_a_process_of_its_own("inspect", file))
    what = f"xlsx return of {GRADUATES:,}: read and check"
    yield what, f"{found['read']:.1f} s", "≤ 20 s", found["read"] <= 20
    peak = found["peak"]
    yield "the same, memory at its peak", f"{peak:,} MB", "≤ 600 MB", peak <= 600
    yield "the same, accepted", f"{found['accept']:.1f} s", "≤ 5 s", found["accept"] <= 5
    seconds, peak = preview["inspect"], preview["peak"]
    yield "the same, inspected for a preview", f"{seconds:.1f} s", "≤ 20 s", seconds <= 20
    yield "the preview, memory at its peak", f"{peak:,} MB", "≤ 600 MB", peak <= 600


def _in_a_process_of_its_own(what: str, file: Path) -> str:
    command = [sys.executable, "-m", "benchmarks.imports", what, str(file)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def write(file: Path) -> None:
    """A file in the national layout of 50 columns, pinyin codes above the names."""
    columns = [row for row in rows_of("graduate_columns") if row["layout"] == "upload_2014"]
    draw = random.Random(1)
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column["code"] for column in columns])
        sheet.write_row(1, 0, [column["header"] for column in columns])
        for number in range(GRADUATES):
            graduate = _graduate(draw, number)
            sheet.write_row(number + 2, 0, [graduate.get(c["code"], "") for c in columns])


def _graduate(draw: random.Random, number: int) -> dict[str, str]:
    """The columns that a school fills in, by their pinyin codes."""
    place = draw.choice(PLACES)
    works = draw.random() < 0.6
    graduate = {
        "Ksh": f"14{number:012}",
        "Xm": f"Graduate {number:06}",
        "Sfzh": _identity(place, number),
        "Xbdm": "2" if number % 2 else "1",
        "Yxdm": SCHOOL,
        "Xh": f"2016{number:08}",
        "Xldm": "31",
        "Zydm": draw.choice(MAJORS),
        "Syszddm": place,
        "Bysj": "202007",
        "Byqxdm": draw.choice(WORK if works else NO_WORK),
        "Sjhm": f"139{number:08}",
        "Jtdz": f"{number} Yingze Street, Taiyuan",
    }
    if works:
        graduate |= {
            "Dwmc": f"Company {draw.randrange(40_000)}",
            "Dwxzdm": "39",
            "Dwhydm": "34",
            "Dwszddm": draw.choice(PLACES),
        }
    return graduate


def _identity(place: str, number: int) -> str:
    """A number of nobody that passes every check (GB 11643)."""
    born = dt.date(1997, 1, 1) + dt.timedelta(days=number // 998)
    sex = 2 * (number // 2 % 499) + 1 - number % 2
    digits = f"{place}{born:%Y%m%d}{sex:03}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + "10X98765432"[total % 11]


def read(file: Path) -> dict[str, float]:
    """Seconds to read and to accept, and the peak of memory in megabytes."""
    with _registry() as engine:
        with engine.connect() as connection:
            codes = code_index(code_book.load(connection))
        start = time.perf_counter()
        reading = read_graduates(file, cohort=COHORT, as_of=DAY, codes=codes, hash_key=KEY)
        seconds = time.perf_counter() - start
        peak = _peak()
        assert reading.graduates == GRADUATES
        start = time.perf_counter()
        accept(engine, list(reading.returns.values()), accepted_by="benchmark")
        accepted = time.perf_counter() - start
    return {"read": seconds, "peak": peak, "accept": accepted}


def inspect(file: Path) -> dict[str, float]:
    """Seconds to read every row and finding for a preview, and the peak of memory in megabytes."""
    with _registry() as engine, engine.connect() as connection:
        codes, rules = code_index(code_book.load(connection)), load_rules(connection)
        start = time.perf_counter()
        found = inspect_graduates(
            file,
            cohort=COHORT,
            as_of=DAY,
            school=SCHOOL,
            codes=codes,
            hash_key=KEY,
            rules=rules,
        )
        seconds = time.perf_counter() - start
        assert found.total == GRADUATES
    return {"inspect": seconds, "peak": _peak()}


@contextmanager
def _registry() -> Iterator[Engine]:
    """A new registry with its code tables."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_registry(f"sqlite:///{Path(folder) / 'registry.db'}")
        upgrade(engine)
        with writing(engine) as connection:
            fill_code_tables(connection)
        yield engine
        engine.dispose()


def _peak() -> int:
    """Megabytes at most so far; ``ru_maxrss`` begins with the peak of the process that made us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) >> 10


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        print(json.dumps({"read": read, "inspect": inspect}[sys.argv[1]](Path(sys.argv[2]))))
