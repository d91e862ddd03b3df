"""A threshold set on the flags page, in an application of its own: it changes what runs find."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.schema import audit_event
from tests.wire.app_client import demo_application, table_rows
from tests.wire.test_flags_page import STORED, press, rows, rule_of


def test_a_threshold_set_on_the_page_counts_from_the_next_run(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with demo_application(sqlite_template, tmp_path_factory) as site:
        person = site.person("analyst")
        press(person, "flags-run", "flags-run-done", {})
        site.app.store.refresh_beside()
        before = rows(person)
        form = {
            "flags-rule.value": rule_of(site, before[0]["rule"]),
            "flags-threshold.value": 999,
            "flags-minimum.value": 999,
            "flags-active.value": True,
        }
        assert "已保存" in press(person, "flags-save", "flags-saved", form)
        wrong = {**form, "flags-threshold.value": "a"}
        assert "应大于零" in press(person, "flags-save", "flags-saved", wrong)
        assert "没有变化" in press(person, "flags-save", "flags-saved", form)
        site.app.store.refresh_beside()
        assert rows(person) == before
        table = person.call(person.callback("flags-rules.children"), {"selection.data": STORED})
        (changed,) = [r for r in table_rows(table.values["flags-rules.children"]) if "调整" in r[3]]
        assert changed[0] == before[0]["rule"]
        assert "运行完成" in press(person, "flags-run", "flags-run-done", {})
        site.app.store.refresh_beside()
        gone = rows(person, standing="gone")
        assert {row["rule"] for row in gone} == {before[0]["rule"]}
        assert len(rows(person)) == len(before) - len(gone)
        with site.registry.connect() as connection:
            actions = set(connection.scalars(sa.select(audit_event.c.action)))
        assert {"run_flags", "set_flag_rule"} <= actions
