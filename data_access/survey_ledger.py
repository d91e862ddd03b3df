"""Keeps surveys: who was invited, who answered, and what they said, without saying who they are.

A survey is one file of answers of graduates or of employers of one class. It is only ever added:
for every school the newest survey that mentions it counts (:mod:`data_access.surveys`), so a
corrected file is imported like any other, and the older one stays.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.registry import writing
from data_access.schema import (
    discipline,
    level,
    school,
    survey,
    survey_answer,
    survey_invited,
    survey_item,
    survey_respondent,
)

SurveyKind = Literal["graduate", "employer"]
NOT_APPLICABLE = "none"
"""Level and discipline of an employer's answer."""


class Respondent(NamedTuple):
    """One set of answers; ``answers`` are (item, value) pairs, at least one."""

    school: str
    level: str
    discipline: str
    weight: float
    answers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFile:
    """What one file says. ``invited``: (school, level) -> people asked, answered or not.

    ``fielded_on`` is the day the survey was closed, if known. Weights are above 0; only their
    proportions matter.
    """

    kind: SurveyKind
    cohort: int
    title: str
    fielded_on: dt.date | None
    source: str
    content_hash: str
    invited: Mapping[tuple[str, str], int]
    respondents: Sequence[Respondent]
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class SurveyAccepted:
    """What became of one file; ``already`` says that the same content was known before."""

    survey_id: int | None
    already: bool


def accept_surveys(
    engine: Engine, files: Sequence[SurveyFile], *, imported_by: str
) -> list[SurveyAccepted]:
    """Keeps the surveys in one transaction: all of them or none.

    Raises InputError for a code that no table has, ValueError where more answered than were asked.
    """
    with writing(engine) as connection:
        known = _known_hashes(connection, files)
        results = []
        for one in files:
            if one.content_hash in known:
                results.append(SurveyAccepted(None, True))
                continue
            known.add(one.content_hash)
            _check(connection, one)
            results.append(SurveyAccepted(_insert(connection, one, imported_by), False))
        ids = [result.survey_id for result in results if result.survey_id is not None]
        if ids:
            record(connection, imported_by, "import_surveys", {"surveys": ids})
    return results


def _known_hashes(connection: Connection, files: Sequence[SurveyFile]) -> set[str]:
    column = survey.c.content_hash
    hashes = [one.content_hash for one in files]
    return set(connection.scalars(sa.select(column).where(column.in_(hashes))))


def _check(connection: Connection, one: SurveyFile) -> None:
    people = one.respondents
    levels = {r.level for r in people} | {code for _, code in one.invited}
    applicable = {NOT_APPLICABLE} if one.kind == "employer" else set()
    asked: tuple[tuple[str, sa.Table, Iterable[str]], ...] = (
        ("school", school, {r.school for r in people} | {code for code, _ in one.invited}),
        ("level", level, levels - applicable),
        ("discipline", discipline, {r.discipline for r in people} - applicable),
    )
    for field, table, codes in asked:
        known = set(connection.scalars(sa.select(table.c.code)))
        _refuse_unknown(field, set(codes) - known)
    of_kind = sa.select(survey_item.c.code).where(survey_item.c.kind == one.kind)
    items = {item for r in people for item, _ in r.answers}
    _refuse_unknown("item", items - set(connection.scalars(of_kind)))
    answered: dict[tuple[str, str], int] = {}
    for r in people:
        answered[r.school, r.level] = answered.get((r.school, r.level), 0) + 1
        if answered[r.school, r.level] > one.invited.get((r.school, r.level), 0):
            raise ValueError(f"school {r.school}: more answers than people asked")


def _refuse_unknown(field: str, codes: set[str]) -> None:
    if codes:
        raise InputError("import.unknown_code", field=field, value=", ".join(sorted(codes)))


def _insert(connection: Connection, one: SurveyFile, imported_by: str) -> int:
    """The new survey's id; ids are safe because writers are serialised."""
    survey_id = _next(connection, survey.c.id)
    connection.execute(sa.insert(survey).values(_head(one, survey_id, imported_by)))
    invited = [
        {"survey_id": survey_id, "school": code, "level": at, "invited": n}
        for (code, at), n in sorted(one.invited.items())
    ]
    if invited:
        connection.execute(sa.insert(survey_invited), invited)
    _insert_respondents(connection, survey_id, one.respondents)
    return survey_id


def _head(one: SurveyFile, survey_id: int, imported_by: str) -> dict[str, Any]:
    return {
        "id": survey_id,
        "kind": one.kind,
        "cohort": one.cohort,
        "title": one.title,
        "fielded_on": one.fielded_on,
        "source": one.source,
        "content_hash": one.content_hash,
        "synthetic": one.synthetic,
        "imported_at": utc_now(),
        "imported_by": imported_by,
    }


def _insert_respondents(
    connection: Connection, survey_id: int, respondents: Sequence[Respondent]
) -> None:
    """Sorted by what they say, so that the order of a file tells nobody who they are."""
    first = _next(connection, survey_respondent.c.id)
    numbered = list(enumerate(sorted(respondents), start=first))
    people = [
        {
            "id": at,
            "survey_id": survey_id,
            "school": r.school,
            "level": r.level,
            "discipline": r.discipline,
            "weight": r.weight,
        }
        for at, r in numbered
    ]
    answers = [
        {"respondent_id": at, "item": item, "value": value}
        for at, r in numbered
        for item, value in r.answers
    ]
    if people:
        connection.execute(sa.insert(survey_respondent), people)
        connection.execute(sa.insert(survey_answer), answers)


def _next(connection: Connection, column: sa.ColumnElement[int]) -> int:
    return (connection.scalar(sa.select(sa.func.max(column))) or 0) + 1
