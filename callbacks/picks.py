"""What of a selection is named in the row under the bar."""

from collections.abc import Iterator

from dashboard.services import Services
from data_access.selection import Selection
from layouts.view import Pick

SEVERAL = 6
"""More schools than this are one choice, "12 schools": the row stays a row."""


def picks_of(services: Services, selection: Selection) -> tuple[Pick, ...]:
    """Every choice beside class and day, in the order of the bar."""
    return (*_schools(services, selection), *_others(services, selection))


def _schools(services: Services, selection: Selection) -> Iterator[Pick]:
    if len(selection.schools) > SEVERAL:
        t = services.t()
        yield Pick("school=", t("common.schools", count=t.count(len(selection.schools))))
        return
    for code in selection.schools:
        yield Pick(f"school={code}", services.shown_name("school", code))


def _others(services: Services, selection: Selection) -> Iterator[Pick]:
    t, name = services.t(), services.name
    for code in selection.levels:
        yield Pick(f"level={code}", name("level", code))
    if code := selection.discipline or "":
        yield Pick(f"discipline={code}", name("discipline", code))
    if code := selection.origin or "":
        yield Pick(f"origin={code}", t("common.origin", region=name("region", code)))
    if code := selection.work_region or "":
        yield Pick(f"work_region={code}", t("common.work_region", region=name("region", code)))
    if code := selection.edition or "":
        yield Pick(f"edition={code}", name("edition", code))
