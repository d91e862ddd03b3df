"""Surveys of the demonstration: made up, marked synthetic, the same every time.

Graduates are sampled by school and level, so that small groups are not lost, and about a third of
those asked answer; weights bring the answers back to the class. The class in progress has been
asked in part of the schools.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.demo.draws import Floats, Ints, Stream, best_of_each
from dashboard.demo.population import LEVELS
from dashboard.demo.schools import schools
from dashboard.demo.season import Season
from data_access.readers.surveys import survey_hash
from data_access.survey_ledger import NOT_APPLICABLE, Respondent, SurveyFile, SurveyKind

IN_PROGRESS = 2021  # cohort that is asked in PART of the schools
PART = (3, 5)
ASKED_AT_LEAST, ASKED_SHARE = 60, 0.08  # per school and level, and of the others
RESPONSE = 0.35
EMPLOYERS_AT_LEAST, EMPLOYERS_SHARE, EMPLOYER_RESPONSE = 40, 0.02, 0.45
UNANSWERED, PAY_UNANSWERED = 0.02, 0.14

# Share of yes, or of 4 and 5, in the middle; shift of the log-odds by level (LEVELS).
YES = {"match": 0.72, "stability": 0.68, "promotion": 0.31}
POSITIVE = {"satisfaction": 0.78, "career": 0.64}
BY_LEVEL = {
    "match": (0.9, 0.45, 0.05, -0.15),
    "stability": (0.5, 0.3, 0.0, -0.1),
    "promotion": (-0.2, 0.1, 0.0, 0.05),
    "satisfaction": (0.3, 0.15, 0.0, -0.05),
    "career": (0.35, 0.2, 0.0, -0.1),
}
PAY = (11_500, 8_200, 5_600, 4_500)  # yuan a month, median by level
PAY_SPREAD = 0.32  # standard deviation of its logarithm
RATINGS = {"overall": 4.25, "political": 4.45, "professional": 4.1, "ability": 4.0}


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Who was asked and who answered; positions are of the population."""

    stratum: Ints  # (N,) school x level
    asked: Ints  # per stratum
    who: Ints  # those who answered
    weight: Floats  # theirs, 1 on average


def demo_surveys(season: Season) -> list[SurveyFile]:
    """The survey of graduates and that of employers of one cohort."""
    return [_graduates(season), _employers(season)]


def _taking_part(cohort: int) -> Ints:
    """Positions of the schools that were asked."""
    every = np.arange(len(schools()))
    return every[every % PART[1] < PART[0]] if cohort == IN_PROGRESS else every


def _closed_on(cohort: int) -> dt.date:
    return dt.date(2021, 6, 15) if cohort == IN_PROGRESS else dt.date(cohort + 1, 3, 31)


