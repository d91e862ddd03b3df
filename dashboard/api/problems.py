"""What went wrong, for machines and for those who read their logs: RFC 9457 in two languages."""

import json
from typing import Any

from flask import Response, request

from dashboard.i18n import LANGUAGES, Translator, translator

MIMETYPE = "application/problem+json"
TITLES = {
    400: "api.title_400",
    401: "api.title_401",
    404: "api.title_404",
    405: "api.title_405",
    409: "api.title_409",
    411: "api.title_411",
    413: "api.title_413",
    415: "api.title_415",
    422: "api.title_422",
    429: "api.title_429",
    500: "api.title_500",
}


class Refused(Exception):
    """A request that cannot be answered as it is: a status and a message."""

    def __init__(self, status: int, code: str, message_key: str, **params: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message_key = message_key
        self.params = params


def words() -> Translator:
    """The language that the request asks for, Chinese where it asks for none of ours."""
    best = request.accept_languages.best_match((*LANGUAGES, "zh"), default=LANGUAGES[0])
    return translator("en" if best == "en" else LANGUAGES[0])


def problem(refused: Refused, headers: dict[str, str] | None = None) -> Response:
    """The document of one problem; ``type`` names it for programs, the rest is for people."""
    t = words()
    known = refused.status if refused.status in TITLES else 500
    content: dict[str, Any] = {
        "type": f"urn:quxiang:problem:{refused.code}",
        "title": t(TITLES[known]),
        "status": refused.status,
        "detail": t(refused.message_key, **refused.params),
    }
    body = json.dumps(content, ensure_ascii=False)
    answer = Response(body, refused.status, mimetype=MIMETYPE, headers=headers)
    answer.headers["Content-Language"] = t.lang
    answer.vary.add("Accept-Language")
    return answer
