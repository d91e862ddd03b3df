"""How far the numbers of a class are verified, by school, by channel and from a sample.

A graduate is verified when at least one channel found out whether the reported destination is
true; how many are is counted. A *verified rate* is estimated, and only from a sample that stands
for the class: results of a sample weighted by flags, or of whoever answered, say nothing of others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.answer_rows import Line
from dashboard.indicators.rates import Rate, share
from dashboard.indicators.verification import Cell, Verified, verified_rate
from data_access.check_reads import Checks, FrameCell, Item, Sample
from data_access.checks import CHANNELS, Channel, Outcome, Word, believed
from data_access.selection import Selection

if TYPE_CHECKING:
    from dashboard.asked import Asked

Counts = Mapping[Outcome, int]
FEWEST_RESULTS = 10
"""Results below which one school has no verified rate: its interval would say nothing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One school, or all of the selection (code ``total``).

    ``reported`` is the rate of the selection's day; the three counts are of graduates, each by the
    result that counts. ``drawn`` of them are in the sample; ``verified`` is None where the sample
    cannot tell (``dashboard.indicators.verification``, and FEWEST_RESULTS).
    """

    code: str
    graduates: int
    reported: Rate
    confirmed: int
    refuted: int
    unreachable: int
    drawn: int
    verified: Verified | None

    @property
    def share(self) -> Rate:
        """Graduates with a result other than unreachable, of all graduates."""
        return share(min(self.confirmed + self.refuted, self.graduates), self.graduates)

    @property
    def truth(self) -> Rate:
        """The confirmed among those of whom something was found out."""
        return share(self.confirmed, self.confirmed + self.refuted)


@dataclass(frozen=True, slots=True)
class CheckBoard:
    """What the page of checks shows of one selection.

    ``sample`` is the chosen one, ``representative`` whether it stands for the class. ``items``
    are its graduates, ``words`` what each channel says of a graduate, by graduate.
    """

    total: Checked
    schools: tuple[Checked, ...]
    channels: Mapping[Channel, Counts]
    samples: tuple[Sample, ...]
    sample: Sample | None
    representative: bool
    items: tuple[Item, ...]
    words: Mapping[int, Mapping[Channel, Word]]


def check_board(asked: "Asked") -> CheckBoard:
    """The board of a selection's class, day, schools and definition."""
    store, selection = asked.answers.store, selection_of(asked)
    asked_for = (selection, asked.moment.edition.code, asked.state.get("sample"))
    key = ("check_board", *asked_for, asked.scope.cache_key, store.version, store.work)
    return store.cache.get(key, lambda: _board(asked, selection))


def selection_of(asked: "Asked") -> Selection:
    """What of the selection checks know: class, day, schools and definition."""
    chosen = asked.selection
    return Selection(chosen.cohort, chosen.as_of, chosen.schools, edition=chosen.edition)


def words_of(asked: "Asked") -> list[Word]:
    """What the channels say of the graduates of the selection's schools, up to its day."""
    chosen = asked.selection
    words = Checks(asked.answers.store).words(asked.scope, chosen.cohort, chosen.as_of)
    return [word for word in words if not chosen.schools or word.school in chosen.schools]


def verified_share(asked: "Asked") -> Rate:
    """How many graduates of the selection's schools are verified, beside the coverage of a page."""
    store, selection = asked.answers.store, selection_of(asked)
    key = ("verified_share", selection, asked.scope.cache_key, store.version, store.work)

    def run() -> Rate:
        graduates = asked.answers.total(asked.scope, selection).graduates
        found = _outcomes(believed(words_of(asked)).values())
        return share(min(found["confirmed"] + found["refuted"], graduates), graduates)

    return store.cache.get(key, run)


def chosen_sample(samples: Sequence[Sample], named: str | None) -> Sample | None:
    """The sample that an address names, else the newest."""
    number = int(named) if named and named.isascii() and named.isdecimal() else None
    found = next((one for one in samples if one.id == number), None)
    return found or (samples[0] if samples else None)


