"""What a refuted record opens: one case per class, school and recording, said in words."""

import datetime as dt
from typing import Any

from dashboard.i18n import Translator
from data_access.checks import Refuted

DAYS_TO_ANSWER = 14


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
