"""The page of checks: what is verified, what a sample says, its list, and the forms of the work."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.i18n import Translator
from layouts import ids, shell
from layouts.components import card_foot, card_head, chart_card
from layouts.forms import button, field
from layouts.grids import league_grid, list_grid
from layouts.ids import Checks
from layouts.pages import CHECKS
from layouts.view import Option, View

METHODS = ("stratified", "random", "flagged")
CHANNELS = ("school", "third_party", "graduate", "department", "ministry")
OUTCOMES = ("confirmed", "refuted", "unreachable")
DRAWS, ANSWERS = "check", "answer"  # permissions
USUAL_SIZE = 300
LATEST = "latest"
"""The choice of the newest sample, whichever it is."""
LARGEST_FILE = 10 * 2**20
FILES = ".xlsx,.xlsm,.xls,.csv,.tsv,.txt"


def layout(view: View) -> html.Div:
    """Key figures, schools, channels and samples, the chosen sample's list."""
    t = view.t
    return shell.page(
        view,
        CHECKS,
        [
            html.Section(
                html.Div(id=Checks.KPIS, className="qx-kpis"), **{"aria-label": t("checks.kpis")}
            ),
            html.Div(
                [
                    _schools(view),
                    chart_card(
                        Checks.CHANNELS,
                        t("checks.channels"),
                        t,
                        question="checks-channels",
                        width=5,
                    ),
                    _samples(view),
                    _list(view),
                    _work(view),
                ],
                className="qx-grid",
            ),
        ],
    )


def _schools(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("checks.schools")),
            html.P(id=Checks.SCHOOLS_FINDING, className="qx-card__finding"),
            html.Div(league_grid(Checks.SCHOOLS), className="qx-aggrid"),
            card_foot(Checks.SCHOOLS_SOURCE, t, question="checks-schools"),
        ],
        className="qx-card qx-col-12",
    )


def _samples(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("checks.samples")),
            html.P(id=Checks.SAMPLES_FINDING, className="qx-card__finding"),
            html.Div(id=Checks.SAMPLES, className="qx-scroll"),
            _draw(view),
            card_foot(Checks.SAMPLES_SOURCE, t, question="checks-samples"),
        ],
        className="qx-card qx-col-7",
    )


def _draw(view: View) -> html.Details:
    """The form of those who draw; hidden from the others, and refused to them on the server."""
    t = view.t
    methods = [{"label": t(f"checks.method_{one}"), "value": one} for one in METHODS]
    return html.Details(
        [
            html.Summary(t("checks.draw")),
            html.P(t("checks.draw_text"), className="qx-muted"),
            html.Div(
                [
                    field(
                        t("checks.method"),
                        dbc.Select(id=Checks.METHOD, options=methods, value=METHODS[0], size="sm"),
                    ),
                    field(
                        t("checks.size"),
                        dbc.Input(
                            id=Checks.SIZE,
                            type="number",
                            min=1,
                            step=1,
                            value=USUAL_SIZE,
                            size="sm",
                        ),
                    ),
                    field(
                        t("checks.seed"),
                        dbc.Input(
                            id=Checks.SEED,
                            type="text",
                            inputmode="numeric",
                            placeholder=t("checks.seed_drawn"),
                            size="sm",
                        ),
                    ),
                    field(
                        t("checks.name"),
                        dbc.Input(
                            id=Checks.TITLE,
                            type="text",
                            maxLength=60,
                            placeholder=t("checks.name_none"),
                            size="sm",
                        ),
                    ),
                    button(Checks.DRAW, t("checks.draw_now"), "primary", "small"),
                ],
                className="qx-inline-form",
            ),
            html.Div(id=Checks.DRAWN, role="status"),
        ],
        open=True,
        className="qx-card__table qx-no-print",
        hidden=DRAWS not in view.allowed,
    )


def _list(view: View) -> html.Article:
    t = view.t
    search = html.Div(
        [
            html.Label(t("checks.search"), htmlFor=Checks.LIST_SEARCH, className="qx-sr"),
            dbc.Input(
                id=Checks.LIST_SEARCH, type="search", placeholder=t("checks.search"), size="sm"
            ),
        ],
        **{"data-grid-search": Checks.LIST},
    )
    return html.Article(
        [
            card_head(t("checks.list"), [_choice(view), search]),
            html.P(id=Checks.LIST_FINDING, className="qx-card__finding"),
            html.Div(list_grid(Checks.LIST), className="qx-aggrid"),
            card_foot(Checks.LIST_SOURCE, t, question="checks-list"),
        ],
        className="qx-card qx-col-12",
    )


