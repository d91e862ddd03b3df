"""What every chart card shows: finding, figure, the same rows as a table, source.

The answers to these callbacks are kept (:mod:`dashboard.kept_answers`): what a card shows may
depend on the selection, the scope, the language and the version of the ledger, and on nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output

from dashboard.asked import Asked, ask
from dashboard.figures.base import Figure
from dashboard.questions import QUESTIONS
from dashboard.services import Services
from layouts import ids
from layouts.components import Drill, data_table
from layouts.ids import CardIds

Stored = dict[str, Any] | None
Content = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One chart card: its ids, the question of its table, its figure and its finding."""

    ids: CardIds
    question: str
    title_key: str
    figure: Callable[[Asked], Figure]
    finding: Callable[[Asked], str]
    drill: Drill | None = None


class CardCallbacks:
    """Answers cards."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def asked(self, stored: Stored) -> Asked:
        """The page's selection, as the person who asks may see it."""
        return ask(self.services, stored)

    def card(self, card: Card) -> Callable[[Stored, str | None], Content]:
        """(figure, finding, label of the figure, table, source) of one card."""

        def content(stored: Stored, _version: str | None) -> Content:
            return self.content(card, self.asked(stored))

        return content

    def content(self, card: Card, asked: Asked) -> Content:
        t = asked.t
        finding = card.finding(asked)
        table = QUESTIONS[card.question](asked)
        return (
            card.figure(asked),
            finding,
            t("card.figure_label", title=t(card.title_key), finding=finding),
            data_table(table, t, t(card.title_key), card.drill),
            self.source(asked),
        )

    def source(self, asked: Asked) -> str:
        """Day, definition, n and version, for the foot of a card."""
        graduates = asked.answers.total(asked.scope, asked.selection).graduates
        return self.services.stamp(asked.moment, graduates)


def card_outputs(card: CardIds) -> list[Output]:
    """What the content of a card goes to, in its order."""
    return [
        Output(card.graph, "figure"),
        Output(card.finding, "children"),
        Output(card.figure, "aria-label"),
        Output(card.table, "children"),
        Output(card.source, "children"),
    ]


def register_cards(app: Dash, callbacks: CardCallbacks, cards: tuple[Card, ...]) -> None:
    """One callback per card, fired by the selection and by a new version."""
    for card in cards:
        app.callback(
            *card_outputs(card.ids),
            Input(ids.SELECTION, "data"),
            Input(ids.LIVE_VERSION, "data"),
        )(callbacks.card(card))
