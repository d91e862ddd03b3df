"""What pages and exports are given instead of reaching for globals."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.answer_rows import Moment
from dashboard.answers import Answers
from dashboard.geometry.shapes import Geometry
from dashboard.i18n import Translator, translator
from dashboard.url_state import NameKind, describe
from data_access.checks import OnRefuted
from data_access.scope import Scope
from data_access.selection import Selection
from data_access.submissions import Submissions

RENAMED_FROM = 2021  # 就业率 became 毕业去向落实率 with this class (notice 2021 No. 19)


@dataclass(frozen=True, slots=True)
class Services:
    """``scope``, ``language`` and ``allowed`` are those of the person who asks: asked each time.

    ``allowed`` are values of ``dashboard.auth.Permission``, ``actor`` is a username.
    """

    answers: Answers
    scope: Callable[[], Scope]
    language: Callable[[], str]
    allowed: Callable[[], frozenset[str]]
    actor: Callable[[], str]
    submissions: Submissions
    on_refuted: OnRefuted
    minimum_n: int
    geometry: Geometry
    map_approval: str = ""  # the map-review number of the geometry

    def t(self) -> Translator:
        return translator(self.language())

    def name(self, kind: NameKind, code: str) -> str:
        """The name of a code in the language of the person who asks."""
        lang = self.language()
        if kind == "edition":
            for edition in self.answers.editions:
                if edition.code == code:
                    return self.t().name(edition.name_zh, edition.name_en)
            return code
        return self.answers.codes.name(kind, code, lang)

    def rate_name(self, moment: Moment) -> str:
        """What the rate is called under the definition in force."""
        return self.t().name(moment.edition.rate_name_zh, moment.edition.rate_name_en)

    def employed_name(self, moment: Moment) -> str:
        """What the numerator is called: "employed" until the definition of 2014 ends."""
        renamed = moment.edition.first_cohort >= RENAMED_FROM
        return self.t()("table.confirmed" if renamed else "table.employed")

    def sentence(self, selection: Selection) -> str:
        """The selection in words, with the day it is read at."""
        moment = self.answers.moment(self.scope(), selection)
        return describe(selection.replace(as_of=moment.as_of), self.t(), self.shown_name)

    def shown_name(self, kind: NameKind, code: str) -> str:
        """The name, but of a school outside the scope only its code, as it was asked.

        A school outside the scope is not confirmed to exist.
        """
        schools = self.scope().schools
        hidden = kind == "school" and schools is not None and code not in schools
        return code if hidden else self.name(kind, code)

    def stamp(self, moment: Moment, graduates: int) -> str:
        """What every figure says of itself: day, definition, n, version, source."""
        t = self.t()
        if moment.as_of is None:
            return t("stamp.no_data", version=t.count(moment.version))
        key = "stamp.demonstration" if moment.demonstration else "stamp.line"
        return t(
            key,
            date=t.date(moment.as_of),
            edition=t.name(moment.edition.name_zh, moment.edition.name_en),
            n=t.count(graduates),
            version=t.count(moment.version),
        )
