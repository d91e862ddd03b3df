"""What is known of submissions, as the person who asks may see it: lists, findings, changes."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from dashboard.i18n import Translator
from dashboard.indicators.editions import Edition
from dashboard.indicators.rates import Rate, points, rate
from dashboard.services import Services
from data_access.comparison import Comparison, Shift, compare
from data_access.scope import Scope
from data_access.selection import Selection
from data_access.store import Store
from data_access.submissions import Submission, shaped
from data_access.workflow_schema import (
    submission,
    submission_finding,
    submission_new_code,
    submission_reason,
    submission_step,
)
from data_access.workflow_scope import visible

LISTED = 40
ORDER = (
    *("submitted", "draft", "received", "reading", "unreadable", "sent_back"),
    *("accepted", "withdrawn", "discarded"),
)
"""What waits for somebody comes first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A complaint in words."""

    rule: str
    severity: str
    text: str
    line: int | None
    field: str
    printed: str
    computed: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    at: dt.datetime
    actor: str
    step: str
    remark: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One submission with everything that belongs to it; ``new_names`` by codes not entered yet."""

    head: Submission
    findings: tuple[Finding, ...]
    reasons: Mapping[str, str]
    new_names: Mapping[str, str]
    steps: tuple[Step, ...]
    changes: Comparison | None

    def count(self, severity: str) -> int:
        return sum(1 for one in self.findings if one.severity == severity)

    @property
    def unexplained(self) -> list[str]:
        """The rules whose warnings have no reason yet."""
        rules = dict.fromkeys(one.rule for one in self.findings if one.severity == "warning")
        return [rule for rule in rules if rule not in self.reasons]


@dataclass(frozen=True, slots=True)
class RateShift:
    """A rate before and after, of one level or discipline class."""

    code: str
    before: Rate
    after: Rate

    @property
    def difference(self) -> Any:
        return points(self.after, self.before)


def listed(store: Store, scope: Scope, selection: Selection) -> list[Submission]:
    """The submissions of a class, those that wait for somebody first, at most LISTED."""
    rows = visible(submission, scope)
    columns = [rows.c[name] for name in Submission.__dataclass_fields__]
    waits = sa.case({status: at for at, status in enumerate(ORDER)}, value=rows.c.status)
    chosen = [rows.c.cohort == selection.cohort, rows.c.status != "discarded"]
    if selection.schools:
        chosen.append(rows.c.school.in_(selection.schools))
    statement = sa.select(*columns).where(*chosen).order_by(waits, rows.c.id.desc()).limit(LISTED)
    with store.guarded.connect() as connection:
        return [shaped(row) for row in connection.execute(statement).mappings()]


def sent_back(
    store: Store, scope: Scope, cohort: int, until: dt.date | None
) -> list[tuple[str, dt.date]]:
    """(school, statistical date) of what was sent back by a day and not handed in again."""
    rows = visible(submission, scope)
    chosen = [rows.c.cohort == cohort, rows.c.status == "sent_back"]
    if until is not None:
        end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min)
        chosen.append(rows.c.decided_at < end)
    columns: tuple[sa.ColumnElement[Any], ...] = (rows.c.school, rows.c.counted_on)
    with store.guarded.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).where(*chosen))]


def shown(services: Services, scope: Scope, number: int) -> Shown | None:
    """One submission; None where the scope has none of this number."""
    store = services.answers.store
    rows = visible(submission, scope)
    head = sa.select(*(rows.c[name] for name in Submission.__dataclass_fields__))
    with store.guarded.connect() as connection:
        row = connection.execute(head.where(rows.c.id == number)).mappings().one_or_none()
        if row is None:
            return None
        given = shaped(row)
        findings = _known_findings(store, connection, scope, given, services.t())
        reasons = dict(_of(connection, scope, submission_reason, number, "rule", "reason"))
        names = dict(_of(connection, scope, submission_new_code, number, "code", "name"))
        steps = _of(connection, scope, submission_step, number, "at", "actor", "step", "remark")
    return Shown(
        given,
        findings,
        reasons,
        names,
        tuple(Step(*line) for line in steps),
        _changes(store, given) if given.status in ("draft", "submitted", "sent_back") else None,
    )


def _changes(store: Store, given: Submission) -> Comparison:
    """Of a submission that the scope has shown; kept until it or the ledger changes."""
    key = ("comparison", given.id, given.status, given.removes_absent, store.version)

    def run() -> Comparison:
        with store.registry.connect() as connection:
            return compare(connection, given)

    return store.cache.get(key, run)


def _of(
    connection: Connection, scope: Scope, table: sa.Table, number: int, *names: str
) -> list[Any]:
    rows = visible(table, scope)
    order = rows.c.id if "id" in rows.c else rows.c[names[0]]
    statement = sa.select(*(rows.c[name] for name in names)).where(rows.c.submission_id == number)
    return [tuple(row) for row in connection.execute(statement.order_by(order))]


def _known_findings(
    store: Store, connection: Connection, scope: Scope, given: Submission, t: Translator
) -> tuple[Finding, ...]:
    """The findings of a submission that the scope has shown: once it is read they stay as they are,
    and there may be thousands."""
    if given.status in ("received", "reading"):
        return ()
    key = ("findings", given.id, t.lang)
    return store.cache.get(key, lambda: _findings(connection, scope, given.id, t))


def _findings(
    connection: Connection, scope: Scope, number: int, t: Translator
) -> tuple[Finding, ...]:
    names = ("rule", "severity", "line", "field", "printed", "computed", "count", "params")
    found = _of(connection, scope, submission_finding, number, *names)
    return tuple(in_words(line, t) for line in found)


def in_words(line: tuple[Any, ...], t: Translator) -> Finding:
    """(rule, severity, line, field, printed, computed, count, params) of a stored finding."""
    rule, severity, row, field, printed, computed, count, params = line
    given = json.loads(params)
    key = given.pop("key")
    known = {"row": row, "column": field, "printed": printed, "value": printed}
    texts = {name: "" if value is None else value for name, value in known.items()}
    more = {"computed": computed or "", "count": t.count(count), **given}
    text = t(key, **{**texts, **more})
    return Finding(rule, severity, text, row, field or "", printed or "", computed or "", count)


def by_level(changes: Comparison, edition: Edition) -> list[RateShift]:
    """The rate of everybody (code "") and of each level, before and after."""
    return [_shift("", changes.shifts, edition), *_grouped(changes, edition, lambda s: s.level)]


def by_class(changes: Comparison, edition: Edition, class_of: Any) -> list[RateShift]:
    """The same by discipline class, those that change most first."""
    found = _grouped(changes, edition, lambda s: class_of(s.discipline))
    return sorted(found, key=lambda one: -abs(one.difference or 0))


def _grouped(changes: Comparison, edition: Edition, key: Any) -> list[RateShift]:
    groups: dict[str, list[Shift]] = {}
    for shift in changes.shifts:
        groups.setdefault(key(shift), []).append(shift)
    return [_shift(code, shifts, edition) for code, shifts in sorted(groups.items())]


def _shift(code: str, shifts: Any, edition: Edition) -> RateShift:
    employed = [s for s in shifts if s.destination in edition.employed]
    before = rate(sum(s.before for s in employed), sum(s.before for s in shifts))
    after = rate(sum(s.after for s in employed), sum(s.after for s in shifts))
    return RateShift(code, before, after)
