"""The page of submissions: hand in a file, see what it says and changes, take it a step further."""

import datetime as dt

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import shell
from layouts.components import card_head
from layouts.forms import chosen_by_link
from layouts.grids import finding_grid
from layouts.ids import Submissions
from layouts.pages import SUBMISSIONS
from layouts.selection_bar import DATE_INPUT
from layouts.view import View

LARGEST = 100  # megabytes, as data_access.submissions.MAX_BYTES
ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.tsv,.txt"


def layout(view: View) -> html.Div:
    """The form (for those who upload), what was handed in, and the one that is chosen."""
    t = view.t
    uploads = "upload" in view.allowed
    return shell.page(
        view,
        SUBMISSIONS,
        [
            chosen_by_link(view, "submission"),
            dcc.Store(id=Submissions.DONE),
            dcc.Store(id=Submissions.ACTED_ON),
            dcc.Interval(id=Submissions.TICK, interval=1_000, disabled=True),
            html.Div(
                [
                    _upload(view) if uploads else None,
                    html.Article(
                        [
                            card_head(t("submissions.list")),
                            html.P(id=Submissions.LIST_FINDING, className="qx-card__finding"),
                            html.Div(id=Submissions.LIST),
                        ],
                        className=f"qx-card qx-col-{8 if uploads else 12}",
                    ),
                    html.Article(
                        [
                            html.Div(id=Submissions.DETAIL, className="qx-stack"),
                            html.Div(
                                [
                                    html.H3(t("submissions.findings"), className="qx-card__title"),
                                    html.Div(
                                        finding_grid(Submissions.FINDINGS), className="qx-aggrid"
                                    ),
                                ],
                                id=Submissions.FINDINGS_BOX,
                                hidden=True,
                            ),
                            html.Div(id=Submissions.ACTIONS, className="qx-stack qx-no-print"),
                        ],
                        className="qx-card qx-stack qx-col-12",
                        **{"aria-live": "polite"},
                    ),
                ],
                className="qx-grid",
            ),
        ],
    )


def _upload(view: View) -> html.Article:
    """A form that works without a script, and shows progress with one (assets/56-upload.js)."""
    t = view.t
    return html.Article(
        [
            card_head(t("submissions.upload")),
            html.Form(
                [
                    dbc.Input(type="hidden", name="csrf_token", value=view.csrf_token),
                    dbc.Input(type="hidden", name="cohort", value=str(view.selection.cohort)),
                    _cohort(view),
                    html.Label(
                        [
                            html.Span(t("submissions.day"), className="qx-field__label"),
                            dbc.Input(
                                **DATE_INPUT,
                                name="counted_on",
                                value=_default_day(view).isoformat(),
                                required=True,
                                size="sm",
                            ),
                        ],
                        className="qx-field",
                    ),
                    _file(view),
                    html.Div(className="qx-upload__progress", hidden=True),
                    html.P(className="qx-field__error", role="alert", hidden=True),
                    html.Div(
                        html.Button(
                            t("submissions.hand_in"),
                            type="submit",
                            className="qx-button qx-button--primary",
                        ),
                        className="qx-form__actions",
                    ),
                    html.P(t("submissions.upload_note"), className="qx-field__hint"),
                    html.A(t("submissions.template"), href="/submissions/template.xlsx"),
                ],
                action="/submissions/upload",
                method="post",
                encType="multipart/form-data",
                className="qx-form",
                **{
                    "data-upload": "",
                    "data-text-sending": t("submissions.sending", percent="{percent}"),
                    "data-text-failed": t("submissions.send_failed"),
                    "data-limit": str(LARGEST << 20),
                    "data-text-large": t("submission.too_large", limit=LARGEST),
                },
            ),
        ],
        className="qx-card qx-col-4",
    )


def _file(view: View) -> html.Label:
    """A place for a file; the field in it is added by the script."""
    t = view.t
    return html.Label(
        [
            html.Span(t("submissions.choose"), className="qx-upload__text"),
            html.Span(t("submissions.kinds"), className="qx-field__hint"),
            html.Div(className="qx-upload__input", **{"data-upload-input": ACCEPTED}),
        ],
        className="qx-upload",
    )


def _cohort(view: View) -> html.Div:
    t = view.t
    return html.Div(
        [
            html.Span(t("bar.cohort"), className="qx-field__label"),
            html.Strong(t("common.cohort", cohort=view.selection.cohort)),
        ],
        className="qx-field",
    )


def _default_day(view: View) -> dt.date:
    """Today; of a class whose season is over, its last day."""
    return min(view.today, dt.date(view.selection.cohort, 8, 31))
