"""What a cell of a school is compared with: nothing that lets few schools follow."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.indicators.protection import DEPARTMENT, SCHOOL, Policy
from dashboard.indicators.standardise import Cell
from dashboard.peer_cells import Cells, Key, Reference
from data_access.rows import SchoolCell

CLASSES = ("a1", "a2", "a3", "b1")
RUNGS = tuple(frozenset(f"s{i}" for i in range(end)) for end in (6, 12, 20))
Sizes = dict[str, int]


def category(code: str) -> str:
    return code[0]


@st.composite
def ledgers(draw: st.DrawFn) -> list[SchoolCell]:
    """Twenty schools, some of which have some of the classes; everybody employed by thirds."""
    rows = []
    for number in range(20):
        for code in CLASSES:
            n = draw(st.sampled_from((0, 0, 0, 1, 3, 7, 20, 90)))
            if n:
                rows.append((f"s{number}", "bachelor", code, n, n // 3))
    return rows


def reference(rows: Sequence[SchoolCell], policy: Policy, start: int) -> Mapping[str, Cell]:
    cells = Cells(rows, str, category)
    made = Reference(cells, RUNGS, policy, start, category)
    keys: list[Key] = [("bachelor", code) for code in CLASSES]
    return {key[1]: made.cell(key, 10, 5) for key in keys}


def inside(rows: Sequence[SchoolCell], rung: int, codes: Sequence[str]) -> Sizes:
    sizes: Sizes = {}
    for school, _, discipline, graduates, _ in rows:
        if school in RUNGS[rung] and discipline in codes:
            sizes[school] = sizes.get(school, 0) + graduates
    return sizes


def people(rows: Sequence[SchoolCell], rung: int, codes: Sequence[str]) -> tuple[int, int]:
    found = [(n, e) for s, _, code, n, e in rows if s in RUNGS[rung] and code in codes]
    return sum(n for n, _ in found), sum(e for _, e in found)


def enough(sizes: Sizes) -> bool:
    total = sum(sizes.values())
    return len(sizes) >= 5 and total >= 10 and 2 * max(sizes.values()) <= total


def may_tell(rows: Sequence[SchoolCell], rung: int, codes: Sequence[str]) -> bool:
    mine = inside(rows, rung, codes)
    if not enough(mine):
        return False
    for wider in range(rung + 1, len(RUNGS)):
        more = {s: n for s, n in inside(rows, wider, codes).items() if s not in mine}
        if more and not enough(more):
            return False
    return True


def the_rest_may_be_told(rows: Sequence[SchoolCell], rung: int, of: str) -> bool:
    siblings = [code for code in CLASSES if code[0] == of]
    silent = [code for code in siblings if not may_tell(rows, rung, [code])]
    rest = inside(rows, rung, silent)
    return not rest or enough(rest)


@given(ledgers(), st.integers(0, 2))
@settings(max_examples=300)
def test_a_school_is_told_the_class_or_a_category_without_a_small_rest(
    rows: list[SchoolCell], start: int
) -> None:
    for code, cell in reference(rows, SCHOOL, start).items():
        told = (cell.peer_graduates, cell.peer_employed)
        rungs = range(start, len(RUNGS))
        siblings = [one for one in CLASSES if one[0] == code[0]]
        permitted = [
            *(people(rows, r, [code]) for r in rungs if may_tell(rows, r, [code])),
            *(
                people(rows, r, siblings)
                for r in rungs
                if may_tell(rows, r, siblings) and the_rest_may_be_told(rows, r, code[0])
            ),
        ]
        assert told == (permitted[0] if permitted else (0, 0))


@given(ledgers(), st.integers(0, 2))
def test_the_department_has_every_cell_that_somebody_has(
    rows: list[SchoolCell], start: int
) -> None:
    for code, cell in reference(rows, DEPARTMENT, start).items():
        siblings = [one for one in CLASSES if one[0] == code[0]]
        candidates = [people(rows, r, [code]) for r in range(start, 3)]
        candidates += [people(rows, r, siblings) for r in range(start, 3)]
        first = next((found for found in candidates if found[0]), (0, 0))
        assert (cell.peer_graduates, cell.peer_employed) == first
