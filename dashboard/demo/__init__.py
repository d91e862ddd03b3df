"""Demonstration data: a synthetic province whose 2020 table equals a published one.

Cohort 2020 has, as of 30 September 2020, exactly the graduates and the employed of the 274
rows of the report of Shanxi; everything that the report does not print is made up, as are the
schools and the other cohorts. Deterministic: ``fill`` hands returns to the ledger's own
acceptance, ``fill_checks`` draws a sample of what is there; the few cases are written through
the writer of cases.
"""

from dashboard.demo.cases import demo_cases
from dashboard.demo.checks import fill_checks
from dashboard.demo.filling import LOADED, fill
from dashboard.demo.lookup import Catalogue
from dashboard.demo.plan import Lookup
from dashboard.demo.schools import DemoSchool, schools
from dashboard.demo.season import Season, cohort_season

__all__ = [
    "LOADED",
    "Catalogue",
    "DemoSchool",
    "Lookup",
    "Season",
    "cohort_season",
    "demo_cases",
    "fill",
    "fill_checks",
    "schools",
]
