"""Answers the page of submissions: the list, the one that is chosen, and what is done about it."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from callbacks.cards import CardCallbacks, Stored
from callbacks.submission_parts import actions, detail, finding_rows, list_table
from dashboard.asked import Asked
from dashboard.handed_in import Shown, listed, shown
from dashboard.services import Services
from data_access.acceptance import accept_submission, withdraw_submission
from data_access.errors import InputError
from data_access.submissions import Before, Submission
from layouts import ids
from layouts.grids import finding_columns, grid_style
from layouts.ids import Submissions

NEEDS = {
    "submit": "submit",
    "send_back": "decide",
    "review_back": "submit",
    "accept": "decide",
    "withdraw": "decide",
    "discard": "upload",
    "absent_keep": "upload",
    "absent_remove": "upload",
    "reason": "upload",
}
"""The permission that each step needs."""
READING = ("received", "reading")


class SubmissionsPage(CardCallbacks):
    """The parts of the page."""

    def list(
        self, stored: Stored, _version: str | None, _done: Any, _tick: Any
    ) -> tuple[Component, str]:
        """(table, finding)."""
        asked = self.asked(stored)
        found = listed(asked.answers.store, asked.scope, asked.selection)
        waiting = sum(1 for one in found if one.status == "submitted")
        drafts = sum(1 for one in found if one.status in ("draft", "unreadable", "sent_back"))
        finding = asked.t(
            "submissions.list_finding",
            waiting=asked.t.count(waiting),
            drafts=asked.t.count(drafts),
        )
        return list_table(found, asked), finding if found else ""

    def chosen(
        self, stored: Stored, _version: str | None, _done: Any, _tick: Any
    ) -> tuple[Any, ...]:
        """(detail, findings, columns, height, no findings, no tick)."""
        asked, found = self._chosen(stored)
        if found is None:
            return detail(None, asked), [], [], grid_style(0), True, True
        rows = finding_rows(found, asked)
        return (
            detail(found, asked),
            rows,
            finding_columns(asked.t),
            grid_style(len(rows)),
            not rows,
            found.head.status not in READING,
        )

    def actions(
        self, stored: Stored, _version: str | None, _done: Any, _tick: Any, before: Any
    ) -> tuple[Any, Any]:
        """(actions, what they belong to); left alone while that is the same, so that nothing a
        person has typed is lost."""
        asked, found = self._chosen(stored)
        if found is None:
            return [], None
        allowed = sorted(self.services.allowed())
        head = found.head
        about = [head.id, head.status, head.removes_absent, sorted(found.reasons), allowed]
        if about == before:
            return no_update, no_update
        return actions(found, asked, self.services.allowed(), self.services.actor()), about

    def act(
        self, clicks: Any, stored: Stored, remarks: Any, texts: Any, reasons: Any
    ) -> tuple[Any, Any]:
        """(a new state of things, the message)."""
        pressed = ctx.triggered_id
        if not isinstance(pressed, dict) or not any(clicks or ()):
            return no_update, no_update
        step, rule = str(pressed["submissions-act"]), str(pressed["rule"])
        asked, found = self._chosen(stored)
        if found is None or NEEDS.get(step) not in self.services.allowed():
            raise InputError("submission.not_allowed")
        words = next((text for text in remarks or () if text), "")
        if step == "reason":
            rules = (one["submissions-reason"] for one in reasons or ())
            words = dict(zip(rules, texts or (), strict=False)).get(rule) or ""
        self._take(step, found.head, rule, words)
        message = asked.t(f"submissions.done_{step}")
        toast = html.Div(message, className="qx-toast qx-toast--good")
        return [found.head.id, step, rule, words], [toast]

    def _take(self, step: str, head: Submission, rule: str, words: str) -> None:
        scope, actor, made = (
            self.services.scope(),
            self.services.actor(),
            self.services.submissions,
        )
        if step == "submit":
            made.submit(scope, head.id, actor)
        elif step in ("send_back", "review_back"):
            before: Before = "draft" if step == "review_back" else "submitted"
            made.send_back(scope, head.id, before, words, actor)
        elif step == "accept":
            accept_submission(made, scope, head.id, actor)
        elif step == "withdraw":
            withdraw_submission(made, scope, head.id, words, actor)
        elif step == "discard":
            made.discard(scope, head.id, actor)
        elif step == "reason":
            made.give_reason(scope, head.id, rule, words, actor)
        else:
            made.remove_absent(scope, head.id, step == "absent_remove", actor)

    def _chosen(self, stored: Stored) -> tuple[Asked, Shown | None]:
        asked = self.asked(stored)
        number = asked.state.get("submission", "")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return asked, None
        return asked, shown(self.services, asked.scope, int(number))


def register(app: Dash, services: Services) -> None:
    """Wires the page of submissions."""
    page = SubmissionsPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    now = [*inputs, Input(Submissions.DONE, "data"), Input(Submissions.TICK, "n_intervals")]
    app.callback(
        Output(Submissions.LIST, "children"), Output(Submissions.LIST_FINDING, "children"), *now
    )(page.list)
    app.callback(
        Output(Submissions.DETAIL, "children"),
        Output(Submissions.FINDINGS, "rowData"),
        Output(Submissions.FINDINGS, "columnDefs"),
        Output(Submissions.FINDINGS, "style"),
        Output(Submissions.FINDINGS_BOX, "hidden"),
        Output(Submissions.TICK, "disabled"),
        *now,
    )(page.chosen)
    app.callback(
        Output(Submissions.ACTIONS, "children"),
        Output(Submissions.ACTED_ON, "data"),
        *now,
        State(Submissions.ACTED_ON, "data"),
    )(page.actions)
    app.callback(
        Output(Submissions.DONE, "data"),
        Output(ids.TOASTS, "children", allow_duplicate=True),
        Input({"submissions-act": ALL, "rule": ALL}, "n_clicks"),
        State(ids.SELECTION, "data"),
        State({"submissions-remark": ALL}, "value"),
        State({"submissions-reason": ALL}, "value"),
        State({"submissions-reason": ALL}, "id"),
        prevent_initial_call=True,
    )(page.act)
