"""What the rules of flags look at: a class as of a day, with what is known of its jobs.

Temporary tables hold one row per graduate (cell and newest fact); every question is one statement
over them or over the movements and returns, and gives counts. The registry is read, not written.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine

from data_access.flag_rows import About, Known, Who
from data_access.flag_settings import Rule, rules
from data_access.flag_tables import PERSON, WRONG_CODE, created, fill_facts, fill_people, matches
from data_access.schema import movement, returns, school
from data_access.validation.credit_code import flaw
from data_access.workflow_schema import fact, flag_pattern, flag_setting

MOST_PEOPLE = 500
"""Graduates kept with a flag, in the order of their student numbers."""


class Ground:
    """One class as of one day, for as long as its connection lives."""

    def __init__(self, connection: Connection, about: About) -> None:
        self._connection, self.about = connection, about
        self.known = newest(connection)
        created(connection)
        fill_facts(connection, about.cohort, about.day)
        fill_people(connection, about.cohort, about.day, about.employed, about.units)
        self._mark_wrong_codes()

    def _rows(self, statement: sa.Select[*tuple[Any, ...]]) -> list[Any]:
        return list(self._connection.execute(statement).all())

    def rules(self) -> list[Rule]:
        """Every rule, as set at that moment."""
        return rules(self._connection)

    def tiers(self) -> dict[str, str]:
        """School -> the tier of schools it is compared with."""
        rows = self._rows(sa.select(school.c.code, school.c.tier))
        return {row.code: row.tier for row in rows}

    def cells(self) -> list[tuple[str, str, str, str, int]]:
        """(school, level, discipline, destination, people) of the whole class."""
        keys = [PERSON.c[name] for name in ("school", "level", "discipline", "destination")]
        return self._rows(sa.select(*keys, sa.func.count()).group_by(*keys).order_by(*keys))

    def employers(self, least: int, together: bool = False) -> list[tuple[str, str, str, int]]:
        """(school, employer, name, people) of those in units; employers of at least so many.

        ``together``: so many over all schools, not in one.
        """
        keys = (PERSON.c.school, PERSON.c.employer)
        n = sa.func.count()
        rows = (
            sa.select(*keys, sa.func.min(PERSON.c.name), n)
            .where(PERSON.c.in_unit, PERSON.c.employer != "")
            .group_by(*keys)
            .order_by(*keys)
        )
        if not together:
            return self._rows(rows.having(n >= least))
        many = (
            sa.select(PERSON.c.employer)
            .where(PERSON.c.in_unit, PERSON.c.employer != "")
            .group_by(PERSON.c.employer)
            .having(n >= least, sa.func.min(PERSON.c.school) != sa.func.max(PERSON.c.school))
        )
        return self._rows(rows.where(PERSON.c.employer.in_(many)))

    def in_units(self) -> dict[str, tuple[int, int, int]]:
        """School -> (in units, with a named employer, of these without a credit code)."""
        named = PERSON.c.name != ""
        without = sa.and_(named, PERSON.c.credit_code == "")
        n = sa.func.count()
        rows = self._rows(
            sa.select(PERSON.c.school, n, n.filter(named), n.filter(without))
            .where(PERSON.c.in_unit)
            .group_by(PERSON.c.school)
        )
        return {code: (units, names, blanks) for code, units, names, blanks in rows}

    def signatures(self) -> list[tuple[str, dt.date, int]]:
        """(school, day of signature, people), every day."""
        keys = (PERSON.c.school, PERSON.c.signed_on)
        return self._rows(
            sa.select(*keys, sa.func.count())
            .where(PERSON.c.signed_on.is_not(None))
            .group_by(*keys)
            .order_by(*keys)
        )

    def wrong_codes(self) -> list[tuple[str, int]]:
        """(school, people) whose employer's credit code fails its check."""
        return self._by_school(WRONG_CODE)

    def _by_school(self, condition: ColumnElement[bool]) -> list[tuple[str, int]]:
        rows = sa.select(PERSON.c.school, sa.func.count()).where(PERSON.c.in_unit, condition)
        return self._rows(rows.group_by(PERSON.c.school).order_by(PERSON.c.school))

    def unlike_names(self, rule: str) -> list[tuple[str, str, int]]:
        """(school, word, people): the name ends with the word, the kind is none it may have."""
        keys = (PERSON.c.school, flag_pattern.c.word)
        return self._rows(
            sa.select(*keys, sa.func.count(PERSON.c.subject_id.distinct()))
            .select_from(PERSON.join(flag_pattern, matches(rule, ends=True)))
            .where(PERSON.c.in_unit, _unlike(rule, flag_pattern.c.word))
            .group_by(*keys)
            .order_by(*keys)
        )

    def named_like(self, rule: str) -> list[tuple[str, str, int]]:
        """(school, word, people in units): the employer's name contains the word."""
        keys = (PERSON.c.school, flag_pattern.c.word)
        return self._rows(
            sa.select(*keys, sa.func.count())
            .select_from(PERSON.join(flag_pattern, matches(rule, ends=False)))
            .where(PERSON.c.in_unit)
            .group_by(*keys)
            .order_by(*keys)
        )

    def changes(self) -> list[tuple[str, dt.date, int, int]]:
        """(school, day, change of graduates, change of employed), by school and day."""
        total = sa.func.sum(movement.c.delta)
        works = movement.c.destination.in_(sorted(self.about.employed))
        keys = (movement.c.school, movement.c.counted_on)
        rows = (
            sa.select(*keys, total, sa.func.coalesce(total.filter(works), 0))
            .join(returns, returns.c.id == movement.c.return_id)
            .where(movement.c.cohort == self.about.cohort)
            .where(movement.c.counted_on <= self.about.day, returns.c.kind == "graduates")
            .group_by(*keys)
            .order_by(*keys)
        )
        return [(code, day, int(n), int(e)) for code, day, n, e in self._rows(rows)]

    def handed_in(self) -> list[tuple[str, dt.date]]:
        """(school, statistical date) of every return up to the day."""
        return self._rows(
            sa.select(returns.c.school, returns.c.counted_on)
            .where(returns.c.cohort == self.about.cohort, returns.c.kind == "graduates")
            .where(returns.c.counted_on <= self.about.day)
            .distinct()
        )

    def people(self, who: Who) -> list[int]:
        """The graduates meant, the first ``MOST_PEOPLE`` by student number."""
        rows = sa.select(PERSON.c.subject_id).where(*_conditions(who))
        ordered = rows.order_by(PERSON.c.key, PERSON.c.subject_id).limit(MOST_PEOPLE)
        return list(self._connection.scalars(ordered))

    def _mark_wrong_codes(self) -> None:
        """The check character is worked out once per code, not once per graduate."""
        codes = self._connection.scalars(
            sa.select(PERSON.c.credit_code).where(PERSON.c.credit_code != "").distinct()
        )
        wrong = [{"code": code} for code in codes if flaw(code) is not None]
        if wrong:
            meant = PERSON.c.credit_code == sa.bindparam("code")
            self._connection.execute(sa.update(PERSON).where(meant).values(wrong_code=True), wrong)


