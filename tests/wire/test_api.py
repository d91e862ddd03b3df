"""The interface for schools' systems: who gets in, what is taken, what is told, and to whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dashboard.api import answers, asking
from dashboard.api.asking import MEDIA_TYPES
from dashboard.app import Application
from dashboard.reading import read_claimed
from data_access.readers.vocabulary import graduate_names
from data_access.schema import audit_event, movement
from data_access.scope import EVERYTHING
from data_access.sealed import Box
from data_access.submission_reading import claim
from data_access.submissions import Submissions
from data_access.tokens import Tokens
from data_access.workflow_schema import submission
from tests.unit.graduate_files import IDENTITY, SECRETS, number_of
from tests.wire.app_client import OTHER, OWN, Site, demo_application
from tests.wire.no_personal_data import LogCapture, found

PATH = answers.PATH
DOCUMENT: dict[str, Any] = json.loads(
    (Path(asking.__file__).with_name("openapi.json")).read_text("utf-8")
)
GRADUATE = {
    "level_code": "31",
    "level_name": "本科生毕业",
    "discipline_code": "080901",
    "discipline_name": "计算机科学与技术",
    "destination_code": "70",
    "origin": "140100",
    "sex_code": "1",
}
NDJSON = "application/x-ndjson"
WHEN = "?cohort=2021&counted_on=2021-06-30"


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        running.app.reader.stop()  # files are read when a test says so
        yield running


class Machine:
    """A school's own system."""

    def __init__(self, site: Site, school: str = OWN) -> None:
        self.site = site
        self.client = site.app.server.test_client()
        made, self.text = Tokens(site.registry).create(EVERYTHING, school, "test", "command line")
        self.number = made.id
        self.headers = {"Authorization": f"Bearer {self.text}"}

    def get(self, path: str, language: str = "en") -> TestResponse:
        return self.client.get(path, headers={**self.headers, "Accept-Language": language})

    def post(
        self, body: bytes, media: str = NDJSON, query: str = WHEN, **headers: str
    ) -> TestResponse:
        given = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.post(PATH + query, data=body, content_type=media, headers=given)

    def read_all(self) -> None:
        while claimed := claim(self.site.registry):
            read_claimed(self.site.registry, self.site.settings.secret_key, claimed[0])


@pytest.fixture
def machine(site: Site) -> Machine:
    return Machine(site)


def graduates(*numbers: str, **more: Any) -> bytes:
    """JSON lines of seeking graduates."""
    records = [{"student_no": number, **GRADUATE, **more} for number in numbers]
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def problem_of(answer: TestResponse) -> tuple[int, str]:
    """(status, code) of a problem document, whose form is looked at."""
    assert answer.mimetype == "application/problem+json", answer.data
    content = answer.get_json()
    assert set(content) == {"type", "title", "status", "detail"}
    assert content["status"] == answer.status_code
    assert content["title"]
    assert "{" not in content["detail"]
    return answer.status_code, content["type"].removeprefix("urn:quxiang:problem:")


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
    unsaid = send(data=b"{", environ_overrides={"CONTENT_LENGTH": ""})
    assert problem_of(unsaid) == (411, "length")


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


# ---- the document


def resolved(part: Any) -> Any:
    while isinstance(part, dict) and "$ref" in part:
        node: Any = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            node = node[name]
        part = node
    return part


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    }


def test_the_document_is_whole() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {"title", "version"} <= set(DOCUMENT["info"])
    for node in walk(DOCUMENT):
        if "$ref" in node:
            assert set(node) == {"$ref"}
            assert resolved(node)
    ids = [operation["operationId"] for operation in operations().values()]
    assert len(set(ids)) == len(ids)
    for (path, _), operation in operations().items():
        for status, response in operation["responses"].items():
            assert status.isdigit()
            assert resolved(response)["description"]
        given = [resolved(parameter) for parameter in operation.get("parameters", ())]
        for parameter in given:
            assert {"name", "in", "schema"} <= set(parameter)
            assert parameter["in"] != "path" or (
                parameter["required"] and f"{{{parameter['name']}}}" in path
            )
    for name, schema in DOCUMENT["components"]["schemas"].items():
        missing = set(schema.get("required", ())) - set(schema.get("properties", ()))
        assert not missing, name


def routes(app: Application) -> set[tuple[str, str]]:
    return {
        (rule.rule.replace("<int(max=2147483647):submission>", "{id}"), method.lower())
        for rule in app.server.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_document_has_every_route_and_no_other(site: Site) -> None:
    assert set(operations()) == routes(site.app)
    assert set(operations()["/api/v1/returns", "post"]["requestBody"]["content"]) == set(
        MEDIA_TYPES
    )
    roles = {role for role in graduate_names().values() if role}
    assert set(DOCUMENT["components"]["schemas"]["Graduate"]["properties"]) == roles


def test_the_document_has_every_status_of_the_code() -> None:
    from dashboard.api import routes as module
    from dashboard.api.problems import TITLES

    said = {int(s) for operation in operations().values() for s in operation["responses"]}
    assert said | {405} == {200, 202, *TITLES}
    assert {status for status, _ in module.REFUSED.values()} <= said
    assert set(module.OF_HTTP) <= said | {405}


def fits(value: Any, schema: Any) -> bool:
    """As much of JSON Schema as the document uses."""
    schema = resolved(schema)
    kinds = schema.get("type", [])
    types = {
        "string": str,
        "integer": int,
        "number": int | float,
        "object": dict,
        "array": list,
        "null": type(None),
    }
    wanted = [kinds] if isinstance(kinds, str) else kinds
    return (
        (not wanted or any(isinstance(value, types[kind]) for kind in wanted))
        and ("enum" not in schema or value in schema["enum"])
        and all(fits(value, part) for part in schema.get("allOf", ()))
        and all(name in value for name in schema.get("required", ()))
        and (
            not isinstance(value, dict)
            or all(fits(value[n], s) for n, s in schema.get("properties", {}).items() if n in value)
        )
        and (not isinstance(value, list) or all(fits(v, schema.get("items", {})) for v in value))
    )


def test_what_is_answered_fits_the_document(machine: Machine) -> None:
    made = machine.post(graduates("fits-1", level_code="never"))
    machine.read_all()
    one = machine.get(made.headers["Location"])
    for answer, name in (
        (made, "Receipt"),
        (one, "Return"),
        (machine.get(PATH), "Returns"),
        (machine.get("/api/v1/never"), "Problem"),
    ):
        assert fits(answer.get_json(), DOCUMENT["components"]["schemas"][name]), name
    assert one.get_json()["findings"]
    known = {
        *DOCUMENT["components"]["schemas"]["Receipt"]["properties"],
        *DOCUMENT["components"]["schemas"]["Head"]["allOf"][1]["properties"],
        *DOCUMENT["components"]["schemas"]["Return"]["allOf"][1]["properties"],
    }
    assert set(one.get_json()) == known
    assert not fits({"id": "x"}, DOCUMENT["components"]["schemas"]["Receipt"])
    assert machine.get("/api/v1/openapi.json").get_json() == DOCUMENT


def test_a_day_of_the_season_can_be_pushed(machine: Machine) -> None:
    day = dt.date(2021, 6, 1)
    answer = machine.post(graduates("day-1"), query=f"?cohort=2021&counted_on={day}")
    assert answer.get_json()["counted_on"] == day.isoformat()
