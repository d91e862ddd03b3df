"""The audit trail is found again: every filter and every page against a slow look at all of it."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import audit
from data_access.audit import AuditEvent, Place, Wanted, record
from data_access.registry import writing
from data_access.schema import audit_event
from data_access.scope import EVERYTHING, NOTHING, Scope, check_scoped

START = dt.datetime(2026, 3, 1, 8)  # noqa: DTZ001  (stored without a zone, as UTC)
ACTORS = ("leader", "analyst", "王芳", "system")
ACTIONS = ("sign_in", "sign_out", "export", "accept_returns", "rare")
DETAILS = (
    {"address": "10.1.2.3"},
    {"question": "levels", "rows": 12},
    {"school": "99001", "note": 'a "quoted" 100%_text'},
    {"question": "Schools", "path": "a\\b/c"},
    {},
)


def fill(engine: Engine, n: int, seed: int = 7) -> list[AuditEvent]:
    """Events whose times repeat and do not always follow their numbers; newest first."""
    draw = random.Random(seed)
    at, values = START, []
    for _ in range(n):
        at += dt.timedelta(seconds=draw.choice((0, 0, 1, 60, 3600, -2)))
        values.append(
            {
                "at": at,
                "actor": draw.choice(ACTORS),
                "action": draw.choices(ACTIONS, (40, 30, 20, 10, 1))[0],
                "detail": json.dumps(draw.choice(DETAILS), ensure_ascii=False, sort_keys=True),
            }
        )
    with writing(engine) as connection:
        connection.execute(sa.insert(audit_event), values)
        rows = connection.execute(sa.select(audit_event)).all()
    events = [AuditEvent(r.id, r.at, r.actor, r.action, json.loads(r.detail)) for r in rows]
    return sorted(events, key=lambda e: (e.at, e.id), reverse=True)


def slowly(events: list[AuditEvent], wanted: Wanted) -> list[AuditEvent]:
    """The same filters, one event after the other."""

    def fits(event: AuditEvent) -> bool:
        text = json.dumps(event.detail, ensure_ascii=False, sort_keys=True).lower()
        as_stored = [json.dumps(t, ensure_ascii=False)[1:-1].lower() for t in wanted.texts]
        return (
            (not wanted.actor or event.actor == wanted.actor)
            and (not wanted.actions or event.action in wanted.actions)
            and (wanted.since is None or event.at >= wanted.since)
            and (wanted.until is None or event.at < wanted.until)
            and (not as_stored or any(t in text for t in as_stored))
        )

    return [event for event in events if fits(event)]


def pages(engine: Engine, wanted: Wanted) -> Iterator[audit.TrailPage]:
    """Every page, from the newest to the end."""
    before: Place | None = None
    with engine.connect() as connection:
        while True:
            page = audit.trail_page(connection, EVERYTHING, wanted, before)
            yield page
            if page.older is None:
                return
            assert before is None or page.older < before, "each page goes further back"
            before = page.older


HOUR = dt.timedelta(hours=1)
ASKED = (
    Wanted(),
    Wanted(actor="leader"),
    Wanted(actor="王芳", actions=("export",)),
    Wanted(actor="nobody"),
    Wanted(actions=("sign_in", "sign_out", "rare")),
    Wanted(actor="system", actions=("rare", "unheard of")),
    Wanted(since=START + 20 * HOUR, until=START + 30 * HOUR),
    Wanted(until=START + 30 * HOUR, actions=("sign_in",)),
    Wanted(texts=("99001",)),
    Wanted(texts=("SCHOOLS", "10.1.2.3"), actor="analyst"),
    Wanted(texts=("%_t",)),
    Wanted(texts=('"quoted"',)),
    Wanted(texts=("a\\b",), actions=("export", "sign_in")),
    Wanted(texts=("_",)),
    Wanted(texts=("nothing like it",)),
)


@pytest.mark.parametrize("looked_through", [37, 50_000])
def test_every_page_of_every_filter(
    registry: Engine, monkeypatch: pytest.MonkeyPatch, looked_through: int
) -> None:
    monkeypatch.setattr(audit, "LOOKED_THROUGH", looked_through)
    monkeypatch.setattr(audit, "PAGE", 10)
    events = fill(registry, 400)
    for wanted in ASKED:
        expected = slowly(events, wanted)
        found = [event for page in pages(registry, wanted) for event in page.events]
        assert found == expected, wanted
        with registry.connect() as connection:
            assert list(audit.trail(connection, EVERYTHING, wanted, 25)) == expected[:25], wanted


def test_a_text_is_looked_for_in_a_part_at_a_time_and_the_page_says_which(
    registry: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "LOOKED_THROUGH", 50)
    events = fill(registry, 120)
    first, second, third = pages(registry, Wanted(texts=("nothing like it",)))
    assert (first.events, first.looked_until) == ((), events[49].at)
    assert (second.events, second.looked_until) == ((), events[99].at)
    assert (third.events, third.looked_until, third.older) == ((), None, None)


def test_nobody_but_those_who_see_every_school_sees_any_of_it(registry: Engine) -> None:
    fill(registry, 30)
    with registry.connect() as connection:
        for scope in (NOTHING, Scope(frozenset({"99001"}))):
            for wanted in ASKED:
                page = audit.trail_page(connection, scope, wanted)
                assert (page.events, page.older) == ((), None)
                assert list(audit.trail(connection, scope, wanted, 10)) == []
            assert audit.usernames(connection, scope) == []


def test_the_trail_is_read_through_its_visible_source() -> None:
    check_scoped(sa.select(audit.visible_audit(EVERYTHING).c.id))


def test_what_looks_like_an_identity_number_or_a_telephone_is_masked(registry: Engine) -> None:
    typed = {"part": "11010119900307803X", "school": ["13800138000", "99001"]}
    with writing(registry) as connection:
        record(connection, "leader", "export", {"query": typed, "version": 13800138000})
        event = audit.latest(connection, 1)[0]
    kept = {"part": "110*************3X", "school": ["138******00", "99001"]}
    assert event.detail == {"query": kept, "version": 13800138000}, "a count is a count"
