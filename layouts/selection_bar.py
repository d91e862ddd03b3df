"""The selection bar: cohort, day, schools, levels, discipline, regions, definition."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from layouts.components import icon
from layouts.ids import Bar
from layouts.view import Option, Pick, View

# The browser's own date field (the component's list of types leaves it out): Dash's date picker
# has accessibility violations of its own. "required" lets the style sheet know an empty one.
DATE_INPUT: dict[str, Any] = {"type": "date"}
OTHER = "other"  # a day that is no quick choice
ANY = "any"  # "no choice": a select with an empty value looks empty


def selection_bar(view: View) -> html.Div:
    """The row of controls above every page; applies at once."""
    t = view.t
    return html.Div(
        [
            html.Button(
                [icon("funnel"), html.Span(t("bar.filters"))],
                type="button",
                className="qx-fold-button",
                **{"aria-controls": "selection-bar", "aria-expanded": "false"},
            ),
            html.Div(
                _controls(view),
                id="selection-bar",
                className="qx-selection qx-no-print",
                role="search",
                **{"aria-label": t("bar.label"), "data-open": "false"},
            ),
        ],
        className="qx-selection-wrap",
    )


def _controls(view: View) -> list[Component]:
    t, selection = view.t, view.selection
    discipline, edition = selection.discipline or ANY, selection.edition or ANY
    controls: list[tuple[str, Component]] = [
        (
            "cohort",
            _field(
                t("bar.cohort"),
                Bar.COHORT,
                _select(Bar.COHORT, view.cohorts, str(selection.cohort)),
            ),
        ),
        ("as_of", _day(view)),
        (
            "schools",
            picker(
                t("bar.schools"),
                Bar.SCHOOLS,
                view.schools,
                selection.schools,
                t("bar.all_schools"),
                t("bar.find_school"),
            ),
        ),
        (
            "levels",
            picker(t("bar.levels"), Bar.LEVELS, view.levels, selection.levels, t("bar.all_levels")),
        ),
        (
            "discipline",
            _field(
                t("bar.discipline"),
                Bar.DISCIPLINE,
                _select(Bar.DISCIPLINE, view.disciplines, discipline),
            ),
        ),
        ("origin", _regions(view)),
        (
            "edition",
            _field(t("bar.edition"), Bar.EDITION, _select(Bar.EDITION, view.editions, edition)),
        ),
    ]
    # A control without meaning on this page stays for the callback that reads them all.
    return [
        control if name in view.filters else html.Div(control, hidden=True)
        for name, control in controls
    ]


def _field(label: str, control_id: str, control: Component) -> html.Div:
    return html.Div(
        [html.Label(label, htmlFor=control_id, className="qx-field__label"), control],
        className="qx-field",
    )


def _select(control_id: str, options: Sequence[Option], value: str) -> dbc.Select:
    return dbc.Select(
        id=control_id,
        options=[{"label": option.label, "value": option.value} for option in options],
        value=value,
        size="sm",
    )


def _day(view: View) -> html.Div:
    t, chosen = view.t, view.selection.as_of
    value = chosen.isoformat() if chosen else "live"
    return html.Div(
        [
            html.Label(t("bar.as_of"), htmlFor=Bar.AS_OF, className="qx-field__label"),
            html.Div(
                [
                    dbc.Input(
                        id=Bar.AS_OF,
                        value=chosen.isoformat() if chosen else "",
                        size="sm",
                        debounce=True,
                        required=True,
                        **DATE_INPUT,
                    ),
                    dbc.Select(
                        id=Bar.QUICK,
                        options=quick_options(view.quick_dates, t),
                        value=value if value in {o.value for o in view.quick_dates} else OTHER,
                        size="sm",
                    ),
                    html.Label(t("bar.quick"), htmlFor=Bar.QUICK, className="qx-sr"),
                ],
                className="qx-day",
            ),
        ],
        className="qx-field qx-field--day",
    )


def picker(
    label: str,
    control_id: str,
    options: Sequence[Option],
    chosen: Sequence[str],
    all_text: str,
    find_text: str = "",
) -> html.Div:
    """Several of many: a native disclosure with check boxes and, if asked, a search field."""
    boxes = dbc.Checklist(
        id=control_id,
        options=[
            {
                "value": option.value,
                "label": html.Span(option.label, **{"data-search": option.search}),
            }
            for option in options
        ],
        value=list(chosen),
        className="qx-picker__boxes",
    )
    find: list[Component] = []
    if find_text:
        find_id = f"{control_id}-find"
        find = [
            html.Label(find_text, htmlFor=find_id, className="qx-sr"),
            dbc.Input(
                id=find_id,
                type="search",
                placeholder=find_text,
                size="sm",
                className="qx-picker__find",
            ),
        ]
    return _disclosure(label, control_id, picked_text(options, chosen, all_text), [*find, boxes])


def _disclosure(
    label: str, control_id: str, summary: str, content: Sequence[Component]
) -> html.Div:
    """Controls behind a native disclosure whose summary says what is chosen."""
    return html.Div(
        [
            html.Span(label, className="qx-field__label", id=f"{control_id}-label"),
            html.Details(
                [
                    html.Summary(
                        summary,
                        id=f"{control_id}-summary",
                        className="form-select form-select-sm",
                    ),
                    html.Div(list(content), className="qx-picker__panel"),
                ],
                className="qx-picker",
                **{"data-picker": control_id},
            ),
        ],
        className="qx-field",
        role="group",
        **{"aria-labelledby": f"{control_id}-label"},
    )


def _regions(view: View) -> html.Div:
    """Where graduates come from and where they work: two selects behind one disclosure."""
    t, selection = view.t, view.selection
    origin, work = selection.origin or ANY, selection.work_region or ANY
    content = [
        _field(t("bar.origin"), Bar.ORIGIN, _select(Bar.ORIGIN, view.origins, origin)),
        _field(
            t("bar.work_region"),
            Bar.WORK_REGION,
            _select(Bar.WORK_REGION, view.work_regions, work),
        ),
    ]
    return _disclosure(t("bar.regions"), Bar.REGIONS, regions_text(view.picks, t), content)


def regions_text(chosen: Sequence[Pick], t: Translator) -> str:
    """What the closed disclosure of regions says."""
    fields = ("origin=", "work_region=")
    texts = [pick.text for pick in chosen if pick.choice.startswith(fields)]
    return " · ".join(texts) if texts else t("bar.all_regions")


def picked_text(options: Sequence[Option], chosen: Sequence[str], all_text: str) -> str:
    """What the closed picker says: everything, or the names of what is chosen."""
    names = [option.label for option in options if option.value in chosen]
    return " · ".join(names) if names else all_text


def quick_options(days: Sequence[Option], t: Translator) -> list[dict[str, Any]]:
    """The quick choices of a day, and "another day" for what the date field says."""
    named: list[dict[str, Any]] = [{"label": o.label, "value": o.value} for o in days]
    return [*named, {"label": t("bar.other_day"), "value": OTHER, "disabled": True}]
