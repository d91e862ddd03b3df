"""What the interface tells, and to whom; and an answer to whatever comes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.api import answers
from dashboard.api.asking import MEDIA_TYPES
from data_access.readers.vocabulary import graduate_names
from data_access.workflow_schema import submission
from tests.unit.graduate_files import IDENTITY, SECRETS, number_of
from tests.wire.api_client import PATH, Machine, graduates, problem_of
from tests.wire.app_client import OTHER, OWN, Site, demo_application
from tests.wire.no_personal_data import LogCapture, found


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        running.app.reader.stop()  # files are read when a test says so
        yield running


@pytest.fixture
def machine(site: Site) -> Machine:
    return Machine(site)


# ---- what is told, and to whom


def test_findings_come_page_by_page_with_the_lines_of_the_body(machine: Machine) -> None:
    body = graduates(*(f"find-{i}" for i in range(150)), level_code="never", level_name="never")
    number = machine.post(body).get_json()["id"]
    machine.read_all()
    lines, following, pages = [], f"{PATH}/{number}", 0
    while following:
        told = machine.get(following).get_json()
        lines += [f["line"] for f in told["findings"] if f["rule"] == "level_unknown"]
        following, pages = told["next"], pages + 1
    assert lines == list(range(1, 151))
    assert pages >= 2
    assert told["findings_count"]["error"] >= 150
    english = machine.get(f"{PATH}/{number}").get_json()["findings"][0]["text"]
    chinese = machine.get(f"{PATH}/{number}", "zh-CN").get_json()["findings"][0]["text"]
    assert english != chinese


def test_an_unreadable_body_says_why(machine: Machine) -> None:
    number = machine.post(b'{"a": [1]}').get_json()["id"]
    machine.read_all()
    told = machine.get(f"{PATH}/{number}").get_json()
    assert (told["status"], told["findings"][0]["severity"]) == ("unreadable", "error")
    assert "Line 1" in told["findings"][0]["text"]


def test_the_list_has_every_one_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "RETURNS", 3)
    machine = Machine(site)
    for i in range(5):
        machine.post(graduates(f"list-{i}"))
    seen: list[int] = []
    following = PATH
    while following:
        told = machine.get(following).get_json()
        seen += [one["id"] for one in told["returns"]]
        following = told["next"]
    with site.registry.connect() as connection:
        c = submission.c
        mine = connection.scalars(sa.select(c.id).where(c.school == OWN).order_by(c.id.desc()))
        assert seen == list(mine)


def test_another_schools_submission_is_not_there(site: Site, machine: Machine) -> None:
    other = Machine(site, OTHER)
    number = other.post(graduates("theirs-1")).get_json()["id"]
    mine = machine.get(f"{PATH}/{number}")
    assert problem_of(mine) == (404, "not-found")
    assert mine.data == machine.get(f"{PATH}/2000000000").data, "not even that it exists"
    assert number not in [one["id"] for one in machine.get(PATH).get_json()["returns"]]
    assert OTHER not in machine.get(PATH).get_data(as_text=True)


def test_a_body_for_another_school_is_a_finding(machine: Machine) -> None:
    number = machine.post(graduates("foreign-1", school=OTHER)).get_json()["id"]
    machine.read_all()
    told = machine.get(f"{PATH}/{number}").get_json()
    assert "school_differs" in {f["rule"] for f in told["findings"] if f["severity"] == "error"}
    assert told["school"] == OWN


def test_nothing_personal_stays_of_a_push(site: Site, machine: Machine) -> None:
    planted = (*SECRETS, IDENTITY, number_of("11010519900307803"))
    person = {"姓名": SECRETS[0], "identity": planted[-1], "手机号码": SECRETS[1]}
    with LogCapture() as log:
        numbers = [
            machine.post(graduates("p-1", **person)).get_json()["id"],
            machine.post(graduates("p-2", **{**person, "identity": IDENTITY})).get_json()["id"],
            machine.post(graduates("p-3", level_code=IDENTITY, 家庭住址=SECRETS[2])).get_json()[
                "id"
            ],
            machine.post(graduates(IDENTITY)).get_json()["id"],
        ]
        machine.read_all()
        logging.getLogger("test").info("listened to")
        told = "".join(machine.get(f"{PATH}/{n}").get_data(as_text=True) for n in numbers)
    assert log.lines
    assert found(planted, site.registry, log=log.lines, home=site.settings.home) == []
    assert [secret for secret in planted if secret in told] == []


# ---- whatever comes

text = st.text(st.characters(codec="utf-8"), max_size=20)
value = st.one_of(
    st.none(), st.integers(), st.floats(), st.booleans(), text, st.lists(text, max_size=2)
)
names = st.one_of(st.sampled_from(sorted({r for r in graduate_names().values() if r})), text)
records = st.lists(st.dictionaries(names, value, max_size=8), max_size=4)
bodies = st.one_of(
    st.binary(max_size=200),
    records.map(lambda rs: "\n".join(json.dumps(r) for r in rs).encode()),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=bodies,
    media=st.sampled_from([*MEDIA_TYPES, "text/plain", "x"]),
    key=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=210),
    day=st.sampled_from(["2021-06-30", "2021-02-30", "0000-00-00", "9999-12-31", ""]) | text,
    cohort=st.sampled_from(["2021", "0000", "9999", ""]) | text,
)
def test_any_request_is_answered(
    site: Site, body: bytes, media: str, key: str | None, day: str, cohort: str
) -> None:
    machine = Machine(site)
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = machine.client.post(
        PATH,
        query_string={"cohort": cohort, "counted_on": day},
        data=body,
        content_type=media,
        headers={**machine.headers, **headers},
    )
    assert answer.status_code in (200, 202, 400, 409, 411, 415, 422), answer.data
    machine.read_all()
    if answer.status_code < 300:
        told = machine.get(answer.headers["Location"])
        assert told.status_code == 200
        assert told.get_json()["status"] in ("draft", "unreadable", "discarded")
