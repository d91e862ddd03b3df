"""Whatever is recorded in the audit trail has a name in words, and only one."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from dashboard.audit_words import ACTIONS
from dashboard.i18n import LANGUAGES, translator
from tests.conventions.trail import actions, detail_names, places, recorded

ROOT = Path(__file__).parents[2]
ROOMS = ("callbacks", "dashboard", "data_access", "layouts")
PASSED_ON = {
    "dashboard/app.py": "adds who it was",
    "data_access/accounts.py": "an event that changes nothing else",
    "data_access/submissions.py": "a step of a submission, by its name (trail.BY_STEP)",
}
"""Modules with a call whose action comes from elsewhere."""
KNOWN = [name for names in ACTIONS.values() for name in names]


def told(root: Path) -> tuple[dict[str, set[str]], set[str], set[str]]:
    """(action -> modules, modules that do not tell, names of details)."""
    found: dict[str, set[str]] = {}
    silent, details = set(), set()
    for place, path in places(root, ROOMS):
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        for _, action, detail in recorded(source):
            names = actions(action)
            if names is None:
                silent.add(place)
                continue
            for name in names:
                found.setdefault(name, set()).add(place)
            details |= set(detail_names(detail, tree))
    return found, silent, details


FOUND, SILENT, DETAILS = told(ROOT)


def test_every_action_that_is_recorded_has_its_place_and_no_other_stands_there() -> None:
    assert sorted(FOUND) == sorted(KNOWN)
    assert set(PASSED_ON) == SILENT, "give the action as a text where it is recorded"


def test_an_action_stands_in_one_group_and_no_group_is_called_like_one() -> None:
    assert [name for name, n in Counter(KNOWN).items() if n > 1] == []
    assert set(ACTIONS).isdisjoint(KNOWN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_actions_are_the_same_words(language: str) -> None:
    t = translator(language)
    words = Counter(t(f"audit.action_{name}") for name in KNOWN)
    assert [text for text, n in words.items() if n > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_that_is_recorded_has_words(language: str) -> None:
    t = translator(language)
    assert sorted(name for name in DETAILS if f"audit.detail_{name}" not in t.keys) == []
    assert len(DETAILS) > 8


def test_the_checkers_find_planted_calls(tmp_path: Path) -> None:
    room = tmp_path / "data_access"
    room.mkdir()
    (room / "a.py").write_text(
        "from data_access.audit import record\n"
        "import math\n"
        "def f(c, who, up, what):\n"
        "    detail = {'eggs': 1}\n"
        "    record(c, who, 'boiled' if up else 'fried', detail)\n"
        "    math.log(1, 2)\n"
        "    self._accounts.log(who, 'ate', {'spoons': 2})\n"
        "    note(c, 7, who, 'peeled', remark='', audit={'knives': 4})\n"
        "    record(c, who, detail={'forks': 3}, action='washed')\n",
        "utf-8",
    )
    (room / "b.py").write_text("def g(record):\n    record('sold', {'price': 1})\n", "utf-8")
    (room / "c.py").write_text("accounts.log(who, f'x_{what}', {})\n", "utf-8")
    found, silent, details = told(tmp_path)
    assert set(found) == {"boiled", "fried", "ate", "sold", "washed", "submission_peeled"}
    assert silent == {"data_access/c.py"}
    assert details == {"eggs", "spoons", "price", "forks", "knives"}
