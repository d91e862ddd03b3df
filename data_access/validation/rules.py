"""The registry's table of rules as the checks ask it: how grave, switched on, from what size."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.codes.files import read_code_tables
from data_access.readers.findings import Severity
from data_access.workflow_schema import validation_rule

ALWAYS: Final = frozenset(
    {
        "column_missing",
        "column_twice",
        "destination_form",
        "destination_of_tables",
        "destination_without_code",
        "digits_lost",
        "level_unknown",
        "missing",
        "row_incomplete",
        "school_differs",
        "school_unknown",
        "student_no_is_identity",
        "student_twice",
        "too_long",
    }
)
"""Rules without which a row cannot be entered: errors, whatever the table says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of ``validation_rule``.

    ``threshold`` is in the unit that the rule's name says (percent or points), ``minimum`` the
    number of people below which the rule says nothing; None where a rule has none.
    """

    code: str
    name_zh: str
    name_en: str
    severity: Severity
    source: str
    active: bool
    position: int
    threshold: float | None = None
    minimum: int | None = None

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name_zh


class Rules:
    """What a department decided about each rule."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.by_code = {rule.code: rule for rule in sorted(rules, key=lambda r: r.position)}

    def severity(self, code: str, default: Severity = "warning") -> Severity | None:
        """How grave a finding is; None where the rule is switched off.

        Rules of ``ALWAYS`` are errors. ``default`` is for a rule that the table does not have.
        """
        if code in ALWAYS:
            return "error"
        rule = self.by_code.get(code)
        if rule is None:
            return default
        return rule.severity if rule.active else None

    def limits(self, code: str) -> tuple[float, int]:
        """Threshold and minimum of a rule; 0 where it has none."""
        rule = self.by_code.get(code)
        return (0, 0) if rule is None else (rule.threshold or 0, rule.minimum or 0)


def load_rules(connection: Connection) -> Rules:
    """The rules as the registry has them now."""
    rows = connection.execute(sa.select(validation_rule)).mappings()
    return Rules(Rule(**row) for row in rows)


def shipped_rules() -> Rules:
    """The rules of the files that ship with the program."""
    return Rules(Rule(**row) for row in read_code_tables()["validation_rule"])
