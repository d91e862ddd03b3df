"""The flags page as people see it: who may look, what it says, against a slow count."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.answers import Answers
from dashboard.flagging import run
from data_access.flag_settings import set_rule
from data_access.schema import state, subject
from data_access.scope import EVERYTHING
from data_access.validation.credit_code import flaw
from data_access.workflow_schema import case_file, case_subject, fact, flag_run, flag_setting
from tests.wire.app_client import Person, Site, demo_application, parts, table_rows, texts

COHORT, DAY = 2020, dt.date(2020, 9, 30)
STORED = {"cohort": str(COHORT), "as_of": DAY.isoformat()}
UNITS = ("10", "11", "12")
LOW = {"employer_share": 4, "code_invalid": 2, "kind_name": 2, "internship": 2, "same_day": 10}
"""Thresholds low enough for a province of seven thousand; at least two people."""


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small province over which the rules were run by the analyst."""
    with demo_application(sqlite_template, tmp_path_factory) as running:
        analyst = running.person("analyst")
        for rule, threshold in LOW.items():
            set_rule(
                *(running.registry, rule),
                threshold=threshold,
                minimum=2,
                active=True,
                actor="analyst",
            )
        done = press(analyst, "flags-run", "flags-run-done", {})
        assert "运行完成" in done
        running.app.store.refresh_beside()
        yield running


@pytest.fixture
def analyst(site: Site) -> Person:
    return site.person("analyst")


def press(person: Person, button: str, output: str, values: dict[str, Any]) -> str:
    """The sentence beside a button that was pressed."""
    given = {f"{button}.n_clicks": 1, "selection.data": STORED, **values}
    answer = person.call(person.callback(f"{output}.children"), given)
    assert (answer.status, answer.toast) == (200, ""), answer.text
    return str(answer.values[f"{output}.children"])


def rows(person: Person, **more: str) -> list[dict[str, Any]]:
    callback = person.callback("flags-grid.rowData")
    answer = person.call(callback, {"selection.data": {**STORED, **more}})
    return list(answer.values["flags-grid.rowData"])


def jobs(site: Site) -> dict[str, list[tuple[str, str]]]:
    """School -> (employer, credit code) of everybody in a unit, read row by row."""
    latest: dict[int, Any] = {}
    known: dict[int, Any] = {}
    with site.registry.connect() as connection:
        statement = (
            sa.select(subject.c.school, state)
            .join(subject, subject.c.id == state.c.subject_id)
            .where(subject.c.cohort == COHORT, state.c.counted_on <= DAY)
            .order_by(state.c.counted_on, state.c.seq)
        )
        for row in connection.execute(statement):
            latest[row.subject_id] = row
        statement = (
            sa.select(fact).where(fact.c.counted_on <= DAY).order_by(fact.c.counted_on, fact.c.seq)
        )
        for row in connection.execute(statement):
            known[row.subject_id] = row
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, row in latest.items():
        if row.destination in UNITS:
            job = known.get(number)
            found[row.school].append((job.employer, job.credit_code) if job else ("", ""))
    return found


def written(site: Site) -> list[int]:
    """How many runs and settings there are."""
    with site.registry.connect() as connection:
        tables = (flag_run, flag_setting)
        rows_of = (sa.select(sa.func.count()).select_from(table) for table in tables)
        return [connection.scalar(one) or 0 for one in rows_of]


def names(site: Site) -> dict[str, str]:
    codes = site.app.store.codes
    return {code: row.name_zh for code, row in codes.tables["school"].items()}


def test_flags_of_employers_are_those_of_a_slow_count(site: Site, analyst: Person) -> None:
    expected = set()
    for school, people in jobs(site).items():
        counts = Counter(code or name for name, code in people if name)
        for employer, n in counts.items():
            if n >= 2 and 100 * n >= 4 * len(people):
                expected.add((names(site)[school], n, employer))
    shown = {(row["school"], row["people"]) for row in rows(analyst, flag_rule="employer_share")}
    assert shown == {(school, n) for school, n, _ in expected}


def test_flags_of_codes_are_those_of_a_slow_count(site: Site, analyst: Person) -> None:
    expected = set()
    for school, people in jobs(site).items():
        n = sum(bool(code) and flaw(code) is not None for _, code in people)
        if n >= 2:
            expected.add((names(site)[school], n))
    shown = {(row["school"], row["people"]) for row in rows(analyst, flag_rule="code_invalid")}
    assert shown == expected


def test_there_is_something_to_see(site: Site, analyst: Person) -> None:
    shown = rows(analyst)
    assert len(shown) >= 3
    assert len({row["rule"] for row in shown}) >= 2
    assert {row["standing"] for row in shown} <= {"存疑，待核查", "已转台账"}
    kpis = analyst.call(analyst.callback("flags-kpis.children"), {"selection.data": STORED})
    words = " ".join(texts(kpis.values["flags-kpis.children"]))
    assert f"有存疑的学校 {len({row['school'] for row in shown})}" in words
    assert f"当前存疑 {len(shown)}" in words


