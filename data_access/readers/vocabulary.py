"""The words and headers of the files, read from ``layouts/*.csv`` (facts, with their sources)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from data_access.readers.text import fold

WordKind = Literal[
    "total",
    "note",
    "class_ending",
    "sex",
    "level",
    "not_graduated",
    "personal",
    "yes",
    "grade",
    "surname",
    "unit_ending",
    "school",
    "channel",
    "outcome",
]


@dataclass(frozen=True, slots=True)
class Word:
    """A word with a meaning; ``match`` says which part of a cell it has to be."""

    word: str
    match: str
    value: str

    def fits(self, folded: str) -> bool:
        """Whether a folded cell has this word where it has to stand."""
        match self.match:
            case "exact":
                return folded == self.word
            case "suffix":
                return folded.endswith(self.word)
            case "prefix":
                return folded.startswith(self.word)
            case _:
                return self.word in folded


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a file in ``layouts``; lines that begin with # are comments."""
    text = files("data_access.readers").joinpath("layouts", f"{name}.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return list(csv.DictReader(lines))


@cache
def words(kind: WordKind) -> tuple[Word, ...]:
    """The words of one kind in their order."""
    return tuple(
        Word(fold(row["word"]), row["match"], row["value"])
        for row in rows_of("words")
        if row["kind"] == kind
    )


def meaning(kind: WordKind, text: str) -> str | None:
    """The value of the first word of this kind that fits the cell; None if none does."""
    folded = fold(text)
    return next((word.value for word in words(kind) if word.fits(folded)), None)


@cache
def table_roles() -> Mapping[str, str]:
    """Folded header -> role, for published tables."""
    return {fold(row["header"]): row["role"] for row in rows_of("table_columns")}


@cache
def survey_roles() -> Mapping[str, str]:
    """Folded header -> role, for the columns of surveys beside the questions."""
    return {fold(row["header"]): row["role"] for row in rows_of("survey_columns")}


@cache
def check_roles() -> Mapping[str, str]:
    """Folded header -> role ("" for a known column nobody reads), for results of checks."""
    return {fold(row["header"]): row["role"] for row in rows_of("check_columns")}


@cache
def graduate_names() -> Mapping[str, str]:
    """Folded header -> role ("" for a known column nobody reads), for records of graduates."""
    return {fold(row["header"]): row["role"] for row in rows_of("graduate_columns")}


@cache
def graduate_roles() -> Mapping[str, str]:
    """The same, by the pinyin codes that stand above the names, and by the roles themselves."""
    coded = {fold(row["code"]): row["role"] for row in rows_of("graduate_columns") if row["code"]}
    roles = {role: role for role in graduate_names().values() if role}
    return {**roles, **graduate_names(), **coded}


@cache
def graduate_layouts() -> Mapping[str, frozenset[str]]:
    """Layout -> its folded headers."""
    layouts: dict[str, set[str]] = {}
    for row in rows_of("graduate_columns"):
        layouts.setdefault(row["layout"], set()).add(fold(row["header"]))
    return {layout: frozenset(headers) for layout, headers in layouts.items()}


@cache
def degree_levels() -> Mapping[str, tuple[str, str]]:
    """Code of the degree -> level and printed name."""
    return {row["code"]: (row["level"], row["name"]) for row in rows_of("degree_levels")}


@cache
def retired_regions() -> Mapping[str, str]:
    """Code of a region no longer in force -> code of the city it counts for today."""
    return {row["code"]: row["successor"] for row in rows_of("retired_regions")}


@cache
def kinds_of_destination() -> Mapping[str, frozenset[str]]:
    """Destination -> kinds of employer it can have, where not every kind will do."""
    rows = rows_of("kinds_of_destination")
    return {row["destination"]: frozenset(row["kinds"].split()) for row in rows}


@cache
def industries_of_kind() -> Mapping[str, frozenset[str]]:
    """Kind of employer -> industries it can have, where not every industry will do."""
    rows = rows_of("industries_of_kind")
    return {row["kind"]: frozenset(row["industries"].split()) for row in rows}
