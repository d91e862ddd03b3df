"""Who is drawn: shares of strata, the same again from the same seed, flagged graduates first."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import InputError
from data_access.sampling import LARGEST_SEED, Method, Person, allocate, draw, lot

sizes = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 5_000))


def people(schools: dict[str, int], flags: int = 0) -> list[Person]:
    """Graduates of schools; every tenth concerned by that many flags."""
    levels = ("bachelor", "bachelor", "diploma", "master")
    return [
        Person(
            subject_id=1000 * at + n,
            school=school,
            key=f"{school}-{n:04}",
            level=levels[n % 4],
            destination="10" if n % 3 else "70",
            flags=flags if n % 10 == 0 else 0,
        )
        for at, (school, count) in enumerate(schools.items())
        for n in range(count)
    ]


@given(sizes, st.data())
def test_shares_add_up_and_nobody_gives_more_than_there_is(
    strata: dict[str, int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, sum(strata.values())))
    given_ = allocate(strata, size)
    assert given_.keys() == strata.keys()
    assert sum(given_.values()) == size
    assert all(0 <= given_[name] <= n for name, n in strata.items())


@given(sizes.filter(bool), st.data())
def test_every_stratum_has_one_where_the_size_allows(
    strata: dict[str, int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(len(strata), sum(strata.values())))
    assert min(allocate(strata, size).values()) >= 1


@given(sizes.filter(bool), st.data())
def test_shares_are_proportional_to_the_person(strata: dict[str, int], data: st.DataObject) -> None:
    """Who is large enough for a share of his own gets it, rounded up or down."""
    size = data.draw(st.integers(0, sum(strata.values())))
    given_, everybody = allocate(strata, size), sum(strata.values())
    lifted = sum(n == 1 and size * strata[name] < everybody for name, n in given_.items())
    for name, n in strata.items():
        exact = size * n / everybody
        assert given_[name] <= exact + 1
        if given_[name] != 1:
            assert given_[name] >= exact - 1 - lifted


@given(sizes.filter(bool), st.data())
def test_a_larger_stratum_never_gets_less(strata: dict[str, int], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, sum(strata.values())))
    given_ = allocate(strata, size)
    ordered = sorted(strata, key=lambda name: strata[name])
    for small, large in itertools.pairwise(ordered):
        assert strata[small] == strata[large] or given_[small] <= given_[large]


def test_shares_worked_by_hand() -> None:
    """100 of 1,000: 61.2, 30.3, 8.3, 0.2 give 61, 30, 8 and the one that everybody has."""
    strata = {"a": 612, "b": 303, "c": 83, "d": 2}
    # Without d: 99 of 998 is 60.7, 30.06, 8.2; the one left goes to the largest remainder.
    assert allocate(strata, 100) == {"a": 61, "b": 30, "c": 8, "d": 1}
    assert allocate(strata, 3) == {"a": 2, "b": 1, "c": 0, "d": 0}


def test_shares_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="cannot be shared out"):
        allocate({"a": 3}, 4)
    with pytest.raises(ValueError, match="cannot be shared out"):
        allocate({"a": 3, "b": 0}, 1)


@pytest.mark.parametrize("method", ["random", "stratified", "flagged"])
@given(seed=st.integers(0, LARGEST_SEED), shuffle=st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_people_in_whatever_order_they_stand(
    method: Method, seed: int, shuffle: random.Random
) -> None:
    everybody = people({"10108": 60, "10112": 25, "10113": 3}, flags=2)
    again = [one._replace(subject_id=7 * one.subject_id + 5) for one in everybody]
    shuffle.shuffle(again)
    first, second = draw(everybody, method, 20, seed), draw(again, method, 20, seed)
    assert [one.key for one in first] == [one.key for one in second]
    assert len({one.key for one in first}) == 20


def test_a_draw_is_this_one_for_ever() -> None:
    """Worked out with sha256sum: a later release must draw the same people."""
    one = Person(1, "10108", "1", "bachelor", "10")
    assert lot(7, one).hex() == ("1de3e15b9e35d3fc54786a0fc50be0f0878250e7ccc59a67b46b0bcc85518a31")


def test_another_seed_draws_others() -> None:
    everybody = people({"10108": 2_000})
    first, second = ({one.key for one in draw(everybody, "random", 200, seed)} for seed in (1, 2))
    assert 5 < len(first & second) < 45  # 20 expected, hypergeometric


def test_everybody_has_the_same_chance() -> None:
    """Over 400 seeds each of 40 people is drawn about 100 times in a sample of 10."""
    everybody = people({"10108": 40})
    drawn = Counter(one.key for seed in range(400) for one in draw(everybody, "random", 10, seed))
    assert len(drawn) == 40
    assert 60 < min(drawn.values()) <= max(drawn.values()) < 140


def test_strata_are_drawn_apart() -> None:
    everybody = people({"10108": 400, "10112": 40})
    drawn = Counter((one.school, one.level) for one in draw(everybody, "stratified", 44, 3))
    assert drawn == {
        ("10108", "bachelor"): 20,
        ("10108", "diploma"): 10,
        ("10108", "master"): 10,
        ("10112", "bachelor"): 2,
        ("10112", "diploma"): 1,
        ("10112", "master"): 1,
    }


def test_flagged_graduates_come_first_and_the_others_fill_up() -> None:
    everybody = people({"10108": 100}, flags=1)  # 10 of them flagged
    assert all(one.flags for one in draw(everybody, "flagged", 10, 5))
    more = draw(everybody, "flagged", 15, 5)
    assert sum(bool(one.flags) for one in more) == 10


def test_more_flags_more_chance() -> None:
    """One of three flags against nine of one: first in a quarter of the draws (3 of 12)."""
    everybody = [
        Person(n, "10108", str(n), "bachelor", "10", 3 if n == 0 else 1) for n in range(10)
    ]
    first = sum(draw(everybody, "flagged", 1, seed)[0].key == "0" for seed in range(2_000))
    assert 430 < first < 570  # 500 expected, standard deviation 19


@pytest.mark.parametrize(
    ("method", "size", "seed", "key"),
    [
        ("random", 0, 1, "checks.size_out_of_range"),
        ("random", 10_001, 1, "checks.size_out_of_range"),
        ("random", 21, 1, "checks.larger_than_class"),
        ("stratified", 21, 1, "checks.larger_than_class"),
        ("random", 5, -1, "checks.seed_out_of_range"),
        ("random", 5, LARGEST_SEED + 1, "checks.seed_out_of_range"),
        ("flagged", 5, 1, "checks.nobody_flagged"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(method: Method, size: int, seed: int, key: str) -> None:
    with pytest.raises(InputError) as refused:
        draw(people({"10108": 20}), method, size, seed)
    assert refused.value.message_key == key


def test_nobody_to_draw() -> None:
    with pytest.raises(InputError, match="nobody to draw"):
        draw([], "random", 1, 1)
