"""Reads the weight tables beside this module (CSV): what is typical of a field of study.

The numbers are the author's estimates for a synthetic province, not statistics.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from dashboard.demo.draws import Floats

FIELDS = (
    "engineering", "computing", "construction", "resources", "transport", "science", "medicine",
    "education", "economics", "management", "tourism", "law", "police", "humanities", "arts",
    "agriculture",
)  # fmt: skip


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this package, by column name."""
    text = (files("dashboard.demo") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def by_field(name: str, *columns: str) -> Floats:
    """(fields, columns) numbers of a table with one row per field, in the order of FIELDS."""
    rows = {row["field"]: row for row in read_csv(name)}
    return np.array([[float(rows[field][c]) for c in columns] for field in FIELDS])


@cache
def by_profile() -> dict[str, Floats]:
    """Profile of a school -> its weight on each field, in the order of FIELDS."""
    return {
        row["profile"]: np.array([float(row[field]) for field in FIELDS])
        for row in read_csv("profiles.csv")
    }
