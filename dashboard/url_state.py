"""Turns a URL query (or the page's store, which is client data too) into a Selection and back.

``?cohort=2020&as_of=2020-09-30&school=99001&school=99002&level=bachelor&discipline=b-08``
Reading is total: what cannot be meant is dropped, nothing raises. Whether a code exists is the
data's business: an unknown one is kept and finds no rows.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlencode

from dashboard.i18n import Translate
from data_access.selection import Selection

LONGEST_LIST = 50  # codes kept per list
FIRST_YEAR, LAST_YEAR = 2000, 2100

State = Mapping[str, str]
Lists = Mapping[str, tuple[str, ...]]
STATE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rank": ("category", "class", "major"),
        "cut": ("level", "school", "discipline", "sex", "origin"),
        "depth": ("group", "code"),
        "unit": ("share", "count"),
        "part": (),
        "behind": ("school", "discipline"),
        "versus": (),
        "group": ("auto", "city", "mix", "kind", "all"),
        "side": ("origin", "work"),
        "measure": ("count", "share", "net", "retention"),
        "grouping": ("four_region", "city_group", "province"),
        "shares": ("row", "column", "people"),
        "node": (),
        "focus": (),
        "across": ("level", "school"),
        "item": (),
        "aspect": (),
        "rule": (),
        "action": (),
        "since": (),
        "until": (),
        "submission": (),
        "case": (),
        "case_status": (
            *("current", "overdue", "open", "answered", "confirmed", "refuted", "corrected"),
            *("closed", "all"),
        ),
        "sample": (),
        "flag_rule": (),
        "standing": ("now", "gone", "every"),
        "flag": (),
    }
)
"""How a page shows its selection: URL parameters that are no part of it, and what each may say.

Empty: any code. A page lists those that it honours (``layouts.pages``).
"""

LISTS: tuple[str, ...] = ("peer",)
"""The same for parameters that may stand several times: lists of codes."""
TEXTS: tuple[str, ...] = ("person", "words")
"""The same for parameters that are what somebody typed: a short line, never kept anywhere."""
DEFAULT_STATE: Mapping[str, str] = MappingProxyType(
    {
        "side": "work",
        "measure": "count",
        "grouping": "province",
        "shares": "row",
        "node": "auto",
        "focus": "all",
    }
)
"""What the flows page shows where its address says nothing."""

NameKind = Literal["school", "level", "discipline", "region", "edition"]
Names = Callable[[NameKind, str], str]

_LOOKED_AT = 1_000  # values read per parameter, so that a huge one costs nothing
_LONGEST_TEXT = 64  # characters
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
_YEAR = re.compile(r"[0-9]{4}")  # not \d and not isdigit(): both take full-width digits
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # fromisoformat() alone takes more forms


def parse(query: Mapping[str, object] | None, *, default_cohort: int) -> Selection:
    """The selection a query means. ``default_cohort`` where it names no usable cohort.

    A value may be a text, a whole number or a list of them; of several values for one thing
    the first usable one counts. Lists are sorted, without repeats, at most LONGEST_LIST codes.
    """
    given: Mapping[str, object] = query if isinstance(query, Mapping) else {}
    return Selection(
        cohort=next(_years(given, "cohort"), default_cohort),
        as_of=next(_days(given, "as_of"), None),
        schools=_code_list(given, "school"),
        levels=_code_list(given, "level"),
        discipline=next(_codes(given, "discipline"), None),
        origin=next(_codes(given, "origin"), None),
        work_region=next(_codes(given, "work_region"), None),
        edition=next(_codes(given, "edition"), None),
    )


def parse_state(query: object) -> dict[str, str]:
    """What a query says of the page itself; total, as `parse` is."""
    given: Mapping[str, object] = query if isinstance(query, Mapping) else {}
    found = {
        name: next((v for v in _codes(given, name) if not allowed or v in allowed), "")
        for name, allowed in STATE.items()
    }
    return {name: value for name, value in found.items() if value}


def parse_lists(query: object) -> dict[str, tuple[str, ...]]:
    """The lists of codes that a query says of the page itself; total, as `parse` is."""
    given: Mapping[str, object] = query if isinstance(query, Mapping) else {}
    found = {name: _code_list(given, name) for name in LISTS}
    return {name: codes for name, codes in found.items() if codes}


def parse_texts(query: object) -> dict[str, str]:
    """The texts that a query says of the page itself; total, as `parse` is."""
    given: Mapping[str, object] = query if isinstance(query, Mapping) else {}
    found = {
        name: next((text for text in _texts(given, name) if text and text.isprintable()), "")
        for name in TEXTS
    }
    return {name: text for name, text in found.items() if text}


def page_query(query: object) -> dict[str, str | list[str]]:
    """Everything that a query says of the page itself, as URL parameters."""
    lists = {name: list(codes) for name, codes in parse_lists(query).items()}
    return {**parse_state(query), **parse_texts(query), **lists}


def to_query(selection: Selection) -> dict[str, str | list[str]]:
    """The selection as URL parameters or as the page's store; what is not chosen is left out."""
    values: dict[str, str | list[str]] = {
        "cohort": str(selection.cohort),
        "as_of": selection.as_of.isoformat() if selection.as_of else "",
        "school": list(selection.schools),
        "level": list(selection.levels),
        "discipline": selection.discipline or "",
        "origin": selection.origin or "",
        "work_region": selection.work_region or "",
        "edition": selection.edition or "",
    }
    return {name: value for name, value in values.items() if value}


