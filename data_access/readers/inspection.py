"""What a file says, whole: its rows, and every complaint about them (see :mod:`.graduates`)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from data_access.ledger import GraduateEntry
from data_access.new_codes import NewCode
from data_access.readers.findings import Finding


class Fact(NamedTuple):
    """What is known of a job beyond the cell; never of the person."""

    employer: str = ""
    credit_code: str = ""
    signed_on: dt.date | None = None


class InspectedRow(NamedTuple):
    """A graduate who can be entered; ``line`` is the row number in the file."""

    line: int
    entry: GraduateEntry
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A file that was read; ``rows`` are those without a blocking complaint of their own."""

    layout: str
    rows: Sequence[InspectedRow]
    total: int
    new_codes: Sequence[NewCode]
    findings: tuple[Finding, ...]
    content_hash: str
