"""The vectorised draws: quotas and margins are met, options without weight never come."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.demo.draws import Stream, balance, best_of_each, cumulative, largest_remainder, pick

weights = st.lists(
    st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any), min_size=1, max_size=6
)


@given(weights, st.integers(0, 5000))
def test_largest_remainder_gives_whole_people_close_to_the_shares(
    table: list[list[int]], total: int
) -> None:
    split = largest_remainder(table, [total] * len(table))
    for row, parts in zip(table, split.tolist(), strict=True):
        assert sum(parts) == total
        for weight, part in zip(row, parts, strict=True):
            assert abs(part - total * weight / sum(row)) < 1


@given(weights, st.floats(0, 1, exclude_max=True))
@example([[0, 0, 1], [0, 1, 0]], 1 - 2**-53)  # 1 + u is 2 in floating point
def test_pick_never_chooses_an_option_without_weight(table: list[list[int]], u: float) -> None:
    rows = np.arange(len(table))
    chosen = pick(cumulative(table), rows, np.full(len(table), u))
    for row, option in zip(table, chosen.tolist(), strict=True):
        assert row[option] > 0
        assert sum(row[:option]) <= u * sum(row) + 1e-9
        assert u * sum(row) <= sum(row[: option + 1]) + 1e-9


def test_pick_chooses_in_proportion() -> None:
    table = cumulative([[1, 2, 7], [5, 5, 0]])
    rows = np.repeat([0, 1], 20_000)
    chosen = pick(table, rows, Stream("test").uniform(40_000))
    first = np.bincount(chosen[:20_000], minlength=3) / 20_000
    assert first.tolist() == pytest.approx([0.1, 0.2, 0.7], abs=0.012)  # 4 sd


def test_balance_meets_both_margins() -> None:
    table = balance([[1.0, 2.0, 3.0], [4.0, 1.0, 1.0]], [30, 70], [20, 30, 50])
    assert table.sum(axis=1).tolist() == pytest.approx([30, 70])
    assert table.sum(axis=0).tolist() == pytest.approx([20, 30, 50], abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 99)), max_size=30), st.data())
def test_best_of_each_fills_every_quota_with_the_best(
    members: list[tuple[int, int]], data: st.DataObject
) -> None:
    groups = np.array([g for g, _ in members], dtype=np.int64)
    score = np.array([s for _, s in members], dtype=np.float64)
    quota = np.array([data.draw(st.integers(0, int((groups == g).sum()))) for g in range(3)])
    chosen = best_of_each(groups, score, quota)
    for g in range(3):
        inside = groups == g
        assert int((chosen & inside).sum()) == quota[g]
        if (chosen & inside).any() and (~chosen & inside).any():
            assert score[chosen & inside].min() >= score[~chosen & inside].max()