def _choice(view: View) -> html.Div:
    """Which sample; the others come with the class."""
    t, control = view.t, ids.state("sample")
    chosen = view.state.get("sample") or LATEST
    return html.Div(
        [
            html.Label(t("state.sample"), htmlFor=control, className="qx-sr"),
            dbc.Select(
                id=control,
                options=[{"label": t("checks.latest"), "value": LATEST}],
                value=chosen,
                size="sm",
            ),
        ]
    )


def _work(view: View) -> html.Article:
    """What is found out, one by one or as a file."""
    t, allowed = view.t, view.allowed
    channels = CHANNELS if DRAWS in allowed else ("school",)
    return html.Article(
        [
            card_head(t("checks.record")),
            html.P(t("checks.record_text"), className="qx-card__finding"),
            html.Div(
                [_one(t, view.schools, channels), _file(t, channels)],
                className="qx-grid",
            ),
        ],
        className="qx-card qx-col-12 qx-no-print",
        hidden=not {DRAWS, ANSWERS} & allowed,
    )


def _one(t: Translator, schools: Sequence[Option], channels: Sequence[str]) -> html.Div:
    own = schools[0].value if len(schools) == 1 else None
    select = [{"label": one.label, "value": one.value} for one in schools]
    outcomes = [{"label": t(f"checks.outcome_{one}"), "value": one} for one in OUTCOMES]
    return html.Div(
        [
            html.H3(t("checks.one"), className="qx-card__sub"),
            html.Div(
                [
                    field(
                        t("table.school"),
                        dbc.Select(
                            id=Checks.SCHOOL,
                            options=select,
                            value=own,
                            placeholder=t("checks.choose"),
                            size="sm",
                        ),
                    ),
                    field(
                        t("checks.column_number"),
                        dbc.Input(id=Checks.NUMBER, type="text", maxLength=40, size="sm"),
                    ),
                    field(
                        t("checks.column_channel"),
                        _channel(Checks.CHANNEL, t, channels),
                    ),
                    field(
                        t("checks.column_day"),
                        dbc.Input(id=Checks.DAY, type="date", size="sm"),
                    ),
                    html.Div(
                        dbc.RadioItems(
                            id=Checks.OUTCOME,
                            options=outcomes,
                            inline=True,
                            className="qx-segmented",
                        ),
                        role="group",
                        **{"aria-label": t("checks.column_result")},
                    ),
                    button(Checks.RECORD, t("checks.record_now"), "primary", "small"),
                ],
                className="qx-inline-form",
            ),
            html.Div(id=Checks.RECORDED, role="status"),
        ],
        className="qx-col-7",
    )


def _file(t: Translator, channels: Sequence[str]) -> html.Div:
    return html.Div(
        [
            html.H3(t("checks.file"), className="qx-card__sub"),
            html.Div(
                field(
                    t("checks.file_channel"),
                    _channel(Checks.FILE_CHANNEL, t, channels),
                ),
                className="qx-inline-form",
            ),
            html.Div(
                dcc.Upload(
                    [
                        html.Span(t("checks.file_choose"), className="qx-link"),
                        html.Span(t("checks.file_text"), className="qx-muted"),
                    ],
                    id=Checks.FILE,
                    accept=FILES,
                    max_size=LARGEST_FILE,
                    className="qx-upload",
                ),
                **{"data-upload-label": t("checks.file")},
            ),
            html.Div(id=Checks.FILE_SAID, role="status"),
        ],
        className="qx-col-5",
    )


def _channel(control: str, t: Translator, channels: Sequence[str]) -> dbc.Select:
    options = [{"label": t(f"checks.channel_{one}"), "value": one} for one in channels]
    usual = "department" if "department" in channels else channels[0]
    return dbc.Select(id=control, options=options, value=usual, size="sm")


def said(text: str, good: bool, lines: Sequence[str] = ()) -> html.Div:
    """What became of something that was asked for, with what is wrong line by line."""
    more = [html.Ul([html.Li(line) for line in lines])] if lines else []
    kind = "good" if good else "bad"
    return html.Div([html.P(text), *more], className=f"qx-note qx-note--{kind}")
