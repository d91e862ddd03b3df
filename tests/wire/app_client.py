"""The whole application on a small demonstration store, spoken to as a browser would.

Beside it a second, slow way to the same numbers: `people` reads the table of states row by row
and adds up in Python, without movements, analytics engine or any code of the pages.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard.app import Application, create_app
from dashboard.demo import Catalogue, demo_cases, fill, fill_checks, schools
from dashboard.security import CSRF_FIELD, CSRF_HEADER, cookie_name
from dashboard.settings import Settings
from data_access import facts, ledger, schema, seed
from data_access.accounts import create_demo_accounts, demo_password
from data_access.registry import open_registry, writing
from data_access.survey_ledger import accept_surveys

TOKEN = re.compile(rf'name="{CSRF_FIELD}" value="([^"]+)"')
SCALE = 0.03
"""A province of some seven thousand graduates a year."""
SECRET_KEY = "k" * 40
OWN, OTHER = "99001", "99002"
"""The school of the demonstration's school accounts, and one that is not theirs."""
Values = dict[str, Any]


# ---- the store


def demo_file(template: Path, folders: pytest.TempPathFactory) -> Path:
    """The ledger of the small province, filled once per run. Copied, never opened."""
    path = folders.getbasetemp() / "province.db"
    if not path.exists():
        draft = Path(shutil.copy(template, path.with_suffix(".draft")))
        engine = open_registry(f"sqlite:///{draft}")
        with writing(engine) as connection:
            seed.upsert_rows(connection, schema.school, [one.row() for one in schools()])
            seed.upsert_rows(
                connection, schema.meta, [{"key": "demonstration", "value": "loading"}]
            )
        fill(
            engine,
            ledger.accept,
            Catalogue.shipped(),
            lambda *_: None,
            scale=SCALE,
            surveys=accept_surveys,
            cases=demo_cases,
            facts=facts.write_by_hash,
        )
        fill_checks(engine)
        engine.dispose()
        draft.rename(path)
    return path


def demo_registry(filled: Path, copy: Path, secret_key: str) -> None:
    """A copy of the small province with the demonstration's accounts."""
    shutil.copy(filled, copy)
    engine = open_registry(f"sqlite:///{copy}")
    create_demo_accounts(engine, secret_key)
    engine.dispose()


# ---- the application


@dataclass(frozen=True, slots=True)
class Site:
    """One running application and the people who use it."""

    app: Application
    settings: Settings

    @property
    def registry(self) -> Engine:
        return self.app.store.registry

    def person(self, username: str, language: str = "zh-CN") -> Person:
        """Somebody who signed in through the form; the accounts are `DEMO_ACCOUNTS`."""
        return Person(self, username, language)


@contextmanager
def application(home: Path, url: str) -> Iterator[Site]:
    """The application on this registry, closed at the end."""
    settings = Settings.from_env(
        {
            "QUXIANG_HOME": str(home),
            "QUXIANG_DATABASE_URL": url,
            "QUXIANG_SECRET_KEY": SECRET_KEY,
        }
    )
    app = create_app(settings)
    try:
        yield Site(app, settings)
    finally:
        app.close()


@contextmanager
def demo_application(template: Path, folders: pytest.TempPathFactory) -> Iterator[Site]:
    """The application on a copy of the small province of its own."""
    home = folders.mktemp("site")
    demo_registry(demo_file(template, folders), home / "registry.db", SECRET_KEY)
    with application(home, f"sqlite:///{home / 'registry.db'}") as site:
        yield site


@dataclass(frozen=True, slots=True)
class Answer:
    """What a callback said: `text` as people read it, `values` by "id.property"."""

    callback: str
    status: int
    text: str
    values: Values
    toast: str
    """The message for the person, where the callback failed."""


class Person:
    """A browser of one demonstration account."""

    def __init__(self, site: Site, username: str, language: str = "zh-CN") -> None:
        self.client: FlaskClient = site.app.server.test_client()
        self._callbacks: list[dict[str, Any]] = []
        self.client.get(f"/language/{language}")
        page = self.client.get("/sign-in").get_data(as_text=True)
        token = TOKEN.search(page)
        assert token is not None
        form = {
            CSRF_FIELD: token[1],
            "username": username,
            "password": demo_password(site.settings.secret_key, username),
        }
        answer = self.client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.status_code
        self.client.get("/health")
        cookie = self.client.get_cookie(cookie_name(site.settings, "csrf"))
        assert cookie is not None
        self.headers = {CSRF_HEADER: cookie.value}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def callbacks(self) -> list[dict[str, Any]]:
        """Every callback that runs on the server: the same for as long as the application is."""
        if not self._callbacks:
            found: list[dict[str, Any]] = self.client.get("/_dash-dependencies").get_json()
            self._callbacks = [one for one in found if not one.get("clientside_function")]
        return self._callbacks

    def callback(self, output: str) -> dict[str, Any]:
        """The callback that has this output, "id.property"."""
        wanted = [one for one in self.callbacks() if output in outputs_of(one["output"])]
        assert len(wanted) == 1, (output, wanted)
        return wanted[0]

    def page(self, path: str, search: str = "") -> Answer:
        """What the page router puts on the screen for this address."""
        values = {"_pages_location.pathname": path, "_pages_location.search": search}
        return self.call(self.callback("_pages_content.children"), values)

    def call(self, callback: dict[str, Any], values: Values) -> Answer:
        """Runs one callback with these values by "id.property"; what is not given is None."""
        return self.send(callback, payload(callback, values))

    def send(self, callback: dict[str, Any], body: Values) -> Answer:
        """Runs one callback with a request of the test's own."""
        answer = self.client.post(
            "/_dash-update-component",
            data=json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )
        name, status = callback["output"], answer.status_code
        if not answer.is_json:
            return Answer(name, status, answer.get_data(as_text=True), {}, "")
        content = answer.get_json()
        found = {
            f"{part}.{prop}": value
            for part, props in (content.get("response") or {}).items()
            for prop, value in props.items()
        }
        aside = content.get("sideUpdate") or {}
        toast = "".join(texts(aside.get("toasts", {}).get("children")))
        return Answer(name, status, json.dumps(content, ensure_ascii=False), found, toast)


