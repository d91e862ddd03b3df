"""The one list of pages: navigation, routes, permissions and tests are derived from it."""

from dataclasses import dataclass, fields

from data_access.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """One page; ``key`` prefixes its ids and message keys, ``filters`` are Selection fields.

    ``state``: the parameters of :data:`dashboard.url_state.STATE`, ``LISTS`` and ``TEXTS`` that it
    honours.
    ``needs``: the permission without which it shows nothing (``dashboard.auth.Permission``).
    ``part_of``: the page under which it is found; pages of one room lead to each other by tabs.
    """

    key: str
    path: str
    icon: str
    filters: frozenset[str]
    state: frozenset[str] = frozenset()
    needs: str = "view"
    part_of: str = ""

    @property
    def room(self) -> str:
        """The key of the page whose entry in the navigation this page is under."""
        return self.part_of or self.key

    @property
    def bare(self) -> bool:
        """Whether the page is about no selection."""
        return not self.filters

    def honoured(self, selection: Selection) -> Selection:
        """The selection without what means nothing on this page."""
        plain = Selection(selection.cohort)
        names = (field.name for field in fields(Selection) if field.name not in self.filters)
        return selection.replace(**{name: getattr(plain, name) for name in names})


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
RETURNS = PageSpec(
    key="returns",
    path="/returns",
    icon="calendar3",
    filters=frozenset({"cohort", "as_of", "schools"}),
)
SUBMISSIONS = PageSpec(
    key="submissions",
    path="/submissions",
    icon="file-earmark-check",
    filters=frozenset({"cohort", "schools"}),
    state=frozenset({"submission"}),
    part_of="returns",
)
QUALITY = PageSpec(
    key="quality",
    path="/quality",
    icon="clipboard-check",
    filters=EVERY_FILTER,
    state=frozenset({"across", "item", "aspect", "rule"}),
)
DESTINATIONS = PageSpec(
    key="destinations",
    path="/destinations",
    icon="pie-chart",
    filters=EVERY_FILTER,
    state=frozenset({"cut", "depth", "unit", "part", "behind", "versus"}),
)
FLOWS = PageSpec(
    key="flows",
    path="/flows",
    icon="signpost-split",
    filters=EVERY_FILTER,
    state=frozenset({"side", "measure", "grouping", "shares", "node", "focus"}),
)
BENCHMARK = PageSpec(
    key="benchmark",
    path="/benchmark",
    icon="award",
    filters=EVERY_FILTER,
    state=frozenset({"group", "peer"}),
)
CASES = PageSpec(
    key="cases",
    path="/cases",
    icon="inbox",
    filters=frozenset({"cohort", "schools"}),
    state=frozenset({"case", "case_status"}),
)
CHECKS = PageSpec(
    key="checks",
    path="/checks",
    icon="shield-check",
    filters=frozenset({"cohort", "as_of", "schools", "edition"}),
    state=frozenset({"sample"}),
)
FLAGS = PageSpec(
    key="flags",
    path="/flags",
    icon="flag",
    filters=frozenset({"cohort", "as_of", "schools"}),
    state=frozenset({"flag_rule", "standing", "flag"}),
    needs="check",
    part_of="checks",
)
AUDIT = PageSpec(
    key="audit",
    path="/audit",
    icon="clock-history",
    filters=frozenset(),
    state=frozenset({"person", "action", "since", "until", "words"}),
    needs="audit",
)
PAGES = (
    *(OVERVIEW, DESTINATIONS, FLOWS, DISCIPLINES, BENCHMARK, QUALITY),
    *(RETURNS, SUBMISSIONS, CHECKS, FLAGS, CASES, AUDIT),
)


def path_of(key: str) -> str | None:
    """The path of a page, if there is one with this key."""
    return next((page.path for page in PAGES if page.key == key), None)
