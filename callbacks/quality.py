"""Answers the quality page: profiles and groups of the two surveys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dash import Dash

from callbacks.cards import Card, CardCallbacks, Content, register_cards
from callbacks.contribution import MOST_NAMED, leading, register_contribution
from dashboard.asked import Asked
from dashboard.figures.base import Figure, empty
from dashboard.figures.surveys import profile_dots, ranked_dots
from dashboard.indicators.surveys import (
    Dot,
)
from dashboard.quality import Cut, Quality, Result, best_and_worst
from dashboard.quality_questions import (
    basis,
    chosen_cut,
    chosen_item,
    facts_line,
    pay_item,
    survey,
)
from dashboard.services import Services
from data_access.survey_ledger import SurveyKind
from layouts.ids import Quality as QualityIds
from layouts.quality import BY_LEVEL

TEMPLATES: Mapping[SurveyKind, str] = {
    "graduate": "survey-graduate",
    "employer": "survey-employer",
}


class SurveyCards(CardCallbacks):
    """Cards of one survey: their source is the survey, not the ledger."""

    def __init__(self, services: Services, kind: SurveyKind) -> None:
        super().__init__(services)
        self._kind = kind

    def source(self, asked: Asked) -> str:
        return facts_line(survey(asked, self._kind).facts(), asked, self._kind)

    def content(self, card: Card, asked: Asked) -> Content:
        return super().content(leading(card, asked), asked)


def _dots(results: Sequence[Result], names: Mapping[str, str], asked: Asked) -> list[Dot]:
    return [
        Dot(
            one.code,
            names[one.code],
            one.own,
            one.reference,
            "" if one.basis == "asked" else basis(one, asked),
        )
        for one in results
    ]


def profile_figure(kind: SurveyKind) -> Callable[[Asked], Figure]:
    """Every question that is measured alike; pay has a card of its own."""

    def draw(asked: Asked) -> Figure:
        results = [one for one in survey(asked, kind).profile() if one.scale != "amount"]
        if not results:
            return empty(asked.t("quality.empty"))
        dots = _dots(results, asked.names("survey_item"), asked)
        return profile_dots(dots, asked.t("quality.basis_asked"), asked.t)

    return draw


def profile_finding(kind: SurveyKind) -> Callable[[Asked], str]:
    """The highest and the lowest, the response, and how many had to be widened."""

    def say(asked: Asked) -> str:
        found = survey(asked, kind)
        results = [one for one in found.profile() if one.scale != "amount"]
        if not results:
            return how_to_import(asked, kind)
        return _ends_in_words(results, asked.names("survey_item"), asked) + _answered(found, asked)

    return say


def _answered(found: Quality, asked: Asked) -> str:
    """How many answered, and of how many; of a discipline nobody knows who was asked."""
    t, facts = asked.t, found.facts()
    if found.group.disciplines is None:
        answered, rate = t.count(facts.answered), t.rate(facts.response)
        return t("quality.answered_finding", answered=answered, rate=rate)
    own = [one.own.n for one in found.profile() if one.basis == "asked"]
    return t("quality.answered_discipline", n=t.count(max(own, default=0)))


def how_to_import(asked: Asked, kind: SurveyKind) -> str:
    """What to do where no survey of the class is there."""
    template, cohort = TEMPLATES[kind], asked.selection.cohort
    nothing = facts_line(survey(asked, kind).facts(), asked, kind)
    if asked.scope.schools is not None:
        return asked.t("quality.ask_department", survey=nothing)
    return asked.t(
        "quality.how_to",
        survey=nothing,
        template=f"quxiang template {template} -o {template}.xlsx",
        command=f"quxiang import survey {template}.xlsx --kind {kind} --cohort {cohort}",
    )


def _ends_in_words(
    results: Sequence[Result], names: Mapping[str, str], asked: Asked, *, groups: bool = False
) -> str:
    """The highest, the lowest, and how many had too few answers of their own."""
    t = asked.t
    ends = best_and_worst(results, names)
    words = ""
    if ends:
        first, last = ends
        words = t(
            "quality.ends",
            first=names[first.code],
            first_value=t.measure(first.own.measure) if first.own.measure else "",
            last=names[last.code],
            last_value=t.measure(last.own.measure) if last.own.measure else "",
        )
    widened = sum(one.basis != "asked" for one in results)
    if widened:
        least = asked.services.minimum_n
        key = "quality.widened_groups" if groups else "quality.widened"
        words += t(key, count=t.count(widened), minimum=least)
    return words


def groups_figure(
    kind: SurveyKind, item: Callable[[Asked], str | None], cut: Callable[[Asked], Cut]
) -> Callable[[Asked], Figure]:
    """Few groups as lines with names, many ranked."""

    def draw(asked: Asked) -> Figure:
        question = item(asked)
        results = survey(asked, kind).groups(question, cut(asked)) if question else []
        if not results:
            return empty(asked.t("quality.empty"))
        dots = [replace(d, reference=None) for d in _dots(results, asked.names(cut(asked)), asked)]
        name = asked.names("survey_item")[question or ""]
        if len(dots) <= MOST_NAMED:
            return profile_dots(dots, name, asked.t)
        return ranked_dots(dots, name, asked.t)

    return draw


def groups_finding(
    kind: SurveyKind, item: Callable[[Asked], str | None], cut: Callable[[Asked], Cut]
) -> Callable[[Asked], str]:
    """Which group is highest, which lowest, and how many had to be widened."""

    def say(asked: Asked) -> str:
        question = item(asked)
        results = survey(asked, kind).groups(question, cut(asked)) if question else []
        if not question or not results:
            return asked.t("quality.empty")
        words = _ends_in_words(results, asked.names(cut(asked)), asked, groups=True)
        name = asked.names("survey_item")[question]
        return asked.t("quality.about", item=name, finding=words or _only(results, asked))

    return say


def _only(results: Sequence[Result], asked: Asked) -> str:
    """The one group there is."""
    own = results[0].own
    return asked.t.measure(own.measure) if own.measure else asked.t.missing("small")


def _by_level(_asked: Asked) -> Cut:
    return "level"


def _by_school(_asked: Asked) -> Cut:
    return "school"


def _question(kind: SurveyKind) -> Callable[[Asked], str]:
    return lambda asked: chosen_item(asked, kind)


GRADUATE_CARDS = (
    Card(
        QualityIds.DEVELOPMENT,
        "quality-development",
        "quality.development_profile",
        profile_figure("graduate"),
        profile_finding("graduate"),
    ),
    Card(
        QualityIds.PAY,
        "quality-pay",
        "quality.pay",
        groups_figure("graduate", pay_item, _by_level),
        groups_finding("graduate", pay_item, _by_level),
        BY_LEVEL,
    ),
    Card(
        QualityIds.DEVELOPMENT_GROUPS,
        "quality-development-groups",
        "quality.development_groups",
        groups_figure("graduate", _question("graduate"), chosen_cut),
        groups_finding("graduate", _question("graduate"), chosen_cut),
    ),
)
EMPLOYER_CARDS = (
    Card(
        QualityIds.EMPLOYERS,
        "quality-employers",
        "quality.employers_profile",
        profile_figure("employer"),
        profile_finding("employer"),
    ),
    Card(
        QualityIds.EMPLOYER_GROUPS,
        "quality-employers-groups",
        "quality.employer_groups",
        groups_figure("employer", _question("employer"), _by_school),
        groups_finding("employer", _question("employer"), _by_school),
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the quality page."""
    register_cards(app, SurveyCards(services, "graduate"), GRADUATE_CARDS)
    register_contribution(app, services)
    register_cards(app, SurveyCards(services, "employer"), EMPLOYER_CARDS)
