"""One question, asked by one person: the selection as they may see it, and their words for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dashboard import url_state
from dashboard.answer_rows import Moment
from dashboard.answers import RANKS, Answers, Rank
from dashboard.i18n import Translator
from dashboard.services import Services
from dashboard.url_state import Lists, State
from data_access.code_book import Kind
from data_access.scope import Scope
from data_access.selection import Selection


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, asked by one person: everything a table or a figure needs."""

    services: Services
    scope: Scope
    selection: Selection
    moment: Moment
    t: Translator
    state: State = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    texts: State = field(default_factory=dict)

    @property
    def answers(self) -> Answers:
        return self.services.answers

    @property
    def rate_name(self) -> str:
        return self.services.rate_name(self.moment)

    @property
    def employed_name(self) -> str:
        return self.services.employed_name(self.moment)

    @property
    def rank(self) -> Rank:
        """The rank of disciplines in the URL, else the one below the chosen one, else class."""
        for rank in RANKS:
            if self.state.get("rank") == rank:
                return rank
        chosen = self.selection.discipline
        if chosen is None:
            return "class"
        own = self.answers.codes.get("discipline", chosen).extra.get("rank")
        return "class" if own == "category" else "major"

    def names(self, kind: Kind) -> "Names":
        return Names(self, kind)

    def group_names(self) -> dict[str, str]:
        """Destination groups of the edition in force, and those outside it."""
        found = {g.code: self.t.name(g.name_zh, g.name_en) for g in self.moment.edition.groups}
        return {**found, "unlisted": self.t("indicators.unlisted")}


SHOWN: Mapping[str, Callable[[Asked], str]] = {"rank": lambda asked: asked.rank}
"""What a control of a page's state shows where the URL is silent and no value is always the one."""


class Names(Mapping[str, str]):
    """Code -> name, looked up when asked; a code that no table knows names itself."""

    def __init__(self, asked: Asked, kind: Kind) -> None:
        self._codes, self._kind, self._lang = asked.answers.codes, kind, asked.t.lang

    def __getitem__(self, code: str) -> str:
        return self._codes.name(self._kind, code, self._lang)

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes.tables[self._kind])

    def __len__(self) -> int:
        return len(self._codes.tables[self._kind])


def ask(services: Services, query: Mapping[str, object] | None) -> Asked:
    """What a query or a page's store means, as the person who asks may see it."""
    scope = services.scope()
    default = services.answers.default_cohort(scope)
    selection = url_state.parse(query, default_cohort=default)
    moment = services.answers.moment(scope, selection)
    state, lists = url_state.parse_state(query), url_state.parse_lists(query)
    texts = url_state.parse_texts(query)
    return Asked(services, scope, selection, moment, services.t(), state, lists, texts)
