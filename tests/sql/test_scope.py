"""The fail-closed guard: what is let through, and everything that is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.sql.elements import ClauseElement

from data_access.ledger import accept
from data_access.replica import Analytics, open_analytics
from data_access.rows import Count
from data_access.schema import account, discipline, movement, returns, state
from data_access.scope import (
    EVERYTHING,
    NOTHING,
    Scope,
    UnscopedRead,
    check_scoped,
    guard,
    visible_movement,
    visible_returns,
)
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, SCHOOLS, entry, graduates

OWN = Scope(frozenset({SCHOOLS[0]}))
ROWS = visible_movement(OWN)
ALIAS = movement.alias()
BLOCKED: dict[str, ClauseElement] = {
    "plain": sa.select(movement.c.delta),
    "whole table": sa.select(movement),
    "alias": sa.select(ALIAS.c.delta),
    "cte": sa.select(sa.select(movement).cte("visible_not").c.delta),
    "subquery of another name": sa.select(sa.select(movement).subquery("rows").c.delta),
    "union": sa.union_all(sa.select(ROWS.c.delta), sa.select(movement.c.delta)),
    "scalar subquery": sa.select(sa.select(sa.func.sum(movement.c.delta)).scalar_subquery()),
    "exists": sa.select(ROWS.c.delta).where(sa.exists().where(movement.c.seq == ROWS.c.seq)),
    "join with the raw table": sa.select(ROWS.c.delta).join(movement, movement.c.seq == ROWS.c.seq),
    "in a condition": sa.select(ROWS.c.delta).where(ROWS.c.seq.in_(sa.select(movement.c.seq))),
    "states": sa.select(state.c.n),
    "returns": sa.select(returns.c.id),
    "accounts": sa.select(account.c.password_hash),
    "text": sa.text("SELECT * FROM movement"),
    "text in a condition": sa.select(ROWS.c.delta).where(sa.text("1 = 1")),
}
ALLOWED: dict[str, ClauseElement] = {
    "visible rows": sa.select(ROWS.c.delta),
    "aggregate": sa.select(ROWS.c.school, sa.func.sum(ROWS.c.delta)).group_by(ROWS.c.school),
    "cte over visible rows": sa.select(sa.select(ROWS.c.delta).cte("c").c.delta),
    "join with a code table": sa.select(ROWS.c.delta, discipline.c.name_zh).join(
        discipline, discipline.c.code == ROWS.c.discipline
    ),
    "code table alone": sa.select(discipline.c.code),
    "visible returns": sa.select(visible_returns(OWN).c.school),
}


@pytest.mark.parametrize("name", sorted(BLOCKED))
def test_a_read_outside_a_visible_source_is_an_error(sqlite_registry: Engine, name: str) -> None:
    with pytest.raises(UnscopedRead):
        check_scoped(BLOCKED[name])
    engine = guard(sqlite_registry.execution_options())
    with engine.connect() as connection, pytest.raises(UnscopedRead):
        connection.execute(BLOCKED[name])


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_scoped_read_passes(sqlite_registry: Engine, name: str) -> None:
    check_scoped(ALLOWED[name])
    engine = guard(sqlite_registry.execution_options())
    with engine.connect() as connection:
        needed = {"version": 100} if "version" in ALLOWED[name].compile().params else {}
        rows = connection.execute(ALLOWED[name], needed).all()
    assert bool(rows) is (name == "code table alone"), "the ledger is empty here"


@pytest.fixture
def store(analytics: Analytics, analytics_registry: Engine) -> Store:
    """Two schools with two graduates each, on every analytics engine."""
    for number, school in enumerate(SCHOOLS):
        given = [entry(f"{number}a"), entry(f"{number}b", "10")]
        accept(analytics_registry, [graduates(DAYS[0], given, school)], accepted_by="t")
    analytics.refresh()
    return Store(analytics_registry, analytics)


def test_a_scope_is_a_wall_on_every_engine(store: Store) -> None:
    chosen = store.leaf_filter(Selection(cohort=2020))
    other = store.leaf_filter(Selection(cohort=2020, schools=(SCHOOLS[1],)))

    def seen(scope: Scope, given: object) -> set[str]:
        return {c.key[0] for c in store.counts(scope, given, ("school",), (DAYS[0],))}  # type: ignore[arg-type]

    assert seen(EVERYTHING, chosen) == set(SCHOOLS)
    assert seen(OWN, chosen) == {SCHOOLS[0]}
    assert seen(OWN, other) == set()
    assert seen(NOTHING, chosen) == set()
    assert seen(EVERYTHING, chosen) == set(SCHOOLS), "the cache mixed two scopes"


def test_an_answer_belongs_to_its_version(store: Store, analytics_registry: Engine) -> None:
    chosen = store.leaf_filter(Selection(cohort=2020))

    def answer() -> list[Count]:  # rows come in no order
        return sorted(
            store.counts(EVERYTHING, chosen, ("destination",), (DAYS[0],)), key=lambda c: c.key
        )

    before = answer()
    accept(analytics_registry, [graduates(DAYS[0], [entry("new")])], accepted_by="t")
    store.cache.clear()
    assert answer() == before
    assert store.analytics.refresh()
    after = answer()
    assert sum(c.n[0] for c in after) == sum(c.n[0] for c in before) + 1


def test_a_copy_that_starts_later_is_the_same(analytics_registry: Engine, store: Store) -> None:
    late = Store(analytics_registry, open_analytics(analytics_registry))
    chosen = store.leaf_filter(Selection(cohort=2020))
    by = ("school", "level", "discipline", "destination", "work_region")
    asked = (EVERYTHING, chosen, by, DAYS[:2])
    assert sorted(late.counts(*asked), key=str) == sorted(store.counts(*asked), key=str)
    late.analytics.close()
