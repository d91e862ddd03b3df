"""A school's own system, as the tests of the interface send and ask."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.test import TestResponse

from dashboard.api import answers
from dashboard.reading import read_claimed
from data_access.scope import EVERYTHING
from data_access.submission_reading import claim
from data_access.tokens import Tokens
from tests.wire.app_client import OWN, Site

PATH = answers.PATH
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
