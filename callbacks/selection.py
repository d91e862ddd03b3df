"""The selection bar: from its controls to the page's selection, and from there to the URL."""

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.page_view import Choices
from callbacks.picks import picks_of
from dashboard import url_state
from dashboard.answer_rows import Coverage
from dashboard.asked import SHOWN, Asked, ask
from dashboard.checks import verified_share
from dashboard.coverage import board
from dashboard.i18n import Translator
from dashboard.indicators import calendar
from dashboard.services import Services
from data_access.selection import Selection
from layouts import ids
from layouts.ids import Bar
from layouts.pages import PAGES
from layouts.picks import picks
from layouts.selection_bar import ANY, OTHER, picked_text, quick_options, regions_text
from layouts.status import facts
from layouts.view import Option

SINGLE = ("discipline", "origin", "work_region", "edition")
"""The choices of one value, by their names in the URL."""

Store = dict[str, Any]


class SelectionBar:
    """Collects the controls; the day and the choices follow the cohort."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def parse(self, stored: Store | None) -> Selection:
        default = self._services.answers.default_cohort(self._services.scope())
        return url_state.parse(stored, default_cohort=default)

    def collect(
        self,
        cohort: str,
        day: str | None,
        quick: str | None,
        schools: list[str] | None,
        levels: list[str] | None,
        discipline: str | None,
        origin: str | None,
        work_region: str | None,
        edition: str | None,
        stored: Store | None,
    ) -> tuple[Any, ...]:
        """(selection, day, quick day and its choices, choices of the selects, picker texts)."""
        before = self.parse(stored)
        given = {
            "cohort": cohort,
            "as_of": _chosen_day(day or "", quick or "", before),
            "school": schools or [],
            "level": levels or [],
            "discipline": _known(discipline),
            "origin": _known(origin),
            "work_region": _known(work_region),
            "edition": _known(edition),
        }
        selection = self.parse(given)
        if selection.cohort != before.cohort and selection.as_of is not None:
            moved = calendar.same_day(selection.as_of, before.cohort, selection.cohort)
            selection = selection.replace(as_of=moved)
        if selection == before:
            return (no_update,) * 10
        choices, t = Choices(self._services, selection), self._services.t()
        days = choices.quick_dates()
        value = selection.as_of.isoformat() if selection.as_of else "live"
        return (
            {**url_state.to_query(selection), **url_state.page_query(stored)},
            selection.as_of.isoformat() if selection.as_of else "",
            value if value in {option.value for option in days} else OTHER,
            quick_options(days, t),
            _options(choices.disciplines()),
            *(
                no_update if then == now else _options(choices.regions(now))
                for then, now in (
                    (before.origin, selection.origin),
                    (before.work_region, selection.work_region),
                )
            ),
            picked_text(choices.schools(), selection.schools, t("bar.all_schools")),
            picked_text(choices.levels(), selection.levels, t("bar.all_levels")),
            regions_text(picks_of(self._services, selection), t),
        )

    def status(self, stored: Store, _version: str | None) -> tuple[str, list[Component], Component]:
        """The sentence of the selection, what is chosen, and what the numbers rest on."""
        services = self._services
        asked = ask(services, stored)
        coverage = board(services.answers.store, asked.scope, asked.moment).coverage
        return (
            services.sentence(asked.selection),
            picks(picks_of(services, asked.selection), asked.t),
            facts(status_facts(asked, coverage)),
        )

    def state(self, name: str) -> Callable[[str | list[str] | None, Store | None], Any]:
        """Keeps what a control of the page's own state says in the page's store."""

        def choose(value: str | list[str] | None, stored: Store | None) -> Any:
            before = url_state.page_query(stored)
            after = url_state.page_query({**before, name: value})
            if after.get(name) == before.get(name):
                return no_update
            shown = SHOWN.get(name)
            if shown and value == shown(ask(self._services, stored)):
                return no_update  # the control only follows the selection
            return {**url_state.to_query(self.parse(stored)), **after}

        return choose

    def unpick(self, unpicked: Any, schools: Any, levels: Any, *single: Any) -> tuple[Any, ...]:
        """The controls without one choice: "level=bachelor", "school=" (every one), "" (all).

        The day stays. ``single``: discipline, origin, work region, edition.
        """
        told = unpicked[0] if isinstance(unpicked, list) and unpicked else "-"
        name, _, code = str(told).partition("=")
        chosen = self.parse({"school": schools, "level": levels})

        def left(field: str, codes: tuple[str, ...]) -> list[str]:
            if name not in ("", field):
                return list(codes)
            return [one for one in codes if code and one != code]

        return (
            left("school", chosen.schools),
            left("level", chosen.levels),
            *(ANY if name in ("", one) else now for one, now in zip(SINGLE, single, strict=True)),
        )


def status_facts(asked: Asked, coverage: Coverage) -> list[tuple[str, str]]:
    """Day, definition, schools that have reported, data version."""
    t, moment = asked.t, asked.moment
    mode = t("status.live") if moment.live else t("status.fixed")
    day = t.date(moment.as_of) if moment.as_of else t("status.no_day")
    return [
        (t("status.as_of"), t("status.day", date=day, mode=mode)),
        (t("status.definition"), t.name(moment.edition.name_zh, moment.edition.name_en)),
        (t("status.coverage"), _verified_text(_coverage_text(coverage, t), asked)),
        (t("status.version"), t.count(moment.version)),
    ]


def _known(value: str | None) -> str:
    """What a select says, with nothing for "any"."""
    return "" if value in (None, ANY) else value


def _options(options: tuple[Option, ...]) -> list[dict[str, str]]:
    return [{"label": option.label, "value": option.value} for option in options]


def _verified_text(coverage: str, asked: Asked) -> str:
    """How much of the class is covered, and how much of it verified."""
    verified = verified_share(asked)
    if verified.value is None:
        return coverage
    return asked.t("status.verified", coverage=coverage, share=asked.t.rate(verified))


def _coverage_text(coverage: Coverage, t: Translator) -> str:
    if coverage.due is None:
        return t("status.coverage_none", schools=t.count(coverage.schools))
    return t(
        "status.coverage_text",
        reported=t.count(coverage.reported),
        schools=t.count(coverage.schools),
        date=t.date(coverage.due),
        share=t.rate(coverage.share),
    )


def _chosen_day(day: str, quick: str, before: Selection) -> str:
    """The date field wins if it changed, else the quick choice; "live" is no date."""
    known = before.as_of.isoformat() if before.as_of else ""
    if day != known or quick in ("", OTHER):
        return day
    return "" if quick == "live" else quick


def register(app: Dash, services: Services) -> None:
    """Wires the bar on every page that has one."""
    bar = SelectionBar(services)
    chosen = (
        Bar.SCHOOLS,
        Bar.LEVELS,
        Bar.DISCIPLINE,
        Bar.ORIGIN,
        Bar.WORK_REGION,
        Bar.EDITION,
    )
    app.callback(
        Output(ids.SELECTION, "data"),
        Output(Bar.AS_OF, "value"),
        Output(Bar.QUICK, "value"),
        Output(Bar.QUICK, "options"),
        Output(Bar.DISCIPLINE, "options"),
        Output(Bar.ORIGIN, "options"),
        Output(Bar.WORK_REGION, "options"),
        Output(f"{Bar.SCHOOLS}-summary", "children"),
        Output(f"{Bar.LEVELS}-summary", "children"),
        Output(f"{Bar.REGIONS}-summary", "children"),
        Input(Bar.COHORT, "value"),
        Input(Bar.AS_OF, "value"),
        Input(Bar.QUICK, "value"),
        *(Input(control, "value") for control in chosen),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )(bar.collect)
    for name in sorted({name for page in PAGES for name in page.state}):
        app.callback(
            Output(ids.SELECTION, "data", allow_duplicate=True),
            Input(ids.state(name), "value"),
            State(ids.SELECTION, "data"),
            prevent_initial_call=True,
        )(bar.state(name))
    app.callback(
        *(Output(control, "value") for control in chosen),
        Input(ids.UNPICKED, "data"),
        *(State(control, "value") for control in chosen),
        prevent_initial_call=True,
    )(bar.unpick)
    app.callback(
        Output(ids.SENTENCE, "children"),
        Output(ids.PICKS, "children"),
        Output(ids.STATUS, "children"),
        Input(ids.SELECTION, "data"),
        Input(ids.LIVE_VERSION, "data"),
    )(bar.status)
    app.clientside_callback(
        ClientsideFunction("quxiang", "mirror"),
        Output(ids.MIRROR, "children"),
        Input(ids.SELECTION, "data"),
    )
