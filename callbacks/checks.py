"""Answers the page of checks, and takes what is done there: draws, results, files of results."""

import base64
import binascii
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from callbacks.check_texts import (
    channels_figure,
    channels_finding,
    key_figures,
    list_finding,
    list_rows,
    samples_finding,
    school_rows,
    schools_finding,
)
from dashboard.check_desk import LARGEST_FILE, CheckDesk
from dashboard.check_questions import sample_name, samples
from dashboard.checks import check_board
from dashboard.services import Services
from data_access.checks import CHANNELS
from data_access.errors import InputError
from layouts import ids
from layouts.checks import LATEST, said
from layouts.components import Drill, data_table, state
from layouts.grids import check_columns, grid_style, list_columns
from layouts.ids import Checks
from layouts.kpis import kpi_panel
from layouts.pages import CHECKS

TO_SAMPLE = Drill(CHECKS.path, "sample={}")
SHOWN_PROBLEMS = 20
LONGEST_NAME = 80  # characters of a file's name that are repeated


class ChecksPage(CardCallbacks):
    """The parts of the page that are no chart cards, and what its forms do."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.desk = CheckDesk(services)

    def kpis(self, stored: Stored, _version: str | None) -> list[Component]:
        return kpi_panel(key_figures(self.asked(stored)))

    def schools(self, stored: Stored, _version: str | None) -> Content:
        """(rows, columns, height, finding, source) of the schools."""
        asked = self.asked(stored)
        rows = school_rows(asked)
        columns = check_columns(asked.t, asked.rate_name)
        finding = schools_finding(asked)
        return rows, columns, grid_style(len(rows)), finding, self.source(asked)

    def samples(self, stored: Stored, _version: str | None) -> Content:
        """(table, finding, source, choices) of the samples."""
        asked = self.asked(stored)
        t, board, table = asked.t, check_board(asked), samples(asked)
        content: Component = (
            data_table(table, t, t("checks.samples"), TO_SAMPLE)
            if table.rows
            else state("none", t("checks.no_sample"), t("checks.no_sample_text"))
        )
        choices = [{"label": t("checks.latest"), "value": LATEST}]
        choices += [
            {"label": sample_name(one, asked), "value": str(one.id)} for one in board.samples
        ]
        return content, samples_finding(asked), self.source(asked), choices

    def list(self, stored: Stored, _version: str | None) -> Content:
        """(rows, columns, height, finding, source) of the chosen sample."""
        asked = self.asked(stored)
        rows = list_rows(asked)
        heads = [(f"word_{channel}", asked.t(f"checks.channel_{channel}")) for channel in CHANNELS]
        columns = list_columns(asked.t, heads)
        return rows, columns, grid_style(len(rows)), list_finding(asked), self.source(asked)

    def pick(self, rows: Any) -> tuple[Any, Any]:
        """(school, student number) of the row that was chosen."""
        row = rows[0] if isinstance(rows, list) and rows else None
        if not isinstance(row, dict):
            return no_update, no_update
        return row.get("school_code"), row.get("number")

    def draw(
        self, clicks: Any, method: Any, size: Any, seed: Any, title: Any, stored: Stored
    ) -> Any:
        """Draws a sample when the button was pressed."""
        if not clicks:
            return no_update

        def run() -> Component:
            number = self.desk.draw(self.asked(stored), method, size, seed, title)
            return said(self.services.t()("checks.was_drawn", number=number), good=True)

        return self._told(run)

    def record(
        self,
        clicks: Any,
        school: Any,
        number: Any,
        channel: Any,
        outcome: Any,
        day: Any,
        stored: Stored,
    ) -> Any:
        """Records one result when the button was pressed."""
        if not clicks:
            return no_update

        def run() -> Component:
            asked = self.asked(stored)
            kept = self.desk.record(asked, school, number, channel, outcome, day)
            key = "checks.was_recorded" if kept.added else "checks.was_known"
            return said(asked.t(key, number=number), good=True)

        return self._told(run)

    def hand_in(self, content: Any, name: Any, channel: Any, stored: Stored) -> tuple[Any, Any]:
        """(what became of the file, no file): the same file can be chosen again."""
        if not content:
            return no_update, no_update

        def run() -> Component:
            asked = self.asked(stored)
            with tempfile.TemporaryDirectory(prefix="quxiang-") as folder:
                path = Path(folder) / _name(name)
                path.write_bytes(_bytes(content, path.name))
                reading, kept = self.desk.hand_in(asked, path, channel)
            t = asked.t
            text = t(
                "checks.file_recorded",
                file=path.name,
                rows=t.count(reading.rows),
                added=t.count(kept.added),
                known=t.count(kept.known),
                refuted=t.count(kept.refuted),
            )
            return said(
                text, True, [t(f.message_key, **f.message_params) for f in reading.findings]
            )

        return self._told(run), None

    def _told(self, run: Callable[[], Component]) -> Component:
        """What became of it; a refusal stands where it was asked for, with all that is wrong."""
        try:
            return run()
        except InputError as error:
            t = self.services.t()
            lines = [
                t(
                    "checks.problem",
                    row="–" if one.row is None else one.row,
                    column=one.column or "–",
                    value=one.value or "",
                    rule=t(one.rule, **one.message_params),
                )
                for one in error.problems[:SHOWN_PROBLEMS]
            ]
            if error.total > len(lines) and lines:
                lines.append(t("checks.more_problems", count=t.count(error.total - len(lines))))
            return said(t(error.message_key, **error.params), False, lines)


def _name(name: Any) -> str:
    """The last part of a file's name, as far as it can be repeated."""
    text = str(name or "").replace("\\", "/").replace("\0", "")
    return PurePosixPath(text).name[-LONGEST_NAME:] or "file"


