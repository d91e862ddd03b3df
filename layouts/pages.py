"""The one list of pages: navigation, routes, permissions and tests are derived from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """One page; ``key`` prefixes its ids and message keys, ``filters`` are Selection fields.

    ``state``: the parameters of :data:`dashboard.url_state.STATE` that it honours.
    """

    key: str
    path: str
    icon: str
    filters: frozenset[str]
    state: frozenset[str] = frozenset()
    in_nav: bool = True


EVERY_FILTER = frozenset(
    {"cohort", "as_of", "schools", "levels", "discipline", "origin", "work_region", "edition"}
)

OVERVIEW = PageSpec(key="overview", path="/", icon="grid-1x2", filters=EVERY_FILTER)
DISCIPLINES = PageSpec(
    key="disciplines",
    path="/disciplines",
    icon="bar-chart-steps",
    filters=EVERY_FILTER,
    state=frozenset({"rank"}),
)
QUALITY = PageSpec(
    key="quality",
    path="/quality",
    icon="clipboard-check",
    filters=EVERY_FILTER,
    state=frozenset({"cut", "item", "aspect", "rule"}),
)
PAGES = (OVERVIEW, DISCIPLINES, QUALITY)
