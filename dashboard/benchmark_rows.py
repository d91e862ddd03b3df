"""The shapes of what :mod:`dashboard.peers` returns: only what the reader may see."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboard.answer_rows import Line
from dashboard.indicators.distribution import Quartiles
from dashboard.indicators.intervals import Interval
from dashboard.indicators.protection import Audience, Fault
from dashboard.indicators.rates import Rate, WhyMissing
from dashboard.indicators.standardise import Standardised

Group = Literal["picked", "city", "mix", "kind", "all"]
LADDER: tuple[Group, ...] = ("city", "mix", "kind", "all")
"""The fixed groups of peers, each inside the next one.

``city``: same kind, level mix and city; ``mix``: same kind and level mix; ``kind``: same kind
(bachelor or diploma institution); ``all``: every school. ``picked`` stands before them.
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """The peers in one cut: of which group, how many schools, their quartiles in percent.

    Withheld: no quartiles and no schools, and ``why``.
    """

    group: Group | None
    schools: int
    quartiles: Quartiles | None
    why: WhyMissing | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The school in one cut beside its peers.

    ``difference`` is own rate - median in percentage points, ``interval`` the Wilson interval of
    the own rate less the median; ``percentile`` the share of peers below, in whole percent.
    """

    code: str
    own: Rate
    spread: Spread
    difference: Decimal | None
    interval: Interval | None
    percentile: int | None


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Observed against expected of one level, or of everybody (code "")."""

    code: str
    result: Standardised


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One school against its peers, as one audience may see it.

    ``group``: the group in force; None where no group may be told of. ``passed``: the narrower
    groups that were passed over, and why. ``peers``: single schools, for the department only.
    """

    school: str
    audience: Audience
    group: Group | None
    passed: tuple[tuple[Group, Fault], ...]
    total: Position
    disciplines: tuple[Position, ...]
    destinations: tuple[Position, ...]
    adjusted: tuple[Adjusted, ...]
    peers: tuple[Line, ...]
