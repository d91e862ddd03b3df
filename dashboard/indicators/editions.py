"""Decides who counts as employed: the definition (edition) of a cohort, read from the code tables.

The definition changed in 2014, 2021 and 2024, so it is data. A destination that an edition does
not list counts as not employed, in a group of its own: the groups always add up to everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

UNLISTED = "unlisted"
UNIT = "unit"  # the code of 单位就业 in the tables of definitions
UNLISTED_KEY = "indicators.unlisted"  # its name, where the tables give it none

EDITION_COLUMNS = (
    "code",
    "first_cohort",
    "name_zh",
    "name_en",
    "rate_name_zh",
    "rate_name_en",
    "source",
    "position",
)
GROUP_COLUMNS = ("edition", "code", "name_zh", "name_en", "employed", "position")
MEMBER_COLUMNS = ("edition", "destination", "group_code", "employed")

TableRow = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of destinations in an edition, such as further study."""

    code: str
    name_zh: str
    name_en: str
    employed: bool
    position: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One definition, valid from ``first_cohort`` until the next one.

    ``groups`` stand in their official order; ``group_of`` maps a destination code to a group
    code; ``employed`` holds the destination codes of the numerator.
    """

    code: str
    first_cohort: int
    rate_name_zh: str
    rate_name_en: str
    groups: tuple[Group, ...]
    group_of: Mapping[str, str] = field(hash=False)
    employed: frozenset[str]
    name_zh: str = ""
    name_en: str = ""


class EditionError(ValueError):
    """The tables of definitions contradict themselves; ``problems`` has every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def edition_for(cohort: int, editions: Iterable[Edition]) -> Edition:
    """The latest edition that began by this cohort; the earliest one for older cohorts.

    Raises ValueError where there is no edition at all.
    """
    ordered = sorted(editions, key=lambda edition: edition.first_cohort)
    if not ordered:
        raise ValueError("no edition is defined")
    begun = [edition for edition in ordered if edition.first_cohort <= cohort]
    return begun[-1] if begun else ordered[0]


def unit_edition(editions: Iterable[Edition]) -> Edition | None:
    """The oldest definition that has the group "employed by an organisation"."""
    ordered = sorted(editions, key=lambda edition: edition.first_cohort)
    return next((edition for edition in ordered if UNIT in edition.group_of.values()), None)


def unit_destinations(editions: Iterable[Edition]) -> frozenset[str]:
    """The destinations of people employed in units, whatever the definition in force.

    What is said of employers and of staying in a province keeps its base when it changes.
    """
    edition = unit_edition(editions)
    groups = edition.group_of if edition else {}
    return frozenset(code for code, group in groups.items() if group == UNIT)


def employed_count(counts: Mapping[str, int], edition: Edition) -> int:
    """People whose destination counts as employed. Works on changes (negative counts) too."""
    return sum(n for destination, n in counts.items() if destination in edition.employed)


def group_counts(counts: Mapping[str, int], edition: Edition) -> dict[str, int]:
    """Group code -> people, every group of the edition in its order, also where it is 0.

    ``unlisted`` comes last, and only where a destination outside the edition has people.
    The values add up to the sum of ``counts``.
    """
    totals = {group.code: 0 for group in edition.groups}
    for destination, n in counts.items():
        code = edition.group_of.get(destination, UNLISTED)
        if n:
            totals[code] = totals.get(code, 0) + n
    return totals


def editions_from_rows(
    editions: Iterable[TableRow], groups: Iterable[TableRow], members: Iterable[TableRow]
) -> tuple[Edition, ...]:
    """The editions, oldest first, from rows of edition, destination_group and edition_member.

    A row is a mapping by column name (more columns do no harm) or a tuple in table order.
    Raises EditionError with every contradiction found.
    """
    problems: list[str] = []
    edition_rows = _records("edition", editions, EDITION_COLUMNS, problems)
    group_rows = _records("destination_group", groups, GROUP_COLUMNS, problems)
    member_rows = _records("edition_member", members, MEMBER_COLUMNS, problems)
    if not problems:
        problems += _contradictions(edition_rows, group_rows, member_rows)
    if problems:
        raise EditionError(problems)
    built = (_edition(row, group_rows, member_rows) for row in edition_rows)
    return tuple(sorted(built, key=lambda edition: edition.first_cohort))


