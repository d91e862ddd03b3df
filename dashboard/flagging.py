"""Runs the rules of flags over a class as of a day: counts, thresholds, evidence, one write."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from dashboard.answers import Answers
from dashboard.coverage import begun
from dashboard.flag_rules import RULES, Class
from dashboard.i18n import Translator
from dashboard.indicators import calendar
from data_access.errors import InputError
from data_access.flag_ground import Ground, ground
from data_access.flag_rows import About, Finding, Written
from data_access.flags import already_run, write_run
from data_access.outcomes import Filter
from data_access.scope import Scope
from data_access.selection import Selection

UNITS = ("10", "11", "12")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "flexible": ("12", "76"),
    "freelance": ("76",),
    "business": ("75",),
}
"""Groups of destinations that rules look at: other recruitment and freelance work, and so on."""


def run(answers: Answers, scope: Scope, cohort: int, day: dt.date | None, actor: str) -> Written:
    """Runs every active rule as of the day (the newest one for None) and writes what it found.

    Twice with nothing new in between is once. The rules look at every school: ``scope`` must be
    the whole authority's. Raises InputError for a class without data, ValueError for less.
    """
    if scope.schools is not None:
        raise ValueError("rules compare schools, and need all of them")
    moment = answers.moment(scope, Selection(cohort, day))
    if moment.as_of is None or not _anybody(answers, scope, cohort, moment.as_of):
        raise InputError("flags.no_data", cohort=cohort)
    about = About(
        cohort=cohort,
        day=moment.as_of,
        employed=moment.edition.employed,
        units=_below(answers, UNITS),
    )
    registry = answers.store.registry
    before = already_run(registry, about)
    if before is not None:
        return before
    ends = tuple(period.day for period in begun(answers.store, cohort, about.day))
    with ground(registry, about) as found:
        findings = _found(answers, found, ends)
        known = found.known
    return write_run(registry, about, known, findings, actor)


def in_words(done: Written, t: Translator) -> str:
    """What came of a run, for the command line."""
    ran = done.run
    numbers = {"flags": t.count(ran.flags), "new": t.count(done.new)}
    return t(
        "flags.ran_already" if done.already else "flags.ran",
        cohort=ran.cohort,
        day=t.date(ran.counted_on),
        version=t.count(ran.version),
        **numbers,
    )


def _found(answers: Answers, found: Ground, ends: tuple[dt.date, ...]) -> list[Finding]:
    """What every active rule finds, with the graduates it is about."""
    groups = {name: _below(answers, codes) for name, codes in GROUPS.items()}
    meant = Class(found, ends, calendar.deadline(found.about.cohort), groups)
    findings = [
        one for rule in found.rules() if rule.active for one in RULES[rule.code](meant, rule)
    ]
    return [replace(one, subjects=found.people(one.who)) for one in findings]


def _anybody(answers: Answers, scope: Scope, cohort: int, day: dt.date) -> bool:
    return bool(answers.store.counts(scope, Filter(cohort), (), (day,)))


def _below(answers: Answers, codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(answers.codes.with_descendants("destination", codes))
