"""The whole application on a small demonstration store, spoken to as a browser would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from dashboard.app import Application, create_app
from dashboard.demo import Catalogue, fill, schools
from dashboard.security import CSRF_FIELD, CSRF_HEADER, cookie_name
from dashboard.settings import Settings
from data_access import ledger, schema, seed
from data_access.accounts import create_demo_accounts, demo_password
from data_access.registry import open_registry, writing

TOKEN = re.compile(rf'name="{CSRF_FIELD}" value="([^"]+)"')
SCALE = 0.03


def demo_store(url: str, secret_key: str) -> None:
    """Fills a migrated registry with a province of some seven thousand a year."""
    engine = open_registry(url)
    with writing(engine) as connection:
        seed.upsert_rows(connection, schema.school, [one.row() for one in schools()])
    fill(engine, ledger.accept, Catalogue.shipped(), lambda *_: None, scale=SCALE)
    create_demo_accounts(engine, secret_key)
    engine.dispose()


@contextmanager
def application(home: Path, url: str) -> Iterator[tuple[Application, Settings]]:
    """The application on this registry, closed at the end."""
    settings = Settings.from_env(
        {
            "QUXIANG_HOME": str(home),
            "QUXIANG_DATABASE_URL": url,
            "QUXIANG_SECRET_KEY": "k" * 40,
        }
    )
    app = create_app(settings)
    try:
        yield app, settings
    finally:
        app.close()


class Person:
    """A browser of one demonstration account."""

    def __init__(self, app: Application, settings: Settings, username: str) -> None:
        self.client: FlaskClient = app.server.test_client()
        page = self.client.get("/sign-in").get_data(as_text=True)
        token = TOKEN.search(page)
        assert token is not None
        form = {
            CSRF_FIELD: token[1],
            "username": username,
            "password": demo_password(settings.secret_key, username),
        }
        answer = self.client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.status_code
        self.client.get("/health")
        cookie = self.client.get_cookie(cookie_name(settings, "csrf"))
        assert cookie is not None
        self.headers = {CSRF_HEADER: cookie.value}

    def get(self, path: str) -> tuple[int, bytes]:
        answer = self.client.get(path)
        return answer.status_code, answer.data

    def callbacks(self) -> list[dict[str, Any]]:
        """Every callback the application has."""
        found: list[dict[str, Any]] = self.client.get("/_dash-dependencies").get_json()
        return found

    def call(self, callback: dict[str, Any], values: dict[str, Any]) -> tuple[int, str]:
        """Runs one callback with these values by "id.property"; what is not given is None."""

        def given(part: dict[str, str]) -> dict[str, Any]:
            name = f"{part['id']}.{part['property']}"
            return {**part, "value": values.get(name)}

        payload = {
            "output": callback["output"],
            "outputs": _outputs(callback["output"]),
            "inputs": [given(part) for part in callback["inputs"]],
            "state": [given(part) for part in callback["state"]],
            "changedPropIds": [f"{p['id']}.{p['property']}" for p in callback["inputs"]][:1],
        }
        answer = self.client.post(
            "/_dash-update-component",
            data=json.dumps(payload),
            content_type="application/json",
            headers=self.headers,
        )
        text = answer.get_data(as_text=True)
        if answer.is_json:  # as people would read it, not as escapes
            text = json.dumps(answer.get_json(), ensure_ascii=False)
        return answer.status_code, text


def _outputs(text: str) -> Any:
    """Dash's "..a.x...b.y.." or "a.x" as the list it wants beside it."""
    if text.startswith("..") and text.endswith(".."):
        return [_one(part) for part in text[2:-2].split("...")]
    return _one(text)


def _one(part: str) -> dict[str, str]:
    name, _, prop = part.rpartition(".")
    return {"id": name, "property": prop}