def newest(connection: Connection) -> Known:
    """The newest movement, fact and setting."""
    numbers = (movement.c.seq, fact.c.seq, flag_setting.c.id)
    row = connection.execute(
        sa.select(*(sa.select(sa.func.max(n)).scalar_subquery() for n in numbers))
    ).one()
    return Known(*(number or 0 for number in row))


@contextmanager
def ground(registry: Engine, about: About) -> Iterator[Ground]:
    """The class as of the day, all of it at one moment; nothing is kept afterwards."""
    with registry.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin() as transaction:
            yield Ground(connection, about)
            transaction.rollback()


def _unlike(rule: str, word: Any) -> ColumnElement[bool]:
    """The kind is reported and none that a name with this word may have."""
    allowed = flag_pattern.alias("allowed")
    fits = sa.exists().where(
        allowed.c.rule == rule, allowed.c.word == word, allowed.c.kind == PERSON.c.employer_kind
    )
    return sa.and_(PERSON.c.employer_kind.not_in(("00", "none")), ~fits)


def _conditions(who: Who) -> Iterator[ColumnElement[bool]]:
    c = PERSON.c
    yield c.school == who.school
    for name in ("level", "discipline", "employer", "signed_on", "employed"):
        if (wanted := getattr(who, name)) is not None:
            yield c[name] == wanted
    if who.destinations is not None:
        yield c.destination.in_(sorted(who.destinations))
    if who.since is not None:
        yield c.since.between(*who.since)
    if who.code is not None:
        yield c.in_unit
        yield WRONG_CODE if who.code == "invalid" else sa.and_(c.name != "", c.credit_code == "")
    if who.ends_with is not None:
        rule, word = who.ends_with
        yield c.in_unit
        yield c.name.endswith(word, autoescape=True)
        yield _unlike(rule, word)
    if who.contains is not None:
        yield c.in_unit
        yield c.name.contains(who.contains[1], autoescape=True)
