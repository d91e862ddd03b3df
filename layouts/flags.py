"""What looks odd and should be looked at: flags, the records behind one, the rules."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts import shell
from layouts.components import card_foot, card_head, segmented, state_select
from layouts.forms import button, chosen_by_link, field, select
from layouts.grids import ColumnDef, league_grid
from layouts.ids import Flags
from layouts.pages import FLAGS
from layouts.view import View

FILTER_PIXELS = 34
STATUS = {"role": "status", "aria-live": "polite"}


def layout(view: View) -> html.Div:
    """Key figures and the run; flags; the chosen one; the rules."""
    t = view.t
    return shell.page(
        view,
        FLAGS,
        [
            _run(view),
            html.Section(
                html.Div(id=Flags.KPIS, className="qx-kpis"), **{"aria-label": t("flags.kpis")}
            ),
            html.Div([_flags(view), _chosen(view), _rules(view)], className="qx-grid"),
        ],
    )


def _run(view: View) -> html.Div:
    """The lead, when the rules were run, and the button that runs them."""
    t = view.t
    return html.Div(
        [
            html.Div(
                [
                    html.P(t("flags.lead"), className="qx-muted"),
                    html.P(id=Flags.RUN_LAST, className="qx-muted"),
                ]
            ),
            html.Div(
                [
                    html.Span(id=Flags.RUN_DONE, className="qx-muted", **STATUS),
                    button(Flags.RUN, t("flags.run"), "primary"),
                ],
                className="qx-card__tools qx-no-print",
            ),
        ],
        className="qx-card__head",
    )


def _flags(view: View) -> html.Article:
    t = view.t
    options = view.state_options.get("flag_rule", ())
    return html.Article(
        [
            card_head(
                t("flags.found"),
                [
                    state_select(view, "flag_rule", t("flags.rule"), options),
                    segmented(view, "standing", "now"),
                ],
            ),
            html.P(id=Flags.GRID_FINDING, className="qx-card__finding"),
            html.Div(league_grid(Flags.GRID), className="qx-aggrid"),
            card_foot(Flags.GRID_SOURCE, t, question="flags"),
        ],
        className="qx-card qx-col-12",
    )


def _chosen(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("flags.chosen")),
            html.P(id=Flags.CHOSEN_FINDING, className="qx-card__finding"),
            chosen_by_link(view, "flag"),
            html.Div(id=Flags.CHOSEN),
            _case(view),
            card_foot(Flags.CHOSEN_SOURCE, t, question="flag-evidence"),
        ],
        className="qx-card qx-col-12",
    )


def _case(view: View) -> html.Div:
    """What a case needs beside the flag: who answers, by when, and words of one's own."""
    t = view.t
    return html.Div(
        [
            html.H3(t("flags.make_case"), className="qx-subtitle"),
            html.Div(
                [
                    field(t("flags.responsible"), _input(Flags.RESPONSIBLE, "text", maxlength=100)),
                    field(t("flags.due"), _input(Flags.DUE, "date")),
                    field(t("flags.remark"), _input(Flags.REMARK, "text", maxlength=500)),
                    html.Div(
                        [
                            button(Flags.OPEN, t("flags.open_case")),
                            html.Span(id=Flags.OPENED, className="qx-muted", **STATUS),
                        ],
                        className="qx-form__actions",
                    ),
                ],
                className="qx-flag-form",
            ),
        ],
        id=Flags.CASE,
        className="qx-no-print",
        hidden=True,
    )


def _input(control_id: str, kind: str, **limits: int) -> dbc.Input:
    return dbc.Input(id=control_id, type=kind, size="sm", autocomplete="off", **limits)


def _rules(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("flags.rules")),
            html.P(id=Flags.RULES_FINDING, className="qx-card__finding"),
            html.Div(id=Flags.RULES, className="qx-flag-rules"),
            html.H3(t("flags.change_rule"), className="qx-subtitle qx-no-print"),
            _rule_form(view),
            card_foot(Flags.RULES_SOURCE, t, question="flag-rules"),
        ],
        className="qx-card qx-col-12",
    )


def _rule_form(view: View) -> html.Div:
    t = view.t
    options = [o for o in view.state_options.get("flag_rule", ()) if o.value != "all"]
    first = options[0].value if options else None
    return html.Div(
        [
            field(t("flags.rule"), select(Flags.RULE, options, first)),
            field(t("flags.threshold"), _input(Flags.THRESHOLD, "number")),
            field(t("flags.minimum"), _input(Flags.MINIMUM, "number")),
            dbc.Checkbox(id=Flags.ACTIVE, label=t("flags.active"), value=True),
            html.Div(
                [
                    button(Flags.SAVE, t("flags.save")),
                    html.Span(id=Flags.SAVED, className="qx-muted", **STATUS),
                ],
                className="qx-form__actions",
            ),
        ],
        className="qx-flag-form qx-no-print",
    )


def flag_columns(heads: Sequence[tuple[str, str]]) -> list[ColumnDef]:
    """The columns of the flags; ``heads`` are (name, heading). The rule chooses the flag."""
    width = {
        "rule": 184,
        "school": 152,
        "subject": 150,
        "value": 112,
        "people": 66,
        "against": 190,
        "standing": 104,
    }
    columns: list[ColumnDef] = []
    for name, heading in heads:
        column: ColumnDef = {
            "field": name,
            "headerName": heading,
            "width": width.get(name, 100),
            "minWidth": 70,
        }
        if name in ("rule", "school", "subject", "standing"):
            column |= {"filter": "agTextColumnFilter", "floatingFilter": True}
            column |= {"suppressFloatingFilterButton": True}
        if name == "rule":
            column |= {
                "pinned": "left",
                "cellRenderer": "qxLink",
                "cellRendererParams": {"hrefField": "href", "carryField": "carry"},
            }
        if name == "people":
            column |= {
                "type": "rightAligned",
                "valueFormatter": {"function": "params.data.people_text"},
            }
        if name in ("subject", "against"):
            column |= {"tooltipField": name}
        columns.append(column)
    return columns


def facts_list(items: Sequence[tuple[str, str | Component]]) -> html.Dl:
    """Terms and texts of the chosen flag."""
    return html.Dl(
        [part for term, text in items for part in (html.Dt(term), html.Dd(text))],
        className="qx-kv",
    )
