"""What a page is built from: the words, the choices and the selection of one request."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.i18n import Translator
from data_access.selection import Selection


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a control; ``search`` are further words it is found by (pinyin initials)."""

    value: str
    label: str
    search: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of the selection, as the row under the bar names it: ``school=99001`` and text."""

    choice: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One request: who looks, in which language, at what. ``query`` is the selection's URL form."""

    t: Translator
    selection: Selection
    query: Mapping[str, str | list[str]]
    page: str
    filters: frozenset[str]  # fields of the selection that the page honours
    address: str  # path and query of this view, to come back to
    cohorts: tuple[Option, ...]
    schools: tuple[Option, ...]
    levels: tuple[Option, ...]
    disciplines: tuple[Option, ...]
    origins: tuple[Option, ...]
    work_regions: tuple[Option, ...]
    editions: tuple[Option, ...]
    quick_dates: tuple[Option, ...]  # value: ISO date, or "live"
    picks: tuple[Pick, ...]
    sentence: str
    person: str
    role: str
    csrf_token: str
    version: str  # the live version that the page begins with
    demonstration: bool
    sees_rows: bool
    minimum_n: int
    today: dt.date
    sees_all: bool = False  # every school, with its name
    allowed: frozenset[str] = frozenset()  # values of dashboard.auth.Permission
    state: Mapping[str, str] = field(default_factory=dict)  # how the page shows the selection
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the same, several codes
    texts: Mapping[str, str] = field(default_factory=dict)  # the same, as somebody typed them
    state_options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)  # of its selects
