"""Answers the returns page: key figures, periods, the schools to chase, the board."""

from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from dashboard.asked import Asked
from dashboard.coverage import OWED, Board
from dashboard.coverage_questions import board_of, chased, last_text, rule_names
from dashboard.figures.base import Figure
from dashboard.figures.periods import PARTS, period_columns
from dashboard.grid_rows import GridRow
from dashboard.services import Services
from layouts import ids
from layouts.components import Drill, data_table, state
from layouts.grids import board_columns, grid_style
from layouts.ids import Returns
from layouts.kpis import Kpi, kpi_panel

SHOWN_CHASED = 12
TO_SCHOOL = Drill("/returns", "school={}")


class ReturnsPage(CardCallbacks):
    """The parts of the page that are no chart cards."""

    def kpis(self, stored: Stored, _version: str | None) -> list[Component]:
        return kpi_panel(key_figures(self.asked(stored)))

    def chased(self, stored: Stored, _version: str | None) -> Content:
        """(table, finding, source) of the schools to chase."""
        asked = self.asked(stored)
        t, table = asked.t, chased(asked)
        if not table.rows:
            content: Component = state("none", t("returns.nobody"), t("returns.nobody_text"))
        else:
            box = data_table(table, t, t("returns.chased"), TO_SCHOOL)
            content = html.Div(box, className="qx-scroll")
        finding = t("returns.chased_finding", missing=t.count(len(table.rows)))
        return content, finding, self.source(asked)

    def board(self, stored: Stored, _version: str | None) -> Content:
        """(rows, columns, height, finding, source) of the board."""
        asked = self.asked(stored)
        found = board_of(asked)
        rows = [_row(position, found, asked) for position in range(len(found.schools))]
        finding = asked.t(
            "returns.board_finding",
            schools=asked.t.count(len(rows)),
            periods=asked.t.count(len(found.periods)),
        )
        names = rule_names(asked)
        heads = [
            (p.day.isoformat(), asked.t.day_month(p.day), names[p.rule])
            for p in reversed(found.periods)
        ]
        columns = board_columns(asked.t, heads)
        return rows, columns, grid_style(len(rows)), finding, self.source(asked)


def key_figures(asked: Asked) -> list[Kpi]:
    """How the newest period stands: handed in, on time, missing, and the share of the class."""
    t, found = asked.t, board_of(asked)
    if not found.periods:
        return [Kpi(label=t("returns.reported"), value="–", note=t("returns.no_period"), lead=True)]
    newest, period = len(found.periods) - 1, found.periods[-1]
    came = found.count(newest, "on_time", "late")
    missing = found.count(newest, *OWED)
    share = found.coverage.share
    return [
        Kpi(
            label=t("returns.reported"),
            value=t("returns.of", part=t.count(came), whole=t.count(len(found.schools))),
            unit=t("returns.schools_unit"),
            n=t("returns.for_period", date=t.date(period.day), name=rule_names(asked)[period.rule]),
            note=t("returns.until_note", date=t.date(period.until)),
            lead=True,
        ),
        Kpi(
            label=t("returns.on_time"),
            value=t.count(found.count(newest, "on_time")),
            unit=t("returns.schools_unit"),
            n=t("returns.late_note", late=t.count(found.count(newest, "late"))),
        ),
        Kpi(
            label=t("returns.missing"),
            value=t.count(missing),
            unit=t("returns.schools_unit"),
            n=t("returns.due_note", due=t.count(found.count(newest, "due"))),
        ),
        Kpi(
            label=t("returns.covered"),
            value=t.rate(share),
            n=t("returns.covered_note", part=t.count(share.numerator)),
        ),
    ]


def periods_figure(asked: Asked) -> Figure:
    found = board_of(asked)
    counts = [
        {part: found.count(at, *(OWED if part == "missing" else (part,))) for part, _ in PARTS}
        for at in range(len(found.periods))
    ]
    return period_columns([period.day for period in found.periods], counts, asked.t)


def periods_finding(asked: Asked) -> str:
    """How many came on time over all periods that are past."""
    t, found = asked.t, board_of(asked)
    asked_for = [one for school in found.schools for one in school.statuses if one != "due"]
    if not asked_for:
        return t("returns.no_period")
    on_time, late = asked_for.count("on_time"), asked_for.count("late")
    missing = sum(one in OWED for one in asked_for)
    return t(
        "returns.periods_finding",
        periods=t.count(len(found.periods)),
        on_time=t.count(on_time),
        late=t.count(late),
        missing=t.count(missing),
    )


def _row(position: int, found: Board, asked: Asked) -> GridRow:
    school, t = found.schools[position], asked.t
    days = [period.day.isoformat() for period in found.periods]
    return {
        "code": school.code,
        "name": asked.names("school")[school.code],
        "href": TO_SCHOOL.path,
        "carry": TO_SCHOOL.to(school.code),
        "last": last_text(school, asked),
        "behind": school.behind,
        "behind_text": t.count(school.behind),
        **dict(zip(days, school.statuses, strict=True)),
        **{
            f"{day}_text": t(f"returns.{status}")
            for day, status in zip(days, school.statuses, strict=True)
        },
    }


CARDS = (Card(Returns.PERIODS, "periods", "returns.periods", periods_figure, periods_finding),)


def register(app: Dash, services: Services) -> None:
    """Wires the returns page."""
    page = ReturnsPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(Output(Returns.KPIS, "children"), *inputs)(page.kpis)
    register_cards(app, page, CARDS)
    app.callback(
        Output(Returns.CHASED, "children"),
        Output(Returns.CHASED_FINDING, "children"),
        Output(Returns.CHASED_SOURCE, "children"),
        *inputs,
    )(page.chased)
    app.callback(
        Output(Returns.BOARD, "rowData"),
        Output(Returns.BOARD, "columnDefs"),
        Output(Returns.BOARD, "style"),
        Output(Returns.BOARD_FINDING, "children"),
        Output(Returns.BOARD_SOURCE, "children"),
        *inputs,
    )(page.board)