def _board(asked: "Asked", selection: Selection) -> CheckBoard:
    checks, scope = Checks(asked.answers.store), asked.scope
    samples = checks.samples(scope, selection.cohort)
    sample = chosen_sample(samples, asked.state.get("sample"))
    items = checks.items(scope, sample.id) if sample else []
    frame = checks.frame(scope, sample.id) if sample else []
    wanted = selection.schools
    items = [one for one in items if not wanted or one.school in wanted]
    words = words_of(asked)
    lines = asked.answers.by(scope, selection, "school")
    employed = asked.moment.edition.employed
    everybody = asked.answers.total(scope, selection)
    drawn = _Drawn(items, frame, words, employed)
    told = [(line, {line.code}) for line in lines]
    by_school: dict[str, list[Word]] = {}
    for word in believed(words).values():
        by_school.setdefault(word.school, []).append(word)
    schools = [_checked(line, by_school.get(line.code, []), drawn, codes) for line, codes in told]
    every = [word for found in by_school.values() for word in found]
    total = _checked(everybody, every, drawn, {line.code for line in lines})
    return CheckBoard(
        total=total,
        schools=tuple(schools),
        channels=_channels(words),
        samples=tuple(samples),
        sample=sample,
        representative=bool(frame),
        items=tuple(items),
        words=_by_graduate(words),
    )


class _Drawn:
    """A sample's graduates with what was found out about the destination they were drawn with."""

    def __init__(
        self,
        items: Sequence[Item],
        frame: Sequence[FrameCell],
        words: Sequence[Word],
        employed: frozenset[str],
    ) -> None:
        self.items, self.frame, self.employed = items, frame, employed
        reported = {one.subject_id: one.destination for one in items}
        same = (word for word in words if reported.get(word.subject_id) == word.destination)
        self.found = believed(same)
        self.strata = {(cell.school, cell.level): cell.stratum for cell in frame}

    def count(self, schools: set[str]) -> int:
        return sum(one.school in schools for one in self.items)

    def verified(self, schools: set[str]) -> Verified | None:
        """The estimate for some schools, from their part of the frame and of the sample."""
        people: Counter[tuple[str, bool]] = Counter()
        for cell in self.frame:
            if cell.school in schools:
                people[cell.stratum, cell.destination in self.employed] += cell.people
        results: dict[tuple[str, bool], Counter[str]] = {key: Counter() for key in people}
        for one in self.items if people else ():
            word = self.found.get(one.subject_id)
            if word is not None and one.school in schools:
                key = self.strata[one.school, one.level], one.destination in self.employed
                results[key][word.outcome] += 1
        found = verified_rate(
            Cell(key[1], n, results[key]["confirmed"], results[key]["refuted"])
            for key, n in people.items()
        )
        return found if found is not None and found.reached >= FEWEST_RESULTS else None


def _checked(line: Line, found: Iterable[Word], drawn: _Drawn, schools: set[str]) -> Checked:
    counts = _outcomes(found)
    return Checked(
        code=line.code or "total",
        graduates=line.graduates,
        reported=line.rate,
        confirmed=counts["confirmed"],
        refuted=counts["refuted"],
        unreachable=counts["unreachable"],
        drawn=drawn.count(schools),
        verified=drawn.verified(schools),
    )


def _outcomes(words: Iterable[Word]) -> Counter[Outcome]:
    return Counter(word.outcome for word in words)


def _channels(words: Iterable[Word]) -> dict[Channel, Counts]:
    """The channels with results, in their order."""
    found: dict[Channel, Counter[Outcome]] = {channel: Counter() for channel in CHANNELS}
    for word in words:
        found[word.channel][word.outcome] += 1
    return {channel: counts for channel, counts in found.items() if counts}


def _by_graduate(words: Iterable[Word]) -> dict[int, dict[Channel, Word]]:
    found: dict[int, dict[Channel, Word]] = {}
    for word in words:
        found.setdefault(word.subject_id, {})[word.channel] = word
    return found
