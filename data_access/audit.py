"""The audit trail: who did what, and when. Events are only ever appended.

An event is written in the transaction of the change that it tells of, so neither exists without
the other. ``detail`` holds codes and counts, never a name, an identity number or a password.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.schema import audit_event


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the trail; ``at`` is UTC, ``detail`` as it was recorded."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    detail: dict[str, Any]


def record(connection: Connection, actor: str, action: str, detail: Mapping[str, Any]) -> None:
    """Appends one event to the caller's transaction; ``detail`` must be JSON values."""
    connection.execute(
        sa.insert(audit_event).values(
            at=dt.datetime.now(dt.UTC).replace(tzinfo=None),
            actor=actor,
            action=action,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )
    )


def latest(connection: Connection, limit: int) -> list[AuditEvent]:
    """The newest events first, at most ``limit`` of them."""
    c = audit_event.c
    rows = connection.execute(
        sa.select(c.id, c.at, c.actor, c.action, c.detail).order_by(c.id.desc()).limit(limit)
    )
    return [
        AuditEvent(row.id, row.at, row.actor, row.action, json.loads(row.detail)) for row in rows
    ]
