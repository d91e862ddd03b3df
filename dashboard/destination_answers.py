"""What became of them, cut and compared: the answers of the destinations page.

Everything is counted by destination code and grouped in memory, so that a change of definition,
of depth or of unit asks the ledger nothing new.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.answer_rows import Moment, Slice
from dashboard.answers import Answers, Rank
from dashboard.destination_rows import (
    TOTAL,
    Behind,
    BehindPart,
    BehindRow,
    Change,
    ChosenPart,
    Cut,
    Definitions,
    Depth,
    Employer,
    Mixes,
    MixRow,
    Moved,
    Part,
    SeasonDay,
)
from dashboard.indicators.definitions import fates
from dashboard.indicators.editions import (
    UNLISTED,
    Edition,
    employed_count,
    group_counts,
    unit_destinations,
    unit_edition,
)
from dashboard.indicators.intervals import newcombe, wilson
from dashboard.indicators.rates import Rate, missing, points, rate, share
from data_access.outcomes import Filter
from data_access.scope import Scope
from data_access.selection import Selection

NOT_REPORTED, NOT_APPLICABLE = "00", "none"

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class DestinationAnswers:
    """The questions of the destinations page about one selection."""

    answers: Answers
    scope: Scope
    selection: Selection

    @property
    def moment(self) -> Moment:
        return self.answers.moment(self.scope, self.selection)

    def mixes(self, cut: Cut, depth: Depth, rank: Rank) -> Mixes:
        """The mix of everybody and of each value of a cut; the rows add up to everybody.

        Schools, disciplines and origins come largest first, levels and sexes in their order.
        """
        edition = self.moment.edition
        found = self._by_destination(cut, rank)
        everybody: Counts = {}
        for counts in found.values():
            _add(everybody, counts)
        parts = self.parts(everybody, depth)
        if not everybody:
            return Mixes(parts, ())
        grouped = depth == "group"
        rows = [
            MixRow(code, sum(c.values()), group_counts(c, edition) if grouped else c)
            for code, c in {TOTAL: everybody, **found}.items()
        ]
        return Mixes(parts, [rows[0], *self._in_order(rows[1:], cut)])

    def _by_destination(self, cut: Cut, rank: Rank) -> dict[str, Counts]:
        """Value of the cut -> people per destination; disciplines by rank, origins by province.

        Rolled up once for all the cards of a page, which leave it as it is.
        """
        store = self.answers.store
        asked = ("by_destination", self.selection, cut, rank, self.scope.cache_key, store.version)
        return store.cache.get(asked, lambda: self._rolled_up(cut, rank))

    def _rolled_up(self, cut: Cut, rank: Rank) -> dict[str, Counts]:
        moment, store = self.moment, self.answers.store
        if moment.as_of is None:
            return {}
        chosen = store.leaf_filter(self.selection)
        above: dict[str, str] = {}
        found: dict[str, Counts] = {}
        for row in store.counts(self.scope, chosen, (cut, "destination"), (moment.as_of,)):
            code, destination = row.key
            if code not in above:
                above[code] = self._value(cut, rank, code)
            counts = found.setdefault(above[code], {})
            counts[destination] = counts.get(destination, 0) + row.n[0]
        return found

    def _value(self, cut: Cut, rank: Rank, code: str) -> str:
        if cut == "discipline":
            return self.answers.discipline_at(self.answers.codes, code, rank)
        return self.answers.codes.ancestors("region", code)[-1] if cut == "origin" else code

    def _in_order(self, rows: Iterable[MixRow], cut: Cut) -> list[MixRow]:
        if cut == "level":
            order = list(self.answers.codes.tables["level"])
            return sorted(rows, key=lambda row: (*_place(order, row.code), row.code))
        if cut == "sex":
            return sorted(rows, key=lambda row: (row.code == "0", row.code))
        return sorted(rows, key=lambda row: (-row.graduates, row.code))

    def parts(self, counts: Mapping[str, int], depth: Depth) -> list[Part]:
        """The groups, or the destinations in the order of their groups, that have people.

        What no definition lists comes last, as a part of its own.
        """
        edition = self.moment.edition
        if depth == "group":
            found = group_counts(counts, edition)
            return [_group(code, edition) for code, n in found.items() if n]
        groups = [group.code for group in edition.groups]
        order = list(self.answers.codes.tables["destination"])
        listed = [_destination(code, edition) for code, n in counts.items() if n]
        return sorted(
            listed, key=lambda p: (*_place(groups, p.group), *_place(order, p.code), p.code)
        )

    def counts(self) -> Counts:
        """People per destination code on the day."""
        return self.answers.destination_counts(self.scope, self.selection)

    def changes(self, depth: Depth) -> list[Change]:
        """Every part against the same day of the class before, largest gain first.

        Under the definition in force now. Empty where that class has nobody to compare with.
        """
        moment = self.moment
        before = self.answers.earlier(moment, 1)
        if before is None:
            return []
        counts_now = self.counts()
        counts_then = self.answers.destination_counts(self.scope, before)
        now, then = self._of_parts(counts_now, depth), self._of_parts(counts_then, depth)
        totals = sum(now.values()), sum(then.values())
        if not all(totals):
            return []
        parts = self.parts({**counts_then, **counts_now}, depth)
        changes = [
            _change(part, (now.get(part.code, 0), then.get(part.code, 0)), totals) for part in parts
        ]
        return sorted(changes, key=lambda change: -(change.points or 0))

    def _of_parts(self, counts: Counts, depth: Depth) -> Counts:
        return group_counts(counts, self.moment.edition) if depth == "group" else counts

    def season(self) -> list[SeasonDay]:
        """The groups on every statistical date so far, in order."""
        moment = self.moment
        if moment.as_of is None:
            return []
        chosen = self.answers.store.leaf_filter(self.selection)
        changes = self.answers.store.progress(
            self.scope, chosen, ("destination",), moment.as_of, frozenset()
        )
        by_day: dict[dt.date, Counts] = {}
        for change in changes:
            _add(by_day.setdefault(change.counted_on, {}), {change.key[0]: change.graduates})
        running: Counts = {}
        days: list[SeasonDay] = []
        for day in sorted({change.counted_on for change in changes}):
            _add(running, by_day[day])
            groups = group_counts(running, moment.edition)
            days.append(SeasonDay(day, sum(groups.values()), groups))
        return days

    @property
    def unit_edition(self) -> Edition | None:
        """The definition that says who is employed in units."""
        return unit_edition(self.answers.editions)

    @property
    def unit_destinations(self) -> frozenset[str]:
        """The destinations of people employed in units."""
        return unit_destinations(self.answers.editions)

    def employers(self, dimension: Employer) -> list[Slice]:
        """Kinds of employer, or industries, of those employed in units; they add up to these.

        Shares are of these people, not of all graduates. Largest first; "not reported" and "not
        applicable" are rows of their own at the end.
        """
        moment = self.moment
        if moment.as_of is None:
            return []
        store = self.answers.store
        chosen = _of_units(store.leaf_filter(self.selection), self.unit_destinations)
        rows = store.counts(self.scope, chosen, (dimension,), (moment.as_of,))
        found = {row.key[0]: row.n[0] for row in rows}
        base = sum(found.values())
        order = sorted(found, key=lambda c: (c in (NOT_REPORTED, NOT_APPLICABLE), -found[c], c))
        return [Slice(code, True, found[code], share(found[code], base)) for code in order]

    def part(self, code: str | None) -> ChosenPart:
        """What a code in the address stands for.

        Where it means nothing: the largest of the groups that count as employed.
        """
        edition = self.moment.edition
        prefix, _, inner = (code or "").partition(".")
        codes = self.answers.codes
        if code and (code == UNLISTED or code in {group.code for group in edition.groups}):
            return ChosenPart("group", code)
        if code and codes.knows("destination", code):
            return ChosenPart("destination", code)
        if prefix == "kind" and codes.knows("employer_kind", inner):
            return ChosenPart("employer_kind", inner)
        if prefix == "industry" and (
            codes.knows("industry", inner) or inner in (NOT_REPORTED, NOT_APPLICABLE)
        ):
            return ChosenPart("industry", inner)
        people = group_counts(self.counts(), edition)
        employed = [group.code for group in edition.groups if group.employed]
        return ChosenPart("group", max(employed or people, key=lambda group: people[group]))

    def behind(self, part: ChosenPart, by: Behind, rank: Rank, minimum: int) -> BehindPart:
        """The schools or disciplines behind a part, by the share of their people in it."""
        everybody = self._by_destination(by, rank)
        if part.kind in ("group", "destination"):
            inside = self._destinations_of(part)
            people = {code: _within(counts, inside) for code, counts in everybody.items()}
            base = {code: sum(counts.values()) for code, counts in everybody.items()}
        else:
            people = self._employed_as(part, by, rank)
            units = self.unit_destinations
            base = {code: _within(counts, units.__contains__) for code, counts in everybody.items()}
        rows = [_behind(code, people.get(code, 0), n, minimum) for code, n in base.items() if n]
        rows.sort(key=lambda row: (row.small, -(row.share.value or 0), -row.count, row.code))
        return BehindPart(part, share(sum(people.values()), sum(base.values())), rows)

    def _destinations_of(self, part: ChosenPart) -> Callable[[str], bool]:
        if part.kind == "destination":
            return lambda code: code == part.code
        groups = self.moment.edition.group_of
        return lambda code: groups.get(code, UNLISTED) == part.code

    def _employed_as(self, part: ChosenPart, by: Behind, rank: Rank) -> Counts:
        """School or discipline -> people employed in units by this kind of employer or industry."""
        moment, codes = self.moment, self.answers.codes
        if moment.as_of is None:
            return {}
        store = self.answers.store
        units = _of_units(store.leaf_filter(self.selection), self.unit_destinations)
        chosen = _narrowed(units, part)
        found: Counts = {}
        for row in store.counts(self.scope, chosen, (by,), (moment.as_of,)):
            code = row.key[0]
            if by == "discipline":
                code = self.answers.discipline_at(codes, code, rank)
            _add(found, {code: row.n[0]})
        return found

    def definitions(self, versus: str | None) -> Definitions:
        """The destinations under the definition in force and another: the one asked for, else
        its neighbour (the one before, for the oldest the one after)."""
        edition, counts = self.moment.edition, self.counts()
        other = self._versus(edition, versus)
        found = fates(edition, other, counts)
        graduates = sum(counts.values())
        rows = [
            Moved(
                part.code,
                counts[part.code],
                part.group,
                other.group_of.get(part.code, UNLISTED),
                found[part.code],
            )
            for part in self.parts(counts, "code")
        ]
        return Definitions(
            edition,
            other,
            graduates,
            rate(employed_count(counts, edition), graduates),
            rate(employed_count(counts, other), graduates),
            rows,
        )

    def _versus(self, edition: Edition, code: str | None) -> Edition:
        editions = self.answers.editions
        for other in editions:
            if other.code == code and other.code != edition.code:
                return other
        place = [one.code for one in editions].index(edition.code)
        if place:
            return editions[place - 1]
        return editions[min(1, len(editions) - 1)]


def _add(totals: Counts, counts: Mapping[str, int]) -> None:
    for code, n in counts.items():
        totals[code] = totals.get(code, 0) + n


def _within(counts: Mapping[str, int], meant: Callable[[str], bool]) -> int:
    return sum(n for code, n in counts.items() if meant(code))


def _place(order: Sequence[str], code: str) -> tuple[bool, int]:
    """Where a code stands; after everything where it is not in the order."""
    return (code not in order, order.index(code) if code in order else 0)


def _group(code: str, edition: Edition) -> Part:
    employed = any(group.code == code and group.employed for group in edition.groups)
    return Part(code, code, employed)


def _destination(code: str, edition: Edition) -> Part:
    return Part(code, edition.group_of.get(code, UNLISTED), code in edition.employed)


def _change(part: Part, people: tuple[int, int], totals: tuple[int, int]) -> Change:
    now, before = share(people[0], totals[0]), share(people[1], totals[1])
    interval = newcombe(people[0], totals[0], people[1], totals[1])
    beyond = interval.low > 0 or interval.high < 0
    return Change(part, now, before, points(now, before), interval, beyond)


def _behind(code: str, people: int, base: int, minimum: int) -> BehindRow:
    found: Rate = share(people, base) if base else missing("none")
    return BehindRow(code, people, found, wilson(people, base) if base else None, base < minimum)


def _of_units(chosen: Filter, units: frozenset[str]) -> Filter:
    """The same filter, of those employed in units."""
    return replace(chosen, destination=tuple(sorted(units)))


def _narrowed(chosen: Filter, part: ChosenPart) -> Filter:
    """The same filter, of one kind of employer or one industry."""
    if part.kind == "employer_kind":
        return replace(chosen, employer_kind=(part.code,))
    return replace(chosen, industry=(part.code,))
