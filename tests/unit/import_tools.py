"""What tests of the importers share: shipped disciplines, and every message said aloud."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.i18n import LANGUAGES, translator
from data_access.codes.files import read_code_tables
from data_access.errors import InputError
from data_access.readers.disciplines import DisciplineIndex, DisciplineRow
from data_access.readers.findings import Finding


def shipped_disciplines() -> DisciplineIndex:
    """The disciplines of every catalogue that ships."""
    return DisciplineIndex(
        DisciplineRow(
            row["code"],
            row["catalogue"],
            row["rank"],
            row["parent"],
            row["name_zh"],
            row["code"][0],
            row["official_code"],
        )
        for row in read_code_tables()["discipline"]
    )


def say(findings: Iterable[Finding]) -> list[str]:
    """The findings in every language; a KeyError for a message or parameter that is missing."""
    return [
        translator(language)(finding.message_key, **finding.message_params)
        for language in LANGUAGES
        for finding in findings
    ]


def say_error(error: InputError) -> list[str]:
    """The error and its problems in every language."""
    said = []
    for language in LANGUAGES:
        t = translator(language)
        said.append(t(error.message_key, **error.params))
        said += [t(problem.rule, **problem.message_params) for problem in error.problems]
    return said
