"""Draws samples, the same for the same seed on every database and every version of Python.

Everybody draws *lots*: SHA-256 of seed, school, student number and number of the lot. The smallest
lots are the sample. So a draw depends on nobody's place in a table and on no generator of random
numbers whose sequence a later release may change (ADR 0022).
"""

import hashlib
import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeVar

from data_access.errors import InputError

Method = Literal["random", "stratified", "flagged"]
METHODS: Final[tuple[Method, ...]] = ("random", "stratified", "flagged")
REPRESENTATIVE: Final[frozenset[Method]] = frozenset({"random", "stratified"})
LARGEST_SEED: Final = 2**31 - 1
LARGEST_SAMPLE: Final = 10_000

Stratum = TypeVar("Stratum", bound=Hashable)


class Person(NamedTuple):
    """One graduate of the population; ``flags`` rules concern him."""

    subject_id: int
    school: str
    key: str
    level: str
    destination: str
    flags: int = 0


def lot(seed: int, person: Person, number: int = 0) -> bytes:
    """One lot of one graduate: 32 bytes, uniform and independent of every other lot."""
    text = f"{seed}\x1f{person.school}\x1f{person.key}\x1f{number}"
    return hashlib.sha256(text.encode()).digest()


def draw(people: Sequence[Person], method: Method, size: int, seed: int) -> list[Person]:
    """The sample, by school and student number.

    ``flagged``: everybody whom flags concern comes before everybody else and has one lot per
    flag, of which the smallest counts; that is a draw without putting back in which the chance
    at every turn is proportional to the flags. Raises InputError where there is nobody, where
    the size is below 1 or above the population, for a seed out of range, and where nobody is
    flagged.
    """
    check_request(size, seed)
    if not people:
        raise InputError("checks.nobody_to_draw")
    if size > len(people):
        raise InputError("checks.larger_than_class", size=size, people=len(people))
    if method == "stratified":
        drawn = _stratified(people, size, seed)
    elif method == "flagged":
        drawn = _flagged(people, size, seed)
    else:
        drawn = _smallest(people, size, lambda one: lot(seed, one))
    return sorted(drawn, key=lambda one: (one.school, one.key))


def check_request(size: int, seed: int) -> None:
    """Raises InputError for a size or a seed that no draw can have."""
    if not 1 <= size <= LARGEST_SAMPLE:
        raise InputError("checks.size_out_of_range", size=size, largest=LARGEST_SAMPLE)
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError("checks.seed_out_of_range", largest=LARGEST_SEED)


def stratum_of(method: Method, school: str, level: str) -> str:
    """The part of the population that a graduate is drawn from apart; empty: from everybody."""
    return f"{school}|{level}" if method == "stratified" else ""


def allocate(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """How many to draw per stratum: proportional, whole people by largest remainders.

    Where the size is at least the number of strata everyone gets one at least, at the cost of
    the larger ones. The sum is ``size`` and no stratum gives more than it has. Equal remainders:
    the stratum that comes first in order. Raises ValueError for an empty stratum or a size
    outside 0..the sum of the sizes.
    """
    if min(sizes.values(), default=1) < 1 or not 0 <= size <= sum(sizes.values()):
        raise ValueError(f"{size} of {sum(sizes.values())} cannot be shared out")
    given: dict[Stratum, int] = {}
    left, rest = dict(sizes), size
    while size >= len(sizes):
        people = sum(left.values())
        small = [name for name, n in left.items() if rest * n < people]
        if not small:
            break
        given |= dict.fromkeys(small, 1)
        rest -= len(small)
        for name in small:
            del left[name]
    return {**given, **_largest_remainders(left, rest)}


def _largest_remainders(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    people = sum(sizes.values())
    given = {name: size * n // people for name, n in sizes.items()}
    order = {name: place for place, name in enumerate(sorted(sizes, key=str))}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % people), order[name]))
    for name in by_remainder[: size - sum(given.values())]:
        given[name] += 1
    return given


def _stratified(people: Iterable[Person], size: int, seed: int) -> list[Person]:
    strata: dict[str, list[Person]] = {}
    for one in people:
        strata.setdefault(stratum_of("stratified", one.school, one.level), []).append(one)
    shares = allocate({name: len(found) for name, found in strata.items()}, size)
    return [
        one
        for name, found in strata.items()
        for one in _smallest(found, shares[name], lambda one: lot(seed, one))
    ]


def _flagged(people: Sequence[Person], size: int, seed: int) -> list[Person]:
    concerned = [one for one in people if one.flags]
    if not concerned:
        raise InputError("checks.nobody_flagged")
    first = _smallest(concerned, size, lambda one: min(lot(seed, one, n) for n in range(one.flags)))
    others = [one for one in people if not one.flags] if len(first) < size else []
    return first + _smallest(others, size - len(first), lambda one: lot(seed, one))


def _smallest(
    people: Iterable[Person], size: int, smallest: Callable[[Person], bytes]
) -> list[Person]:
    # Two equal lots have never been seen; were there two, school and number decide.
    return heapq.nsmallest(size, people, key=lambda one: (smallest(one), one.school, one.key))
