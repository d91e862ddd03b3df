"""Where the marks and rows of cards lead: said once for a page's layout and its callbacks."""

from layouts.components import Drill
from layouts.pages import DISCIPLINES, OVERVIEW, path_of

LEVELS = Drill(OVERVIEW.path, "level={}")
DISCIPLINE = Drill(DISCIPLINES.path, "discipline={}&rank=")


def day_on(path: str) -> Drill:
    """A point of the progress: the same page as of that day, of that class."""
    return Drill(path, "as_of={}", row="cohort={cohort}&as_of={counted_on}")


def destination_group() -> Drill | None:
    """A part of the mix: its destinations, where there is a page of them."""
    path = path_of("destinations")
    return Drill(path, "part={}") if path else None
