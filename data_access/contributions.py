"""The rules of contribution (notice of Inner Mongolia, 2020, section 3.2): who counts for what.

A rule is data (``contribution_rule``, ``contribution_condition``): a person counts for it who
counts as employed and has a code of at least one of its conditions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Select

from data_access.code_book import CodeBook, Kind
from data_access.outcomes import Conditions, Dimension
from data_access.schema import contribution_condition, region_group, region_group_member
from data_access.store import Store

KIND_OF: dict[Dimension, Kind] = {
    "destination": "destination",
    "employer_kind": "employer_kind",
    "industry": "industry",
    "work_region": "region",
}


class Condition(NamedTuple):
    """One line of a rule as it is written; of a region group ``members`` are its regions."""

    field: str
    code: str
    name_zh: str
    name_en: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is written, and in leaf codes: a parent counts with everything below it."""

    code: str
    written: tuple[Condition, ...]
    conditions: Conditions


def contribution_rules(store: Store) -> tuple[Rule, ...]:
    """Every rule of the registry, in its order."""

    def run() -> tuple[Rule, ...]:
        with store.guarded.connect() as connection:
            conditions = connection.execute(_conditions()).all()
            groups = connection.execute(_groups()).all()
        return tuple(_rules(store.codes, conditions, groups))

    return store.cache.get(("contribution_rules", store.version), run)


def _conditions() -> Select[Any]:
    c = contribution_condition.c
    columns: tuple[sa.ColumnElement[Any], ...] = (c.rule, c.field, c.code)
    return sa.select(*columns).order_by(*columns)


def _groups() -> Select[Any]:
    group, member = region_group.c, region_group_member.c
    same = sa.and_(group.scheme == member.scheme, group.code == member.group_code)
    columns: tuple[sa.ColumnElement[Any], ...] = (
        *(group.scheme, group.code, group.name_zh, group.name_en),
        member.region,
    )
    return sa.select(*columns).join_from(region_group, region_group_member, same)


def _rules(codes: CodeBook, conditions: Sequence[Any], groups: Sequence[Any]) -> list[Rule]:
    members: dict[str, list[str]] = {}
    names: dict[str, tuple[str, str]] = {}
    for scheme, code, name_zh, name_en, region in groups:
        members.setdefault(f"{scheme}:{code}", []).append(region)
        names[f"{scheme}:{code}"] = (name_zh, name_en)
    rules = []
    for rule in codes.tables["contribution_rule"]:
        lines = []
        for of, field, code in conditions:
            if of != rule:
                continue
            if field == "region_group":
                lines.append(Condition(field, code, *names[code], tuple(members[code])))
            else:
                known = codes.get(KIND_OF[field], code)
                lines.append(Condition(field, code, known.name_zh, known.name_en))
        rules.append(Rule(rule, tuple(lines), _leaves(codes, lines)))
    return rules


def _leaves(codes: CodeBook, written: Sequence[Condition]) -> Conditions:
    found: dict[Dimension, set[str]] = {}
    for one in written:
        for field, kind in KIND_OF.items():
            if field == one.field or (field == "work_region" and one.field == "region_group"):
                below = codes.with_descendants(kind, one.members or (one.code,))
                found.setdefault(field, set()).update(below)
    return tuple((field, tuple(sorted(found[field]))) for field in KIND_OF if field in found)
