"""A small real server (Flask, Dash, SQLite registry) behind the real guard, and its users."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from argon2 import PasswordHasher
from dash import Dash, Input, Output, html
from flask import Flask, abort, jsonify
from flask.testing import FlaskClient

from dashboard import auth
from dashboard.live import init_health
from dashboard.security import CSRF_FIELD, CSRF_HEADER, cookie_name, init_security
from dashboard.settings import Settings
from data_access.accounts import Account, Accounts, Role
from data_access.audit import latest
from data_access.registry import writing
from data_access.schema import school

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a long enough password"
SCHOOL = "99001"
TOKEN = re.compile(rf'name="{CSRF_FIELD}" value="([^"]+)"')
CALLBACK = {
    "output": "out.children",
    "outputs": {"id": "out", "property": "children"},
    "inputs": [{"id": "in", "property": "n_clicks", "value": 1}],
    "changedPropIds": ["in.n_clicks"],
}


@dataclass(kw_only=True)
class Site:
    server: Flask
    app: Dash
    settings: Settings
    accounts: Accounts
    gate: auth.Gate
    base_url: str
    made: dict[Role, Account] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        return self.server.test_client()

    def cookie(self, name: str) -> str:
        return cookie_name(self.settings, name)

    def account(self, role: Role) -> Account:
        if role not in self.made:
            of = SCHOOL if role.startswith("school") else None
            self.made[role] = self.accounts.create(
                role.value, PASSWORD, role, display_name=role.value, school=of, actor="test"
            )
        return self.made[role]

    def token(self, client: FlaskClient) -> str:
        """The token of a fresh sign-in form."""
        page = client.get("/sign-in", base_url=self.base_url).get_data(as_text=True)
        found = TOKEN.search(page)
        assert found is not None
        return found[1]

    def try_sign_in(
        self, client: FlaskClient, username: str, password: str, **more: str
    ) -> TestResponse:
        form = {CSRF_FIELD: self.token(client), "username": username, "password": password}
        return client.post("/sign-in", data=form | more, base_url=self.base_url)

    def signed_in(self, role: Role = Role.ANALYST) -> FlaskClient:
        client = self.client()
        answer = self.try_sign_in(client, self.account(role).username, PASSWORD)
        assert answer.status_code == 303
        return client

    def call_back(self, client: FlaskClient, **headers: str) -> TestResponse:
        return client.post(
            "/_dash-update-component", json=CALLBACK, headers=headers, base_url=self.base_url
        )

    def csrf(self, client: FlaskClient) -> dict[str, str]:
        """The header that Dash sends: the value of the readable cookie."""
        client.get("/", base_url=self.base_url)
        cookie = client.get_cookie(self.cookie("csrf"), domain="localhost")
        assert cookie is not None
        return {CSRF_HEADER: cookie.value}


def make_site(engine: Engine, home: Path, **environ: str) -> Site:
    settings = Settings.from_env(
        {"QUXIANG_HOME": str(home), "QUXIANG_SECRET_KEY": "k" * 40, **environ}
    )
    accounts = Accounts(engine, FAST)
    server = Flask("site", static_folder=None)
    server.config["PROPAGATE_EXCEPTIONS"] = False
    gate = auth.init_auth(server, accounts, settings)
    assets = home / "assets"
    assets.mkdir()
    (assets / "some.css").write_text("p{}")
    app = Dash(
        "site",
        server=server,
        assets_folder=str(assets),
        suppress_callback_exceptions=True,
        csrf_token_name=cookie_name(settings, "csrf"),
        csrf_header_name=CSRF_HEADER,
        enable_mcp=False,
        use_async=False,
        add_log_handler=False,
    )
    app.layout = html.Div([html.Button(id="in"), html.P(id="out")])
    app.callback(Output("out", "children"), Input("in", "n_clicks"))(_seen)
    init_security(server, settings, app.csp_hashes)
    init_health(server, {"registry": lambda: engine.connect().close()})
    _add_pages(server)
    return Site(
        server=server,
        app=app,
        settings=settings,
        accounts=accounts,
        gate=gate,
        base_url="https://localhost" if settings.cookie_secure else "http://localhost",
    )


def add_school(engine: Engine) -> None:
    texts = ("name_zh", "name_en", "initials", "tier", "supervisor", "province", "city", "moe_code")
    with writing(engine) as connection:
        if connection.scalar(sa.select(school.c.code).where(school.c.code == SCHOOL)) is None:
            row = dict.fromkeys(texts, "x")
            row |= {"code": SCHOOL, "synthetic": True, "flagged": False}
            connection.execute(sa.insert(school).values(row))


def _seen(_clicks: int | None) -> str:
    return repr(auth.current_scope().cache_key)


def _add_pages(server: Flask) -> None:
    @server.get("/who")
    def who() -> object:
        account = auth.current_account()
        return jsonify(
            username=account and account.username,
            scope=auth.current_scope().cache_key,
            may=[p.value for p in auth.Permission if auth.may(p)],
            language=auth.current_language(),
        )

    @server.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError

    @server.get("/missing")
    @server.get("/export/missing")
    def missing() -> str:
        abort(404)

    @server.route("/export/<name>", methods=["GET", "POST"])
    @server.get("/vendor/<name>")
    @server.get("/api/<name>")
    @server.get("/live/<name>")
    def secret(name: str) -> str:
        return f"secret {name}"


def events(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        trail = latest(connection, 100)[::-1]
    return [(e.actor, e.action) for e in trail if e.action.startswith("sign")]


def who(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/who")
    return answer.status_code, (answer.json or {}).get("username", "") if answer.is_json else ""


# ---- the guard
