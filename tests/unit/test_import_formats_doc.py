"""docs/import-formats.md has every rule, finding, header and limit of the readers, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.i18n import LOCALES, read_messages
from data_access.readers.limits import Limits
from data_access.readers.table import MAX_ROWS
from data_access.readers.vocabulary import rows_of
from data_access.validation.rules import shipped_rules

DOC = (Path(__file__).parents[2] / "docs" / "import-formats.md").read_text(encoding="utf-8")
KEYS = [key for key in read_messages(LOCALES / "en") if key.startswith("import.")]


def codes(kind: str) -> set[str]:
    return {
        key.removeprefix(f"import.{kind}.") for key in KEYS if key.startswith(f"import.{kind}.")
    }


def listed(kind: str) -> set[str]:
    """The codes in the first column of the tables under "Rules of …" or "Findings of …"."""
    found: set[str] = set()
    for section in re.findall(rf"^### {kind} of .*?(?=^##|\Z)", DOC, re.MULTILINE | re.DOTALL):
        for line in section.splitlines():
            found |= set(re.findall(r"`(\w+)`", line.split("|")[1])) if line[:1] == "|" else set()
    return found


def ruled() -> list[tuple[str, ...]]:
    """The rows of the table of validation rules: code, severity, text, English, size, source."""
    section = DOC.partition("## Validation rules")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip("|` ") for cell in row) for row in rows]


def test_every_rule_and_finding_is_documented_and_exists() -> None:
    assert listed("Rules") == codes("rule")
    assert listed("Findings") | ({row[0] for row in ruled()} - codes("rule")) == codes("finding")


def test_the_table_of_rules_is_the_one_that_ships() -> None:
    shipped = [
        (
            rule.code,
            rule.severity,
            rule.name_zh,
            rule.name_en,
            "–" if rule.threshold is None else f"{rule.threshold:g}",
            rule.source,
        )
        for rule in shipped_rules().by_code.values()
    ]
    assert ruled() == shipped


def test_findings_of_records_are_as_grave_as_the_rules_say() -> None:
    rules = shipped_rules().by_code
    section = DOC.partition("### Findings of records")[2].partition("\n## ")[0]
    for line in section.splitlines():
        for code in re.findall(r"`(\w+)`", line.split("|")[1]) if line[:1] == "|" else ():
            assert line.split("|")[2].strip() in (rules[code].severity, "as the kind")


def test_every_reason_not_to_read_a_file_is_documented() -> None:
    whole = {key.removeprefix("import.") for key in KEYS if key.count(".") == 1}
    section = DOC.partition("## Files that cannot be read at all")[2]
    by_the_ledger = {"rejected", "unknown_code", "subject_twice"}
    by_the_ledger |= {"counted_twice_graduates", "counted_twice_table"}
    assert set(re.findall(r"`(\w+)`", section)) == whole - by_the_ledger


def test_headers_and_limits_are_those_of_the_readers() -> None:
    for row in rows_of("table_columns"):
        assert row["header"] in DOC
    for row in rows_of("graduate_columns"):
        assert not row["role"] or row["header"] in DOC
    limits = Limits()
    assert f"{limits.max_bytes >> 20} MB on disk" in DOC
    assert f"{limits.max_unpacked_bytes >> 30} GB unpacked" in DOC
    assert f"{limits.max_rows:,} rows (tables: {MAX_ROWS:,}), {limits.max_columns} columns" in DOC
