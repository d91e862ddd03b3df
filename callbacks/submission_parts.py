"""The parts of one submission on the screen: how it stands, what it changes, what can be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.asked import Asked
from dashboard.clock import local_text
from dashboard.handed_in import Finding, RateShift, Shown, Step, by_class, by_level
from dashboard.i18n import Translator
from dashboard.tables import Column, Table
from data_access.submissions import Submission
from layouts import ids
from layouts.components import Drill, card_head, data_table, state
from layouts.ids import Submissions

WAY = ("received", "draft", "submitted", "accepted")
REACHED = {
    "received": 0,
    "reading": 0,
    "unreadable": 0,
    "draft": 1,
    "sent_back": 1,
    "discarded": 1,
    "submitted": 2,
    "accepted": 3,
    "withdrawn": 3,
}
TONE = {
    "submitted": "info",
    "draft": "info",
    "unreadable": "bad",
    "sent_back": "warn",
    "accepted": "good",
    "withdrawn": "warn",
}
GRAVITY = ("error", "warning", "info")
SHOWN_CLASSES = 12


def list_table(found: Sequence[Submission], asked: Asked) -> Component:
    """The submissions of the class; each row leads to one."""
    t = asked.t
    if not found:
        return state("none", t("submissions.none"), t("submissions.none_text"))
    names = asked.names("school")
    columns = (
        Column("number", t("submissions.number"), "code"),
        Column("school", t("table.school"), "text"),
        Column("day", t("submissions.day"), "date"),
        Column("status", t("submissions.status"), "text"),
        Column("rows", t("submissions.rows"), "count"),
        Column("uploaded", t("submissions.uploaded_at"), "text"),
        Column("by", t("submissions.by"), "text"),
    )
    rows = tuple(
        (
            str(one.id),
            names[one.school],
            one.counted_on,
            t(f"submissions.status_{one.status}"),
            one.rows_total,
            local_text(one.uploaded_at),
            one.uploaded_by,
        )
        for one in found
    )
    drill = Drill("/submissions", "submission={}")
    box = data_table(Table(columns, rows), t, t("submissions.list"), drill)
    return html.Div(box, className="qx-scroll")


def detail(found: Shown | None, asked: Asked) -> list[Component]:
    """How one submission stands, and what it would change."""
    t = asked.t
    if found is None:
        return [
            card_head(t("submissions.one")),
            state("none", t("submissions.none_chosen"), t("submissions.none_chosen_text")),
        ]
    head = found.head
    title = t("submissions.title_of", number=head.id, school=asked.names("school")[head.school])
    parts: list[Component | None] = [
        card_head(title),
        _steps(found, t),
        _standing(found, asked),
        _changes(found, asked),
        _log(found, t),
    ]
    return [part for part in parts if part is not None]


def _steps(found: Shown, t: Translator) -> html.Ol:
    reached = REACHED[found.head.status]
    items = []
    for at, step in enumerate(WAY):
        done = at < reached or reached == len(WAY) - 1
        current = {"aria-current": "step"} if at == reached and not done else {}
        name = "qx-steps__done" if done else ""
        items.append(html.Li(t(f"submissions.way_{step}"), className=name, **current))  # type: ignore[arg-type]
    return html.Ol(items, className="qx-steps")


def _standing(found: Shown, asked: Asked) -> html.Div:
    """One sentence, and the facts."""
    t, head = asked.t, found.head
    tone = TONE.get(head.status, "")
    said = t(
        f"submissions.said_{head.status}",
        rows=t.count(head.rows_read),
        errors=t.count(found.count("error")),
        warnings=t.count(found.count("warning")),
        open=t.count(len(found.unexplained)),
        who=head.decided_by or head.submitted_by or head.uploaded_by,
    )
    facts: list[tuple[str, Any]] = [
        (
            t("submissions.status"),
            html.Span(t(f"submissions.status_{head.status}"), className=f"qx-tag qx-tag--{tone}"),
        ),
        (t("bar.cohort"), t("common.cohort", cohort=head.cohort)),
        (t("submissions.day"), t.date(head.counted_on)),
        (t("submissions.file"), head.file_name),
        (t("submissions.uploaded_at"), f"{local_text(head.uploaded_at)} · {head.uploaded_by}"),
    ]
    items: list[Component] = []
    for name, value in facts:
        items += [html.Dt(name), html.Dd(value)]
    last = next((s for s in reversed(found.steps) if s.remark), None)
    parts: list[Component] = [html.P(said, className="qx-card__finding")]
    if last is not None and head.status in ("sent_back", "withdrawn"):
        words = t("submissions.remark_of", who=last.actor, words=last.remark)
        parts.append(html.Div(words, className="qx-note qx-note--warn"))
    return html.Div([*parts, html.Dl(items, className="qx-kv")])


def _changes(found: Shown, asked: Asked) -> html.Div | None:
    """Rows by kind, and the rate before and after by level and discipline class."""
    t, changes = asked.t, found.changes
    if changes is None:
        return None
    counts = [
        (t(f"submissions.kind_{kind}"), getattr(changes, kind))
        for kind in ("new", "changed", "unchanged", "gone")
    ]
    items = [
        part
        for name, n in counts
        for part in (
            html.Dt(name),
            html.Dd(t("submissions.people", n=t.count(n)), className="qx-num"),
        )
    ]
    edition = asked.answers.edition_of(found.head.cohort)
    levels = by_level(changes, edition)

    def class_of(code: str) -> str:
        return asked.answers.discipline_at(asked.answers.codes, code, "class")

    classes = [one for one in by_class(changes, edition, class_of) if one.before != one.after]
    name = t.name(edition.rate_name_zh, edition.rate_name_en)
    return html.Div(
        [
            html.H3(t("submissions.changes"), className="qx-card__title"),
            html.Dl(items, className="qx-kv"),
            _shifts(levels, "level", name, asked),
            _shifts(classes[:SHOWN_CLASSES], "discipline", name, asked, found.new_names)
            if classes
            else None,
        ],
        className="qx-stack",
    )


def _shifts(
    found: Sequence[RateShift],
    kind: Any,
    name: str,
    asked: Asked,
    new: Mapping[str, str] = MappingProxyType({}),
) -> html.Div:
    t, names = asked.t, asked.names(kind)
    columns = (
        Column("name", t(f"table.{'level' if kind == 'level' else 'discipline'}"), "text"),
        Column("graduates_before", t("submissions.graduates_before"), "count"),
        Column("graduates_after", t("submissions.graduates_after"), "count"),
        Column("before", t("submissions.rate_before", name=name), "rate"),
        Column("after", t("submissions.rate_after", name=name), "rate"),
        Column("difference", t("submissions.difference"), "points"),
    )
    rows = tuple(
        (
            new.get(one.code) or names[one.code] if one.code else t("table.total"),
            one.before.denominator,
            one.after.denominator,
            one.before,
            one.after,
            one.difference,
        )
        for one in found
    )
    return html.Div(
        data_table(Table(columns, rows), t, t("submissions.changes")), className="qx-scroll"
    )


def _log(found: Shown, t: Translator) -> html.Details:
    lines = [
        html.Li([html.Time(local_text(step.at)), html.Span(_step_text(step, t))])
        for step in found.steps
    ]
    return html.Details(
        [html.Summary(t("submissions.log")), html.Ol(lines, className="qx-log")],
        className="qx-card__table",
    )


def _step_text(step: Step, t: Translator) -> str:
    said = t("submissions.log_line", step=t(f"submissions.step_{step.step}"), who=step.actor)
    return said + t("submissions.log_words", words=step.remark) if step.remark else said


def finding_rows(found: Shown, asked: Asked) -> list[dict[str, Any]]:
    """The findings for the grid, the gravest first."""
    return [
        {
            "code": str(at),
            "line": one.line,
            "severity": asked.t(f"submissions.severity_{one.severity}"),
            "field": one.field,
            "printed": one.printed,
            "text": one.text,
        }
        for at, one in enumerate(sorted(found.findings, key=_gravest_first))
    ]


def _gravest_first(one: Finding) -> tuple[int, int]:
    return GRAVITY.index(one.severity), one.line or 0


def actions(found: Shown, asked: Asked, allowed: frozenset[str], actor: str) -> list[Component]:
    """What this person may do now, and the words that it needs."""
    t, head = asked.t, found.head
    own = head.uploaded_by == actor
    parts: list[Component] = []
    if head.status == "draft" and "upload" in allowed:
        parts += _reasons(found, asked)
        parts += _absent(found, t)
    buttons: list[Component] = []
    marked = head.status in ("draft", "submitted", "sent_back") and {"upload", "submit"} & allowed
    if marked and found.findings:
        buttons.append(
            html.A(
                t("submissions.marked"),
                href=f"/submissions/{head.id}/marked.xlsx",
                className="qx-button",
            )
        )
    steps = _possible(head, allowed, own=own)
    if any(step in ("send_back", "review_back", "withdraw") for step, _ in steps):
        parts.append(_remark(t))
    buttons += [
        html.Button(
            t(f"submissions.act_{step}"),
            id=ids.act(step),
            className=f"qx-button qx-button--{tone}",
            type="button",
        )
        for step, tone in steps
    ]
    if buttons:
        parts.append(html.Div(buttons, className="qx-form__actions"))
    if head.status == "draft" and "submit" in allowed and own:
        parts.append(html.P(t("submission.four_eyes_submit"), className="qx-field__hint"))
    return parts


def _possible(head: Submission, allowed: frozenset[str], *, own: bool) -> list[tuple[str, str]]:
    """(step, look of its button)."""
    found = []
    if head.status == "draft" and "submit" in allowed and not own:
        found += [("submit", "primary"), ("review_back", "danger")]
    if head.status in ("draft", "unreadable", "sent_back") and "upload" in allowed:
        found.append(("discard", "danger"))
    if head.status == "submitted" and "decide" in allowed:
        found += [("accept", "primary"), ("send_back", "danger")]
    if head.status == "accepted" and "decide" in allowed:
        found.append(("withdraw", "danger"))
    return found


def _reasons(found: Shown, asked: Asked) -> list[Component]:
    """One text per rule with warnings."""
    t, names = asked.t, asked.names("validation_rule")
    rules = Counter(one.rule for one in found.findings if one.severity == "warning")
    if not rules:
        return []
    fields = [
        html.Div(
            [
                html.Label(
                    [
                        html.Span(
                            t("submissions.reason_for", rule=names[rule], count=t.count(n)),
                            className="qx-field__label",
                        ),
                        dcc.Textarea(
                            id=ids.reason(rule),
                            value=found.reasons.get(rule, ""),
                            maxLength=1_000,
                            rows=2,
                            className="qx-textarea",
                        ),
                    ],
                    className="qx-field",
                ),
                html.Button(
                    t("submissions.act_reason"),
                    id=ids.act("reason", rule),
                    type="button",
                    className="qx-button qx-button--small",
                ),
            ],
            className="qx-field",
        )
        for rule, n in rules.items()
    ]
    return [
        html.H3(t("submissions.reasons"), className="qx-card__title"),
        html.Div(fields, className="qx-form"),
    ]


def _absent(found: Shown, t: Translator) -> list[Component]:
    """What becomes of graduates whom the file leaves out."""
    if found.changes is None or not found.changes.gone:
        return []
    removes = found.head.removes_absent
    said = t(
        "submissions.absent_removed" if removes else "submissions.absent_kept",
        count=t.count(found.changes.gone),
    )
    step = "absent_keep" if removes else "absent_remove"
    button = html.Button(
        t(f"submissions.act_{step}"),
        id=ids.act(step),
        type="button",
        className="qx-button qx-button--small",
    )
    return [html.Div([html.P(said), button], className="qx-note")]


def _remark(t: Translator) -> html.Label:
    return html.Label(
        [
            html.Span(t("submissions.remark"), className="qx-field__label"),
            dcc.Textarea(id=Submissions.REMARK, maxLength=1_000, rows=2, className="qx-textarea"),
        ],
        className="qx-field",
    )
