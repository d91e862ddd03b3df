"""Quality: how graduates fare, what they contribute, what employers say; no single index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from layouts import shell
from layouts.components import Drill, card_foot, card_head, chart_card, segmented, state_select
from layouts.ids import CardIds, Quality
from layouts.pages import QUALITY
from layouts.view import View

BY_LEVEL = Drill(QUALITY.path, "level={}")
BY_SCHOOL = Drill(QUALITY.path, "school={}")
BY_RULE = Drill(QUALITY.path, "rule={}")


def layout(view: View) -> html.Div:
    """Three sections, one per family of indicators."""
    t = view.t
    return shell.page(
        view,
        QUALITY,
        [
            html.Div(
                [html.P(t("quality.lead"), className="qx-muted"), _cut(view)],
                className="qx-card__head",
            ),
            html.H2(t("quality.development"), className="qx-section"),
            html.Div(_development(view), className="qx-grid"),
            html.H2(t("quality.contribution"), className="qx-section"),
            html.Div(_contribution(view), className="qx-grid"),
            html.H2(t("quality.employers"), className="qx-section"),
            html.Div(_employers(view), className="qx-grid"),
        ],
    )


def _cut(view: View) -> Component:
    """Levels or schools, for every card that is cut by one of them."""
    return segmented(replace(view, state={"across": "level", **view.state}), "across")


def _groups(view: View, ids: CardIds, title: str, question: str, choice: str) -> Component:
    """Groups compared by one question or rule, which ``choice`` (name of the state) selects."""
    label = view.t("quality.rule" if choice == "rule" else "quality.item")
    select = state_select(view, choice, label, view.state_options.get(choice, ()))
    width = 7 if choice == "aspect" else 12
    return chart_card(ids, title, view.t, question=question, width=width, tools=[select])


def _development(view: View) -> list[Component]:
    t = view.t
    return [
        chart_card(
            Quality.DEVELOPMENT,
            t("quality.development_profile"),
            t,
            question="quality-development",
            width=7,
        ),
        chart_card(
            Quality.PAY, t("quality.pay"), t, question="quality-pay", width=5, drill=BY_LEVEL
        ),
        _groups(
            view,
            Quality.DEVELOPMENT_GROUPS,
            t("quality.development_groups"),
            "quality-development-groups",
            "item",
        ),
    ]


def _contribution(view: View) -> list[Component]:
    t = view.t
    return [
        chart_card(
            Quality.CONTRIBUTION,
            t("quality.contribution_shares"),
            t,
            question="quality-contribution",
            width=5,
            drill=BY_RULE,
        ),
        html.Article(
            [
                card_head(t("quality.rules")),
                html.P(t("quality.rules_text"), className="qx-card__finding"),
                html.Ul(id=Quality.RULES, className="qx-rules"),
                card_foot(Quality.RULES_SOURCE, t, question="quality-contribution"),
            ],
            className="qx-card qx-col-7",
        ),
        _groups(
            view,
            Quality.CONTRIBUTION_GROUPS,
            t("quality.contribution_groups"),
            "quality-contribution-groups",
            "rule",
        ),
    ]


def _employers(view: View) -> list[Component]:
    t = view.t
    return [
        chart_card(
            Quality.EMPLOYERS,
            t("quality.employers_profile"),
            t,
            question="quality-employers",
            width=5,
        ),
        _groups(
            view,
            Quality.EMPLOYER_GROUPS,
            t("quality.employer_groups"),
            "quality-employers-groups",
            "aspect",
        ),
    ]


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule of contribution in words: its name, its numbers, what counts."""

    code: str
    name: str
    people: str
    numbers: tuple[str, ...]
    words: str


def rule_list(rules: Sequence[RuleText]) -> list[Component]:
    """The rules one below the other, each with its numbers; the name chooses the rule."""
    return [
        html.Li(
            [
                html.P(
                    [
                        html.A(
                            rule.name,
                            href=QUALITY.path,
                            **{"data-carry-selection": BY_RULE.to(rule.code)},
                        ),
                        html.Strong(rule.people, className="qx-num"),
                    ],
                    className="qx-rules__head",
                ),
                html.P(" · ".join(rule.numbers), className="qx-num"),
                html.P(rule.words, className="qx-muted"),
            ]
        )
        for rule in rules
    ]
