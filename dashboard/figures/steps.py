"""Few steps of colour for a map: limits that can be read, a colour for each step."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from dashboard.theme import TOKENS

FAR = 2.5  # times the limit below


@dataclass(frozen=True, slots=True)
class Steps:
    """``limits[i]`` is the least value of step ``i + 1``; one colour and one label a step."""

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]

    def of(self, value: float) -> int:
        """The step of a value."""
        return bisect_right(self.limits, value)


def nice(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a positive value."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (5, 2, 1) if step * power <= value * (1 + 1e-9))


def quantile_limits(
    values: Sequence[float], parts: Sequence[float] = (0.2, 0.45, 0.7, 0.9)
) -> tuple[float, ...]:
    """Readable limits that spread the positive values over the steps.

    A value far above the others (the own province) has a step of its own.
    """
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return ()
    last = len(positive) - 1
    found = {nice(positive[round(part * last)]) for part in parts}
    largest = nice(positive[-1])
    if largest > FAR * max(found):
        found.add(largest)
    return tuple(sorted(limit for limit in found if limit > positive[0]))


def sequential(limits: Sequence[float], labels: Sequence[str]) -> Steps:
    """Steps from pale to dark; ``labels`` is one longer than ``limits``."""
    palette = TOKENS.sequential[1:]
    last = len(palette) - 1
    chosen = [palette[round(i * last / max(len(limits), 1))] for i in range(len(limits) + 1)]
    return Steps(tuple(limits), tuple(chosen), tuple(labels))


def diverging(limits: Sequence[float], labels: Sequence[str]) -> Steps:
    """Steps on both sides of zero; ``limits`` are symmetric with zero in their middle."""
    palette = TOKENS.diverging
    low, high = palette[: len(palette) // 2], palette[len(palette) // 2 + 1 :]
    side = len(limits) // 2 + 1
    below = low[:side] if side >= len(low) else (low[0], *low[len(low) - side + 1 :])
    above = high[-side:] if side >= len(high) else (*high[: side - 1], high[-1])
    return Steps(tuple(limits), (*below, *above), tuple(labels))
