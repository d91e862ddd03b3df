"""The story of every graduate: which state from which reporting day on.

Stories are drawn for everybody at once, as blocks of events. On the target day everybody is in
the state that ``outcomes`` decided; before and after it people find work, change it, lose it,
and give up seeking. A school hands in what it knows on the days it reports.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.demo import timing
from dashboard.demo.draws import Flags, Floats, Ints, Stream, cumulative, pick
from dashboard.demo.outcomes import (
    CODE,
    DESTINATIONS,
    EMPLOYED,
    SEEKING,
    STUDYING,
    WAITING,
    Outcomes,
)
from dashboard.demo.placements import INDUSTRY, KIND, Employers, Placements
from dashboard.demo.population import LEVELS, Population
from dashboard.demo.regions import regions
from dashboard.demo.schools import schools, trait

CURVE_OF = {
    "10": "agreement", "11": "contract", "12": "flexible", "27": "projects", "46": "army",
    "50": "projects", "51": "projects", "75": "flexible", "76": "flexible",
    "80": "graduate school", "85": "abroad",
}  # fmt: skip
# Work held before the one of the target day: how often, and what (estimates).
EARLIER = {
    "10": (0.30, {"12": 0.8, "11": 0.2}), "11": (0.42, {"12": 0.6, "10": 0.4}),
    "12": (0.27, {"76": 0.35, "10": 0.33, "11": 0.32}), "76": (0.15, {"12": 1.0}),
    "80": (0.10, {"12": 0.8, "10": 0.2}), "46": (0.15, {"12": 1.0}), "50": (0.2, {"12": 1.0}),
    "51": (0.2, {"12": 1.0}), "27": (0.1, {"12": 1.0}), "75": (0.15, {"12": 1.0}),
    "85": (0.05, {"12": 1.0}),
}  # fmt: skip
LATER = {  # work taken up after the target day by those who had other work
    "10": {"11": 0.7, "51": 0.3}, "11": {"10": 1.0}, "12": {"10": 0.55, "11": 0.45},
    "76": {"12": 0.6, "11": 0.4},
}  # fmt: skip
FIRST_LATE = {"10": 22, "11": 20, "12": 39, "76": 9, "50": 2, "51": 3, "46": 1, "85": 1, "75": 3}
LOST_AND_FOUND, CORRECTED, CHANGED, LOST = 0.02, 0.06, 0.08, 0.010
TEMPORARY, HIRED_LATE, RUSHED = 0.03, 0.102, 0.40
SAME_EMPLOYER = 0.6
MAY_LOSE = ("10", "11", "12", "76")
ORIGIN_LATE = 0.004  # share entered without an origin, supplied with the next change


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """States as handed in, (E,) columns ordered by day and graduate; no repeats."""

    day: Ints  # position of the reporting day
    who: Ints  # position of the graduate
    destination: Ints
    region: Ints
    kind: Ints
    industry: Ints
    no_origin: Flags  # the origin is not reported (only possible at the entry)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    who: Ints
    day: Ints
    destination: Ints
    places: Placements


class Storyteller:
    """Draws the stories of one cohort, block by block."""

    def __init__(
        self, cohort: int, days: Sequence[dt.date], people: Population, outcomes: Outcomes,
        employers: Employers,
    ) -> None:  # fmt: skip
        self.cohort, self.days, self.people = cohort, days, people
        self.outcomes, self.employers = outcomes, employers
        self.target, self.last = timing.target_index(cohort, days), len(days) - 1
        self.found = self._found()
        self.final = employers.draw("target", np.flatnonzero(outcomes.employed),
                                    outcomes.destination[outcomes.employed])  # fmt: skip

    def tell(self) -> list[_Block]:
        """All blocks, in the order in which they win on the same day (later ones do)."""
        entry = self._entry()
        with_work = np.flatnonzero(self.outcomes.employed)
        without = np.flatnonzero(~self.outcomes.employed)
        return [
            entry,
            *self._before(with_work),
            _Block(with_work, self.found[with_work], self._destination(with_work), self.final),
            *self._after(with_work),
            *self._seeking(without, entry.destination[without]),
            *self._late(without),
        ]

    def _destination(self, who: Ints) -> Ints:
        return self.outcomes.destination[who]

    def _stream(self, purpose: str) -> Stream:
        return Stream(self.cohort, "story", purpose)

    def _found(self) -> Ints:
        """Day on which the work of the target day began; the target for those without any."""
        pace = timing.school_pace(self.cohort)[self.people.school]
        u = self._stream("found").uniform(len(self.people))
        found = np.full(len(self.people), self.target)
        diploma = self.people.level == LEVELS.index("diploma")
        for code, curve in CURVE_OF.items():
            here = self.outcomes.destination == CODE[code]
            upgrade = here & diploma & (code == "80")
            for who, name in ((upgrade, "upgrade"), (here & ~upgrade, curve)):
                found[who] = timing.first_employed(self.cohort, self.days, name, pace[who], u[who])
        return found

    def _entry(self) -> _Block:
        """Everybody enters without work: seeking, or known to study on or to wait."""
        state = self.outcomes.destination
        u = self._stream("entry").uniform(len(state))
        study = np.where(state == STUDYING, 0.45, np.where(state == CODE["80"], 0.18, 0.05))
        wait = np.where(state == WAITING, 0.30, 0.005)
        entered = np.where(u < study, STUDYING, np.where(u > 1.0 - wait, WAITING, SEEKING))
        who = np.arange(len(state))
        return _Block(who, np.zeros_like(who), entered, _no_places(len(who)))

    def _before(self, who: Ints) -> list[_Block]:
        """Work before the work of the target day; a few lose it in between."""
        found, final = self.found[who], self._destination(who)
        u = self._stream("before").uniform(4, len(who))
        chance = np.array([EARLIER[code][0] for code in EMPLOYED])[final]
        lost = u[0] < LOST_AND_FOUND
        had = (lost | (u[0] < LOST_AND_FOUND + chance)) & (found > np.where(lost, 2, 1))
        options = cumulative([_weights(EARLIER[code][1]) for code in EMPLOYED])
        earlier = pick(options, final, u[1])[had]
        begin = 1 + (u[2] * (found - 1)).astype(np.int64)
        begin = np.where(lost, np.minimum(begin, found - 2), begin)[had]
        same = (u[3] < SAME_EMPLOYER)[had] & ~lost[had]
        places = self._near_final("earlier", who[had], earlier, same)
        jobs = _Block(who[had], begin, earlier, places)
        gap = had & lost
        between = begin[lost[had]] + 1
        seeking = np.full(int(gap.sum()), SEEKING)
        return [jobs, _Block(who[gap], between, seeking, _no_places(len(seeking)))]

    def _after(self, who: Ints) -> list[_Block]:
        """Corrected employers, new work, and lost work after the target day."""
        final, found = self._destination(who), self.found[who]
        u = self._stream("after").uniform(4, len(who))
        kind = np.searchsorted(np.cumsum([CORRECTED, CHANGED, LOST]), u[0], side="right")
        unit = np.isin(final, _codes(("10", "11", "12", "75")))
        corrected = (kind == 0) & unit & (found < self.last)
        fixed_on = found + 1 + (u[1] * (self.last - found) * 0.5).astype(np.int64)
        changed = (kind == 1) & np.isin(final, _codes(tuple(LATER)))
        options = cumulative([_weights(LATER.get(code, {})) for code in EMPLOYED])
        later = pick(options, final, u[2])[changed]
        lost = (kind == 2) & np.isin(final, _codes(MAY_LOSE))
        after = self._after_target(u[1])
        same = (u[3] < SAME_EMPLOYER)[changed]
        fixed = self.employers.draw("corrected", who[corrected], final[corrected])
        seeking = np.full(int(lost.sum()), SEEKING)
        return [
            _Block(who[corrected], fixed_on[corrected], final[corrected], fixed),
            _Block(who[changed], after[changed], later,
                   self._near_final("later", who[changed], later, same)),
            _Block(who[lost], after[lost], seeking, _no_places(len(seeking))),
        ]  # fmt: skip

    def _seeking(self, who: Ints, entered: Ints) -> list[_Block]:
        """Those without work on the target day: passing work, and giving up or taking up."""
        u = self._stream("seeking").uniform(4, len(who))
        rush = np.array([trait(s).rush for s in schools()])[self.people.school[who]]
        passing = u[0] < np.where(rush, RUSHED, TEMPORARY)
        august = max(i for i, day in enumerate(self.days) if day <= dt.date(self.cohort, 8, 31))
        begin = np.where(rush, august, 1 + (u[1] ** 0.6 * (self.target - 2)).astype(np.int64))
        room = self.target - begin
        end = begin + 1 + (u[2] * np.where(rush, np.minimum(room, 4), room)).astype(np.int64)
        end = np.minimum(end, self.target)
        jobs = np.where(rush, CODE["12"], _codes(("12", "12", "11", "10"))[(u[3] * 4).astype(int)])
        places = self.employers.draw("passing", who[passing], jobs[passing])
        state = self._destination(who)
        moved = (state != entered) & ~passing
        growth = np.where(state == STUDYING, 0.8, 0.55)
        on = 1 + (u[1] ** growth * (self.target - 1)).astype(np.int64)
        return [
            _Block(who[moved], on[moved], state[moved], _no_places(int(moved.sum()))),
            _Block(who[passing], begin[passing], jobs[passing], places),
            _Block(who[passing], end[passing], state[passing], _no_places(int(passing.sum()))),
        ]

    def _late(self, who: Ints) -> list[_Block]:
        """Those who find work between the target day and the end of the year."""
        u = self._stream("late").uniform(3, len(who))
        ease = np.exp(0.5 * self.outcomes.leaning[who])
        seeking = np.where(self._destination(who) == SEEKING, 1.25, 0.55)
        hired = u[0] < HIRED_LATE * ease / ease.mean() * seeking / seeking.mean()
        table = cumulative([_weights(FIRST_LATE)])
        jobs = pick(table, np.zeros_like(who), u[1])[hired]
        places = self.employers.draw("late", who[hired], jobs)
        return [_Block(who[hired], self._after_target(u[2])[hired], jobs, places)]

    def _after_target(self, u: Floats) -> Ints:
        """Reporting days after the target day, slowly thinning out."""
        return self.target + 1 + (u**1.25 * (self.last - self.target)).astype(np.int64)

    def _near_final(self, purpose: str, who: Ints, destination: Ints, same: Flags) -> Placements:
        """New employers, except where the employer of the target day is meant (``same``)."""
        drawn = self.employers.draw(purpose, who, destination)
        unit = _codes(("10", "11", "12"))
        same = same & np.isin(destination, unit) & np.isin(self._destination(who), unit)
        at = (np.cumsum(self.outcomes.employed) - 1)[who]
        return Placements(
            np.where(same, self.final.region[at], drawn.region),
            np.where(same, self.final.kind[at], drawn.kind),
            np.where(same, self.final.industry[at], drawn.industry),
        )


def events(teller: Storyteller) -> Events:
    """Moves each event to the school's next return and drops what nobody would see."""
    blocks = teller.tell()
    who = np.concatenate([b.who for b in blocks])
    day = np.concatenate([b.day for b in blocks])
    told = np.arange(len(who))
    handed_in = timing.open_days(teller.cohort, teller.days)
    day = timing.next_open(handed_in)[teller.people.school[who], day]
    columns = np.stack(
        [
            np.concatenate([b.destination for b in blocks]),
            np.concatenate([b.places.region for b in blocks]),
            np.concatenate([b.places.kind for b in blocks]),
            np.concatenate([b.places.industry for b in blocks]),
            _without_origin(teller, who, told).astype(np.int64),
        ]
    )
    order = np.lexsort((told, day, who))
    order = order[day[order] < len(teller.days)]
    order = order[_last_of_day(who[order], day[order])]
    order = order[_differs(who[order], columns[:, order])]
    order = order[np.lexsort((who[order], day[order]))]
    state = columns[:, order]
    return Events(
        day=day[order],
        who=who[order],
        destination=state[0],
        region=state[1],
        kind=state[2],
        industry=state[3],
        no_origin=state[4].astype(np.bool_),
    )


def _without_origin(teller: Storyteller, who: Ints, told: Ints) -> Flags:
    flagged = Stream(teller.cohort, "no origin").uniform(len(teller.people)) < ORIGIN_LATE
    return flagged[who] & (told < len(teller.people))


def _last_of_day(who: Ints, day: Ints) -> Flags:
    """Of several states of one graduate on one day only the last counts."""
    last = np.ones(len(who), dtype=np.bool_)
    last[:-1] = (who[1:] != who[:-1]) | (day[1:] != day[:-1])
    return last


def _differs(who: Ints, columns: Ints) -> Flags:
    """True for the first state of a graduate and for every one that differs from the last."""
    new = np.ones(len(who), dtype=np.bool_)
    new[1:] = (who[1:] != who[:-1]) | (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return new


def _no_places(count: int) -> Placements:
    return Placements(
        np.full(count, regions().not_applicable),
        np.full(count, KIND["none"]),
        np.full(count, INDUSTRY["none"]),
    )


def _codes(codes: Sequence[str]) -> Ints:
    return np.array([CODE[code] for code in codes])


def _weights(mix: dict[str, float] | dict[str, int]) -> list[float]:
    return [float(mix.get(code, 0)) for code in DESTINATIONS[: len(EMPLOYED)]]
