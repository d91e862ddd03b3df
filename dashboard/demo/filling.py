"""Hands the demonstration's seasons to the ledger, in the order of their dates."""

import datetime as dt
import heapq
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import Engine

from dashboard.demo.jobs import COHORTS, demo_facts
from dashboard.demo.plan import Lookup
from dashboard.demo.season import Season, cohort_season
from dashboard.demo.surveys import demo_surveys
from data_access.facts import FactRow
from data_access.ledger import Return
from data_access.survey_ledger import SurveyFile

ACCEPTED_BY = "demo"
# Cohort -> last reporting day that is loaded; None is the whole season. The last cohort is the
# season in progress, which a replay continues.
LOADED: Mapping[int, dt.date | None] = MappingProxyType(
    {2019: None, 2020: None, 2021: dt.date(2021, 6, 30)}
)

Progress = Callable[[int, int, str], None]


class Accept(Protocol):
    """What the ledger's ``accept`` looks like from here."""

    def __call__(self, engine: Engine, returns: Sequence[Return], *, accepted_by: str) -> Any: ...


class AcceptSurveys(Protocol):
    """What ``survey_ledger.accept_surveys`` looks like from here."""

    def __call__(self, engine: Engine, files: Sequence[SurveyFile], *, imported_by: str) -> Any: ...


class WriteFacts(Protocol):
    """What ``facts.write_by_hash`` looks like from here."""

    def __call__(
        self, engine: Engine, counted_on: dt.date, rows: Mapping[str, Sequence[FactRow]]
    ) -> Any: ...


def fill(
    engine: Engine,
    accept: Accept,
    lookup: Lookup,
    progress: Progress,
    *,
    scale: float = 1.0,
    surveys: AcceptSurveys | None = None,
    facts: WriteFacts | None = None,
    cases: Callable[[Engine], object] | None = None,
) -> int:
    """Hands over every reporting day of the loaded cohorts; returns the number of entries.

    With ``surveys``, their surveys too, after the last day; with ``facts``, what the returns say
    of jobs; with ``cases``, the cases after that.

    ``progress(done, total, label)`` counts entries; the label is cohort and day. It is called
    first with 0 when all seasons are built (2 to 3 s), and after each accepted day.
    """
    seasons = [cohort_season(cohort, lookup, scale=scale) for cohort in LOADED]
    total = sum(season.total(LOADED[season.cohort]) for season in seasons)
    done = 0
    progress(done, total, "")
    for day, season in in_date_order(seasons):
        returns = season.returns(day)
        accept(engine, returns, accepted_by=ACCEPTED_BY)
        if facts is not None and season.cohort in COHORTS:
            jobs = demo_facts(season, day)
            told = {r.content_hash: jobs[r.school] for r in returns if r.school in jobs}
            facts(engine, day, told)
        done += season.size(day)
        progress(done, total, f"{season.cohort} · {day.isoformat()}")
    if surveys is not None:
        for season in seasons:
            surveys(engine, demo_surveys(season), imported_by=ACCEPTED_BY)
    if cases is not None:
        cases(engine)
    return done


def in_date_order(seasons: Sequence[Season]) -> list[tuple[dt.date, Season]]:
    """Every loaded reporting day with its season: seasons overlap at the turn of the year."""
    days = [
        [(day, season.cohort, season) for day in season.days_until(LOADED.get(season.cohort))]
        for season in seasons
    ]
    return [(day, season) for day, _, season in heapq.merge(*days, key=lambda item: item[:2])]
