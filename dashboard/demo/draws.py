"""Deterministic, vectorised random choices.

Only the raw uniform stream of PCG64 is drawn; everything else is derived from it here, so that
the same seed gives the same season with every numpy release that keeps that stream.
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SEED = 20_200_930


class Stream:
    """Uniform numbers for one purpose; streams of different purposes do not disturb each other."""

    def __init__(self, *purpose: str | int) -> None:
        words = [zlib.crc32(str(p).encode()) for p in purpose]
        self._generator = np.random.default_rng([SEED, *words])

    def uniform(self, *shape: int) -> Floats:
        """Numbers in [0, 1) of the given shape."""
        return self._generator.random(shape)

    def normal(self, *shape: int) -> Floats:
        """Standard normal numbers of the given shape (Box and Muller)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(*shape)))
        angle = np.cos(2.0 * np.pi * self.uniform(*shape))
        return np.asarray(radius * angle)


def cumulative(weights: Any) -> Floats:
    """Cumulative shares along the last axis of (rows, options) weights; the last one is 1.

    A row without any weight becomes one that always chooses its first option.
    """
    table = np.asarray(weights, dtype=np.float64)
    totals = table.sum(axis=-1, keepdims=True)
    running = np.cumsum(table, axis=-1) / np.where(totals > 0, totals, 1.0)
    running = np.where(totals > 0, running, 1.0)
    # behind the last option with weight the sum may fall short of 1 by rounding
    return np.where(running > 1.0 - 1e-12, 1.0, running)


def pick(table: Floats, rows: Ints, u: Floats) -> Ints:
    """One option per element: ``table`` is (rows, options) cumulative, ``rows`` says which row.

    The rows are laid end to end on one line (row r covers [r, r + 1)), so one binary search
    answers all: O(n log) time and no (n, options) array.
    """
    height, width = table.shape
    line = (table + np.arange(height)[:, None]).ravel()
    target = np.minimum(rows + u, np.nextafter(rows + 1.0, 0.0))  # rows + u may round up to r + 1
    at = np.searchsorted(line, target, side="right")
    return np.asarray(np.minimum(at - rows * width, width - 1))


def balance(weights: Any, rows: Any, columns: Any, rounds: int = 30) -> Floats:
    """Scales (m, k) weights until the row sums are ``rows`` and the column shares ``columns``.

    Iterative proportional fitting (Deming and Stephan 1940); ``columns`` are scaled to the
    total of ``rows``. Ends with a row step, so row sums are exact and column sums close.
    """
    table = np.array(weights, dtype=np.float64)
    wanted_rows = np.asarray(rows, dtype=np.float64)
    wanted = np.asarray(columns, dtype=np.float64)
    wanted = wanted / wanted.sum() * wanted_rows.sum()
    for _ in range(rounds):
        sums = table.sum(axis=0)
        table *= np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0)
        sums = table.sum(axis=1)
        table *= np.divide(wanted_rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
    return table


def largest_remainder(weights: Any, totals: Any) -> Ints:
    """Splits each total over its row of weights into whole people; row sums are exact."""
    table = np.asarray(weights, dtype=np.float64)
    wanted = np.asarray(totals, dtype=np.int64)
    sums = table.sum(axis=1)
    shares = np.divide(table, sums[:, None], out=np.zeros_like(table), where=sums[:, None] > 0)
    exact = shares * wanted[:, None]
    whole = np.floor(exact).astype(np.int64)
    missing = wanted - whole.sum(axis=1)
    order = np.argsort(-(exact - whole), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(table.shape[1])[None, :], axis=1)
    return np.asarray(whole + (rank < missing[:, None]))


def best_of_each(groups: Ints, score: Floats, quota: Ints) -> Flags:
    """True for the ``quota[g]`` highest scores within each group g."""
    order = np.lexsort((-score, groups))
    first = np.searchsorted(groups[order], np.arange(len(quota)))
    rank = np.arange(len(groups)) - first[groups[order]]
    chosen = np.empty(len(groups), dtype=np.bool_)
    chosen[order] = rank < quota[groups[order]]
    return chosen
