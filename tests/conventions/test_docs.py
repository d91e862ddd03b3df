"""The documents say what is there: columns, settings, commands, pages, filters, targets, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from dashboard.__main__ import app
from dashboard.url_state import LISTS, STATE, TEXTS, parse, to_query
from data_access.schema import metadata
from data_access.selection import Selection
from layouts.pages import PAGES

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
DICTIONARY = (ROOT / "docs" / "data-dictionary.md").read_text("utf-8")
USING = (ROOT / "docs" / "using.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
EVERY_PARAMETER = {
    "cohort": "2020",
    "as_of": "2020-09-30",
    "school": "99001",
    "level": "bachelor",
    "discipline": "b-08",
    "origin": "140000",
    "work_region": "110000",
    "edition": "2014",
}


def columns_in(text: str) -> dict[str, list[str]]:
    """Table -> the columns that a data dictionary describes."""
    found: dict[str, list[str]] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("#"):
            table = ""
        elif heading := re.match(r"\*\*(\w+)\*\*", line):
            table = heading[1]
            found[table] = []
        elif table and (row := re.match(r"\| (`[^|]*) \|", line)):
            found[table] += re.findall(r"`(\w+)`", row[1])
    return found


def commands_in(group: Any, before: str = "quxiang") -> Iterator[tuple[str, Any]]:
    """Every command below a group, by its full name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_in(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def unknown_commands(text: str, known: set[str]) -> set[str]:
    """What a text calls as ``quxiang …`` and is no command."""
    called = re.findall(r"(?:^ +|`)(quxiang(?: [a-z]+(?:-[a-z]+)*)+)", text, re.MULTILINE)
    return {
        name
        for name in called
        if not any(f"{name} ".startswith(f"{one} ") or one.startswith(f"{name} ") for one in known)
    }


def unknown_targets(text: str, makefile: str) -> set[str]:
    """What a text calls as ``make …`` and is no target."""
    called = set(re.findall(r"(?:^ +|`)make ([a-z]+)", text, re.MULTILINE))
    return called - set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def broken_links(document: Path, text: str) -> list[str]:
    """Links to files that are not there."""
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    local = [target for target in targets if "://" not in target]
    return [target for target in local if not (document.parent / target).exists()]


def adr_faults(names: list[str]) -> list[str]:
    """Numbers that come twice or are left out."""
    numbers = sorted(int(name[:4]) for name in names)
    return [
        f"{found:04} where {wanted:04} is due"
        for found, wanted in zip(numbers, range(1, len(numbers) + 1), strict=True)
        if found != wanted
    ]


COMMANDS = dict(commands_in(typer.main.get_group(app)))


def test_the_dictionary_has_every_column_and_no_other() -> None:
    there = {
        name: sorted(column.name for column in t.columns) for name, t in metadata.tables.items()
    }
    said = {name: sorted(columns) for name, columns in columns_in(DICTIONARY).items()}
    assert said == there


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_targets_and_links_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    assert unknown_commands(text, set(COMMANDS)) == set()
    assert unknown_targets(text, MAKEFILE) == set()
    assert broken_links(document, text) == []


def test_every_command_and_option_is_described() -> None:
    rows = {row[1]: row[0] for row in re.findall(r"(\| `(quxiang [a-z -]+[a-z]).*)", USING)}
    assert set(rows) == set(COMMANDS)
    for name, command in COMMANDS.items():
        options = {
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--") and option != "--help"
        }
        assert set(re.findall(r"`(--[a-z-]+)`", rows[name])) == options, name


def test_every_target_says_what_it_does() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)) - {"debian"}
    assert set(re.findall(r"^([a-z]+):.*## \S", MAKEFILE, re.MULTILINE)) == targets


def test_every_page_and_parameter_is_described() -> None:
    assert set(re.findall(r"\| `(/[a-z]*)` \|", USING)) == {page.path for page in PAGES}
    assert to_query(parse(EVERY_PARAMETER, default_cohort=1)) == {
        name: [value] if name in ("school", "level") else value
        for name, value in EVERY_PARAMETER.items()
    }
    assert len(EVERY_PARAMETER) == len(Selection.__dataclass_fields__)
    assert {*EVERY_PARAMETER, *STATE, *LISTS, *TEXTS} == set(
        re.findall(r"^\| `([a-z_]+)` \|", USING, re.MULTILINE)
    )


def test_decisions_are_numbered_without_gaps_and_say_what_was_decided() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert adr_faults([path.name for path in records]) == []
    for path in records:
        text = path.read_text("utf-8")
        assert re.fullmatch(rf"# ADR {path.name[:4]}: \S.*", text.splitlines()[0]), path.name
        assert 250 < len(text) < 3500, f"{path.name}: half a page"


def test_the_checkers_find_planted_faults(tmp_path: Path) -> None:
    assert columns_in("**a** x\n| `b`, `c` | d |\n## e\n| `f` | g |") == {"a": ["b", "c"]}
    known = {"quxiang demo", "quxiang show rates"}
    assert unknown_commands("`quxiang shine`, `quxiang show rates --by`", known) == {
        "quxiang shine"
    }
    assert unknown_targets("    make cake\n    make run", "run: x\n") == {"cake"}
    assert broken_links(tmp_path / "a.md", "[x](b.md) [y](https://c)") == ["b.md"]
    assert adr_faults(["0001-a", "0001-b"]) == ["0001 where 0002 is due"]
    assert adr_faults(["0001-a", "0003-b"]) == ["0003 where 0002 is due"]
