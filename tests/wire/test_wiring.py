"""Callbacks and layouts fit together: what is wired stands on a page, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from layouts.pages import PAGES
from tests.wire.app_client import Person, Site, demo_application, outputs_of, parts

SEARCHES = ("", "?discipline=b-08", "?school=99001", "?case=new")
MOUNTED = ("disciplines-detail.children", "benchmark-body.children")
"""Parts of a page that come with the selection."""
ROUTER = "_pages_"


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def ids(component: object) -> list[str]:
    return [str(part["props"]["id"]) for part in parts(component) if "id" in part["props"]]


def page_ids(leader: Person, path: str, search: str) -> list[str]:
    """The ids of a page with its shell, in the order they stand, with what it mounts later."""
    found = ids(leader.client.get("/_dash-layout").get_json())
    found += ids(leader.page(path, search).values["_pages_content.children"])
    selection = dict([search[1:].split("=")] if search else [])
    for part in MOUNTED:
        shown = {"selection.data": selection, "benchmark-body.data-shown": initial(search)}
        if part.partition(".")[0] in found:
            answer = leader.call(leader.callback(part), shown)
            found += ids(answer.values.get(part))
    return found


def initial(search: str) -> str:
    """What the benchmark page shows at first for this address."""
    return "cards" if "school" in search else "chooser"


def wired(leader: Person) -> set[str]:
    """The ids of every callback, in the browser or on the server."""
    named = set()
    for one in leader.client.get("/_dash-dependencies").get_json():
        named |= {name.split("@")[0].rpartition(".")[0] for name in outputs_of(one["output"])}
        named |= {part["id"] for part in (*one["inputs"], *one["state"])}
    return {name for name in named if not name.startswith("{")}  # buttons of what is shown


@pytest.mark.parametrize("path", [page.path for page in PAGES])
@pytest.mark.parametrize("search", SEARCHES)
def test_an_id_stands_on_a_page_once(leader: Person, path: str, search: str) -> None:
    twice = [name for name, n in Counter(page_ids(leader, path, search)).items() if n > 1]
    assert twice == []


def test_what_is_wired_stands_on_some_page(site: Site, leader: Person) -> None:
    known = {
        name
        for person in (leader, site.person("analyst"))  # who reads, who works
        for page in PAGES
        for search in SEARCHES
        for name in page_ids(person, page.path, search)
    }
    assert {name for name in wired(leader) if not name.startswith(ROUTER)} <= known
    assert len(wired(leader)) > 40


def test_every_card_is_answered(site: Site) -> None:
    """A figure, table or finding on a page that no callback fills would stay empty for ever."""
    analyst = site.person("analyst")  # may open every page
    outputs = {
        name.split("@")[0].rpartition(".")[0]
        for one in analyst.callbacks()
        for name in outputs_of(one["output"])
    }
    for page in PAGES:
        shown = {i for search in SEARCHES for i in page_ids(analyst, page.path, search)}
        cards = {i for i in shown if i.endswith(("-graph", "-table", "-finding", "-source"))}
        assert cards
        assert cards - outputs == set()
