"""The values around flags: what is looked at, what was found, what came of a run."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Key = tuple[str, str, str]
"""rule, school, subject: what makes two flags speak of the same thing"""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A class as of a day; which destinations count as employed, and which are in units."""

    cohort: int
    day: dt.date
    employed: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Which graduates of the class; what is not given is no condition."""

    school: str
    level: str | None = None
    discipline: str | None = None
    destinations: frozenset[str] | None = None
    employed: bool | None = None
    employer: str | None = None
    signed_on: dt.date | None = None
    since: tuple[dt.date, dt.date] | None = None
    ends_with: tuple[str, str] | None = None
    contains: tuple[str, str] | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The newest movement, fact and setting at the moment the class was looked at."""

    version: int
    facts: int
    setting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something odd in one school. ``value`` is in the unit of the rule.

    ``who`` says which graduates it is about; ``detail`` the numbers it was made of.
    """

    rule: str
    school: str
    subject: str
    value: Decimal
    threshold: float
    people: int
    detail: Mapping[str, str | int]
    who: Who
    subjects: Sequence[int] = field(default=())

    @property
    def key(self) -> Key:
        return self.rule, self.school, self.subject

    @property
    def text(self) -> str:
        """The detail as it is stored."""
        return json.dumps(self.detail, ensure_ascii=False, sort_keys=True)

    @property
    def evidence(self) -> str:
        """Equal where nothing of it has changed."""
        parts = [str(self.value), str(self.threshold), str(self.people), self.text]
        parts += map(str, sorted(self.subjects))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the rules; ``at`` is UTC."""

    id: int
    cohort: int
    counted_on: dt.date
    version: int
    facts: int
    setting: int
    flags: int
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a run; ``already``: nothing had changed since, so it is an earlier one."""

    run: Run
    new: int
    already: bool