def to_search(selection: Selection) -> str:
    """The part of a URL from the question mark on."""
    return "?" + urlencode(to_query(selection), doseq=True)


def describe(selection: Selection, t: Translate, names: Names) -> str:
    """The sentence above the charts and in every export, such as
    "Class of 2020 · Bachelor · 2 schools · as of 30 September 2020".

    ``names(kind, code)`` gives the name of a code in the language of ``t``.
    """
    parts = [t("common.cohort", cohort=selection.cohort)]
    if selection.levels:
        parts.append(t.listing(names("level", code) for code in selection.levels))
    if len(selection.schools) == 1:
        parts.append(names("school", selection.schools[0]))
    elif selection.schools:
        parts.append(t("common.schools", count=t.count(len(selection.schools))))
    if selection.discipline:
        parts.append(names("discipline", selection.discipline))
    if selection.origin:
        parts.append(t("common.origin", region=names("region", selection.origin)))
    if selection.work_region:
        parts.append(t("common.work_region", region=names("region", selection.work_region)))
    if selection.edition:
        parts.append(names("edition", selection.edition))
    if selection.as_of:
        parts.append(t("common.as_of", date=t.date(selection.as_of)))
    else:
        parts.append(t("common.as_of_live"))
    return " · ".join(parts)


def _texts(query: Mapping[str, object], name: str) -> Iterator[str]:
    """The values of a parameter that are short texts or whole numbers, stripped."""
    value = query.get(name)
    values = value if isinstance(value, list | tuple) else (value,)
    for item in islice(values, _LOOKED_AT):
        if isinstance(item, str) and len(item) <= _LONGEST_TEXT:
            yield item.strip()
        elif isinstance(item, int) and not isinstance(item, bool) and 0 <= item < 10**9:
            yield str(item)


def _years(query: Mapping[str, object], name: str) -> Iterator[int]:
    for text in _texts(query, name):
        if _YEAR.fullmatch(text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
            yield int(text)


def _days(query: Mapping[str, object], name: str) -> Iterator[dt.date]:
    for text in _texts(query, name):
        if not _DAY.fullmatch(text):
            continue
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:  # 30 February
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            yield day


def _codes(query: Mapping[str, object], name: str) -> Iterator[str]:
    return (text for text in _texts(query, name) if _CODE.fullmatch(text))


def _code_list(query: Mapping[str, object], name: str) -> tuple[str, ...]:
    return tuple(sorted(set(_codes(query, name)))[:LONGEST_LIST])
