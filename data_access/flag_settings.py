"""The rules of flags with the thresholds in force: shipped, or set by people since."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.registry import writing
from data_access.workflow_schema import flag_rule, flag_setting

LARGEST = 1_000_000
"""No threshold and no minimum is larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with the threshold and minimum in force, and what was shipped."""

    code: str
    name_zh: str
    name_en: str
    explanation_zh: str
    explanation_en: str
    threshold: float
    unit: str
    minimum: int
    source: str
    active: bool
    shipped_threshold: float
    shipped_minimum: int
    shipped_active: bool
    set_by: str = ""
    set_at: dt.datetime | None = None

    @property
    def changed(self) -> bool:
        now = (self.threshold, self.minimum, self.active)
        return now != (self.shipped_threshold, self.shipped_minimum, self.shipped_active)


def rules(connection: Connection) -> list[Rule]:
    """Every rule in its order, as set by people where they did."""
    later = flag_setting.alias("later")
    newest = ~sa.exists().where(later.c.rule == flag_setting.c.rule, later.c.id > flag_setting.c.id)
    chosen = {row.rule: row for row in connection.execute(sa.select(flag_setting).where(newest))}
    rows = connection.execute(sa.select(flag_rule).order_by(flag_rule.c.position, flag_rule.c.code))
    return [_rule(row, chosen.get(row["code"])) for row in rows.mappings()]


def _rule(row: Any, chosen: Any) -> Rule:
    shipped = (row["threshold"], row["minimum"], row["active"])
    threshold, minimum, active = (
        shipped if chosen is None else (chosen.threshold, chosen.minimum, chosen.active)
    )
    texts = ("code", "name_zh", "name_en", "explanation_zh", "explanation_en", "unit", "source")
    return Rule(
        **{name: row[name] for name in texts},
        threshold=threshold,
        minimum=minimum,
        active=active,
        shipped_threshold=shipped[0],
        shipped_minimum=shipped[1],
        shipped_active=shipped[2],
        set_by="" if chosen is None else chosen.set_by,
        set_at=None if chosen is None else chosen.set_at,
    )


def set_rule(
    engine: Engine, rule: str, *, threshold: float, minimum: int, active: bool, actor: str
) -> bool:
    """Sets what counts from the next run on; False where nothing changes.

    Raises InputError for an unknown rule and for numbers that mean nothing.
    """
    if not 0 < threshold <= LARGEST or not 0 < minimum <= LARGEST:
        raise InputError("flags.bad_threshold", largest=LARGEST)
    with writing(engine) as connection:
        known = {one.code: one for one in rules(connection)}.get(rule)
        if known is None:
            raise InputError("flags.unknown_rule")
        if (known.threshold, known.minimum, known.active) == (threshold, minimum, active):
            return False
        chosen = {"rule": rule, "threshold": threshold, "minimum": minimum, "active": active}
        at = {"set_at": utc_now(), "set_by": actor}
        connection.execute(sa.insert(flag_setting).values(**chosen, **at))
        before = {"threshold": known.threshold, "minimum": known.minimum, "active": known.active}
        record(connection, actor, "set_flag_rule", {**chosen, "before": before})
    return True
