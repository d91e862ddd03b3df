"""Answers the quality page: people per rule of contribution, from the ledger."""

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from dashboard.answer_rows import RuleShare
from dashboard.asked import Asked
from dashboard.contribution import Contribution
from dashboard.figures.base import Figure, empty
from dashboard.figures.surveys import profile_dots, ranked_dots, rule_bars
from dashboard.indicators.intervals import wilson
from dashboard.indicators.surveys import Dot, Estimate, Measure, MeasureInterval
from dashboard.quality_questions import chosen_cut, chosen_rule, rule_words
from dashboard.services import Services
from data_access.contributions import Rule
from layouts import ids
from layouts.ids import Quality
from layouts.quality import BY_LEVEL, BY_RULE, BY_SCHOOL, RuleText, rule_list

MOST_NAMED = 12  # groups that get a line with a name each; more are ranked without
LEAST_SPAN = 1.0  # percentage points of an axis of contributions


def leading(card: Card, asked: Asked) -> Card:
    """A card of groups leads to the group, which is a level or a school."""
    if card.question == "quality-employers-groups":
        return replace(card, drill=BY_SCHOOL)
    if card.question in ("quality-development-groups", "quality-contribution-groups"):
        return replace(card, drill=BY_SCHOOL if chosen_cut(asked) == "school" else BY_LEVEL)
    return card


class ContributionCards(CardCallbacks):
    """Cards of the ledger, and the table of rules that is always open."""

    def rules(self, stored: Stored, _version: str | None) -> Content:
        """(the rules with their numbers and words, source)."""
        asked = self.asked(stored)
        found = Contribution(asked.answers, asked.scope, asked.selection)
        texts = [
            _rule_text(one, rule, asked)
            for one, rule in zip(found.totals(), found.rules, strict=False)
        ]
        return rule_list(texts), self.source(asked)

    def content(self, card: Card, asked: Asked) -> Content:
        return super().content(leading(card, asked), asked)


def _rule_text(one: RuleShare, rule: Rule, asked: Asked) -> RuleText:
    """The numbers of a rule, each share with its base, and what counts for it."""
    t, of_all, of_employed = asked.t, one.of_graduates, one.of_employed
    numbers = (
        t(
            "quality.rule_of_graduates",
            base=t.count(of_all.denominator),
            share=t.rate(of_all),
        ),
        t(
            "quality.rule_of_employed",
            employed=asked.employed_name,
            base=t.count(of_employed.denominator),
            share=t.rate(of_employed),
        ),
        t("quality.rule_year", points=t.points(one.year)),
    )
    people = t("quality.rule_people", people=t.count(one.people))
    name = asked.names("contribution_rule")[rule.code]
    return RuleText(rule.code, name, people, numbers, rule_words(rule, asked))


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
    finding = t(
        "quality.contribution_finding",
        rule=names[most.code],
        people=t.count(most.people),
        share=t.rate(most.of_graduates),
        points=t.points(most.year),
    )
    marked = any(one.year is not None for one in shares)
    return finding + t("quality.contribution_mark") if marked else finding


def rule_groups_figure(asked: Asked) -> Figure:
    found, cut = Contribution(asked.answers, asked.scope, asked.selection), chosen_cut(asked)
    rule = chosen_rule(asked)
    names = asked.names(cut)
    least = asked.services.minimum_n
    small = asked.t("quality.small", minimum=least)
    dots = [
        _share_dot(one, names[one.code], small if one.of_graduates.denominator < least else "")
        for one in found.groups(rule, cut)
    ]
    if not dots:
        return empty(asked.t("figure.empty"))
    draw = profile_dots if len(dots) <= MOST_NAMED else ranked_dots
    name = asked.names("contribution_rule")[rule.code]
    return draw(dots, name, asked.t, least_span=LEAST_SPAN)


def _share_dot(one: RuleShare, name: str, note: str) -> Dot:
    """A share of all graduates, with the interval that chance gives a group of this size."""
    value, n = one.of_graduates.value, one.of_graduates.denominator
    if value is None:
        return Dot(one.code, name, Estimate(None, None, 0, 0, "none"))
    ends = wilson(one.people, n)
    interval = MeasureInterval(ends.low, ends.high, "yes")
    return Dot(one.code, name, Estimate(Measure(value, "yes"), interval, n, n), note=note)


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
    name = asked.names("contribution_rule")[rule.code]
    large.sort(key=lambda one: one.of_graduates.value or 0)
    if len(large) == 1:
        return t("quality.about", item=name, finding=t.rate(large[0].of_graduates))
    words = t(
        "quality.ends",
        first=names[large[-1].code],
        first_value=t.rate(large[-1].of_graduates),
        last=names[large[0].code],
        last_value=t.rate(large[0].of_graduates),
    )
    return t("quality.about", item=name, finding=words)


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


def register_contribution(app: Dash, services: Services) -> None:
    """Wires the cards and the table of rules that is always open."""
    page = ContributionCards(services)
    register_cards(app, page, CONTRIBUTION_CARDS)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(
        Output(Quality.RULES, "children"), Output(Quality.RULES_SOURCE, "children"), *inputs
    )(page.rules)
