"""A case in words: from its rows to what stands on the page."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from dashboard.asked import Asked
from dashboard.case_questions import is_overdue, waits_for
from dashboard.clock import local
from dashboard.i18n import Translator
from dashboard.tables import Column, Table
from data_access.case_reads import (
    MOST_RECORDS,
    AffectedRecord,
    CaseRow,
    Evidence,
    Known,
    ReturnHead,
    Step,
)
from data_access.evidence_kinds import MEDIA_TYPES
from layouts.case_view import CaseLine, CaseSheet, FileLink, LogEntry

JUDGED = ("confirmed", "refuted")


def line(row: CaseRow, asked: Asked, day: dt.date, chosen: int) -> CaseLine:
    """One case of the register."""
    t = asked.t
    about = [
        asked.names("school")[row.school],
        t("cases.people_count", count=t.count(row.people)) if row.people else t("cases.no_people"),
    ]
    return CaseLine(
        number=row.id,
        title=t("cases.numbered", number=row.id, title=row.title),
        about=" · ".join(about),
        status=row.status,
        status_text=t(f"cases.status_{row.status}"),
        due_text=due_text(row, t, day),
        overdue=is_overdue(row, day),
        chosen=row.id == chosen,
    )


def due_text(row: CaseRow, t: Translator, day: dt.date) -> str:
    """When the answer is due, while it is; when it was closed, after."""
    if row.status == "closed" and row.closed_at is not None:
        return t("cases.closed_day", date=t.compact_date(local(row.closed_at).date()))
    if row.status != "open":
        return ""
    left = (row.due_on - day).days
    if left < 0:
        return t("cases.late", days=t.count(-left))
    if left == 0:
        return t("cases.due_today")
    return t("cases.days_left", days=t.count(left), date=t.compact_date(row.due_on))


def sheet_of(
    row: CaseRow,
    asked: Asked,
    day: dt.date,
    *,
    steps: Sequence[Step],
    files: Sequence[Evidence],
    records: Sequence[AffectedRecord],
    returns: Mapping[int, ReturnHead],
) -> CaseSheet:
    """Everything that the sheet of one case says."""
    t = asked.t
    return CaseSheet(
        title=t("cases.numbered", number=row.id, title=row.title),
        status=row.status,
        status_text=t(f"cases.status_{row.status}"),
        due_text=due_text(row, t, day),
        overdue=is_overdue(row, day),
        stages=_stages(row.status, [step.step for step in steps], t),
        facts=_facts(row, asked, returns),
        problem=row.problem,
        conclusion=row.conclusion,
        records=_records(records, asked),
        records_note=_records_note(row, records, t),
        log=_log(steps, t),
        files=[_file(row.id, one, t) for one in files],
    )


def hint(row: CaseRow, allowed: Collection[str], t: Translator) -> str:
    """Whose turn it is, and what is wanted of this person."""
    if waits_for(row.status, allowed):
        return t(f"cases.turn_{row.status}")
    return t("cases.turn_school" if row.status == "open" else "cases.turn_department")


def _stages(status: str, been: Sequence[str], t: Translator) -> list[tuple[str, bool, bool]]:
    """The way of a case, with its fork: (name, done, current); current is what comes next."""
    judged = next((one for one in reversed(been) if one in JUDGED), "")
    corrects = judged != "refuted" and not (status == "closed" and "corrected" not in been)
    way = ["open", "answered", judged or "judged", *(["corrected"] if corrects else []), "closed"]
    names = ["opened", "answer", judged or "judge", *(["correct"] if corrects else []), "close"]
    done = way.index(status)
    return [
        (t(f"cases.stage_{name}"), place <= done, place == done + 1)
        for place, name in enumerate(names)
    ]


def _facts(row: CaseRow, asked: Asked, returns: Mapping[int, ReturnHead]) -> list[tuple[str, str]]:
    t = asked.t
    facts = [
        (t("cases.school"), asked.names("school")[row.school]),
        (t("table.cohort"), t("common.cohort", cohort=row.cohort)),
        (t("cases.origin"), t(f"cases.origin_{row.origin}")),
        (t("cases.field_responsible"), row.responsible),
        (t("cases.opened_on"), _with_actor(row.opened_at, row.opened_by, t)),
        (t("cases.due_on"), t.date(row.due_on)),
    ]
    head = returns.get(row.return_id or 0)
    if head is not None:
        facts.append((t("cases.correction"), return_text(head, t)))
    return facts


def return_text(head: ReturnHead, t: Translator) -> str:
    """A return by its number, its statistical date and the day it was accepted."""
    return t(
        "cases.return_text",
        number=head.id,
        date=t.compact_date(head.counted_on),
        accepted=t.compact_date(local(head.accepted_at).date()),
    )


def _with_actor(at: dt.datetime, actor: str, t: Translator) -> str:
    return t("cases.by", date=t.date(local(at).date()), actor=actor)


def _records(records: Sequence[AffectedRecord], asked: Asked) -> Table:
    t = asked.t
    columns = (
        Column("number", t("cases.student_number"), "text"),
        Column("level", t("table.level"), "text"),
        Column("then", t("cases.then"), "text"),
        Column("then_on", t("cases.then_on"), "text"),
        Column("now", t("cases.now"), "text"),
        Column("now_on", t("cases.now_on"), "text"),
    )
    rows = tuple(
        (
            one.number,
            asked.names("level")[newest.level] if newest else "",
            _destination(one.then, asked),
            _reported(one.then, t),
            t("cases.unchanged") if one.now == one.then else _destination(one.now, asked),
            "" if one.now == one.then else _reported(one.now, t),
        )
        for one in records
        for newest in [one.now or one.then]
    )
    return Table(columns, rows)


def _destination(known: Known | None, asked: Asked) -> str:
    if known is None:
        return asked.t("cases.not_reported")
    return asked.names("destination").get(known.destination, known.destination)


def _reported(known: Known | None, t: Translator) -> str:
    """The statistical date from which it holds, and the return that says so."""
    if known is None:
        return ""
    date = t.compact_date(known.counted_on)
    return t("cases.reported", date=date, number=known.return_id)


def _records_note(row: CaseRow, records: Sequence[AffectedRecord], t: Translator) -> str:
    if not row.people:
        return t("cases.no_people")
    changed = sum(one.now != one.then for one in records)
    note = t("cases.records_note", count=t.count(row.people), changed=t.count(changed))
    if row.people > len(records):
        note = t.sentences([note, t("cases.records_cut", most=t.count(MOST_RECORDS))])
    return note


def _log(steps: Sequence[Step], t: Translator) -> list[LogEntry]:
    """What was said and done; the second time a case is open, it was asked again."""
    entries = []
    for place, step in enumerate(steps):
        again = step.step == "open" and place > 0
        what = t("cases.step_again") if again else t(f"cases.step_{step.step}")
        at = local(step.at)
        entries.append(
            LogEntry(
                at.isoformat(timespec="seconds"),
                at.strftime("%Y-%m-%d %H:%M"),
                t("cases.step_by", what=what, actor=step.actor),
                step.words,
            )
        )
    return entries


def _file(case: int, one: Evidence, t: Translator) -> FileLink:
    kind = one.media_type if one.media_type in MEDIA_TYPES else "pdf"
    note = t(
        "evidence.note",
        kind=t(f"evidence.kind_{kind}"),
        size=_size(one.size, t),
        time=local(one.at).strftime("%Y-%m-%d %H:%M"),
        actor=one.actor,
        digest=one.sha256[:12],
    )
    return FileLink(one.label, note, f"/cases/{case}/evidence/{one.id}")


def _size(size: int, t: Translator) -> str:
    if size < 1024**2:
        return t("evidence.kilobytes", n=t.count(max(1, round(size / 1024))))
    return t("evidence.megabytes", n=f"{size / 1024**2:.1f}")
