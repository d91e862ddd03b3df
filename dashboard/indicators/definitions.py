"""What a change of definition does to a destination: stays, goes with a renamed group, or moves.

Groups are compared by name and by membership, never by code alone: a code may stay while the name
changes, and a group may keep all its people under a new name.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from dashboard.indicators.editions import UNLISTED, Edition, Group

Fate = Literal["same", "renamed", "moved", "recounted"]


def fates(one: Edition, other: Edition, destinations: Iterable[str]) -> dict[str, Fate]:
    """Destination -> what becomes of it from ``one`` definition to the ``other``.

    ``recounted``: it counts as employed in only one of them. ``renamed``: its group goes on under
    another name; that is so where each of the two groups has more than half of its destinations in
    the other, and neither name is known to the other definition. ``moved``: another group.
    """
    renamed = _renamed(one, other)
    return {code: _fate(code, one, other, renamed) for code in destinations}


def group_named(edition: Edition, code: str) -> Group | None:
    """The group of an edition with this code; None for what stands outside it."""
    return next((group for group in edition.groups if group.code == code), None)


def _fate(code: str, one: Edition, other: Edition, renamed: Mapping[str, str]) -> Fate:
    if (code in one.employed) is not (code in other.employed):
        return "recounted"
    before, after = one.group_of.get(code, UNLISTED), other.group_of.get(code, UNLISTED)
    if _name(one, before) == _name(other, after):
        return "same"
    return "renamed" if renamed.get(before) == after else "moved"


def _renamed(one: Edition, other: Edition) -> dict[str, str]:
    """Group of ``one`` -> the group of ``other`` that it goes on as, under another name."""
    known_before = {group.name_zh for group in one.groups}
    known_after = {group.name_zh for group in other.groups}
    before, after = _members(one), _members(other)
    return {
        old.code: new.code
        for old in one.groups
        for new in other.groups
        if old.name_zh not in known_after
        and new.name_zh not in known_before
        and _mostly(before.get(old.code, set()), after.get(new.code, set()))
    }


def _mostly(one: set[str], other: set[str]) -> bool:
    shared = 2 * len(one & other)
    return shared > len(one) and shared > len(other)


def _members(edition: Edition) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for destination, group in edition.group_of.items():
        found.setdefault(group, set()).add(destination)
    return found


def _name(edition: Edition, code: str) -> str:
    group = group_named(edition, code)
    return group.name_zh if group else code
