"""The shapes of what :mod:`dashboard.destination_answers` returns."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboard.indicators.definitions import Fate
from dashboard.indicators.editions import Edition
from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import Rate

Cut = Literal["level", "school", "discipline", "sex", "origin"]
Depth = Literal["group", "code"]
PartKind = Literal["group", "destination", "employer_kind", "industry"]
Employer = Literal["employer_kind", "industry"]
Behind = Literal["school", "discipline"]

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mix: a group of the edition, or a destination and the group it belongs to."""

    code: str
    group: str
    employed: bool


@dataclass(frozen=True, slots=True)
class MixRow:
    """One value of a cut with its people by part; code ``total`` is everybody."""

    code: str
    graduates: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mixes:
    """A cut: everybody first, then one row per value, each with the same parts."""

    parts: Sequence[Part]
    rows: Sequence[MixRow]


@dataclass(frozen=True, slots=True)
class Change:
    """One part now and on the same day of the class before.

    ``points`` is the difference of the printed shares; ``beyond``: the 95 % interval of the
    difference does not contain zero. ``before`` is missing where that class has nobody.
    """

    part: Part
    now: Rate
    before: Rate
    points: Decimal | None
    interval: Interval | None
    beyond: bool


@dataclass(frozen=True, slots=True)
class SeasonDay:
    """People by group on one statistical date."""

    day: dt.date
    graduates: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChosenPart:
    """What a bar stands for; ``kind`` says in which table its ``code`` is."""

    kind: PartKind
    code: str


@dataclass(frozen=True, slots=True)
class BehindRow:
    """A school or a discipline and its people in the part.

    ``share`` is of its graduates, or of those it has employed in units where the part is a kind
    of employer or an industry. ``small``: its base is below the minimum and it is not ranked.
    """

    code: str
    count: int
    share: Rate
    interval: Interval | None
    small: bool


@dataclass(frozen=True, slots=True)
class BehindPart:
    """Who is behind a part: ranked by share, the small ones last."""

    part: ChosenPart
    total: Rate
    rows: Sequence[BehindRow]


@dataclass(frozen=True, slots=True)
class Moved:
    """One destination under two definitions."""

    code: str
    count: int
    before: str
    after: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Definitions:
    """The selection under the definition in force and under another one."""

    edition: Edition
    other: Edition
    graduates: int
    rate: Rate
    other_rate: Rate
    rows: Sequence[Moved]