_WHOLE = {"first_cohort", "position"}
_YES_NO = {"employed"}
_MAY_BE_EMPTY = {"name_en", "rate_name_en", "source"}


class _Record(dict[str, str | int | bool]):
    """One checked row, by column name."""

    def text(self, column: str) -> str:
        return str(self[column])

    def whole(self, column: str) -> int:
        return int(self[column])


def _records(
    table: str, rows: Iterable[TableRow], columns: Sequence[str], problems: list[str]
) -> list[_Record]:
    records = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            if len(row) != len(columns):
                problems.append(f"{table} row {number}: {len(row)} values, not {len(columns)}")
                continue
            row = dict(zip(columns, row, strict=True))
        record = _Record()
        for column in columns:
            value = row.get(column)
            if not _fits(column, value):
                problems.append(f"{table} row {number}: {column} cannot be {value!r}")
            elif column in _YES_NO:
                record[column] = bool(value)
            elif isinstance(value, int):
                record[column] = value
            else:
                record[column] = str(value or "")
        records.append(record)
    return records


def _fits(column: str, value: object) -> bool:
    if column in _YES_NO:
        return isinstance(value, int) and value in (0, 1)  # SQLite gives 0 and 1
    if column in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if column in _MAY_BE_EMPTY:
        return value is None or isinstance(value, str)
    return isinstance(value, str) and value != ""


def _contradictions(
    editions: list[_Record], groups: list[_Record], members: list[_Record]
) -> list[str]:
    problems = ["no edition is defined"] if not editions else []
    problems += _repeats("edition", editions, ("code",))
    problems += _repeats("edition", editions, ("first_cohort",))
    problems += _repeats("destination_group", groups, ("edition", "code"))
    problems += _repeats("edition_member", members, ("edition", "destination"))
    known = {row.text("code") for row in editions}
    for table, rows in (("destination_group", groups), ("edition_member", members)):
        strays = sorted({row.text("edition") for row in rows} - known)
        problems += [f"{table}: edition {code!r} is not defined" for code in strays]
    problems += [
        f"edition {code!r} has no group"
        for code in sorted(known - {row.text("edition") for row in groups})
    ]
    return problems + _member_problems(groups, members)


def _member_problems(groups: list[_Record], members: list[_Record]) -> list[str]:
    """A member counts as its group does, or the employed groups would not add up to the rate."""
    counts_as = {(row.text("edition"), row.text("code")): row["employed"] for row in groups}
    problems = [
        f"destination_group {edition}/{code}: what is not listed cannot count as employed"
        for (edition, code), employed in counts_as.items()
        if code == UNLISTED and employed
    ]
    for row in members:
        place = f"edition_member {row['edition']}/{row['destination']}"
        employed = counts_as.get((row.text("edition"), row.text("group_code")))
        if employed is None:
            problems.append(f"{place}: group {row['group_code']!r} is not defined")
        elif employed != row["employed"]:
            problems.append(f"{place}: employed differs from its group {row['group_code']!r}")
    return problems


def _repeats(table: str, rows: list[_Record], columns: Sequence[str]) -> list[str]:
    seen: set[tuple[object, ...]] = set()
    problems = []
    for row in rows:
        key = tuple(row[column] for column in columns)
        if key in seen:
            problems.append(f"{table}: {'/'.join(columns)} {key!r} stands twice")
        seen.add(key)
    return problems


def _edition(row: _Record, groups: list[_Record], members: list[_Record]) -> Edition:
    code = row.text("code")
    own = [member for member in members if member["edition"] == code]
    listed = [_group(group) for group in groups if group["edition"] == code]
    return Edition(
        code=code,
        first_cohort=row.whole("first_cohort"),
        rate_name_zh=row.text("rate_name_zh"),
        rate_name_en=row.text("rate_name_en"),
        groups=tuple(sorted(listed, key=lambda group: (group.position, group.code))),
        group_of=MappingProxyType({m.text("destination"): m.text("group_code") for m in own}),
        employed=frozenset(m.text("destination") for m in own if m["employed"]),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
    )


def _group(row: _Record) -> Group:
    return Group(
        row.text("code"),
        row.text("name_zh"),
        row.text("name_en"),
        bool(row["employed"]),
        row.whole("position"),
    )
