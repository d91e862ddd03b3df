"""The OpenAPI document has every route, status and field of the code, and no other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.api import asking
from dashboard.api.asking import MEDIA_TYPES
from dashboard.app import Application
from data_access.readers.vocabulary import graduate_names
from tests.wire.api_client import PATH, Machine, graduates
from tests.wire.app_client import Site, demo_application


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        running.app.reader.stop()  # files are read when a test says so
        yield running


@pytest.fixture
def machine(site: Site) -> Machine:
    return Machine(site)


DOCUMENT: dict[str, Any] = json.loads(
    (Path(asking.__file__).with_name("openapi.json")).read_text("utf-8")
)
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
