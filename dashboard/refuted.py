"""What a refuted record opens: one case per class, school and recording, said in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from dashboard.clock import today
from dashboard.i18n import Translator
from data_access.cases import open_case
from data_access.checks import OnRefuted, Refuted

DAYS_TO_ANSWER = 14


def opens_cases(t: Translator, school: Callable[[str], str]) -> OnRefuted:
    """Opens a case of what was refuted, in the language of the store; ``school`` names a code."""

    def on_refuted(connection: Connection, refuted: Refuted) -> int:
        return open_case(connection, **refuted_case(refuted, school(refuted.school), today(), t))

    return on_refuted


def refuted_case(refuted: Refuted, school: str, today: dt.date, t: Translator) -> dict[str, Any]:
    """The case as keyword arguments of ``open_case``; ``school`` is the name of the school.

    No words in it are about a person: who is meant stands in ``subjects``.
    """
    return {
        "cohort": refuted.cohort,
        "school": refuted.school,
        "origin": "check",
        "title": t(
            "checks.case_title", cohort=refuted.cohort, count=t.count(len(refuted.subjects))
        ),
        "problem": t("checks.case_problem"),
        "responsible": t("checks.case_responsible", school=school),
        "due_on": today + dt.timedelta(days=DAYS_TO_ANSWER),
        "subjects": refuted.subjects,
        "actor": refuted.actor,
        "result_id": refuted.results[0],
    }