def _bytes(content: Any, name: str) -> bytes:
    """What the browser sends of a file: ``data:...;base64,...``."""
    _, found, encoded = str(content).partition(";base64,")
    if len(encoded) > LARGEST_FILE * 4 // 3 + 4:
        raise InputError("import.file_too_large", file=name)
    try:
        return base64.b64decode(encoded if found else "!", validate=True)
    except binascii.Error:
        raise InputError("import.unreadable", file=name) from None


CARDS = (
    Card(
        Checks.CHANNELS,
        "checks-channels",
        "checks.channels",
        channels_figure,
        channels_finding,
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the page of checks."""
    page = ChecksPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(Output(Checks.KPIS, "children"), *inputs)(page.kpis)
    register_cards(app, page, CARDS)
    for grid, finding, source, rows in (
        (Checks.SCHOOLS, Checks.SCHOOLS_FINDING, Checks.SCHOOLS_SOURCE, page.schools),
        (Checks.LIST, Checks.LIST_FINDING, Checks.LIST_SOURCE, page.list),
    ):
        app.callback(
            Output(grid, "rowData"),
            Output(grid, "columnDefs"),
            Output(grid, "style"),
            Output(finding, "children"),
            Output(source, "children"),
            *inputs,
        )(rows)
    app.callback(
        Output(Checks.SAMPLES, "children"),
        Output(Checks.SAMPLES_FINDING, "children"),
        Output(Checks.SAMPLES_SOURCE, "children"),
        Output(ids.state("sample"), "options"),
        *inputs,
    )(page.samples)
    app.callback(
        Output(Checks.SCHOOL, "value"),
        Output(Checks.NUMBER, "value"),
        Input(Checks.LIST, "selectedRows"),
        prevent_initial_call=True,
    )(page.pick)
    _register_work(app, page)


def _register_work(app: Dash, page: ChecksPage) -> None:
    """What writes: a button or a file as the only input."""
    stored = State(ids.SELECTION, "data")
    form = (Checks.METHOD, Checks.SIZE, Checks.SEED, Checks.TITLE)
    app.callback(
        Output(Checks.DRAWN, "children"),
        Input(Checks.DRAW, "n_clicks"),
        *(State(one, "value") for one in form),
        stored,
        running=[(Output(Checks.DRAW, "disabled"), True, False)],
        prevent_initial_call=True,
    )(page.draw)
    fields = (Checks.SCHOOL, Checks.NUMBER, Checks.CHANNEL, Checks.OUTCOME, Checks.DAY)
    app.callback(
        Output(Checks.RECORDED, "children"),
        Input(Checks.RECORD, "n_clicks"),
        *(State(one, "value") for one in fields),
        stored,
        running=[(Output(Checks.RECORD, "disabled"), True, False)],
        prevent_initial_call=True,
    )(page.record)
    app.callback(
        Output(Checks.FILE_SAID, "children"),
        Output(Checks.FILE, "contents"),
        Input(Checks.FILE, "contents"),
        State(Checks.FILE, "filename"),
        State(Checks.FILE_CHANNEL, "value"),
        stored,
        running=[(Output(Checks.FILE, "disabled"), True, False)],
        prevent_initial_call=True,
    )(page.hand_in)
