"""Ids of elements that a callback, a test or a script uses, by page."""

from typing import Final

SELECTION = "selection"
LIVE_VERSION = "live-version"
LIVE = "live"
TOASTS = "toasts"
SENTENCE = "selection-sentence"
STATUS = "status"
MIRROR = "selection-mirror"
PICKS = "picks"
UNPICKED = "unpicked"


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
    REGIONS = "bar-regions"
    ORIGIN = "bar-origin"
    WORK_REGION = "bar-work-region"
    EDITION = "bar-edition"


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


class Returns:
    """The returns page."""

    KPIS = "returns-kpis"
    PERIODS = CardIds("returns-periods")
    CHASED = "returns-chased"
    CHASED_FINDING = "returns-chased-finding"
    CHASED_SOURCE = "returns-chased-source"
    BOARD = "returns-board"
    BOARD_FINDING = "returns-board-finding"
    BOARD_SOURCE = "returns-board-source"


class Checks:
    """The page of checks."""

    KPIS = "checks-kpis"
    SCHOOLS = "checks-schools"
    SCHOOLS_FINDING = "checks-schools-finding"
    SCHOOLS_SOURCE = "checks-schools-source"
    CHANNELS = CardIds("checks-channels")
    SAMPLES = "checks-samples"
    SAMPLES_FINDING = "checks-samples-finding"
    SAMPLES_SOURCE = "checks-samples-source"
    LIST = "checks-list"
    LIST_SEARCH = "checks-list-search"
    LIST_FINDING = "checks-list-finding"
    LIST_SOURCE = "checks-list-source"
    METHOD = "checks-method"
    SIZE = "checks-size"
    SEED = "checks-seed"
    TITLE = "checks-sample-title"
    DRAW = "checks-draw"
    DRAWN = "checks-drawn"
    SCHOOL = "checks-school"
    NUMBER = "checks-number"
    CHANNEL = "checks-channel"
    OUTCOME = "checks-outcome"
    DAY = "checks-day"
    RECORD = "checks-record"
    RECORDED = "checks-recorded"
    FILE = "checks-file"
    FILE_CHANNEL = "checks-file-channel"
    FILE_SAID = "checks-file-said"


class Flags:
    """The page of what looks odd."""

    KPIS = "flags-kpis"
    RUN = "flags-run"
    RUN_DONE = "flags-run-done"
    RUN_LAST = "flags-run-last"
    GRID = "flags-grid"
    GRID_FINDING = "flags-grid-finding"
    GRID_SOURCE = "flags-grid-source"
    CHOSEN_FINDING = "flags-chosen-finding"
    CHOSEN = "flags-chosen"
    CHOSEN_SOURCE = "flags-chosen-source"
    CASE = "flags-case"
    RESPONSIBLE = "flags-responsible"
    DUE = "flags-due"
    REMARK = "flags-remark"
    OPEN = "flags-open"
    OPENED = "flags-opened"
    RULES = "flags-rules"
    RULES_FINDING = "flags-rules-finding"
    RULES_SOURCE = "flags-rules-source"
    RULE = "flags-rule"
    THRESHOLD = "flags-threshold"
    MINIMUM = "flags-minimum"
    ACTIVE = "flags-active"
    SAVE = "flags-save"
    SAVED = "flags-saved"


class Disciplines:
    """The disciplines page."""

    PATH = "disciplines-path"
    SEARCH = "disciplines-search"
    GRID = "disciplines-grid"
    GRID_FINDING = "disciplines-grid-finding"
    GRID_SOURCE = "disciplines-grid-source"
    SMALL = "disciplines-small"
    SMALL_SOURCE = "disciplines-small-source"
    FUNNEL = CardIds("disciplines-funnel")
    DETAIL = "disciplines-detail"
    SCHOOLS = "disciplines-schools"
    SCHOOLS_FINDING = "disciplines-schools-finding"
    SCHOOLS_SOURCE = "disciplines-schools-source"
    PROGRESS = CardIds("disciplines-progress")
    MIX = CardIds("disciplines-mix")


