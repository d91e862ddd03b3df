"""Assembles the application: the only place, beside the command line, that knows every room."""

import gc
import hashlib
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import dash
import sqlalchemy as sa
from dash import Dash, dcc, html
from flask import Flask, g

from callbacks import audit as audit_callbacks
from callbacks import benchmark as benchmark_callbacks
from callbacks import cases as cases_callbacks
from callbacks import checks as checks_callbacks
from callbacks import destinations as destinations_callbacks
from callbacks import disciplines as disciplines_callbacks
from callbacks import flags as flags_callbacks
from callbacks import flows as flows_callbacks
from callbacks import overview as overview_callbacks
from callbacks import quality as quality_callbacks
from callbacks import returns as returns_callbacks
from callbacks import selection as selection_callbacks
from callbacks import submissions as submissions_callbacks
from callbacks.page_view import PageViews
from dashboard.answers import Answers
from dashboard.api.routes import init_api
from dashboard.audit_export import init_audit_export
from dashboard.auth import (
    current_account,
    current_language,
    current_permissions,
    current_scope,
    init_auth,
)
from dashboard.case_routes import init_case_files
from dashboard.clock import today
from dashboard.errors import ErrorHandler
from dashboard.exports import init_exports
from dashboard.i18n import translator
from dashboard.kept_answers import keep_answers
from dashboard.live import LiveVersion, SessionCheck, init_health, opaque
from dashboard.map_routes import geometry_of, init_maps
from dashboard.reading import FileReader
from dashboard.refuted import opens_cases
from dashboard.search_route import init_search
from dashboard.security import CSRF_HEADER, cookie_name, csrf_token, init_security
from dashboard.services import Services
from dashboard.settings import Settings
from dashboard.static_files import compress, quickly, static_files
from dashboard.submission_routes import init_submissions
from data_access.accounts import Accounts
from data_access.evidence import EvidenceFolder
from data_access.registry import open_registry
from data_access.replica import Analytics, Watcher, open_analytics
from data_access.sealed import Box
from data_access.store import Store
from data_access.submissions import Submissions
from data_access.tokens import Tokens
from layouts import (
    audit,
    benchmark,
    cases,
    checks,
    destinations,
    disciplines,
    flags,
    flows,
    ids,
    overview,
    quality,
    returns,
    submissions,
)
from layouts.pages import (
    AUDIT,
    BENCHMARK,
    CASES,
    CHECKS,
    DESTINATIONS,
    DISCIPLINES,
    FLAGS,
    FLOWS,
    OVERVIEW,
    PAGES,
    QUALITY,
    RETURNS,
    SUBMISSIONS,
    PageSpec,
)
from layouts.view import View

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ASSETS = Path(__file__).resolve().parent.parent / "assets"
PLOTLY = "vendor/plotly-quxiang.min.js"
COMPONENTS = ("dash", "dash_bootstrap_components", "dash_ag_grid")
# Dash adds these to every page; no browser of this decade and no page of ours needs them.
UNNEEDED = re.compile(r'<script src="[^"]*/(?:polyfill@|dash_table/)[^"]*"></script>\n?')
# Every page once: what it is, what is on it, what happens on it.
PARTS: tuple[tuple[PageSpec, ModuleType, ModuleType], ...] = (
    (OVERVIEW, overview, overview_callbacks),
    (DESTINATIONS, destinations, destinations_callbacks),
    (FLOWS, flows, flows_callbacks),
    (DISCIPLINES, disciplines, disciplines_callbacks),
    (BENCHMARK, benchmark, benchmark_callbacks),
    (QUALITY, quality, quality_callbacks),
    (RETURNS, returns, returns_callbacks),
    (SUBMISSIONS, submissions, submissions_callbacks),
    (CASES, cases, cases_callbacks),
    (CHECKS, checks, checks_callbacks),
    (FLAGS, flags, flags_callbacks),
    (AUDIT, audit, audit_callbacks),
)
LAYOUTS: dict[str, Callable[[View], Any]] = {spec.key: page.layout for spec, page, _ in PARTS}


@dataclass(frozen=True, slots=True)
class Application:
    """A running application; ``wsgi`` answers requests, ``close`` stops its threads."""

    wsgi: "WSGIApplication"
    server: Flask
    dash: Dash
    store: Store
    analytics: Analytics
    watcher: Watcher
    reader: FileReader

    def close(self) -> None:
        self.reader.stop()
        self.watcher.stop()
        self.analytics.close()
        self.store.registry.dispose()


