"""The questions that have a table: one list for cards, downloads and the command line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dashboard import url_state
from dashboard.answer_rows import Line, Moment
from dashboard.answers import RANKS, Answers, Rank
from dashboard.i18n import Translator
from dashboard.quality_questions import QUALITY_QUESTIONS
from dashboard.services import Services
from dashboard.tables import RateHeads, Table, curve_table, mix_table, rate_table
from dashboard.url_state import State
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
    state = url_state.parse_state(query)
    return Asked(services, scope, selection, moment, services.t(), state)


def _rates(asked: Asked, lines: list[Line], kind: Kind) -> Table:
    what = asked.t(f"table.{kind}")
    return rates_of(asked, lines, kind, what)


def rates_of(asked: Asked, lines: list[Line], kind: Kind, what: str) -> Table:
    """The lines as a table, headed in the words of the definition in force."""
    heads = RateHeads(what, asked.employed_name, asked.rate_name)
    return rate_table(lines, asked.names(kind), heads, asked.t)


def levels(asked: Asked) -> Table:
    return _rates(asked, asked.answers.by_level(asked.scope, asked.selection), "level")


def schools(asked: Asked) -> Table:
    return _rates(asked, asked.answers.by(asked.scope, asked.selection, "school"), "school")


def disciplines(asked: Asked) -> Table:
    lines = asked.answers.by_discipline(asked.scope, asked.selection, asked.rank)
    return _rates(asked, lines, "discipline")


def mix(asked: Asked) -> Table:
    slices = asked.answers.mix(asked.scope, asked.selection)
    return mix_table(slices, asked.group_names(), asked.t("table.group"), asked.t)


def destinations(asked: Asked) -> Table:
    slices = asked.answers.destinations(asked.scope, asked.selection)
    names = asked.names("destination")
    return mix_table(slices, names, asked.t("table.destination"), asked.t)


def progress(asked: Asked) -> Table:
    curves = asked.answers.curves(asked.scope, asked.selection)
    heads = RateHeads("", asked.employed_name, asked.rate_name)
    return curve_table(curves, heads, asked.t)


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "levels": levels,
    "schools": schools,
    "mix": mix,
    "destinations": destinations,
    "progress": progress,
    "disciplines": disciplines,
    **QUALITY_QUESTIONS,
}
