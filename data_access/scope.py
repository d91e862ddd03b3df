"""Which rows a person may see, and the guard that no page reads anything else.

A page reads the ledger only through :func:`visible_movement`. The listener that
:func:`guard` puts on an engine walks every statement, stops at a visible source and raises
:class:`UnscopedRead` for any protected table it meets elsewhere, and for text SQL. It stops
mistakes, not a determined author: writers use an engine without it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Subquery, Table, bindparam, event, select
from sqlalchemy.sql.elements import ClauseElement, TextClause
from sqlalchemy.sql.selectable import NamedFromClause

from data_access.schema import (
    SURVEYS,
    account,
    audit_event,
    movement,
    returns,
    state,
    subject,
)
from data_access.workflow_schema import WORKFLOW

PROTECTED: frozenset[Table] = frozenset(
    (movement, state, subject, returns, account, audit_event, *SURVEYS, *WORKFLOW)
)
PROTECTED_COPIES: set[Table] = set()
"""The same tables as an analytics engine keeps them, with columns of its own."""
PREFIX = "visible_"


class UnscopedRead(RuntimeError):
    """A statement touched a protected table outside a visible source."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The schools whose rows may be seen; None is every school, an empty set no row."""

    schools: frozenset[str] | None

    @property
    def cache_key(self) -> tuple[str, ...] | None:
        return None if self.schools is None else tuple(sorted(self.schools))


EVERYTHING = Scope(None)
NOTHING = Scope(frozenset())


@lru_cache(maxsize=64)
def visible_movement(scope: Scope) -> Subquery:
    """The movements that this scope may see, up to and including sequence number :version.

    The version is a parameter of the statement, so that the same question needs no new
    statement when the ledger grows; without it the statement does not run.
    """
    columns = [column for column in movement.c if column.name != "return_id"]
    rows = select(*columns).where(movement.c.seq <= bindparam("version", type_=BigInteger))
    if scope.schools is not None:
        rows = rows.where(movement.c.school.in_(sorted(scope.schools)))
    return rows.subquery(f"{PREFIX}movement")


def visible_returns(scope: Scope) -> Subquery:
    """The accepted returns that this scope may see (heads only, no graduates)."""
    rows = select(returns).where(returns.c.status == "accepted")
    if scope.schools is not None:
        rows = rows.where(returns.c.school.in_(sorted(scope.schools)))
    return rows.subquery(f"{PREFIX}returns")


def check_scoped(statement: ClauseElement) -> None:
    """Raises UnscopedRead unless every protected table is read through a visible source."""
    pending: list[Any] = [statement]
    while pending:
        element = pending.pop()
        if isinstance(element, TextClause):
            raise UnscopedRead(f"text SQL is not allowed here: {element.text[:80]}")
        if isinstance(element, Table) and (element in PROTECTED or element in PROTECTED_COPIES):
            raise UnscopedRead(f"{element.name} was read outside a visible source")
        if isinstance(element, NamedFromClause) and _is_visible(element):
            continue
        pending.extend(_children(element))


def _is_visible(source: NamedFromClause) -> bool:
    return isinstance(source, Subquery) and str(source.name).startswith(PREFIX)


def _children(element: ClauseElement) -> Iterable[Any]:
    return element.get_children()


def guard(engine: Engine) -> Engine:
    """Puts the fail-closed listener on an analytics engine and returns it."""
    event.listen(engine, "before_execute", _before_execute)
    return engine


def _before_execute(
    _connection: Connection,
    statement: Any,
    _multiparams: Any,
    _params: Mapping[str, Any],
    _options: Mapping[str, Any],
) -> None:
    if not isinstance(statement, ClauseElement):
        raise UnscopedRead("only Core statements are allowed here")
    check_scoped(statement)