def wsgi() -> "WSGIApplication":
    """What a WSGI server calls in each of its processes; settings come from the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    application = create_app(Settings.from_env(os.environ)).wsgi
    gc.collect()
    gc.freeze()  # what is there now stays: looking through it again held every page up for 120 ms
    return application


def create_app(settings: Settings) -> Application:
    """Opens the registry and the analytics engine and wires everything once."""
    geometry = geometry_of(settings)
    registry = open_registry(settings.database_url)
    analytics = open_analytics(registry, settings.analytics_url)
    store = Store(registry, analytics)
    accounts = Accounts(registry)
    server = Flask("dashboard", static_folder=None)
    app = _dash(server, settings)
    gate = init_auth(server, accounts, settings)
    init_security(server, settings, app.csp_hashes)
    init_health(server, {"registry": _reachable(registry), "analytics": _reachable_store(store)})
    services = Services(
        answers=Answers(store),
        scope=_once_per_request(current_scope),
        language=current_language,
        minimum_n=settings.minimum_n,
        allowed=current_permissions,
        actor=_actor,
        submissions=Submissions(registry, Box(settings.secret_key)),
        on_refuted=opens_cases(
            translator(settings.language),
            lambda code: store.codes.name("school", code, settings.language),
        ),
        geometry=geometry,
        map_approval=settings.map_approval,
    )
    init_maps(server, geometry)
    init_exports(server, services, partial(_record, accounts))
    init_audit_export(server, services, partial(_record, accounts))
    init_submissions(server, services, partial(_record, accounts))
    evidence = EvidenceFolder(settings.home / "var" / "evidence")
    init_case_files(server, services, evidence, partial(_record, accounts))
    init_api(server, gate, store, services.submissions, Tokens(registry))
    init_search(server, services, {page.key: page.path for page in PAGES if page.needs == "view"})
    version = opaque(settings.secret_key, lambda: (store.version, store.surveys, store.work))
    _register_pages(PageViews(services, current_account, csrf_token, version))
    for module in (selection_callbacks, *(callbacks for _, _, callbacks in PARTS)):
        module.register(app, services)
    keep_answers(
        server,
        store.cache,
        frozenset({ids.SELECTION, ids.LIVE_VERSION}),
        lambda: (
            *(services.scope().cache_key, services.language(), services.allowed()),
            *(store.version, store.surveys, store.work, today()),
        ),
        quickly,
    )
    compress(server, cache_dir=settings.home / "var" / "static").warm(
        static_files([ASSETS], COMPONENTS),
        [layer.body for layer in geometry.layers.values()],
    )
    watcher = Watcher(analytics, also=store.refresh_beside)
    watcher.start()
    reader = FileReader(registry, settings)
    reader.start()
    entry = LiveVersion(server.wsgi_app, version, SessionCheck(server, gate.holds))
    return Application(entry, server, app, store, analytics, watcher, reader)


def _dash(server: Flask, settings: Settings) -> Dash:
    errors = ErrorHandler(current_language)
    # Dash's own type says less than it takes: a Flask server, and None for no title of waiting.
    given: dict[str, Any] = {"server": server, "update_title": None}
    app = _Page(
        "dashboard",
        **given,
        assets_folder=str(ASSETS),
        assets_ignore=r"^(?!\d\d-).*",
        external_scripts=[_fingerprinted(PLOTLY)],
        use_pages=True,
        pages_folder="",
        suppress_callback_exceptions=True,
        use_async=False,
        enable_mcp=False,
        serve_locally=True,
        on_error=errors,
        add_log_handler=False,
        csrf_token_name=cookie_name(settings, "csrf"),
        csrf_header_name=CSRF_HEADER,
    )
    app.layout = html.Div(
        [
            dash.page_container,
            dcc.Store(id=ids.LIVE_VERSION),
            html.Div(id=ids.TOASTS, className="qx-toasts qx-no-print", role="status"),
        ]
    )
    return app


def _fingerprinted(asset: str) -> str:
    """The address of an asset with its content in it, so that browsers keep it for good."""
    digest = hashlib.sha256((ASSETS / asset).read_bytes()).hexdigest()
    return f"/assets/{asset}?m={digest[:12]}"


class _Page(Dash):
    """Dash with the document's language and title in the language of the request."""

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        lang = current_language()
        title = translator(lang)("shell.document_title")
        return (
            f'<!DOCTYPE html><html lang="{lang}"><head>{parts["metas"]}'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{title}</title><link rel="icon" href="/assets/favicon.svg">'
            f"{parts['css']}</head><body>{parts['app_entry']}<footer>{parts['config']}"
            f"{UNNEEDED.sub('', parts['scripts'])}{parts['renderer']}</footer></body></html>"
        )


def _register_pages(views: PageViews) -> None:
    for order, spec in enumerate(PAGES):
        page_layout = LAYOUTS[spec.key]

        def show(*_: Any, _spec: Any = spec, _layout: Any = page_layout, **query: Any) -> Any:
            return _layout(views.view(_spec, query))

        dash.register_page(
            spec.key, path=spec.path, layout=show, name=spec.key, order=order, title="Quxiang"
        )
    dash.register_page(
        "not_found_404",
        layout=lambda **query: overview.layout(views.view(OVERVIEW, query)),
        path="/not-found-404",
    )


def _once_per_request(read: Callable[[], Any]) -> Callable[[], Any]:
    """Remembers the answer for the rest of the request."""

    def reader() -> Any:
        if "quxiang_scope" not in g:
            g.quxiang_scope = read()
        return g.quxiang_scope

    return reader


def _actor() -> str:
    """Who asks, for the trail of what is done."""
    account = current_account()
    return account.username if account else "unknown"


def _record(accounts: Accounts, action: str, detail: dict[str, Any]) -> None:
    accounts.log(_actor(), action, detail)


def _reachable(engine: sa.Engine) -> Callable[[], object]:
    def check() -> object:
        with engine.connect() as connection:
            return connection.scalar(sa.select(1))

    return check


def _reachable_store(store: Store) -> Callable[[], object]:
    return _reachable(store.analytics.engine)
