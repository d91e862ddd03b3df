"""The answers of the search box: what the person who asks may find, and where it leads.

``GET /search?q=<text>&cohort=<class>``. A school is found where it has returns within the scope,
and nowhere else; disciplines with graduates of the class come first. An empty question finds
nothing and makes everything ready for the next one.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request

from dashboard import search, url_state
from dashboard.i18n import LANGUAGES, translator
from dashboard.search import KINDS, Entry, Kind
from dashboard.services import Services
from data_access.code_book import CodeBook
from data_access.scope import Scope
from data_access.selection import Selection

Item = dict[str, str]
Group = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a thing leads: the first of the pages that exists, with this as its selection."""

    kind: Kind
    pages: tuple[str, ...]
    query: str
    note_key: str = ""


TARGETS = (
    Target("school", ("overview",), "school={}"),
    Target("discipline", ("disciplines",), "discipline={}"),
    Target("region", ("flows", "overview"), "work_region={}", note_key="search.work_region"),
    Target("region", ("flows", "overview"), "origin={}", note_key="search.origin"),
)
TITLE_KEYS: Mapping[Kind, str] = {
    "school": "search.schools",
    "discipline": "search.disciplines",
    "region": "search.regions",
    "page": "search.pages",
}


def init_search(server: Flask, services: Services, pages: Mapping[str, str]) -> None:
    """Adds the route; ``pages`` are the paths of the pages in the navigation, by key."""
    finder = Finder(services, pages)

    @server.get("/search")
    def search_box() -> Response:
        query = request.args.to_dict(flat=False)
        return jsonify(groups=finder.groups(request.args.get("q", ""), query))


class Finder:
    """Answers questions for the person who asks, in their language."""

    def __init__(self, services: Services, pages: Mapping[str, str]) -> None:
        self._services = services
        self._pages = pages
        self._codes: tuple[CodeBook, tuple[Entry, ...]] | None = None

    def groups(self, typed: str, query: Mapping[str, object]) -> list[Group]:
        """``[{title, items: [{name, note, path, query}]}]``; the group of the best match first."""
        services, t = self._services, self._services.t()
        scope = services.scope()
        default = services.answers.default_cohort(scope)
        cohort = url_state.parse(query, default_cohort=default).cohort
        present = self._present(scope, cohort)
        entries = list(self._entries(scope, cohort, present))  # also where nothing is asked yet
        found = search.find(entries, typed, self._order(present))
        groups = [[one for one in found if one.entry.kind == kind] for kind in KINDS]
        groups = sorted((group for group in groups if group), key=lambda group: group[0].match)
        offered = [[item for one in group for item in self._items(one.entry)] for group in groups]
        shown = search.allot([len(items) for items in offered])
        return [
            {"title": t(TITLE_KEYS[group[0].entry.kind]), "items": items[:room]}
            for group, items, room in zip(groups, offered, shown, strict=True)
            if room
        ]

    def _entries(self, scope: Scope, cohort: int, present: frozenset[str]) -> Iterator[Entry]:
        """Everything that may be found."""
        codes = self._services.answers.codes
        if self._codes is None or self._codes[0] is not codes:
            self._codes = codes, (*_disciplines(codes), *_regions(codes))
        yield from self._schools(scope, cohort)
        for one in self._codes[1]:
            # A name that only somebody's return has brought in is theirs.
            flagged = one.kind == "discipline" and codes.get("discipline", one.code)
            if not flagged or one.code in present or not flagged.extra.get("flagged"):
                yield one
        yield from _pages(self._pages)

    def _schools(self, scope: Scope, cohort: int) -> Iterator[Entry]:
        """The schools with returns that the scope allows, those of the class first."""
        answers, codes = self._services.answers, self._services.answers.codes
        years = {int(span.key) for span in answers.cohorts(scope)}
        spans = (
            span
            for year in sorted(years, key=lambda year: (year != cohort, -year))
            for span in answers.store.reporting(scope, year, dt.date(year + 1, 12, 31))
        )
        for code in dict.fromkeys(span.key for span in spans):
            row = codes.get("school", code)
            yield search.entry("school", code, (row.name_zh, row.name_en), (code,))

    def _present(self, scope: Scope, cohort: int) -> frozenset[str]:
        """The disciplines with graduates of the class, and those above them."""
        answers = self._services.answers
        selection = Selection(cohort=cohort)
        moment = answers.moment(scope, selection)
        if moment.as_of is None:
            return frozenset()
        chosen = answers.store.leaf_filter(selection)
        rows = answers.store.counts(scope, chosen, ("discipline",), (moment.as_of,))
        codes = answers.codes
        return frozenset(
            above for row in rows for above in codes.ancestors("discipline", row.key[0])
        )

    def _order(self, present: frozenset[str]) -> Callable[[Entry], tuple[int, ...]]:
        """Among equally close matches: with graduates first, the wider first."""
        codes = self._services.answers.codes

        def order(one: Entry) -> tuple[int, ...]:
            if one.kind == "discipline":
                return int(one.code not in present), len(codes.ancestors("discipline", one.code))
            if one.kind == "region":
                return (len(codes.ancestors("region", one.code)),)
            return ()

        return order

    def _items(self, one: Entry) -> Iterator[Item]:
        """What is offered of a thing: one item for every selection that it leads to."""
        if one.kind == "page":
            title = self._services.t()(f"{one.code}.title")
            yield {"name": title, "note": "", "path": self._pages[one.code], "query": ""}
            return
        name = self._services.name(one.kind, one.code)
        for target in TARGETS:
            path = next((self._pages[key] for key in target.pages if key in self._pages), None)
            if target.kind == one.kind and path is not None:
                query = target.query.replace("{}", one.code)
                yield {"name": name, "note": self._note(one, target), "path": path, "query": query}

    def _note(self, one: Entry, target: Target) -> str:
        """What tells things of the same name apart."""
        t, codes = self._services.t(), self._services.answers.codes
        if one.kind == "discipline":
            family = t(f"bar.family_{one.code[0]}")
            rank = codes.get("discipline", one.code).extra.get("rank")
            return t("search.note", first=family, second=t(f"state.rank_{rank}"))
        if one.kind == "region":
            above = codes.ancestors("region", one.code)[1:]
            names = [self._services.name("region", code) for code in above]
            said = t(target.note_key)
            return t("search.note", first=said, second=names[0]) if names else said
        return one.code


def _disciplines(codes: CodeBook) -> Iterator[Entry]:
    for code, row in codes.tables["discipline"].items():
        official = str(row.extra.get("official_code", ""))
        yield search.entry("discipline", code, (row.name_zh, row.name_en), (code, official))


def _regions(codes: CodeBook) -> Iterator[Entry]:
    for code, row in codes.tables["region"].items():
        if row.extra.get("rank") != "special":  # "not reported" and "not applicable" are no places
            names = (row.name_zh, str(row.extra.get("short_zh", "")), row.name_en)
            yield search.entry("region", code, names, (code,))


def _pages(pages: Mapping[str, str]) -> Iterator[Entry]:
    for key in pages:
        titles = tuple(translator(lang)(f"{key}.title") for lang in LANGUAGES)
        yield search.entry("page", key, titles)
