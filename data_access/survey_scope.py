"""The visible sources of surveys (see :mod:`data_access.scope`), for one kind and class.

For every school the newest survey that mentions it is in force; the older ones are history.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Subquery

from data_access.schema import survey, survey_answer, survey_invited, survey_respondent
from data_access.scope import PREFIX, Scope
from data_access.survey_ledger import SurveyKind

GOOD = 4  # of 1..5: satisfied
SUMS = ("n", "w", "w2", "wv", "wvv", "high")


def visible_survey_invited(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """(survey_id, school, level, invited) of the surveys in force."""
    latest = _latest(scope, kind, cohort)
    rows = sa.select(survey_invited).join(latest, _in_force(survey_invited, latest))
    return rows.subquery(f"{PREFIX}survey_invited")


def visible_survey_respondents(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """The respondents of the surveys in force, without their weights and answers."""
    latest = _latest(scope, kind, cohort)
    who = survey_respondent.c
    rows = sa.select(who.school, who.level).join_from(
        survey_respondent, latest, _in_force(survey_respondent, latest)
    )
    return rows.subquery(f"{PREFIX}survey_respondents")


def visible_survey_answers(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """(school, level, discipline, weight, item, value) of the surveys in force."""
    return _answers(scope, kind, cohort).subquery(f"{PREFIX}survey_answers")


def visible_survey_authority(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """Sums by level and question over every school, whatever the scope; nothing tells a school.

    This is the one source that looks beyond a scope. Whoever reads it for a person who may not
    see every school has to protect what it gives: ``schools`` and ``n`` say over how many
    (``dashboard.quality.reference`` does). A scope without any school gets no row.
    """
    everyone = _answers(Scope(None), kind, cohort).subquery("answers")
    schools = sa.func.count(everyone.c.school.distinct()).label("schools")
    rows = sa.select(everyone.c.level, everyone.c.item, schools, *sums(everyone)).group_by(
        everyone.c.level, everyone.c.item
    )
    if scope.schools is not None and not scope.schools:
        rows = rows.where(sa.false())
    return rows.subquery(f"{PREFIX}survey_authority")


def visible_surveys(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """The heads of the surveys in force for at least one school of the scope."""
    latest = _latest(scope, kind, cohort)
    rows = sa.select(survey).where(survey.c.id.in_(sa.select(latest.c.survey_id)))
    return rows.subquery(f"{PREFIX}surveys")


def sums(answers: Subquery) -> list[ColumnElement[Any]]:
    """What estimates are made of: n, sums of weights, of weighted values, weight of the good."""
    w, value = answers.c.weight, answers.c.value
    totals = (
        sa.func.count(),
        sa.func.sum(w),
        sa.func.sum(w * w),
        sa.func.sum(w * value),
        sa.func.sum(w * value * value),
        sa.func.coalesce(sa.func.sum(w).filter(value >= GOOD), 0.0),
    )
    return [total.label(name) for name, total in zip(SUMS, totals, strict=True)]


def _latest(scope: Scope, kind: SurveyKind, cohort: int) -> Subquery:
    """(school, survey_id): the newest survey of each school."""
    school = survey_invited.c.school
    rows = (
        sa.select(school, sa.func.max(survey_invited.c.survey_id).label("survey_id"))
        .join(survey, survey.c.id == survey_invited.c.survey_id)
        .where(survey.c.kind == kind, survey.c.cohort == cohort)
        .group_by(school)
    )
    if scope.schools is not None:
        rows = rows.where(school.in_(sorted(scope.schools)))
    return rows.subquery("latest")


def _in_force(table: sa.Table, latest: Subquery) -> ColumnElement[bool]:
    return sa.and_(table.c.survey_id == latest.c.survey_id, table.c.school == latest.c.school)


def _answers(scope: Scope, kind: SurveyKind, cohort: int) -> sa.Select[Any]:
    latest = _latest(scope, kind, cohort)
    who, said = survey_respondent.c, survey_answer.c
    columns: tuple[ColumnElement[Any], ...] = (
        *(who.school, who.level, who.discipline, who.weight),
        *(said.item, said.value),
    )
    return (
        sa.select(*columns)
        .select_from(survey_respondent)
        .join(latest, _in_force(survey_respondent, latest))
        .join(survey_answer, said.respondent_id == who.id)
    )
