"""What is asked of the audit trail, and its answer as a table.

What somebody types to look for never leaves this page: it is no part of what an export records.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable

from dashboard.asked import Asked
from dashboard.audit_words import (
    ACTIONS,
    DetailWords,
    action_words,
    actor_words,
    asked_action,
    local_time,
)
from dashboard.auth import Permission
from dashboard.i18n import Translator
from dashboard.services import Services
from dashboard.tables import Column, Table
from data_access import audit
from data_access.audit import SYSTEM_ACTORS, AuditEvent, Place, TrailPage, Wanted

ANY = "any"
MOST_EXPORTED = 100_000  # events
MOST_CODES = 3  # schools whose names have the text that is looked for


def may_read(services: Services) -> bool:
    """Whether the person who asks may read the trail."""
    return Permission.AUDIT in services.allowed()


def choices(services: Services) -> dict[str, list[tuple[str, str]]]:
    """Values and labels of the page's controls, for whoever may read the trail."""
    t = services.t()
    actions = [(ANY, t("audit.any_action"))]
    for group, names in ACTIONS.items():
        actions.append((group, t(f"audit.group_{group}")))
        actions += [(name, "\u2003" + t(f"audit.action_{name}")) for name in names]
    if not may_read(services):
        return {"action": actions}
    with services.answers.store.guarded.connect() as connection:
        people = audit.usernames(connection, services.scope())
    named = [(name, name) for name in people]
    return {"action": actions, "person": [*named, *_system_actors(t)]}


def wanted(asked: Asked) -> Wanted:
    """What the page's controls say, days in the office's own time."""
    action = asked.state.get("action", ANY)
    actions = ACTIONS.get(action, () if action == ANY else (action,))
    until = _day(asked.state.get("until"))
    return Wanted(
        actor=actor_of(asked.texts.get("person", ""), asked.t),
        actions=actions,
        since=_start(_day(asked.state.get("since"))),
        until=_start(until + dt.timedelta(days=1)) if until and until < dt.date.max else None,
        texts=_texts(asked),
    )


def actor_of(typed: str, t: Translator) -> str:
    """Whose events are meant: a name to sign in with in any case and width, or a word for none."""
    folded = unicodedata.normalize("NFKC", typed).strip().casefold()
    named = {label.casefold(): actor for label, actor in _system_actors(t)}
    return named.get(folded, folded)


def trail_page(asked: Asked, before: Place | None) -> TrailPage:
    """One page of the trail."""
    with asked.answers.store.guarded.connect() as connection:
        return audit.trail_page(connection, asked.scope, wanted(asked), before)


def exported(asked: Asked) -> list[AuditEvent]:
    """The newest events that are asked for, and one more than a file takes if there are more."""
    with asked.answers.store.guarded.connect() as connection:
        return list(audit.trail(connection, asked.scope, wanted(asked), MOST_EXPORTED + 1))


def trail_table(asked: Asked, events: Iterable[AuditEvent]) -> Table:
    """One row per event; number and code of the action stand in files only."""
    t = asked.t
    words = DetailWords(t, asked.services.name)
    columns = (
        Column("id", t("audit.number"), "code"),
        Column("at", t("audit.at"), "text"),
        Column("actor", t("audit.person"), "text"),
        Column("action_code", t("audit.code"), "code"),
        Column("action", t("audit.action"), "text"),
        Column("detail", t("audit.detail"), "text"),
    )
    rows = tuple(
        (
            str(event.id),
            local_time(event.at),
            actor_words(event.actor, t),
            event.action,
            action_words(event.action, t),
            words(event),
        )
        for event in events
    )
    return Table(columns, rows)


def sentence(asked: Asked) -> str:
    """What is looked for, in words."""
    t, state, texts = asked.t, asked.state, asked.texts
    action = state.get("action", ANY)
    parts = [t("audit.any_action") if action == ANY else asked_action(action, t)]
    if person := texts.get("person"):
        parts.append(t("audit.asked_person", value=person))
    since, until = _day(state.get("since")), _day(state.get("until"))
    if since:
        parts.append(t("audit.asked_since", date=t.date(since)))
    if until:
        parts.append(t("audit.asked_until", date=t.date(until)))
    if words := texts.get("words"):
        parts.append(t("audit.asked_words", value=words))
    return " · ".join(parts)


def _system_actors(t: Translator) -> list[tuple[str, str]]:
    """(word, actor) of what is no account."""
    return [(actor_words(actor, t), actor) for actor in SYSTEM_ACTORS]


def _texts(asked: Asked) -> tuple[str, ...]:
    """What is typed, and the codes of the few schools whose names have it: details hold codes."""
    typed = asked.texts.get("words", "").strip()
    if not typed:
        return ()
    folded = typed.casefold()
    schools = [
        code
        for code, row in asked.answers.codes.tables["school"].items()
        if folded in row.name_zh or folded in row.name_en.casefold()
    ]
    return (typed, *schools) if len(schools) <= MOST_CODES else (typed,)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _start(day: dt.date | None) -> dt.datetime | None:
    """The first moment of an office day, in UTC and without a zone; None at the end of time."""
    if day is None:
        return None
    try:
        local = dt.datetime.combine(day, dt.time()).astimezone()
        return local.astimezone(dt.UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return None
