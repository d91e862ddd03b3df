"""Schools cut by level and discipline class, and what a cut's peers are: pure, over counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboard.indicators.protection import Policy, climb, fault
from dashboard.indicators.standardise import Cell
from data_access.rows import SchoolCell

Counts = dict[str, tuple[int, int]]  # school -> (graduates, and those of them who are meant)
Rungs = Sequence[frozenset[str]]  # the schools of each group, the narrowest first
Key = tuple[str, str]  # level and discipline class, or level and category
Place = Callable[[str], str]  # a discipline's class, or its category


def parts(counts: Mapping[str, tuple[int, int]], schools: Iterable[str]) -> dict[str, int]:
    """School -> its graduates, of these schools, where it has any."""
    return {s: counts[s][0] for s in schools if s in counts and counts[s][0]}


def rungs_of(counts: Mapping[str, tuple[int, int]], rungs: Rungs) -> list[dict[str, int]]:
    return [parts(counts, rung) for rung in rungs]


class Cells:
    """People of schools by class, by level and class, and by level and category."""

    def __init__(self, rows: Iterable[SchoolCell], class_of: Place, category_of: Place) -> None:
        self.classes: dict[str, Counts] = {}
        self.cells: dict[Key, Counts] = {}
        self.wide: dict[Key, Counts] = {}
        self.inside: dict[Key, set[Key]] = {}  # the cells of a level and category
        for school, level, discipline, graduates, employed in rows:
            cell = (level, class_of(discipline))
            counts = self.cells.get(cell)
            if counts is None:
                counts = self.cells[cell] = {}
                self.inside.setdefault((level, category_of(discipline)), set()).add(cell)
            n, e = counts.get(school, (0, 0))
            counts[school] = (n + graduates, e + employed)
        for wide, cells in self.inside.items():
            for cell in cells:
                _add(self.wide.setdefault(wide, {}), self.cells[cell])
                _add(self.classes.setdefault(cell[1], {}), self.cells[cell])


def _add(counts: Counts, more: Counts) -> None:
    for school, (graduates, employed) in more.items():
        n, e = counts.get(school, (0, 0))
        counts[school] = (n + graduates, e + employed)


class Reference:
    """What the peers' rate in a cell is, under a policy.

    The cell itself, in the narrowest group from ``start`` on of which may be told; else its
    level and category likewise; else nothing.
    """

    def __init__(
        self, peers: Cells, rungs: Rungs, policy: Policy, start: int, category_of: Place
    ) -> None:
        self._peers, self._rungs, self._policy, self._start = peers, rungs, policy, start
        self._category_of = category_of

    def cell(self, key: Key, graduates: int, employed: int) -> Cell:
        """The own cell with what stands beside it; no peers where nothing may be told."""
        return Cell(graduates, employed, *self._peers_of(key))

    def _peers_of(self, key: Key) -> tuple[int, int, bool]:
        policy, counts = self._policy, self._peers.cells.get(key, {})
        found = climb(
            rungs_of(counts, self._rungs), policy.cell, apart=policy.apart, start=self._start
        )
        if found.at is not None:
            return *_sum(counts, self._rungs[found.at]), found.at > self._start
        wide = (key[0], self._category_of(key[1]))
        counts = self._peers.wide.get(wide, {})
        every = rungs_of(counts, self._rungs)
        for place in range(self._start, len(self._rungs)):
            told = fault(every, place, policy.cell, apart=policy.apart) is None
            if told and self._rest_may_be_told(wide, place):
                return *_sum(counts, self._rungs[place]), True
        return 0, 0, False

    def _rest_may_be_told(self, wide: Key, place: int) -> bool:
        """Whether a category less those of its classes that are told of may be told of too.

        Otherwise who knows the category and these classes knows the rest.
        """
        policy, rest = self._policy, dict[str, int]()
        if not policy.apart:
            return True
        for cell in self._peers.inside.get(wide, ()):
            rungs = rungs_of(self._peers.cells[cell], self._rungs)
            if fault(rungs, place, policy.cell, apart=True) is not None:
                for school, graduates in rungs[place].items():
                    rest[school] = rest.get(school, 0) + graduates
        return not rest or policy.cell.fault(rest) is None


def _sum(counts: Counts, schools: Iterable[str]) -> tuple[int, int]:
    found = [counts[school] for school in schools if school in counts]
    return sum(n for n, _ in found), sum(e for _, e in found)
