"""The routes of the interface, its guard, its limits and its errors."""

import json
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException

from dashboard.api import answers
from dashboard.api.asking import handed, number, token_text
from dashboard.api.problems import Refused, problem, words
from dashboard.auth import MACHINES, Gate
from dashboard.security import limit_body
from data_access.errors import InputError
from data_access.store import Store
from data_access.submissions import MAX_BYTES, Submissions
from data_access.tokens import Token, Tokens

WRITES = "60 per minute"  # of one token
READS = "600 per minute"
NEWEST = 2**53
DOCUMENT = Path(__file__).with_name("openapi.json")
REFUSED: dict[str, tuple[int, str]] = {
    "submission.key_used": (409, "idempotency-key-used"),
    "submission.with_department": (409, "with-department"),
}
"""What the workflow refuses, where it is not about what was handed in (422, "not-accepted")."""
OF_HTTP: dict[int, tuple[str, str]] = {
    404: ("not-found", "api.not_found"),
    405: ("method", "api.method"),
    413: ("too-large", "api.too_large_any"),
    429: ("too-many", "api.too_many"),
}


def init_api(
    server: Flask, gate: Gate, store: Store, submissions: Submissions, tokens: Tokens
) -> None:
    """Adds the routes below ``/api/v1`` and their guard."""
    limiter = Limiter(_whose, app=server, storage_uri="memory://", headers_enabled=True)
    document = json.loads(DOCUMENT.read_text("utf-8"))

    def guard() -> Response | None:
        token = tokens.known(token_text())
        if token is None:
            refused = Refused(401, "token", "api.token")
            return problem(refused, {"WWW-Authenticate": 'Bearer realm="quxiang"'})
        g.quxiang_token = token
        if request.url_rule is not None and not request.url_rule.rule.startswith(MACHINES):
            return problem(Refused(404, "not-found", "api.not_found"))  # the pages' own rule
        return None

    def post() -> Response:
        given = handed(_token())
        made, is_new = submissions.received(_token().scope, given, _token().actor)
        answer = _json(answers.receipt(made), 202 if is_new else 200)
        answer.headers["Location"] = f"{answers.PATH}/{made.id}"
        return answer

    def listed() -> Response:
        return _json(answers.returns(store, _token().scope, number("before", NEWEST)))

    def one(submission: int) -> Response:
        after = number("after", 0)
        found = answers.one_return(store, _token().scope, submission, after, words())
        if found is None:
            raise Refused(404, "not-found", "api.not_found")
        return _json(found)

    def described() -> Response:
        return _json(document)

    gate.machines, gate.machine_error = guard, _failed
    for rule, method, view, limit in (
        (answers.PATH, "POST", post, WRITES),
        (answers.PATH, "GET", listed, READS),
        (f"{answers.PATH}/<int(max=2147483647):submission>", "GET", one, READS),
        ("/api/v1/openapi.json", "GET", described, READS),
    ):
        limit_body(server, f"api_{view.__name__}", MAX_BYTES + 1)
        limited = limiter.limit(limit)(_answered(view))
        server.add_url_rule(rule, f"api_{view.__name__}", limited, methods=[method])


def _answered(view: Any) -> Any:
    """The view with refusals as problem documents."""

    @wraps(view)
    def answer(**values: Any) -> Response:
        try:
            found: Response = view(**values)
            return found
        except Refused as refused:
            return problem(refused)
        except InputError as error:
            status, code = REFUSED.get(error.message_key, (422, "not-accepted"))
            return problem(Refused(status, code, error.message_key, **error.params))

    return answer


def _failed(error: HTTPException) -> Response:
    """Every error below the interface that is no refusal of ours, with its headers."""
    status = error.code or 500
    code, key = OF_HTTP.get(status, ("failure", "api.failure"))
    kept = {k: v for k, v in error.get_headers(request.environ) if k in ("Allow", "Retry-After")}
    return problem(Refused(status, code, key), kept)


def _token() -> Token:
    token: Token = g.quxiang_token
    return token


def _whose() -> str:
    return _token().actor


def _json(content: Any, status: int = 200) -> Response:
    answer = Response(json.dumps(content, ensure_ascii=False), status, mimetype="application/json")
    answer.headers["Content-Language"] = words().lang
    answer.vary.add("Accept-Language")
    return answer
