"""The audit trail: who did what, and when. Events are only ever appended.

An event is written in the transaction of the change that it tells of, so neither exists without
the other. ``detail`` holds codes and counts, never a name, an identity number or a password.

Reading goes by time, newest first, a page at a time. Every way to ask but one is answered by an
index; a text within the details is looked for among ``LOOKED_THROUGH`` events at a time, and the
page says how far it looked.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Subquery

from data_access.clock import utc_now
from data_access.readers.identity import mask_numbers
from data_access.schema import account, audit_event
from data_access.scope import PREFIX, Scope

PAGE: Final = 100  # events
SYSTEM_ACTORS: Final = ("command line", "demo", "reader", "replay", "system", "unknown")
"""Actors that are no accounts: nobody may sign in by one of these names."""
BY_TOKEN: Final = "token:"  # noqa: S105  (not a secret)
"""An actor that is a school's system: this and the number of its token. No username has a colon."""
LOOKED_THROUGH: Final = 50_000  # events in which one page looks for a text


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the trail; ``at`` is UTC, ``detail`` as it was recorded."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    detail: dict[str, Any]


class Place(NamedTuple):
    """Where a page ends: the next one has the events before this one."""

    at: dt.datetime
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: all of what is given has to fit.

    ``actions`` is one of several, empty is any. ``since`` counts, ``until`` does not (UTC).
    ``texts``: one of them stands in the detail, in any case.
    """

    actor: str = ""
    actions: tuple[str, ...] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Events, newest first. ``older``: where to go on, None at the end of the trail.

    ``looked_until`` is set where a text was looked for in a part of the trail only.
    """

    events: tuple[AuditEvent, ...]
    older: Place | None
    looked_until: dt.datetime | None = None


def record(connection: Connection, actor: str, action: str, detail: Mapping[str, Any]) -> None:
    """Appends one event to the caller's transaction; ``detail`` must be JSON values.

    Codes may be what somebody typed into an address: what looks like an identity number or a
    telephone number is masked.
    """
    connection.execute(
        sa.insert(audit_event).values(
            at=utc_now(),
            actor=actor,
            action=action,
            detail=json.dumps(_masked(detail), ensure_ascii=False, sort_keys=True),
        )
    )


def _masked(value: Any) -> Any:
    """The same without numbers that name a person, in texts at any depth."""
    if isinstance(value, str):
        return mask_numbers(value)
    if isinstance(value, Mapping):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list | tuple) else value


def latest(connection: Connection, limit: int) -> list[AuditEvent]:
    """The newest events first, at most ``limit`` of them."""
    c = audit_event.c
    rows = connection.execute(
        sa.select(c.id, c.at, c.actor, c.action, c.detail).order_by(c.id.desc()).limit(limit)
    )
    return [_event(row) for row in rows]


@lru_cache(maxsize=8)
def visible_audit(scope: Scope) -> Subquery:
    """The trail for whoever sees every school; nobody else sees any of it."""
    rows = sa.select(audit_event)
    if scope.schools is not None:
        rows = rows.where(sa.false())
    return rows.subquery(f"{PREFIX}audit_event")


def usernames(connection: Connection, scope: Scope) -> list[str]:
    """The accounts by whose names the trail can be asked, for whoever may see it."""
    names = sa.select(account.c.username)
    if scope.schools is not None:
        names = names.where(sa.false())
    source = names.subquery(f"{PREFIX}usernames")
    return list(connection.scalars(sa.select(source.c.username).order_by(source.c.username)))


def trail_page(
    connection: Connection, scope: Scope, wanted: Wanted, before: Place | None = None
) -> TrailPage:
    """The newest ``PAGE`` events that are wanted, of those before a place."""
    rows = visible_audit(scope)
    floor = _floor(connection, rows, wanted, before) if wanted.texts else None
    statement = _newest(rows, wanted, before, floor, PAGE + 1)
    found = [_event(row) for row in connection.execute(statement)]
    if len(found) > PAGE:
        last = found[PAGE - 1]
        return TrailPage(tuple(found[:PAGE]), Place(last.at, last.id))
    return TrailPage(tuple(found), floor, None if floor is None else floor.at)


def trail(connection: Connection, scope: Scope, wanted: Wanted, limit: int) -> Iterator[AuditEvent]:
    """The newest events that are wanted, at most ``limit``, as they come from the database."""
    statement = _newest(visible_audit(scope), wanted, None, None, limit)
    return (_event(row) for row in connection.execution_options(yield_per=1000).execute(statement))


def _event(row: Any) -> AuditEvent:
    return AuditEvent(row.id, row.at, row.actor, row.action, json.loads(row.detail))


def _floor(
    connection: Connection, rows: Subquery, wanted: Wanted, before: Place | None
) -> Place | None:
    """The last event of the part of the trail that is looked through; None: up to its end."""
    c = rows.c
    bounds = _bounds(rows, Wanted(since=wanted.since, until=wanted.until), before, None)
    statement = (
        sa.select(c.at, c.id)
        .where(*bounds)
        .order_by(c.at.desc(), c.id.desc())
        .offset(LOOKED_THROUGH - 1)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Place(row.at, row.id)


def _newest(
    rows: Subquery, wanted: Wanted, before: Place | None, floor: Place | None, limit: int
) -> Select[Any]:
    """One branch per action, each walking its own index from the newest event on."""
    c = rows.c
    bounds = _bounds(rows, wanted, before, floor)

    def branch(*also: ColumnElement[bool]) -> Select[Any]:
        newest = sa.select(c.id, c.at, c.actor, c.action, c.detail).where(*bounds, *also)
        return newest.order_by(c.at.desc(), c.id.desc()).limit(limit)

    if len(wanted.actions) < 2:
        return branch(*(c.action == action for action in wanted.actions))
    branches = [sa.select(branch(c.action == a).subquery()) for a in wanted.actions]
    every = sa.union_all(*branches).subquery("branches")
    return sa.select(every).order_by(every.c.at.desc(), every.c.id.desc()).limit(limit)


def _bounds(
    rows: Subquery, wanted: Wanted, before: Place | None, floor: Place | None
) -> list[ColumnElement[bool]]:
    c = rows.c
    place = sa.tuple_(c.at, c.id)
    bounds: list[ColumnElement[bool]] = []
    if before is not None:
        bounds.append(place < sa.tuple_(*before))
    if floor is not None:
        bounds.append(place >= sa.tuple_(*floor))
    if wanted.actor:
        bounds.append(c.actor == wanted.actor)
    if wanted.since is not None:
        bounds.append(c.at >= wanted.since)
    if wanted.until is not None:
        bounds.append(c.at < wanted.until)
    if wanted.texts:
        bounds.append(
            sa.or_(*(c.detail.icontains(_as_stored(t), autoescape=True) for t in wanted.texts))
        )
    return bounds


def _as_stored(text: str) -> str:
    """A text as JSON writes it inside its quotation marks."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
