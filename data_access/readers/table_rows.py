"""Sorts the rows of a published table: disciplines, totals, notes, repeated headers."""

from dataclasses import dataclass, field
from typing import Literal, cast

from data_access.readers.arithmetic import read_count
from data_access.readers.cells import Row
from data_access.readers.disciplines import Discipline, DisciplineIndex
from data_access.readers.findings import FindingLog, ProblemLog
from data_access.readers.header import Header
from data_access.readers.text import fold
from data_access.readers.vocabulary import meaning


@dataclass(frozen=True, slots=True)
class TableRow:
    """A discipline with its counts; ``seq`` and ``rate`` as printed."""

    row: int
    discipline: Discipline
    graduates: int
    employed: int
    seq: str
    rate: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of totals with its texts; it stands after ``after`` disciplines."""

    row: int
    kind: Literal["total", "subtotal"]
    after: int
    graduates: str
    employed: str
    rate: str


@dataclass(slots=True)
class TableRows:
    """Takes the rows one by one; what breaks a rule goes to ``problems``."""

    header: Header
    family: str
    index: DisciplineIndex
    problems: ProblemLog
    log: FindingLog
    disciplines: list[TableRow] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    found: int = 0
    _first: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Puts the row where it belongs."""
        if row.cells == self.header.cells:
            return
        cells = {
            role: row.cells[place] if place < len(row.cells) else ""
            for role, place in self.header.columns.items()
        }
        name, seq = cells["discipline"], cells.get("seq", "")
        if kind := meaning("total", name or seq):
            self.totals.append(
                TotalRow(
                    row.number,
                    cast(Literal["total", "subtotal"], kind),
                    len(self.disciplines),
                    cells["graduates"],
                    cells["employed"],
                    cells.get("rate", ""),
                )
            )
        elif self._is_note(row):
            text = next(filter(None, row.cells))
            self.log.add("import.finding.note_ignored", "info", row=row.number, printed=text)
        else:
            self.found += 1
            self._take_discipline(row.number, cells)

    def _is_note(self, row: Row) -> bool:
        filled = [cell for cell in row.cells if cell]
        return len(filled) == 1 and meaning("note", filled[0]) is not None

    def _take_discipline(self, row: int, cells: dict[str, str]) -> None:
        before = self.problems.total
        name = cells["discipline"]
        if not fold(name):
            self._problem("import.rule.missing", row, "discipline", name)
        graduates = self._count(row, "graduates", cells["graduates"])
        employed = self._count(row, "employed", cells["employed"])
        if graduates == 0:
            self._problem("import.rule.no_graduates", row, "graduates", cells["graduates"])
        elif graduates is not None and employed is not None and employed > graduates:
            self._problem(
                "import.rule.employed_above_graduates",
                row,
                "employed",
                cells["employed"],
                graduates=graduates,
            )
        discipline = self._once(row, name) if fold(name) else None
        if self.problems.total == before and discipline and graduates and employed is not None:
            seq, rate = cells.get("seq", ""), cells.get("rate", "")
            self.disciplines.append(TableRow(row, discipline, graduates, employed, seq, rate))

    def _count(self, row: int, role: str, text: str) -> int | None:
        count = read_count(text)
        if isinstance(count, int):
            return count
        self._problem(count, row, role, text)
        return None

    def _once(self, row: int, name: str) -> Discipline:
        discipline = self.index.lookup(self.family, name)
        first = self._first.setdefault(discipline.code, (row, name))
        if first[0] != row:
            self._problem(
                "import.rule.discipline_twice",
                row,
                "discipline",
                name,
                first_row=first[0],
                first_name=first[1],
            )
        return discipline

    def _problem(self, rule: str, row: int, role: str, value: str, **params: object) -> None:
        column = self.header.name(role)
        self.problems.add(rule, row=row, column=column, value=value, **params)
