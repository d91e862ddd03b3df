"""Nobody sees what is not theirs: every route and every callback, asked by everybody."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.app import Application
from dashboard.auth import PUBLIC_RULES
from dashboard.demo import schools
from dashboard.questions import QUESTIONS
from data_access.schema import audit_event, movement
from layouts.pages import PAGES
from tests.wire.app_client import OTHER, OWN, Answer, Person, Site, demo_application

ASKED = ("99002", "99003", "99004")
FILTERS: list[dict[str, Any]] = [
    {},
    {"school": OTHER},
    {"school": [OWN, OTHER]},
    {"school": ["99003", "99004"], "level": "bachelor"},
    {"cohort": "2019", "school": OTHER},
    {"cohort": "2020", "as_of": "2020-09-30", "school": OTHER, "discipline": "b-08"},
    {"level": ["diploma", "junk"], "school": OTHER},
    {"origin": "140000", "work_region": "110000", "school": OTHER, "edition": "2024"},
    {"school": {"a": 1}, "cohort": [None], "level": 7},
    {"rank": "major", "school": OTHER},
    {"cut": "school", "depth": "code", "behind": "school", "part": "10", "cohort": "2020"},
    {"cut": "discipline", "unit": "count", "part": "kind.31", "school": [OWN, OTHER]},
    {"group": "all", "peer": ["99002", "99003", "99004"], "cohort": "2020"},
    {"group": "city", "cohort": "2020", "as_of": "2020-09-30", "school": OWN},
    {"side": "origin", "measure": "net", "node": "140000", "focus": "work-other", "school": OTHER},
    {"across": "school", "item": "pay", "aspect": "ability", "rule": "grassroots"},
    {"across": "school", "cohort": "2020", "school": OTHER, "discipline": "b-08"},
    *({"case": str(n), "case_status": "all", "cohort": "2020", "school": OTHER} for n in (2, 3)),
    {"case": "new", "case_status": "overdue", "cohort": "2021"},
]


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application on a small demonstration store."""
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def others() -> set[str]:
    """Names of every school that is not the own one, and the codes that nobody asks for here.

    A code that a person wrote into the address comes back in the page's own address: no secret.
    """
    foreign = [one for one in schools() if one.code != OWN]
    return {word for one in foreign for word in (one.name_zh, one.name_en)} | {
        one.code for one in foreign if one.code not in ASKED
    }


def leaks(text: str, words: set[str]) -> list[str]:
    """The words that stand in the text; a code not as a part of a longer number."""
    there = (word for word in words if word in text)  # a pattern takes a hundred times as long
    return sorted(w for w in there if re.search(rf"(?<![\d.]){re.escape(w)}(?!\d)", text))


def answers(person: Person, stored: dict[str, Any]) -> Iterator[Answer]:
    """The answer of every callback with this selection."""
    for callback in person.callbacks():
        values = {
            "selection.data": stored,
            "bar-cohort.value": stored.get("cohort", "2021"),
            "bar-schools.value": stored.get("school"),
            "bar-levels.value": stored.get("level"),
            "bar-discipline.value": stored.get("discipline"),
            "unpicked.data": ["", 1],
            "bar-origin.value": stored.get("origin"),
            "bar-work-region.value": stored.get("work_region"),
            "state-rank.value": "major",
            "state-cut.value": "school",
            "state-part.value": "12",
            "state-behind.value": "school",
            "state-group.value": "kind",
            "state-peer.value": stored.get("peer"),
            "live-version.data": "x",
        }
        yield person.call(callback, values)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_anonymous_gets_nothing_but_the_sign_in_page(site: Site, method: str) -> None:
    app = site.app
    client = app.server.test_client()
    for rule in app.server.url_map.iter_rules():
        if rule.rule in PUBLIC_RULES:
            continue
        path = rule.rule.replace("<path:path>", "disciplines").replace("<question>", "schools")
        path = path.replace("<kind>", "csv").replace("<string:package_name>", "dash")
        path = path.replace("<path:fingerprinted_path>", "dash.js").replace("<path:filename>", "x")
        answer = client.open(path, method=method)
        assert answer.status_code in (302, 401, 405), (path, answer.status_code)
        assert not leaks(answer.get_data(as_text=True), others())


