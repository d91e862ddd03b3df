"""The questions that have a table: one list for cards, downloads and the command line."""

from collections.abc import Callable, Mapping

from dashboard import benchmark_questions, check_questions, destination_questions
from dashboard.answer_rows import Line
from dashboard.asked import Asked
from dashboard.case_questions import CASE_QUESTIONS
from dashboard.coverage_questions import COVERAGE_QUESTIONS
from dashboard.flag_questions import FLAG_QUESTIONS
from dashboard.flow_questions import QUESTIONS as FLOW_QUESTIONS
from dashboard.quality_questions import QUALITY_QUESTIONS
from dashboard.tables import RateHeads, Table, curve_table, mix_table, rate_table
from data_access.code_book import Kind


def _rates(asked: Asked, lines: list[Line], kind: Kind) -> Table:
    what = asked.t(f"table.{kind}")
    return rates_of(asked, lines, kind, what)


def rates_of(asked: Asked, lines: list[Line], kind: Kind, what: str) -> Table:
    """The lines as a table, headed in the words of the definition in force."""
    heads = RateHeads(what, asked.employed_name, asked.rate_name)
    return rate_table(lines, asked.names(kind), heads, asked.t)


def levels(asked: Asked) -> Table:
    return _rates(asked, asked.answers.by_level(asked.scope, asked.selection), "level")


def schools(asked: Asked) -> Table:
    return _rates(asked, asked.answers.by(asked.scope, asked.selection, "school"), "school")


def disciplines(asked: Asked) -> Table:
    lines = asked.answers.by_discipline(asked.scope, asked.selection, asked.rank)
    return _rates(asked, lines, "discipline")


def mix(asked: Asked) -> Table:
    slices = asked.answers.mix(asked.scope, asked.selection)
    return mix_table(slices, asked.group_names(), asked.t("table.group"), asked.t)


def destinations(asked: Asked) -> Table:
    slices = asked.answers.destinations(asked.scope, asked.selection)
    names = asked.names("destination")
    return mix_table(slices, names, asked.t("table.destination"), asked.t)


def progress(asked: Asked) -> Table:
    curves = asked.answers.curves(asked.scope, asked.selection)
    heads = RateHeads("", asked.employed_name, asked.rate_name)
    return curve_table(curves, heads, asked.t)


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "levels": levels,
    "schools": schools,
    "mix": mix,
    "destinations": destinations,
    "progress": progress,
    "disciplines": disciplines,
    **COVERAGE_QUESTIONS,
    **FLAG_QUESTIONS,
    **destination_questions.QUESTIONS,
    **benchmark_questions.QUESTIONS,
    **FLOW_QUESTIONS,
    **QUALITY_QUESTIONS,
    **CASE_QUESTIONS,
    **check_questions.QUESTIONS,
}
