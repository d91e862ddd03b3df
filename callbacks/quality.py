"""Answers the quality page: survey profiles and groups, and the rules of contribution."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from dashboard.answer_rows import RuleShare
from dashboard.contribution import Contribution
from dashboard.figures.base import Figure, empty
from dashboard.figures.surveys import profile_dots, ranked_dots, rule_bars
from dashboard.indicators.intervals import wilson
from dashboard.indicators.surveys import (
    Dot,
    Estimate,
    Measure,
    MeasureInterval,
)
from dashboard.quality import Cut, Result, best_and_worst
from dashboard.quality_questions import (
    basis,
    chosen_cut,
    chosen_item,
    chosen_rule,
    contribution,
    facts_line,
    pay_item,
    survey,
)
from dashboard.questions import Asked
from dashboard.services import Services
from data_access.survey_ledger import SurveyKind
from layouts import ids
from layouts.components import data_table
from layouts.ids import Quality
from layouts.quality import BY_LEVEL, BY_RULE, BY_SCHOOL

MOST_NAMED = 12  # groups that get a line with a name each; more are ranked without
LEAST_SPAN = 1.0  # percentage points of an axis of contributions
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

    def _content(self, card: Card, asked: Asked) -> Content:
        return super()._content(_leading(card, asked), asked)


class ContributionCards(CardCallbacks):
    """Cards of the ledger, and the table of rules that is always open."""

    def rules(self, stored: Stored, _version: str | None) -> Content:
        """(table of rules with their words, source)."""
        asked = self.asked(stored)
        table = contribution(asked).only("code", "name", "people", "of_employed", "rule")
        return data_table(table, asked.t, asked.t("quality.rules"), BY_RULE), self.source(asked)

    def _content(self, card: Card, asked: Asked) -> Content:
        return super()._content(_leading(card, asked), asked)


def _leading(card: Card, asked: Asked) -> Card:
    """A card of groups leads to the group, which is a level or a school."""
    if card.question == "quality-employers-groups":
        return replace(card, drill=BY_SCHOOL)
    if card.question in ("quality-development-groups", "quality-contribution-groups"):
        return replace(card, drill=BY_SCHOOL if chosen_cut(asked) == "school" else BY_LEVEL)
    return card


# ---- surveys


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
        found, t = survey(asked, kind), asked.t
        results = [one for one in found.profile() if one.scale != "amount"]
        if not results:
            return how_to_import(asked, kind)
        facts = found.facts()
        response = t(
            "quality.answered_finding",
            answered=t.count(facts.answered),
            rate=t.rate(facts.response),
        )
        return _ends_in_words(results, asked.names("survey_item"), asked) + response

    return say


def how_to_import(asked: Asked, kind: SurveyKind) -> str:
    """What to do where no survey of the class is there."""
    template, cohort = TEMPLATES[kind], asked.selection.cohort
    return asked.t(
        "quality.how_to",
        survey=facts_line(survey(asked, kind).facts(), asked, kind),
        template=f"quxiang template {template} -o {template}.xlsx",
        command=f"quxiang import survey {template}.xlsx --kind {kind} --cohort {cohort}",
    )


def _ends_in_words(results: Sequence[Result], names: Mapping[str, str], asked: Asked) -> str:
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
        words += t("quality.widened", count=t.count(widened), minimum=least)
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
        words = _ends_in_words(results, asked.names(cut(asked)), asked)
        name = asked.names("survey_item")[question]
        return asked.t("quality.about", item=name, finding=words or _only(results, asked))

    return say


def _only(results: Sequence[Result], asked: Asked) -> str:
    """The one group there is."""
    own = results[0].own
    return asked.t.measure(own.measure) if own.measure else asked.t.missing("small")


# ---- contribution


def rules_figure(asked: Asked) -> Figure:
    shares = Contribution(asked.answers, asked.scope, asked.selection).totals()
    return rule_bars(shares, asked.names("contribution_rule"), asked.t)


def rules_finding(asked: Asked) -> str:
    """The rule that most people count for, against the same day last year."""
    t, names = asked.t, asked.names("contribution_rule")
    shares = Contribution(asked.answers, asked.scope, asked.selection).totals()
    if not shares:
        return t("card.no_rows")
    most = max(shares, key=lambda one: one.people)
    return t(
        "quality.contribution_finding",
        rule=names[most.code],
        people=t.count(most.people),
        share=t.rate(most.of_graduates),
        points=t.points(most.year),
    )


def rule_groups_figure(asked: Asked) -> Figure:
    found, cut = Contribution(asked.answers, asked.scope, asked.selection), chosen_cut(asked)
    rule = chosen_rule(asked)
    names = asked.names(cut)
    dots = [_share_dot(one, names[one.code]) for one in found.groups(rule, cut)]
    if not dots:
        return empty(asked.t("figure.empty"))
    draw = profile_dots if len(dots) <= MOST_NAMED else ranked_dots
    name = asked.names("contribution_rule")[rule.code]
    return draw(dots, name, asked.t, least_span=LEAST_SPAN)


def _share_dot(one: RuleShare, name: str) -> Dot:
    """A share of all graduates, with the interval that chance gives a group of this size."""
    value, n = one.of_graduates.value, one.of_graduates.denominator
    if value is None:
        return Dot(one.code, name, Estimate(None, None, 0, 0, "none"))
    ends = wilson(one.people, n)
    interval = MeasureInterval(ends.low, ends.high, "yes")
    return Dot(one.code, name, Estimate(Measure(value, "yes"), interval, n, n))


def rule_groups_finding(asked: Asked) -> str:
    """Where the share is highest and lowest, among groups that are large enough."""
    t, cut = asked.t, chosen_cut(asked)
    found, rule = Contribution(asked.answers, asked.scope, asked.selection), chosen_rule(asked)
    least, names = asked.services.minimum_n, asked.names(cut)
    large = [
        one
        for one in found.groups(rule, cut)
        if one.of_graduates.denominator >= least and one.of_graduates.value is not None
    ]
    if not large:
        return t("card.no_rows")
    large.sort(key=lambda one: one.of_graduates.value or 0)
    words = t(
        "quality.ends",
        first=names[large[-1].code],
        first_value=t.rate(large[-1].of_graduates),
        last=names[large[0].code],
        last_value=t.rate(large[0].of_graduates),
    )
    name = asked.names("contribution_rule")[rule.code]
    return t("quality.about", item=name, finding=words)


def _by_level(_asked: Asked) -> Cut:
    return "level"


def _by_school(_asked: Asked) -> Cut:
    return "school"


def _question(kind: SurveyKind) -> Callable[[Asked], str]:
    return lambda asked: chosen_item(asked, kind)


GRADUATE_CARDS = (
    Card(
        Quality.DEVELOPMENT,
        "quality-development",
        "quality.development_profile",
        profile_figure("graduate"),
        profile_finding("graduate"),
    ),
    Card(
        Quality.PAY,
        "quality-pay",
        "quality.pay",
        groups_figure("graduate", pay_item, _by_level),
        groups_finding("graduate", pay_item, _by_level),
        BY_LEVEL,
    ),
    Card(
        Quality.DEVELOPMENT_GROUPS,
        "quality-development-groups",
        "quality.development_groups",
        groups_figure("graduate", _question("graduate"), chosen_cut),
        groups_finding("graduate", _question("graduate"), chosen_cut),
    ),
)
EMPLOYER_CARDS = (
    Card(
        Quality.EMPLOYERS,
        "quality-employers",
        "quality.employers_profile",
        profile_figure("employer"),
        profile_finding("employer"),
    ),
    Card(
        Quality.EMPLOYER_GROUPS,
        "quality-employers-groups",
        "quality.employer_groups",
        groups_figure("employer", _question("employer"), _by_school),
        groups_finding("employer", _question("employer"), _by_school),
    ),
)
CONTRIBUTION_CARDS = (
    Card(
        Quality.CONTRIBUTION,
        "quality-contribution",
        "quality.contribution_shares",
        rules_figure,
        rules_finding,
        BY_RULE,
    ),
    Card(
        Quality.CONTRIBUTION_GROUPS,
        "quality-contribution-groups",
        "quality.contribution_groups",
        rule_groups_figure,
        rule_groups_finding,
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the quality page."""
    ledger = ContributionCards(services)
    register_cards(app, SurveyCards(services, "graduate"), GRADUATE_CARDS)
    register_cards(app, ledger, CONTRIBUTION_CARDS)
    register_cards(app, SurveyCards(services, "employer"), EMPLOYER_CARDS)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(
        Output(Quality.RULES, "children"), Output(Quality.RULES_SOURCE, "children"), *inputs
    )(ledger.rules)