def payload(callback: dict[str, Any], values: Values) -> dict[str, Any]:
    """The request that Dash's own script would send."""

    def given(part: dict[str, str]) -> dict[str, Any]:
        return {**part, "value": values.get(f"{part['id']}.{part['property']}")}

    names = outputs_of(callback["output"])
    split = [name.rpartition(".") for name in names]
    parts = [{"id": name, "property": prop} for name, _, prop in split]
    return {
        "output": callback["output"],
        "outputs": parts if callback["output"].startswith("..") else parts[0],
        "inputs": [given(part) for part in callback["inputs"]],
        "state": [given(part) for part in callback["state"]],
        "changedPropIds": [f"{p['id']}.{p['property']}" for p in callback["inputs"]][:1],
    }


def outputs_of(text: str) -> list[str]:
    """Dash's "..a.x...b.y.." or "a.x" as a list of "id.property"."""
    several = text.startswith("..") and text.endswith("..")
    return text[2:-2].split("...") if several else [text]


# ---- what stands in a component


def parts(component: Any) -> Iterator[dict[str, Any]]:
    """Every component in a tree of components as Dash sends it, parents first."""
    if isinstance(component, list):
        for child in component:
            yield from parts(child)
    elif isinstance(component, dict) and "props" in component:
        yield component
        yield from parts(component["props"].get("children"))


def texts(component: Any) -> list[str]:
    """The texts in a tree of components, in reading order."""
    if isinstance(component, list):
        return [text for child in component for text in texts(child)]
    if isinstance(component, dict) and "props" in component:
        return texts(component["props"].get("children"))
    return [str(component)] if isinstance(component, str | int | float) else []


def table_rows(component: Any) -> list[list[str]]:
    """The rows of the tables in a tree, cell by cell."""
    tables = [p["props"]["data-table"] for p in parts(component) if "data-table" in p["props"]]
    return [row for cells in tables for row in json.loads(cells)["rows"]]


# ---- the second way to the numbers


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection in the words of the query; empty is no restriction."""

    cohort: int
    day: dt.date
    schools: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    discipline: str = ""
    origin: str = ""
    work_region: str = ""
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Graduate:
    """One graduate as of a day."""

    school: str
    level: str
    discipline: str
    origin: str
    destination: str
    work_region: str
    sex: str
    employer_kind: str
    industry: str
    employed: bool


def people(registry: Engine, chosen: Chosen) -> list[Graduate]:
    """Everybody of a selection, one state after the other read from the table of states."""
    subject, state = schema.subject, schema.state
    statement = (
        sa.select(subject.c.school, state)
        .join(subject, subject.c.id == state.c.subject_id)
        .where(subject.c.cohort == chosen.cohort)
        .order_by(state.c.seq)
    )
    tree = {name: parents(registry, name) for name in ("level", "discipline", "region")}
    latest: dict[int, Any] = {}
    with registry.connect() as connection:
        employed = _employed(connection, chosen)
        for row in connection.execute(statement).mappings():
            before = latest.get(row["subject_id"])
            if row["counted_on"] <= chosen.day and (
                before is None or before["counted_on"] <= row["counted_on"]
            ):
                latest[row["subject_id"]] = row
    wanted = [row for row in latest.values() if row["n"] and _is_meant(row, chosen, tree)]
    names = [name for name in Graduate.__slots__ if name != "employed"]
    return [
        Graduate(*(row[name] for name in names), row["destination"] in employed)
        for row in wanted
        for _ in range(row["n"])
    ]


def _employed(connection: sa.Connection, chosen: Chosen) -> set[str]:
    edition, member = schema.edition, schema.edition_member
    firsts = connection.execute(sa.select(edition.c.first_cohort, edition.c.code))
    own = max((first, code) for first, code in firsts if first <= chosen.cohort)[1]
    rows = sa.select(member.c.destination).where(
        member.c.edition == (chosen.edition or own), member.c.employed
    )
    return set(connection.scalars(rows))


def parents(registry: Engine, name: str) -> dict[str, str | None]:
    """Code -> the code above it, of one code table."""
    table = schema.metadata.tables[name]
    with registry.connect() as connection:
        rows = connection.execute(sa.select(table.c.code, table.c.parent))
        return {row[0]: row[1] for row in rows}


def _is_meant(row: Any, chosen: Chosen, tree: dict[str, dict[str, str | None]]) -> bool:
    def within(kind: str, code: str, wanted: Sequence[str]) -> bool:
        above: str | None = code
        while above is not None:
            if above in wanted:
                return True
            above = tree[kind].get(above)
        return not wanted

    def one(code: str) -> tuple[str, ...]:
        return (code,) if code else ()

    return (
        (not chosen.schools or row["school"] in chosen.schools)
        and within("level", row["level"], chosen.levels)
        and within("discipline", row["discipline"], one(chosen.discipline))
        and within("region", row["origin"], one(chosen.origin))
        and within("region", row["work_region"], one(chosen.work_region))
    )


def printed(part: int, whole: int) -> str:
    """A rate as official tables print it: half up, two decimals; "" where there is nobody."""
    if not whole:
        return ""
    exact = Decimal(100 * part) / Decimal(whole)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
