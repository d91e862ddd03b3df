"""Ids of elements that a callback, a test or a script uses, by page."""

SELECTION = "selection"
LIVE_VERSION = "live-version"
LIVE = "live"
TOASTS = "toasts"
SENTENCE = "selection-sentence"
STATUS = "status"
MIRROR = "selection-mirror"


def state(name: str) -> str:
    """The control of one parameter of the page's state."""
    return f"state-{name}"


class Bar:
    """The selection bar."""

    COHORT = "bar-cohort"
    AS_OF = "bar-as-of"
    QUICK = "bar-quick"
    SCHOOLS = "bar-schools"
    LEVELS = "bar-levels"
    DISCIPLINE = "bar-discipline"
    EDITION = "bar-edition"
    CLEAR = "bar-clear"


class CardIds:
    """The elements of one card, named after its key."""

    def __init__(self, key: str) -> None:
        self.graph = f"{key}-graph"
        self.finding = f"{key}-finding"
        self.figure = f"{key}-figure"
        self.table = f"{key}-table"
        self.source = f"{key}-source"


class Overview:
    """The overview page."""

    KPIS = "overview-kpis"
    LEVELS = CardIds("overview-levels")
    MIX = CardIds("overview-mix")
    PROGRESS = CardIds("overview-progress")
    SCHOOLS = "overview-schools"
    SCHOOLS_FINDING = "overview-schools-finding"
    SCHOOLS_SOURCE = "overview-schools-source"


class Disciplines:
    """The disciplines page."""

    PATH = "disciplines-path"
    SEARCH = "disciplines-search"
    GRID = "disciplines-grid"
    GRID_FINDING = "disciplines-grid-finding"
    GRID_SOURCE = "disciplines-grid-source"
    SMALL = "disciplines-small"
    FUNNEL = CardIds("disciplines-funnel")
    DETAIL = "disciplines-detail"
    SCHOOLS = "disciplines-schools"
    PROGRESS = CardIds("disciplines-progress")
    MIX = CardIds("disciplines-mix")


class Quality:
    """The quality page."""

    DEVELOPMENT = CardIds("quality-development")
    PAY = CardIds("quality-pay")
    DEVELOPMENT_GROUPS = CardIds("quality-development-groups")
    CONTRIBUTION = CardIds("quality-contribution")
    RULES = "quality-rules"
    RULES_SOURCE = "quality-rules-source"
    CONTRIBUTION_GROUPS = CardIds("quality-contribution-groups")
    EMPLOYERS = CardIds("quality-employers")
    EMPLOYER_GROUPS = CardIds("quality-employer-groups")
