"""The lock files hold exactly what pyproject.toml needs, and this environment is what they say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==[0-9][0-9a-z.+!]*")


def _pyproject() -> dict[str, list[str]]:
    """Requirements by group: "run" and the optional ones."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {"run": project["dependencies"], **project["optional-dependencies"]}


def _lines(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8").splitlines()
    return [line for line in text if line and not line.startswith("#")]


def _pins(lines: Iterable[str]) -> dict[str, str]:
    return {name: pin for name, _, pin in (line.partition("==") for line in lines)}


def _needed(requirements: Iterable[str]) -> set[str]:
    """Everything these requirements need, all the way down, as installed here."""
    pending = [Requirement(text) for text in requirements]
    seen: dict[str, set[str]] = {}
    while pending:
        requirement = pending.pop()
        name = canonicalize_name(requirement.name)
        wanted = {"", *requirement.extras} - seen.get(name, set())
        seen.setdefault(name, set()).update(wanted)
        for text in (distribution(name).requires or []) if wanted else []:
            below = Requirement(text)
            if any(not below.marker or below.marker.evaluate({"extra": e}) for e in wanted):
                pending.append(below)
    return set(seen)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_is_exact_sorted_and_names_no_address(name: str) -> None:
    lines = [line for line in _lines(name) if line != "-r requirements.lock"]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert lines == sorted(lines)
    assert len(_pins(lines)) == len(lines)


def test_the_lock_of_the_tests_is_laid_over_the_other() -> None:
    lines = _lines("requirements-dev.lock")
    assert lines[0] == "-r requirements.lock"
    assert not set(_pins(lines)) & set(_pins(_lines("requirements.lock")))


def test_the_locks_hold_exactly_what_is_needed() -> None:
    groups = _pyproject()
    run = _needed(groups["run"])
    assert set(_pins(_lines("requirements.lock"))) == run
    assert set(_pins(_lines("requirements-dev.lock")[1:])) == _needed(groups["dev"]) - run


def test_the_locked_versions_are_in_the_ranges() -> None:
    pins = _pins([*_lines("requirements.lock"), *_lines("requirements-dev.lock")[1:]])
    wrong = [
        f"{text}: locked {pins[canonicalize_name(requirement.name)]}"
        for group in _pyproject().values()
        for text in group
        for requirement in [Requirement(text)]
        if not requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
    ]
    assert wrong == []


def test_this_environment_is_what_the_locks_say() -> None:
    pins = _pins([*_lines("requirements.lock"), *_lines("requirements-dev.lock")[1:]])
    wrong = [
        f"{name}: {version(name)}, locked {pin}"
        for name, pin in pins.items()
        if version(name) != pin
    ]
    assert wrong == [], "make test installs what the locks say"


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = [
        line
        for line in text.splitlines()
        if re.match(r'    "[A-Za-z][A-Za-z0-9_.-]*(\[|[<>=])', line)
    ]
    assert len(listed) == sum(len(group) for group in _pyproject().values())
    assert [line for line in listed if not re.search(r'",\s+# \S.{8}', line)] == []
