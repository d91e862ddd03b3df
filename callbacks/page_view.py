"""Builds the View of a request: the choices that this person may make, in their language."""

import datetime as dt
from collections.abc import Callable, Mapping

from callbacks.picks import picks_of
from dashboard import audit_questions, url_state
from dashboard.clock import today
from dashboard.indicators import calendar
from dashboard.quality_questions import ITEM_STATE
from dashboard.services import Services
from data_access.accounts import Account
from data_access.selection import Selection
from layouts.pages import PageSpec
from layouts.selection_bar import ANY
from layouts.view import Option, View


class PageViews:
    """Makes views; everything is asked anew for every request."""

    def __init__(
        self,
        services: Services,
        account: Callable[[], Account | None],
        csrf_token: Callable[[], str],
        version: Callable[[], str],
    ) -> None:
        self._services = services
        self._account = account
        self._csrf_token = csrf_token
        self._version = version

    def view(self, spec: PageSpec, query: Mapping[str, object]) -> View:
        """The view of one page for any query at all."""
        services, t = self._services, self._services.t()
        scope = services.scope()
        default = services.answers.default_cohort(scope)
        selection = spec.honoured(url_state.parse(query, default_cohort=default))
        own = {name: query.get(name) for name in spec.state}
        account = self._account()
        choices = Choices(services, selection)
        return View(
            t=t,
            selection=selection,
            query={**url_state.to_query(selection), **url_state.page_query(own)},
            page=spec.key,
            filters=spec.filters,
            address=spec.path + url_state.to_search(selection),
            cohorts=choices.cohorts(),
            schools=choices.schools(),
            levels=choices.levels(),
            disciplines=choices.disciplines(),
            origins=choices.regions(selection.origin),
            work_regions=choices.regions(selection.work_region),
            editions=choices.editions(),
            quick_dates=choices.quick_dates(),
            picks=picks_of(services, selection),
            sentence=services.sentence(selection),
            person=account.display_name if account else "",
            role=_role_text(services, account),
            csrf_token=self._csrf_token(),
            version=self._version(),
            demonstration=services.answers.store.demonstration,
            sees_rows=scope.schools is None or bool(scope.schools),
            minimum_n=services.minimum_n,
            today=today(),
            sees_all=scope.schools is None,
            allowed=services.allowed(),
            state=url_state.parse_state(own),
            lists=url_state.parse_lists(own),
            texts=url_state.parse_texts(own),
            state_options=choices.state_options(spec.state),
        )


def _role_text(services: Services, account: Account | None) -> str:
    if account is None:
        return ""
    role = services.t()(f"auth.role_{account.role.value}")
    return f"{services.name('school', account.school)} · {role}" if account.school else role


class Choices:
    """The options of the selection bar for one person and selection."""

    def __init__(self, services: Services, selection: Selection) -> None:
        self._services = services
        self._selection = selection
        self._scope = services.scope()
        self._t = services.t()
        self._codes = services.answers.codes

    def cohorts(self) -> tuple[Option, ...]:
        years = {int(span.key) for span in self._services.answers.cohorts(self._scope)}
        years.add(self._selection.cohort)
        return tuple(
            Option(str(year), self._t("common.cohort", cohort=year))
            for year in sorted(years, reverse=True)
        )

    def schools(self) -> tuple[Option, ...]:
        """The schools with returns for the cohort that the scope allows."""
        latest = dt.date(self._selection.cohort + 1, 12, 31)
        spans = self._services.answers.store.reporting(self._scope, self._selection.cohort, latest)
        return tuple(
            Option(
                span.key,
                self._services.name("school", span.key),
                str(self._codes.get("school", span.key).extra.get("initials", "")),
            )
            for span in spans
        )

    def levels(self) -> tuple[Option, ...]:
        return tuple(
            Option(code, self._services.name("level", code)) for code in self._codes.tables["level"]
        )

    def disciplines(self) -> tuple[Option, ...]:
        """Everything, the categories, and around the chosen one its path, siblings, children."""
        table = self._codes.tables["discipline"]
        roots = [code for code, row in table.items() if row.parent is None]
        path: tuple[str, ...] = ()
        chosen = self._selection.discipline
        if chosen is not None and chosen in table:
            path = tuple(reversed(self._codes.ancestors("discipline", chosen)))
        options = [Option(ANY, self._t("bar.all_disciplines"))]
        for root in roots:
            options.append(self._discipline(root, 0))
            if path and path[0] == root:
                options.extend(self._below(root, path, 1))
        return tuple(options)

    def _below(self, code: str, path: tuple[str, ...], depth: int) -> list[Option]:
        options = []
        for child in self._codes.children("discipline", code):
            options.append(self._discipline(child, depth))
            if child in path:
                options.extend(self._below(child, path, depth + 1))
        return options

    def _discipline(self, code: str, depth: int) -> Option:
        name = self._services.name("discipline", code)
        if depth == 0:
            name = self._t("bar.category", name=name, family=self._t(f"bar.family_{code[0]}"))
        return Option(code, "\u2003" * depth + name)

    def regions(self, chosen: str | None) -> tuple[Option, ...]:
        """Anywhere, the provinces, and below the chosen one (or the chosen city's) its cities."""
        table = self._codes.tables["region"]
        path = self._codes.ancestors("region", chosen) if chosen else ()
        options = [Option(ANY, self._t("bar.any_region"))]
        for code, row in table.items():
            if row.extra.get("rank") == "province":
                options.append(Option(code, self._services.name("region", code)))
                below = self._codes.children("region", code) if code in path else ()
                options += [
                    Option(city, "\u2003" + self._services.name("region", city)) for city in below
                ]
        if chosen and chosen not in {option.value for option in options}:
            options.append(Option(chosen, self._services.name("region", chosen)))
        return tuple(options)

    def editions(self) -> tuple[Option, ...]:
        named = (
            Option(edition.code, self._services.name("edition", edition.code))
            for edition in self._services.answers.editions
        )
        return (Option(ANY, self._t("bar.own_edition")), *named)

    def state_options(self, names: frozenset[str]) -> dict[str, tuple[Option, ...]]:
        """What the selects of the page's own state offer, where that is data."""
        items = self._codes.tables["survey_item"].values()
        found = {
            name: tuple(
                Option(one.code, one.name(self._t.lang))
                for one in items
                if one.extra["kind"] == kind
            )
            for kind, name in ITEM_STATE.items()
        }
        rules = self._codes.tables["contribution_rule"].values()
        found["rule"] = tuple(Option(one.code, one.name(self._t.lang)) for one in rules)
        odd = self._codes.tables["flag_rule"].values()
        every = Option("all", self._t("flags.every_rule"))
        found["flag_rule"] = (every, *(Option(one.code, one.name(self._t.lang)) for one in odd))
        if "person" in names:
            found |= {
                name: tuple(Option(value, label) for value, label in pairs)
                for name, pairs in audit_questions.choices(self._services).items()
            }
        return {name: options for name, options in found.items() if name in names}

    def quick_dates(self) -> tuple[Option, ...]:
        cohort = self._selection.cohort
        spans = {int(s.key): s.last for s in self._services.answers.cohorts(self._scope)}
        days = calendar.quick_dates(cohort, spans.get(cohort), today())
        return tuple(
            Option(day.isoformat() if day else "live", self._t(calendar.QUICK_DATE_KEYS[key]))
            for key, day in days
        )
