"""The frame of every page: header, navigation, demonstration line, selection bar, state of data."""

from collections.abc import Sequence
from urllib.parse import quote

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.i18n import LANGUAGES
from layouts import ids
from layouts.components import icon, state
from layouts.pages import PAGES, PageSpec
from layouts.picks import picks
from layouts.selection_bar import selection_bar
from layouts.view import View

HIDDEN = {"aria-hidden": "true"}


def page(view: View, spec: PageSpec, content: Sequence[Component]) -> html.Div:
    """A whole page around its content."""
    t = view.t
    title = t(f"{spec.key}.title")
    shown = view.sees_rows and spec.needs in view.allowed
    body = content if shown else [_nothing_to_see(view, spec)]
    chooses = view.sees_rows and not spec.bare
    return html.Div(
        [
            html.A(t("shell.skip"), href="#main", className="qx-skip"),
            _header(view),
            _demo_line(view),
            _navigation(view, spec),
            html.Main(
                [
                    dcc.Store(id=ids.SELECTION, data=dict(view.query)),
                    dcc.Store(id=ids.UNPICKED),
                    html.Div(id=ids.MIRROR, hidden=True),
                    _page_head(view, title, chooses),
                    _tabs(view, spec),
                    selection_bar(view) if chooses else None,
                    html.Div(
                        picks(view.picks, t),
                        id=ids.PICKS,
                        className="qx-no-print",
                        hidden=not chooses,
                    ),
                    html.Div(id=ids.STATUS, hidden=not chooses),
                    html.Div(body, className="qx-page"),
                ],
                id="main",
                className="qx-main",
                tabIndex=-1,
            ),
        ],
        className="qx-shell",
    )


def _header(view: View) -> html.Header:
    t = view.t
    return html.Header(
        [
            html.A(
                [
                    html.Span(className="qx-mark qx-icon--mark", **HIDDEN),
                    html.Span(t("shell.product"), className="qx-header__name"),
                    html.Span(t("shell.product_sub"), className="qx-header__sub"),
                ],
                href="/",
                className="qx-header__brand",
                **{"data-carry-selection": ""},
            ),
            _search(view),
            html.Span(view.role, className="qx-header__org"),
            html.Div([_live(view), _language(view), *_person(view)], className="qx-header__tools"),
            html.Button(
                [icon("list"), html.Span(t("shell.menu"), className="qx-sr")],
                type="button",
                className="qx-fold-button",
                **{"aria-controls": "navigation", "aria-expanded": "false"},
            ),
        ],
        className="qx-header",
    )


def _search(view: View) -> html.Div:
    """The search box, filled by assets/55-search.js: no component of ours is a combobox."""
    t = view.t
    texts = {
        "aria-label": t("search.label"),
        "data-none": t("search.none"),
        "data-failed": t("search.failed"),
        "data-found": t("search.found", count="{count}"),
    }
    return html.Div(className="qx-find qx-no-print", role="search", **texts)


def _language(view: View) -> html.A:
    other = next(lang for lang in LANGUAGES if lang != view.t.lang)
    return html.A(
        [icon("translate"), html.Span(view.t("shell.other_language"), lang=other)],
        href=f"/language/{other}?next={quote(view.address, safe='')}",
        **{"data-language": ""},
    )


def _person(view: View) -> list[Component]:
    return [
        html.Span([icon("person"), html.Span(view.person)], className="qx-wide"),
        html.Form(
            [
                dbc.Input(type="hidden", name="csrf_token", value=view.csrf_token),
                html.Button(
                    [icon("box-arrow-right"), html.Span(view.t("auth.sign_out"))],
                    type="submit",
                    className="qx-link",
                ),
            ],
            action="/sign-out",
            method="post",
        ),
    ]


def _demo_line(view: View) -> html.Aside | None:
    if not view.demonstration:
        return None
    t = view.t
    return html.Aside(
        [html.Strong(t("shell.demo")), t("shell.demo_text")],
        className="qx-demo",
        **{"data-demo-mark": t("shell.demo")},
    )


def _navigation(view: View, current: PageSpec) -> html.Nav:
    t = view.t
    links = [
        html.Li(
            html.A(
                [icon(spec.icon), html.Span(t(f"{spec.key}.nav"))],
                href=spec.path,
                className="qx-nav__link",
                **{"data-carry-selection": ""},
                **_current(spec, current),
            )
        )
        for spec in PAGES
        if not spec.part_of and spec.needs in view.allowed
    ]
    return html.Nav(
        html.Ul(links), id="navigation", className="qx-nav", **{"aria-label": t("shell.navigation")}
    )


def _current(spec: PageSpec, current: PageSpec) -> dict[str, str]:
    """How a link says that it leads to this page, or to its room."""
    if spec is current:
        return {"aria-current": "page"}
    return {"aria-current": "true"} if spec.key == current.room else {}


def _tabs(view: View, current: PageSpec) -> html.Nav | None:
    """The pages of this room, where the person may open more than one."""
    t = view.t
    room = [spec for spec in PAGES if spec.room == current.room and spec.needs in view.allowed]
    if len(room) < 2:
        return None
    links = [
        html.Li(
            html.A(
                t(f"{spec.key}.tab"),
                href=spec.path,
                **{"data-carry-selection": ""},
                **({"aria-current": "page"} if spec is current else {}),
            )
        )
        for spec in room
    ]
    label = t(f"{current.room}.nav")
    tabs = html.Ul(links, className="qx-tabs")
    return html.Nav(tabs, className="qx-no-print", **{"aria-label": label})


def _page_head(view: View, title: str, chooses: bool) -> html.Div:
    return html.Div(
        [
            html.H1(title, className="qx-page-head__title"),
            html.P(
                view.sentence,
                id=ids.SENTENCE,
                className="qx-sentence",
                hidden=not chooses,
                **{"data-selection-sentence": ""},
            ),
        ],
        className="qx-page-head",
    )


def _live(view: View) -> html.Div:
    t = view.t
    return html.Div(
        html.Span(t("shell.live"), className="qx-live__text"),
        id=ids.LIVE,
        className="qx-live qx-no-print",
        role="status",
        **{
            "aria-live": "polite",
            "data-frozen": "true" if view.selection.as_of else "false",
            "data-version": view.version,
            "data-text-ok": t("shell.live"),
            "data-text-updated": t("shell.updated"),
            "data-text-lost": t("shell.connection_lost"),
        },
    )


def _nothing_to_see(view: View, spec: PageSpec) -> html.Div:
    t = view.t
    if spec.needs not in view.allowed:
        return state("not-allowed", t("auth.forbidden"), t("auth.forbidden_text"))
    return state("none", t("shell.nothing_title"), t("shell.nothing_text"))
