"""A card is computed once per scope, language and version, and a failure is not kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.registry import writing
from data_access.schema import movement
from data_access.store import Store
from tests.wire.app_client import Person, Site, demo_application

STORED = {"cohort": "2020", "as_of": "2020-09-30"}


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


@pytest.fixture
def statements(site: Site) -> Iterator[list[str]]:
    """The statements that reach the analytics engine during the test."""
    engine, seen = site.app.store.analytics.engine, []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    site.app.store.cache.clear()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def kpis(person: Person, version: str = "v") -> tuple[int, str]:
    values = {"selection.data": STORED, "live-version.data": version}
    answer = person.call(person.callback("overview-kpis.children"), values)
    return answer.status, answer.text


def test_the_second_of_two_colleagues_costs_no_question(site: Site, statements: list[str]) -> None:
    first = kpis(site.person("leader"))
    assert statements
    statements.clear()
    assert kpis(site.person("analyst")) == first
    assert statements == []


def test_scope_and_language_have_answers_of_their_own(site: Site, statements: list[str]) -> None:
    leader, english = site.person("leader"), site.person("leader", "en")
    all_schools = kpis(leader)
    own = kpis(site.person("staff"))
    assert own[0] == all_schools[0] == 200
    assert own[1] != all_schools[1]
    assert "升学" not in kpis(english)[1]
    assert "升学" in kpis(leader)[1]


def test_a_new_version_is_a_new_answer(site: Site, statements: list[str]) -> None:
    app, leader = site.app, site.person("leader")
    before = kpis(leader)
    with writing(app.store.registry) as connection:
        line = connection.execute(sa.select(movement).where(movement.c.cohort == 2020).limit(1))
        row = {**line.mappings().one(), "delta": 1000}
        connection.execute(sa.insert(movement).values({k: v for k, v in row.items() if k != "seq"}))
    app.analytics.refresh()
    after = kpis(leader)
    assert after[0] == 200
    assert after != before


def test_a_failure_is_said_and_not_kept(
    site: Site, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = site.person("leader")

    def broken(*_: Any) -> None:
        raise OSError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "by_day", broken)
        status, text = kpis(leader)
    assert status == 200
    assert "sideUpdate" in json.loads(text)
    assert "the store is away" not in text
    assert "sideUpdate" not in json.loads(kpis(leader)[1])
