"""The interface for schools' systems: who gets in, what is taken, and what is not."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from dashboard.api import asking
from dashboard.api.asking import MEDIA_TYPES
from data_access.schema import audit_event, movement
from data_access.scope import EVERYTHING
from data_access.sealed import Box
from data_access.submissions import Submissions
from data_access.tokens import Tokens
from data_access.workflow_schema import submission
from tests.wire.api_client import NDJSON, PATH, WHEN, Machine, graduates, problem_of
from tests.wire.app_client import OTHER, OWN, Site, demo_application


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        running.app.reader.stop()  # files are read when a test says so
        yield running


@pytest.fixture
def machine(site: Site) -> Machine:
    return Machine(site)


# ---- who gets in


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Basic eA==", "Bearer qx_" + "A" * 43])
def test_without_a_token_there_is_nothing(site: Site, given: str) -> None:
    client = site.app.server.test_client()
    headers = {"Authorization": given} if given else {}
    for path in (PATH, f"{PATH}/1", "/api/v1/openapi.json", "/api/v1/never", "/api/"):
        answer = client.get(path, headers=headers)
        assert problem_of(answer) == (401, "token"), path
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert problem_of(client.post(PATH + WHEN, data=b"{}", headers=headers))[0] == 401


def test_a_revoked_token_is_none(machine: Machine, site: Site) -> None:
    assert machine.get(PATH).status_code == 200
    Tokens(site.registry).revoke(EVERYTHING, machine.number, "command line")
    assert problem_of(machine.get(PATH)) == (401, "token")


def test_no_session_gets_in_and_no_token_gets_out(machine: Machine, site: Site) -> None:
    person = site.person("staff")
    assert person.get(PATH).status_code == 401
    answer = person.client.post(PATH + WHEN, data=b"{}", headers=person.headers)
    assert answer.status_code == 401
    for path in ("/", "/export/schools.csv", "/_dash-layout", "/search?q=x", "/live/version"):
        answer = machine.client.get(path, headers=machine.headers)
        assert answer.status_code in (302, 401), path
    assert machine.client.get(f"{PATH}?token={machine.text}").status_code == 401


def test_a_token_beside_a_session_is_the_token(site: Site) -> None:
    other = Machine(site, OTHER)
    person = site.person("leader")
    mine = Machine(site)
    mine.post(graduates("beside-1"))
    seen = person.client.get(PATH, headers=other.headers).get_json()
    assert {one["school"] for one in seen["returns"]} <= {OTHER}


# ---- what is taken in


def test_a_push_becomes_a_draft_that_a_reviewer_submits(machine: Machine, site: Site) -> None:
    body = graduates("push-1", "push-2")
    answer = machine.post(body, Idempotency_Key="day-1")
    assert answer.status_code == 202
    receipt = answer.get_json()
    assert answer.headers["Location"] == receipt["href"] == f"{PATH}/{receipt['id']}"
    assert receipt == {
        "id": receipt["id"],
        "school": OWN,
        "cohort": 2021,
        "counted_on": "2021-06-30",
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "href": receipt["href"],
    }
    assert machine.get(receipt["href"]).get_json()["status"] == "received"
    machine.read_all()
    told = machine.get(receipt["href"]).get_json()
    assert (told["status"], told["rows"], told["channel"]) == ("draft", 2, "api")
    assert told["findings_count"]["error"] == 0
    with site.registry.connect() as connection:
        row = connection.execute(
            sa.select(submission).where(submission.c.id == receipt["id"])
        ).one()
        event = connection.execute(
            sa.select(audit_event).where(audit_event.c.action == "submission_received")
        ).all()[-1]
    assert (row.uploaded_by, row.status, row.return_id) == (
        f"token:{machine.number}",
        "draft",
        None,
    )
    assert (event.actor, json.loads(event.detail)["channel"]) == (row.uploaded_by, "api")
    page = site.person("reviewer").page("/submissions", f"?cohort=2021&submission={row.id}")
    assert page.status == 200


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(machine: Machine) -> None:
    body = graduates("idem-1")
    first = machine.post(body, Idempotency_Key="k-1")
    second = machine.post(body, Idempotency_Key="k-1")
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.get_json() == first.get_json()
    assert second.headers["Location"] == first.headers["Location"]
    machine.read_all()
    third = machine.post(body, Idempotency_Key="k-1")
    assert (third.status_code, third.get_json()) == (200, first.get_json())
    for query in (WHEN, "?cohort=2021&counted_on=2021-06-29"):
        other = machine.post(
            graduates("idem-2") if query == WHEN else body, query=query, Idempotency_Key="k-1"
        )
        assert problem_of(other) == (409, "idempotency-key-used")


def test_two_schools_may_use_the_same_key(site: Site, machine: Machine) -> None:
    other = Machine(site, OTHER)
    assert machine.post(graduates("same-key"), Idempotency_Key="shared").status_code == 202
    assert other.post(graduates("same-key"), Idempotency_Key="shared").status_code == 202


def test_pushes_of_one_day_stand_side_by_side(machine: Machine) -> None:
    """Each holds a few graduates: a later one must not make an earlier one disappear."""
    made = [machine.post(graduates(f"side-{i}")).get_json()["href"] for i in range(3)]
    machine.read_all()
    assert [machine.get(href).get_json()["status"] for href in made] == ["draft"] * 3
    rules = {f["rule"] for href in made for f in machine.get(href).get_json()["findings"]}
    assert "graduates_gone" not in rules, "whoever is not mentioned keeps their state"


def test_a_push_is_accepted_and_the_others_keep_their_state(machine: Machine, site: Site) -> None:
    from data_access.acceptance import accept_submission
    from data_access.workflow_schema import submission_finding

    def class_of_2021() -> int:
        statement = sa.select(sa.func.sum(movement.c.delta)).where(
            movement.c.cohort == 2021, movement.c.school == OWN
        )
        with site.registry.connect() as connection:
            return int(connection.scalar(statement) or 0)

    before = class_of_2021()
    number = machine.post(graduates("accepted-1", "accepted-2")).get_json()["id"]
    machine.read_all()
    made, everything = Submissions(site.registry, Box(site.settings.secret_key)), EVERYTHING
    f = submission_finding.c
    with site.registry.connect() as connection:
        rules = connection.scalars(
            sa.select(f.rule).where(f.submission_id == number, f.severity == "warning").distinct()
        ).all()
    for rule in rules:
        made.give_reason(everything, number, rule, "in order", "staff")
    made.submit(everything, number, "reviewer")
    accept_submission(made, everything, number, "analyst")
    assert class_of_2021() == before + 2
    assert machine.get(f"{PATH}/{number}").get_json()["status"] == "accepted"


@pytest.mark.parametrize("media", ["text/csv", "application/jsonl; charset=utf-8"])
def test_other_forms_of_the_same(machine: Machine, media: str) -> None:
    body = graduates("forms-1")
    if media == "text/csv":
        record = json.loads(body)
        body = (",".join(record) + "\n" + ",".join(record.values()) + "\n").encode()
    number = machine.post(body, media).get_json()["id"]
    machine.read_all()
    told = machine.get(f"{PATH}/{number}").get_json()
    assert (told["status"], told["rows"]) == ("draft", 1)


def test_a_workbook(machine: Machine) -> None:
    import xlsxwriter

    record = json.loads(graduates("book-1"))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(record))
        sheet.write_row(1, 0, list(record.values()))
    media = next(name for name, suffix in MEDIA_TYPES.items() if suffix == "xlsx")
    number = machine.post(buffer.getvalue(), media).get_json()["id"]
    machine.read_all()
    assert machine.get(f"{PATH}/{number}").get_json()["status"] == "draft"


# ---- what is not


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "counted-on"),
        ("?cohort=2021", "counted-on"),
        ("?counted_on=2021-06-30", "cohort"),
        ("?cohort=２０２１&counted_on=2021-06-30", "cohort"),
        ("?cohort=2021&counted_on=2021-06-31", "counted-on"),
        ("?cohort=2021&counted_on=20210630", "counted-on"),
    ],
)
def test_parameters_are_needed(machine: Machine, query: str, code: str) -> None:
    assert problem_of(machine.post(graduates("x"), query=query)) == (400, code)


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "ü"])
def test_a_key_is_a_short_word(machine: Machine, key: str) -> None:
    assert problem_of(machine.post(graduates("x"), Idempotency_Key=key)) == (400, "idempotency-key")


def test_what_cannot_be_taken_in(machine: Machine) -> None:
    empty = machine.client.post(
        PATH + WHEN,
        content_type=NDJSON,
        headers=machine.headers,
        environ_overrides={"CONTENT_LENGTH": "0"},
    )
    assert problem_of(empty) == (422, "not-accepted")
    late = "?cohort=2021&counted_on=2031-01-01"
    assert problem_of(machine.post(graduates("x"), query=late)) == (422, "not-accepted")
    assert problem_of(machine.post(graduates("x"), "application/json")) == (415, "media-type")
    assert problem_of(machine.post(graduates("x"), "")) == (415, "media-type")
    assert problem_of(machine.client.put(PATH, headers=machine.headers)) == (405, "method")
    assert problem_of(machine.get("/api/v1/never")) == (404, "not-found")
    assert problem_of(machine.get(f"{PATH}/999999999999999999999")) == (404, "not-found")
    assert problem_of(machine.get(f"{PATH}?before=x")) == (400, "before")
    assert problem_of(machine.get(f"{PATH}/1?after=-1")) == (400, "after")


def test_a_body_that_is_too_large_is_not_read(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_BYTES", 1000)

    class Body(io.BytesIO):
        """Says how much of it was asked for."""

        taken = 0

        def read(self, n: int | None = -1, /) -> bytes:
            piece = super().read(n)
            Body.taken += len(piece)
            return piece

    def send(**more: Any) -> TestResponse:
        return machine.client.post(
            PATH + WHEN, content_type=NDJSON, headers=machine.headers, **more
        )

    told = send(input_stream=Body(b"{" * 5000), content_length=5000)
    assert problem_of(told) == (413, "too-large")
    assert Body.taken == 0
    endless = send(input_stream=Body(b"{" * 500_000), environ_base={"wsgi.input_terminated": True})
    assert problem_of(endless) == (413, "too-large")
    assert Body.taken <= asking.PIECE
    builder = EnvironBuilder(PATH, method="POST", query_string=WHEN[1:], data=b"{")
    environ = {**builder.get_environ(), "CONTENT_TYPE": NDJSON}
    environ["HTTP_AUTHORIZATION"] = machine.headers["Authorization"]
    del environ["CONTENT_LENGTH"]
    body, status, _ = run_wsgi_app(machine.site.app.server.wsgi_app, environ)
    assert (status[:3], json.loads(b"".join(body))["type"][-6:]) == ("411", "length")


def test_too_many_requests_are_told_when_to_come_back(site: Site) -> None:
    eager, other = Machine(site), Machine(site)
    codes = [eager.post(b"", "text/plain").status_code for _ in range(61)]
    assert codes == [415] * 60 + [429]
    answer = eager.post(b"", "text/plain")
    assert problem_of(answer) == (429, "too-many")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert other.post(b"", "text/plain").status_code == 415, "each token has its own"
    assert eager.get(PATH).status_code == 200, "and may still ask"


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "No valid token"), ("zh-CN", "未提供有效凭证"), ("fr", "未提供有效凭证")],
)
def test_problems_are_told_in_two_languages(site: Site, language: str, title: str) -> None:
    client = site.app.server.test_client()
    answer = client.get(PATH, headers={"Accept-Language": language})
    assert answer.get_json()["title"] == title
    assert answer.headers["Content-Language"] == ("en" if language == "en" else "zh-CN")
