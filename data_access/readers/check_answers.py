"""Reads results of checks: the filled list of a sample, or a file of graduates' answers.

One row per graduate: school, student number, result, day; the channel in a column or given for
the whole file. A row without a result is a graduate whom nobody has asked yet, and is passed
over. Columns are found by name. A column that says who somebody is refuses the whole file, as in
surveys; other unknown columns are not read.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from data_access.checks import Channel, CheckResult, Outcome
from data_access.errors import InputError, Problem
from data_access.readers.cells import Row
from data_access.readers.findings import Finding, FindingLog, ProblemLog
from data_access.readers.header import Header, find_header
from data_access.readers.limits import Limits
from data_access.readers.sheets import Sheet, open_sheet
from data_access.readers.text import fold, fold_header, narrow
from data_access.readers.vocabulary import check_roles, meaning

Numbers = Mapping[tuple[str, str], int]
"""(school, student number) -> graduate."""

_MIN_KNOWN_HEADERS: Final = 2
_LONGEST_SAMPLE: Final = 9  # digits
_DAY: Final = re.compile(
    r"([0-9]{4})(?:[-/.]|\u5e74)([0-9]{1,2})(?:[-/.]|\u6708)([0-9]{1,2})\u65e5?(?:[ T].*)?"
)
_COMPACT_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """What a file may say: the schools and channels of whoever hands it in, and the days.

    ``channel`` and ``sample`` hold where a row names none. ``find`` gives the graduates of some
    schools; a graduate of another school is one that nobody has reported.
    """

    schools: frozenset[str]
    channels: frozenset[Channel]
    first: dt.date
    last: dt.date
    find: Callable[[Collection[str]], Numbers]
    channel: Channel | None = None
    sample: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReading:
    """Results that can be kept, and what a person should know about their file.

    ``rows`` had a graduate in them, with a result or without.
    """

    results: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    rows: int


def read_check_answers(
    path: Path, *, limits: CheckLimits, size: Limits | None = None
) -> CheckReading:
    """Reads one file of results.

    Raises InputError with every row that breaks a rule, or with the personal columns that the
    file has; then nothing of it is taken.
    """
    sheet = open_sheet(path, size)
    try:
        return _read(sheet, limits)
    finally:
        sheet.close()


def _read(sheet: Sheet, limits: CheckLimits) -> CheckReading:
    header = _header(sheet, limits)
    problems = ProblemLog(sheet.file)
    rows = _Rows(header, limits, problems)
    for row in sheet.rows():
        if row.number > header.row:
            rows.take(row)
    if not rows.found:
        raise InputError("import.no_data_rows", file=sheet.file)
    results = rows.results()
    problems.raise_if_any()
    log = FindingLog()
    if header.unknown:
        log.add("import.finding.columns_ignored", "info", printed=", ".join(header.unknown))
    if sheet.other_sheets:
        log.add("import.finding.sheets_ignored", "info", printed=", ".join(sheet.other_sheets))
    if rows.unanswered:
        log.add("import.finding.no_result_yet", "info", unasked=rows.unanswered)
    return CheckReading(results=results, findings=log.findings(), rows=rows.found)


def _header(sheet: Sheet, limits: CheckLimits) -> Header:
    known = check_roles()
    header = find_header(sheet, known, at_least=_MIN_KNOWN_HEADERS)
    _refuse_personal(sheet.file, header, known)
    wanted = ["student_no", "outcome", "day"]
    if len(limits.schools) != 1:
        wanted.insert(0, "school")
    if limits.channel is None:
        wanted.append("channel")
    header.require({name: role for name, role in known.items() if role}, *wanted)
    return header


def _refuse_personal(file: str, header: Header, known: Mapping[str, str]) -> None:
    """Raises InputError naming every column that says who somebody is."""
    problems = [
        Problem(rule="import.rule.personal_column", file=file, row=header.row, column=cell)
        for cell in header.cells
        if cell
        and fold(cell) not in known
        and fold_header(cell) not in known
        and meaning("personal", cell)
    ]
    if problems:
        raise InputError("import.personal_in_checks", problems=problems, file=file)


@dataclass(slots=True)
class _Line:
    """One row as it was read; the graduate is looked up when all rows are there."""

    row: int
    school: str
    number: str
    channel: Channel
    outcome: Outcome
    day: dt.date
    sample: int | None


@dataclass(slots=True)
class _Rows:
    """Takes the rows one by one; what breaks a rule goes to ``problems``."""

    header: Header
    limits: CheckLimits
    problems: ProblemLog
    found: int = 0
    unanswered: int = 0
    lines: list[_Line] = field(default_factory=list)

    def take(self, row: Row) -> None:
        cells = {
            role: row.cells[place] if place < len(row.cells) else ""
            for role, place in self.header.columns.items()
        }
        if not any(cells.get(role, "") for role in ("student_no", "outcome", "day")):
            return
        self.found += 1
        if not fold(cells["outcome"]):
            self.unanswered += 1
            return
        before, at = self.problems.total, row.number
        school = self._school(at, cells.get("school", ""))
        number = self._number(at, cells["student_no"])
        outcome = meaning("outcome", cells["outcome"])
        if outcome is None:
            self._problem("import.rule.check_result", at, "outcome", cells["outcome"])
        channel = self._channel(at, cells.get("channel", ""))
        day = self._day(at, cells["day"])
        sample = self._sample(at, cells.get("sample", ""))
        if self.problems.total == before and day is not None:
            said = cast("Outcome", outcome)
            self.lines.append(_Line(at, school, number, channel, said, day, sample))

    def results(self) -> tuple[CheckResult, ...]:
        """The results in the order of the rows, every graduate looked up."""
        numbers = self.limits.find({line.school for line in self.lines})
        first: dict[tuple[int, Channel, dt.date], _Line] = {}
        found = []
        for line in self.lines:
            who = numbers.get((line.school, line.number))
            if who is None:
                rule = "import.rule.graduate_unknown"
                self._problem(rule, line.row, "student_no", line.number)
                continue
            one = CheckResult(who, line.channel, line.outcome, line.day, line.sample)
            before = first.setdefault((who, line.channel, line.day), line)
            if before.outcome != line.outcome:
                self._problem(
                    "import.rule.result_twice", line.row, "outcome", line.number, before.row
                )
            found.append(one)
        return tuple(found)

    def _school(self, row: int, text: str) -> str:
        code, allowed = narrow(text), self.limits.schools
        if not code and len(allowed) == 1:
            return next(iter(allowed))
        if code not in allowed:
            rule = "import.rule.school_unknown" if code else "import.rule.missing"
            self._problem(rule, row, "school", text)
        return code

    def _number(self, row: int, text: str) -> str:
        number = narrow(text)
        if not number:
            self._problem("import.rule.missing", row, "student_no", text)
        elif re.fullmatch(r"[0-9.]+e\+?[0-9]+", number.lower()):
            self._problem("import.rule.digits_lost", row, "student_no", text)
        return number

    def _channel(self, row: int, text: str) -> Channel:
        said = meaning("channel", text) if fold(text) else self.limits.channel
        if said is None:
            rule = "import.rule.check_channel" if fold(text) else "import.rule.missing"
            self._problem(rule, row, "channel", text)
        elif said not in self.limits.channels:
            self._problem("import.rule.channel_of_others", row, "channel", text)
        return cast("Channel", said)

    def _day(self, row: int, text: str) -> dt.date | None:
        day = day_of(text)
        if day is None:
            rule = "import.rule.check_day" if fold(text) else "import.rule.missing"
            self._problem(rule, row, "day", text)
        elif not self.limits.first <= day <= self.limits.last:
            self.problems.add(
                "import.rule.check_day_outside",
                row=row,
                column=self.header.name("day"),
                value=text,
                first=self.limits.first.isoformat(),
                last=self.limits.last.isoformat(),
            )
        return day

    def _sample(self, row: int, text: str) -> int | None:
        plain = fold(text)
        if not plain:
            return self.limits.sample
        if not plain.isascii() or not plain.isdecimal() or len(plain) > _LONGEST_SAMPLE:
            self._problem("import.rule.sample_number", row, "sample", text)
            return None
        return int(plain)

    def _problem(
        self, rule: str, row: int, role: str, value: str, first_row: int | None = None
    ) -> None:
        more = {} if first_row is None else {"first_row": first_row}
        column = self.header.name(role) or None
        self.problems.add(rule, row=row, column=column, value=value, **more)


def day_of(text: str) -> dt.date | None:
    """A day as people write it (2020-09-30, 2020/9/30, 20200930, with characters), or None."""
    plain = narrow(text)
    match = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    if match is None:
        return None
    try:
        return dt.date(*(int(part) for part in match.groups()))
    except ValueError:  # 30 February
        return None
