"""Answers questions about surveys, always through a scope, each once per survey imported.

A class has some ten thousand answers and they never change: its sums by school, level, discipline
and question are read once, and every cut is added up from them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import Select

from data_access import survey_scope
from data_access.scope import Scope
from data_access.store import Store
from data_access.survey_ledger import SurveyKind

Answer = TypeVar("Answer")
Sums = tuple[int, float, float, float, float, float]  # survey_scope.SUMS


class SurveyHead(NamedTuple):
    """One survey in force."""

    title: str
    fielded_on: dt.date | None
    source: str
    synthetic: bool


class AnswerCell(NamedTuple):
    """The sums of one question's answers in one cell; discipline "" where all are together."""

    school: str
    level: str
    discipline: str
    sums: Sums


class AskedCell(NamedTuple):
    """How many were asked in one school and level, and how many of them answered."""

    school: str
    level: str
    invited: int
    responded: int


class AuthorityCell(NamedTuple):
    """The sums of one level over every school, and over how many schools they are."""

    level: str
    schools: int
    sums: Sums


class Surveys:
    """The one reader of surveys; the answers are kept with the store's other answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def heads(self, scope: Scope, kind: SurveyKind, cohort: int) -> list[SurveyHead]:
        """The surveys in force, newest first."""

        def statement() -> Select[Any]:
            rows = survey_scope.visible_surveys(scope, kind, cohort).c
            columns = (rows.title, rows.fielded_on, rows.source, rows.synthetic)
            return sa.select(*columns).order_by(rows.id.desc())

        key = ("survey_heads", kind, cohort)
        return self._ask(key, scope, statement, lambda rows: [SurveyHead(*row) for row in rows])

    def asked(self, scope: Scope, kind: SurveyKind, cohort: int) -> list[AskedCell]:
        """Asked and answered by school and level, in their order."""

        def statement() -> Select[Any]:
            invited = survey_scope.visible_survey_invited(scope, kind, cohort)
            people = survey_scope.visible_survey_respondents(scope, kind, cohort)
            answered = (
                sa.select(people.c.school, people.c.level, sa.func.count().label("n"))
                .group_by(people.c.school, people.c.level)
                .subquery("answered")
            )
            same = sa.and_(
                answered.c.school == invited.c.school, answered.c.level == invited.c.level
            )
            keys = (invited.c.school, invited.c.level)
            return (
                sa.select(*keys, invited.c.invited, sa.func.coalesce(answered.c.n, 0))
                .join_from(invited, answered, same, isouter=True)
                .order_by(*keys)
            )

        key = ("survey_asked", kind, cohort)
        return self._ask(key, scope, statement, lambda rows: [AskedCell(*row) for row in rows])

    def answers(
        self, scope: Scope, kind: SurveyKind, cohort: int, *, by_discipline: bool
    ) -> dict[str, list[AnswerCell]]:
        """Question -> its sums by school and level, and by discipline where that is asked for.

        There are twenty times as many cells by discipline, nearly one per answer.
        """

        def statement() -> Select[Any]:
            rows = survey_scope.visible_survey_answers(scope, kind, cohort)
            fine = (rows.c.discipline,) if by_discipline else ()
            keys = (rows.c.item, rows.c.school, rows.c.level, *fine)
            return sa.select(*keys, *survey_scope.sums(rows)).group_by(*keys).order_by(*keys)

        def shape(rows: Sequence[Any]) -> dict[str, list[AnswerCell]]:
            found: dict[str, list[AnswerCell]] = {}
            for item, school, level, *more in rows:
                discipline = more.pop(0) if by_discipline else ""
                cell = AnswerCell(school, level, discipline, tuple(more))
                found.setdefault(item, []).append(cell)
            return found

        return self._ask(("survey_answers", kind, cohort, by_discipline), scope, statement, shape)

    def authority(
        self, scope: Scope, kind: SurveyKind, cohort: int
    ) -> dict[str, list[AuthorityCell]]:
        """Question -> its sums by level over every school: not scoped, to be protected."""

        def statement() -> Select[Any]:
            rows = survey_scope.visible_survey_authority(scope, kind, cohort).c
            sums = (rows[name] for name in survey_scope.SUMS)
            return sa.select(rows.item, rows.level, rows.schools, *sums).order_by(
                rows.item, rows.level
            )

        def shape(rows: Sequence[Any]) -> dict[str, list[AuthorityCell]]:
            found: dict[str, list[AuthorityCell]] = {}
            for item, level, schools, *sums in rows:
                found.setdefault(item, []).append(AuthorityCell(level, schools, tuple(sums)))
            return found

        return self._ask(("survey_authority", kind, cohort), scope, statement, shape)

    def _ask(
        self,
        question: tuple[Any, ...],
        scope: Scope,
        statement: Callable[[], Select[Any]],
        shape: Callable[[Sequence[Any]], Answer],
    ) -> Answer:
        store = self._store

        def run() -> Answer:
            with store.guarded.connect() as connection:
                return shape(connection.execute(statement()).all())

        return store.cache.get((question, scope.cache_key, store.surveys), run)
