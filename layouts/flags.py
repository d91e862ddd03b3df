"""What looks odd and should be looked at: flags, the records behind one, the rules."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts import ids, shell
from layouts.components import card_foot, card_head, segmented, state_select
from layouts.grids import ColumnDef, league_grid
from layouts.ids import Flags
from layouts.pages import FLAGS
from layouts.view import Option, View

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
                    _button(Flags.RUN, t("flags.run"), primary=True),
                ],
                className="qx-card__tools qx-no-print",
            ),
        ],
        className="qx-card__head",
    )


def _button(button_id: str, text: str, *, primary: bool = False) -> html.Button:
    look = " qx-button--primary" if primary else ""
    return html.Button(text, id=button_id, type="button", className=f"qx-button{look}")


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
            # Links choose the flag; the control keeps it in the page's state.
            dbc.Input(id=ids.state("flag"), type="hidden", value=view.state.get("flag")),
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
                    _field(Flags.RESPONSIBLE, t("flags.responsible"), maxlength=100),
                    _field(Flags.DUE, t("flags.due"), kind="date"),
                    _field(Flags.REMARK, t("flags.remark"), maxlength=500),
                    html.Div(
                        [
                            _button(Flags.OPEN, t("flags.open_case")),
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


def _field(
    control: str, label: str, *, kind: str = "text", maxlength: int | None = None
) -> html.Div:
    limits = {} if maxlength is None else {"maxlength": maxlength}
    return html.Div(
        [
            html.Label(label, htmlFor=control, className="qx-field__label"),
            dbc.Input(id=control, type=kind, size="sm", autocomplete="off", **limits),
        ],
        className="qx-field",
    )


def _rules(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("flags.rules")),
            html.P(id=Flags.RULES_FINDING, className="qx-card__finding"),
            html.Div(id=Flags.RULES),
            html.H3(t("flags.change_rule"), className="qx-subtitle qx-no-print"),
            _rule_form(view),
            card_foot(Flags.RULES_SOURCE, t, question="flag-rules"),
        ],
        className="qx-card qx-col-12",
    )


def _rule_form(view: View) -> html.Div:
    t = view.t
    options = [o for o in view.state_options.get("flag_rule", ()) if o.value != "all"]
    return html.Div(
        [
            html.Div(
                [
                    html.Label(t("flags.rule"), htmlFor=Flags.RULE, className="qx-field__label"),
                    _rule_select(options),
                ],
                className="qx-field",
            ),
            _field(Flags.THRESHOLD, t("flags.threshold"), kind="number"),
            _field(Flags.MINIMUM, t("flags.minimum"), kind="number"),
            dbc.Checkbox(id=Flags.ACTIVE, label=t("flags.active"), value=True),
            html.Div(
                [
                    _button(Flags.SAVE, t("flags.save")),
                    html.Span(id=Flags.SAVED, className="qx-muted", **STATUS),
                ],
                className="qx-form__actions",
            ),
        ],
        className="qx-flag-form qx-no-print",
    )


def _rule_select(options: Sequence[Option]) -> dbc.Select:
    return dbc.Select(
        id=Flags.RULE,
        options=[{"label": o.label, "value": o.value} for o in options],
        value=options[0].value if options else None,
        size="sm",
    )


def flag_columns(heads: Sequence[tuple[str, str]]) -> list[ColumnDef]:
    """The columns of the flags; ``heads`` are (field, heading). The rule chooses the flag."""
    width = {"rule": 196, "school": 160, "subject": 168, "against": 216, "people": 70}
    columns: list[ColumnDef] = []
    for field, heading in heads:
        column: ColumnDef = {
            "field": field,
            "headerName": heading,
            "width": width.get(field, 100),
            "minWidth": 70,
        }
        if field in ("rule", "school", "subject", "standing"):
            column |= {"filter": "agTextColumnFilter", "floatingFilter": True}
            column |= {"suppressFloatingFilterButton": True}
        if field == "rule":
            column |= {
                "pinned": "left",
                "cellRenderer": "qxLink",
                "cellRendererParams": {"hrefField": "href", "carryField": "carry"},
            }
        if field == "people":
            column |= {
                "type": "rightAligned",
                "valueFormatter": {"function": "params.data.people_text"},
            }
        if field in ("subject", "against"):
            column |= {"tooltipField": field}
        columns.append(column)
    return columns


def facts_list(items: Sequence[tuple[str, str | Component]]) -> html.Dl:
    """Terms and texts of the chosen flag."""
    return html.Dl(
        [part for term, text in items for part in (html.Dt(term), html.Dd(text))],
        className="qx-kv",
    )