def _graduates(season: Season) -> SurveyFile:
    people, sample = season.population, _sample(season)
    level = people.level[sample.who].astype(np.int64)
    school = people.school[sample.who].astype(np.int64)
    columns = list(_answers(season.cohort, school, level))
    names = [name for name, _ in columns]
    everyone = schools()
    codes = people.disciplines
    respondents = [
        Respondent(
            everyone[s].code,
            LEVELS[at],
            codes[d],
            w,
            tuple((n, v) for n, v in zip(names, values, strict=True) if v == v),
        )
        for s, at, d, w, *values in zip(
            school.tolist(),
            level.tolist(),
            people.discipline[sample.who].tolist(),
            sample.weight.tolist(),
            *(column.tolist() for _, column in columns),
            strict=True,
        )
    ]
    invited = {
        (everyone[at // len(LEVELS)].code, LEVELS[at % len(LEVELS)]): int(n)
        for at, n in enumerate(sample.asked.tolist())
        if n
    }
    return _file("graduate", season.cohort, invited, respondents)


def _sample(season: Season) -> _Sample:
    """A fixed part of every stratum; whoever answers weighs as many as he stands for."""
    people, cohort = season.population, season.cohort
    stratum = people.school.astype(np.int64) * len(LEVELS) + people.level
    size = np.bincount(stratum, minlength=len(schools()) * len(LEVELS))
    quota = np.minimum(size, ASKED_AT_LEAST + (ASKED_SHARE * size).astype(np.int64))
    part = np.isin(np.arange(len(size)) // len(LEVELS), _taking_part(cohort))
    quota = np.where((size > 0) & part, quota, 0)
    asked = best_of_each(stratum, Stream(cohort, "survey asked").uniform(len(people)), quota)
    eager = 0.8 + 0.4 * Stream(cohort, "survey eager").uniform(len(schools()))
    answers = (
        Stream(cohort, "survey answers").uniform(len(people)) < RESPONSE * eager[people.school]
    )
    who = np.flatnonzero(asked & answers)
    answered = np.bincount(stratum[who], minlength=len(size))
    weight = size[stratum[who]] / answered[stratum[who]]
    return _Sample(stratum, quota, who, np.round(weight / weight.mean(), 4))


def _answers(cohort: int, school: Ints, level: Ints) -> Iterator[tuple[str, Floats]]:
    """(question, answers); not a number where somebody left it out. ``match`` is never left out."""
    size, everyone = len(school), len(schools())
    for name, share in {**YES, **POSITIVE}.items():
        tilt = 0.25 * Stream("survey school", name).normal(everyone)[school]
        odds = np.log(share / (1 - share)) + tilt + np.array(BY_LEVEL[name])[level]
        stream = Stream(cohort, "survey", name)
        good = stream.uniform(size) < 1 / (1 + np.exp(-odds))
        values = good.astype(np.float64) if name in YES else _grades(good, stream.uniform(size))
        skipped = stream.uniform(size) < (0.0 if name == "match" else UNANSWERED)
        yield name, np.where(skipped, np.nan, values)
    stream = Stream(cohort, "survey pay")
    middle = np.log(np.array(PAY)[level] * (1 + 0.03 * (cohort - 2020)))
    tilt = 0.06 * Stream("survey school", "pay").normal(everyone)[school]
    pay = 100 * np.round(np.exp(middle + tilt + PAY_SPREAD * stream.normal(size)) / 100)
    yield "pay", np.where(stream.uniform(size) < PAY_UNANSWERED, np.nan, pay)


def _grades(good: Ints, u: Floats) -> Floats:
    """1 to 5: good answers are 4 or 5, the others mostly 3."""
    low = np.where(u < 0.7, 3.0, np.where(u < 0.92, 2.0, 1.0))
    return np.where(good, np.where(u < 0.4, 5.0, 4.0), low)


def _employers(season: Season) -> SurveyFile:
    """Employers of each school's graduates; an employer weighs as many as it took."""
    cohort, everyone = season.cohort, schools()
    size = np.bincount(season.population.school, minlength=len(everyone))
    invited, respondents = {}, []
    for at in _taking_part(cohort).tolist():
        code = everyone[at].code
        asked = EMPLOYERS_AT_LEAST + int(EMPLOYERS_SHARE * size[at])
        invited[code, NOT_APPLICABLE] = asked
        stream = Stream(cohort, "employers", code)
        answered = int((stream.uniform(asked) < EMPLOYER_RESPONSE).sum())
        weights = 1 + np.floor(-4 * np.log1p(-stream.uniform(answered)))
        tilt = 0.15 * float(Stream("employers school", code).normal(1)[0])
        shared = 0.45 * stream.normal(answered)
        grades = {
            name: np.clip(np.rint(mean + tilt + shared + 0.55 * stream.normal(answered)), 1, 5)
            for name, mean in RATINGS.items()
        }
        for i in range(answered):
            answers = tuple((name, float(values[i])) for name, values in grades.items())
            nothing = (code, NOT_APPLICABLE, NOT_APPLICABLE)
            respondents.append(Respondent(*nothing, float(weights[i]), answers))
    return _file("employer", cohort, invited, respondents)


def _file(
    kind: SurveyKind,
    cohort: int,
    invited: dict[tuple[str, str], int],
    respondents: list[Respondent],
) -> SurveyFile:
    day = _closed_on(cohort)
    return SurveyFile(
        kind=kind,
        cohort=cohort,
        title="",
        fielded_on=day,
        source=f"demo/{cohort}/survey-{kind}",
        content_hash=survey_hash(kind, cohort, "", day, invited, respondents),
        invited=invited,
        respondents=respondents,
        synthetic=True,
    )