def test_a_chosen_flag_shows_its_records_and_they_are_exported(analyst: Person) -> None:
    one = max(rows(analyst), key=lambda row: row["people"])
    answer = analyst.call(
        analyst.callback("flags-chosen.children"),
        {"selection.data": {**STORED, "flag": one["code"]}},
    )
    content = answer.values["flags-chosen.children"]
    finding = str(answer.values["flags-chosen-finding.children"])
    assert one["rule"] in finding
    assert one["value"] in finding
    printed = table_rows(content)
    assert len(printed) == min(one["people"], 500)
    assert {row[1] for row in printed} == {one["school"]}
    url = f"/export/flag-evidence.csv?cohort={COHORT}&as_of={DAY}&flag={one['code']}"
    text = analyst.get(url).data.decode("utf-8-sig")
    lines = [row for row in csv.reader(io.StringIO(text)) if row and row[0][:1] != "#"]
    assert [line[0] for line in lines[1:]] == [row[0] for row in printed]
    assert "存疑，待核查" in text
    assert analyst.get(url.replace(".csv", ".xlsx")).data[:2] == b"PK"


def test_schools_and_rules_narrow_the_list(site: Site, analyst: Person) -> None:
    every = rows(analyst)
    by_name = {name: code for code, name in names(site).items()}
    one = every[0]
    only = rows(analyst, school=by_name[one["school"]])
    assert only == [row for row in every if row["school"] == one["school"]]
    assert rows(analyst, standing="gone") == []
    assert rows(analyst, standing="every") == every


@pytest.mark.parametrize("username", ["leader", "reviewer", "staff", "viewer"])
def test_only_those_who_check_see_flags(site: Site, username: str) -> None:
    person = site.person(username)
    page = person.page("/flags", f"?cohort={COHORT}")
    shown = {p["props"].get("id") for p in parts(page.values["_pages_content.children"])}
    assert "flags-grid" not in shown
    assert rows(person) == []
    for output in ("flags-kpis", "flags-chosen", "flags-rules"):
        answer = person.call(person.callback(f"{output}.children"), {"selection.data": STORED})
        assert table_rows(answer.values.get(f"{output}.children")) == []
    for question in ("flags", "flag-evidence", "flag-rules"):
        text = person.get(f"/export/{question}.csv?cohort={COHORT}").data.decode("utf-8-sig")
        lines = [row for row in csv.reader(io.StringIO(text)) if row and row[0][:1] != "#"]
        assert len(lines) == 1, "the heading"
    before = written(site)
    form = {"flags-rule.value": "same_day", "flags-threshold.value": 1, "flags-minimum.value": 1}
    refused = {
        press(person, "flags-run", "flags-run-done", {}),
        press(person, "flags-save", "flags-saved", {**form, "flags-active.value": True}),
        press(person, "flags-open", "flags-opened", {"flags-responsible.value": "x"}),
    }
    assert refused == {"没有此项权限。"}
    assert written(site) == before


def test_a_run_with_nothing_new_says_so(site: Site, analyst: Person) -> None:
    press(analyst, "flags-run", "flags-run-done", {})
    assert press(analyst, "flags-run", "flags-run-done", {}) == "此后无新数据，结果不变。"


def test_a_class_without_records_says_so(analyst: Person) -> None:
    stored = {"selection.data": {"cohort": "2031"}}
    assert "没有逐人数据" in press(analyst, "flags-run", "flags-run-done", stored)


def cases_of(site: Site, flag: str) -> list[Any]:
    """The cases that were opened of a flag, with how many graduates each has."""
    people = sa.select(sa.func.count()).where(case_subject.c.case_id == case_file.c.id)
    statement = sa.select(case_file, people.scalar_subquery().label("people"))
    with site.registry.connect() as connection:
        rows = connection.execute(statement.where(case_file.c.flag_id == int(flag)))
        return list(rows.mappings())


def test_a_flag_becomes_a_case(site: Site, analyst: Person) -> None:
    one = rows(analyst)[0]
    chosen = {"selection.data": {**STORED, "flag": one["code"]}}
    assert press(analyst, "flags-open", "flags-opened", chosen) == "请填写责任人。"
    assert cases_of(site, one["code"]) == []
    form = {
        **chosen,
        "flags-responsible.value": " 就业中心 ",
        "flags-due.value": "2099-01-31",
        "flags-remark.value": "请核对",
    }
    said = press(analyst, "flags-open", "flags-opened", form)
    (made,) = cases_of(site, one["code"])
    assert str(made["id"]) in said
    assert names(site)[made["school"]] == one["school"]
    assert (made["cohort"], made["origin"], made["opened_by"]) == (COHORT, "flag", "analyst")
    assert (made["responsible"], made["due_on"]) == ("就业中心", dt.date(2099, 1, 31))
    assert (made["status"], made["people"]) == ("open", min(one["people"], 500))
    assert one["value"] in made["problem"]
    assert made["problem"].endswith("请核对")


def rule_of(site: Site, name: str) -> str:
    table = site.app.store.codes.tables["flag_rule"]
    return next(code for code, row in table.items() if row.name_zh == name)


def test_what_another_process_writes_is_seen_by_an_open_page(site: Site) -> None:
    """The version that open pages poll is another one after a run and after a threshold."""
    store = site.app.store
    seen = [store.work]
    run(Answers(store), EVERYTHING, 2021, None, "command line")
    store.refresh_beside()  # as the watcher does every second
    seen.append(store.work)
    set_rule(site.registry, "one_step", threshold=9, minimum=9, active=False, actor="analyst")
    store.refresh_beside()
    seen.append(store.work)
    assert len(set(seen)) == 3


def test_a_page_with_a_chosen_day_follows_what_was_done_on_it(analyst: Person) -> None:
    callback = analyst.callback("flags-run-done.children")
    answer = analyst.call(callback, {"flags-run.n_clicks": 1, "selection.data": STORED})
    assert [name for name in answer.values if name.startswith("live-version")]
