"""The table of validation rules in a registry: filled, decided by a department, loaded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.codes.files import read_code_tables
from data_access.registry import writing
from data_access.seed import fill_code_tables
from data_access.validation.rules import load_rules, shipped_rules
from data_access.workflow_schema import validation_rule


def fill(engine: Engine) -> int:
    with writing(engine) as connection:
        return fill_code_tables(connection)["validation_rule"]


def test_a_new_registry_has_the_rules_that_ship(registry: Engine) -> None:
    with registry.connect() as connection:
        assert load_rules(connection).by_code == shipped_rules().by_code


def test_what_a_department_decides_about_a_rule_stays(registry: Engine) -> None:
    decided = {"severity": "info", "active": False, "threshold": 3.5, "minimum": 7}
    with writing(registry) as connection:
        change = sa.update(validation_rule).where(validation_rule.c.code == "rate_jumps")
        connection.execute(change.values(**decided, name_en="of another version"))
        connection.execute(
            sa.delete(validation_rule).where(validation_rule.c.code == "sex_differs")
        )
    assert fill(registry) == 2
    with registry.connect() as connection:
        stored = (
            connection.execute(sa.select(validation_rule).order_by(validation_rule.c.position))
            .mappings()
            .all()
        )
    shipped = {row["code"]: row for row in read_code_tables()["validation_rule"]}
    shipped["rate_jumps"] |= decided
    assert [dict(row) for row in stored] == sorted(shipped.values(), key=lambda r: r["position"])
    assert fill(registry) == 0