class Destinations:
    """The destinations page."""

    MIXES = CardIds("destinations-mixes")
    CODES = CardIds("destinations-codes")
    KINDS = CardIds("destinations-kinds")
    INDUSTRIES = CardIds("destinations-industries")
    CHANGES = CardIds("destinations-changes")
    SEASON = CardIds("destinations-season")
    BEHIND = CardIds("destinations-behind")
    DEFINITIONS = CardIds("destinations-definitions")


class Benchmark:
    """The benchmark page."""

    GROUP = "benchmark-group"
    BODY = "benchmark-body"
    KPIS = "benchmark-kpis"
    DISTRIBUTION = CardIds("benchmark-distribution")
    ADJUSTED = CardIds("benchmark-adjusted")
    DISCIPLINES = CardIds("benchmark-disciplines")
    DESTINATIONS = CardIds("benchmark-destinations")
    PEERS_FINDING = "benchmark-peers-finding"
    PEERS_TABLE = "benchmark-peers-table"
    PEERS_SOURCE = "benchmark-peers-source"


class Flows:
    """The flows page."""

    PATH = "flows-path"
    KPIS = "flows-kpis"
    MAP = CardIds("flows-map")
    GROUPS = CardIds("flows-groups")
    STAGES = CardIds("flows-stages")
    MATRIX = CardIds("flows-matrix")
    LARGEST = "flows-largest"
    ORIGIN_CITIES = CardIds("flows-origin-cities")
    ORIGIN_PROVINCES = CardIds("flows-origin-provinces")
    WORK_CITIES = CardIds("flows-work-cities")
    WORK_PROVINCES = CardIds("flows-work-provinces")


class Audit:
    """The page of the audit trail."""

    FILTERS = "audit-filters"
    PEOPLE = "audit-people"
    NEWEST = "audit-newest"
    NEWER = "audit-newer"
    OLDER = "audit-older"
    PLACES = "audit-places"
    NEXT = "audit-next"
    TABLE = "audit-table"
    FINDING = "audit-finding"
    SOURCE = "audit-source"


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


class Submissions:
    """The page of submissions."""

    LIST = "submissions-list"
    LIST_FINDING = "submissions-list-finding"
    DETAIL = "submissions-detail"
    TITLE = "submissions-title"
    FINDINGS = "submissions-findings"
    FINDINGS_BOX = "submissions-findings-box"
    ACTIONS = "submissions-actions"
    ACTED_ON = "submissions-acted-on"
    DONE = "submissions-done"
    TICK = "submissions-tick"
    REMARK: Final = {"submissions-remark": "words"}


def act(step: str, rule: str = "") -> dict[str, str]:
    """A button that takes a submission a step further (or gives a rule's reason)."""
    return {"submissions-act": step, "rule": rule}


def reason(rule: str) -> dict[str, str]:
    """The text in which the warnings of one rule are explained."""
    return {"submissions-reason": rule}


class Cases:
    """The cases page."""

    KPIS = "cases-kpis"
    LIST = "cases-list"
    LIST_FINDING = "cases-list-finding"
    LIST_SOURCE = "cases-list-source"
    WAITING = "cases-waiting"
    SHEET = "cases-sheet"
    WORK = "cases-work"
    HINT = "cases-hint"
    WORDS = "cases-words"
    RETURN = "cases-return"
    RETURN_BOX = "cases-return-box"
    REMARK = "cases-remark"
    SEEN = "cases-seen"
    SAID = "cases-said"
    NEW = "cases-new"
    NEW_SAID = "cases-new-said"

    @staticmethod
    def move(key: str) -> str:
        """The button of one move."""
        return f"cases-move-{key}"

    @staticmethod
    def new(field: str) -> str:
        """A field of the form that opens a case."""
        return f"cases-new-{field}"