def test_anonymous_runs_no_callback(site: Site) -> None:
    leader, stranger = site.person("leader"), site.person("leader")
    stranger.client = site.app.server.test_client()
    for callback in leader.callbacks():
        answer = stranger.call(callback, {"selection.data": {}})
        assert (answer.status, answer.text) == (401, "")


@pytest.mark.parametrize("stored", FILTERS)
def test_a_school_user_gets_no_other_school_from_any_callback(
    site: Site, stored: dict[str, Any]
) -> None:
    person = site.person("reviewer")
    words = others()
    seen = 0
    for answer in answers(person, stored):
        assert answer.status in (200, 204), (answer.callback, answer.status, answer.text[:300])
        assert not answer.toast, (answer.callback, answer.toast)
        assert not leaks(answer.text, words), (answer.callback, leaks(answer.text, words))
        seen += answer.status == 200
    assert seen >= 8


def test_the_walk_sees_what_a_leader_sees(site: Site) -> None:
    """The same walk finds every school for those who may see them: it is not blind."""
    person = site.person("leader")
    text = "".join(one.text for one in answers(person, {"cohort": "2020", "school": []}))
    assert len(leaks(text, {one.name_zh for one in schools()})) == len(schools())


@pytest.mark.parametrize("path", [*(page.path for page in PAGES), "/nowhere"])
def test_a_school_user_gets_no_other_school_from_any_page(site: Site, path: str) -> None:
    person = site.person("staff")
    words = others()
    for stored in FILTERS:
        pairs = [(k, v) for k, vs in stored.items() for v in (vs if isinstance(vs, list) else [vs])]
        search = "?" + "&".join(f"{k}={v}" for k, v in pairs)
        answer = person.page(path, search)
        assert answer.status == 200, answer.text[:500]
        assert not leaks(answer.text, words), (search, leaks(answer.text, words))


def own_counts(app: Application, cohort: int) -> int:
    """Graduates of the own school, added up by hand from the registry."""
    statement = sa.select(sa.func.sum(movement.c.delta)).where(
        movement.c.cohort == cohort, movement.c.school == OWN
    )
    with app.store.registry.connect() as connection:
        return int(connection.scalar(statement) or 0)


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_export_holds_the_own_school_only(site: Site, question: str) -> None:
    person = site.person("reviewer")
    words = others()
    for school, kind in itertools.product(("", f"&school={OTHER}"), ("csv", "xlsx")):
        answer = person.get(f"/export/{question}.{kind}?cohort=2020{school}")
        assert answer.status_code == 200
        if kind == "xlsx":
            continue
        text = answer.data.decode("utf-8-sig")
        assert not leaks(text, words)
        rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0][:1] != "#"]
        if school:
            assert len(rows) == 1, "another school's rows"
        elif question in ("schools", "disciplines"):
            place = 2
            assert sum(int(row[place]) for row in rows[1:]) == own_counts(site.app, 2020)


def test_an_export_is_remembered(site: Site) -> None:
    person = site.person("reviewer")
    person.get("/export/levels.csv?cohort=2020")
    with site.registry.connect() as connection:
        last = connection.execute(
            sa.select(audit_event.c.actor, audit_event.c.action, audit_event.c.detail)
            .order_by(audit_event.c.id.desc())
            .limit(1)
        ).one()
    assert (last.actor, last.action) == ("reviewer", "export")
    assert '"question": "levels"' in last.detail


def test_a_viewer_sees_no_row(site: Site) -> None:
    person = site.person("viewer")
    every = {word for one in schools() for word in (one.code, one.name_zh, one.name_en)}
    for one in answers(person, {"cohort": "2020"}):
        assert one.status in (200, 204)
        assert not leaks(one.text, every)
    answer = person.get("/export/schools.csv?cohort=2020")
    assert answer.status_code == 200
    assert not leaks(answer.data.decode("utf-8-sig"), every)
