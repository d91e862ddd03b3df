"""Answers the page of the audit trail.

The trail grows without a new version of the ledger, so its answers are not kept: no callback
here has exactly the inputs of :mod:`dashboard.kept_answers`.
"""

import datetime as dt
from typing import Any

from dash import Dash, Input, Output, State

from dashboard.asked import Asked, ask
from dashboard.audit_questions import may_read, trail_page, trail_table
from dashboard.audit_words import local_time
from dashboard.clock import now
from dashboard.services import Services
from data_access.audit import Place, TrailPage
from layouts import ids
from layouts.components import data_table, state
from layouts.ids import Audit

Places = list[str] | None
Stored = dict[str, Any] | None
LARGEST_ID = 2**63 - 1


class AuditPage:
    """Pages through the trail; ``places`` in the browser are where the pages before this end."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def trail(self, stored: Stored, places: Places) -> tuple[Any, ...]:
        """(table, finding, source, no newer, no older, place of the next page)."""
        asked = ask(self._services, stored)
        t = asked.t
        if not may_read(self._services):
            refused = state("not-allowed", t("auth.forbidden"), t("auth.forbidden_text"))
            return refused, "", "", True, True, None
        before = _read(places[-1]) if isinstance(places, list) and places else None
        page = trail_page(asked, before)
        table = trail_table(asked, page.events)
        content = (
            data_table(table, t, t("audit.trail"))
            if page.events
            else state("none", t("audit.nothing"), t("audit.nothing_text"))
        )
        source = t("audit.source", zone=_zone())
        written = None if page.older is None else _written(page.older)
        return content, _finding(page, asked), source, not before, written is None, written

    def older(self, _clicks: int | None, places: Places, following: str | None) -> list[str]:
        known = [place for place in places or [] if _read(place)]
        return [*known, following] if _read(following) and following else known

    def newer(self, _clicks: int | None, places: Places) -> list[str]:
        return list(places or [])[:-1]

    def newest(self, *_: Any) -> list[str]:
        return []


def _finding(page: TrailPage, asked: Asked) -> str:
    t, events = asked.t, page.events
    if events:
        first, last = local_time(events[-1].at), local_time(events[0].at)
        key = "audit.finding_one" if len(events) == 1 else "audit.finding"
        parts = [t(key, count=t.count(len(events)), first=first, last=last)]
    else:
        parts = [t("audit.nothing")]
    if page.looked_until:
        parts.append(t("audit.looked_until", time=local_time(page.looked_until)))
    return t.sentences(parts)


def _zone() -> str:
    """The office's distance from UTC: UTC+08:00."""
    return f"UTC{now().isoformat()[-6:]}"


def _written(place: Place) -> str:
    return f"{place.at.isoformat()}|{place.id}"


def _read(text: object) -> Place | None:
    """A place as the browser kept it; None for anything else."""
    at, _, number = str(text).partition("|")
    try:
        place = Place(dt.datetime.fromisoformat(at), int(number))
    except ValueError:
        return None
    return place if place.at.tzinfo is None and 0 <= place.id <= LARGEST_ID else None


def register(app: Dash, services: Services) -> None:
    """Wires the page of the audit trail."""
    page = AuditPage(services)
    places = Output(Audit.PLACES, "data", allow_duplicate=True)
    app.callback(
        Output(Audit.TABLE, "children"),
        Output(Audit.FINDING, "children"),
        Output(Audit.SOURCE, "children"),
        Output(Audit.NEWER, "disabled"),
        Output(Audit.OLDER, "disabled"),
        Output(Audit.NEXT, "data"),
        Input(ids.SELECTION, "data"),
        Input(Audit.PLACES, "data"),
    )(page.trail)
    app.callback(
        Output(Audit.PLACES, "data"),
        Input(ids.SELECTION, "data"),
        Input(Audit.NEWEST, "n_clicks"),
        prevent_initial_call=True,
    )(page.newest)
    app.callback(
        places,
        Input(Audit.OLDER, "n_clicks"),
        State(Audit.PLACES, "data"),
        State(Audit.NEXT, "data"),
        prevent_initial_call=True,
    )(page.older)
    app.callback(
        places,
        Input(Audit.NEWER, "n_clicks"),
        State(Audit.PLACES, "data"),
        prevent_initial_call=True,
    )(page.newer)
