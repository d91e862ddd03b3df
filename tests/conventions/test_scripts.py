"""What the scripts of the pages know by heart is what the application says."""

import re
from pathlib import Path

from dashboard.url_state import STATE, parse, to_query
from layouts import ids
from tests.conventions.test_docs import EVERY_PARAMETER

ASSETS = Path(__file__).parents[2] / "assets"
SELECTION = (ASSETS / "50-selection.js").read_text("utf-8")


def names(script: str, constant: str) -> list[str]:
    """The words of a list that a script holds in a constant."""
    found = re.search(rf"const {constant} = \[([^\]]*)\]", script)
    return re.findall(r"'(\w+)'", found[1]) if found else []


def test_the_script_tells_the_selection_from_the_state_of_a_page() -> None:
    every = list(to_query(parse(EVERY_PARAMETER, default_cohort=1)))
    assert names(SELECTION, "SELECTION") == every
    assert set(names(SELECTION, "FRAME")) == {"cohort", "as_of", "edition"}
    assert not set(STATE) & set(every)


def test_the_script_names_the_elements_of_the_layout() -> None:
    for name in (ids.UNPICKED, ids.PICKS, ids.LIVE):
        assert f"'{name}'" in SELECTION


def test_a_list_that_is_missing_is_noticed() -> None:
    assert names("const OTHER = ['a', 'b'];", "OTHER") == ["a", "b"]
    assert names("const OTHER = ['a'];", "SELECTION") == []
