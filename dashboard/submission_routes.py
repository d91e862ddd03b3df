"""Files in and out of submissions: the upload of the page, and the file with its findings marked.

``POST /submissions/upload`` is a form of its own rather than a callback, so that a file of any
size is sent once, as it is, with its progress; it answers JSON to the script and leads on without
it. ``GET /submissions/<number>/marked.xlsx`` is the file as it came.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.exports import MIMETYPES
from dashboard.graduate_template import graduate_template
from dashboard.handed_in import shown
from dashboard.marked import marked_workbook
from dashboard.security import limit_body
from dashboard.services import Services
from data_access.errors import InputError
from data_access.submissions import MAX_BYTES, Handed

ENDPOINT = "upload_submission"
ROOM_FOR_FIELDS = 1 << 20
UPLOAD, SUBMIT = "upload", "submit"  # values of dashboard.auth.Permission
Record = Callable[[str, dict[str, Any]], None]


def init_submissions(server: Flask, services: Services, record: Record) -> None:
    """Adds the routes; ``record(action, detail)`` appends an audit event."""
    limit_body(server, ENDPOINT, MAX_BYTES + ROOM_FOR_FIELDS)

    @server.post("/submissions/upload", endpoint=ENDPOINT)
    def upload() -> ResponseReturnValue:
        if UPLOAD not in services.allowed():
            abort(403)
        t = services.t()
        try:
            file = request.files.get("file")
            if file is None or not file.filename:
                raise InputError("submission.no_file")
            handed = Handed(
                school=next(iter(services.scope().schools or ())),
                cohort=_whole(request.form.get("cohort", "")),
                counted_on=_day(request.form.get("counted_on", "")),
                file_name=file.filename,
                content=file.read(),
            )
            made = services.submissions.receive(services.scope(), handed, services.actor())
        except InputError as error:
            return _refused(t(error.message_key, **error.params))
        except RequestEntityTooLarge:
            return _refused(t("submission.too_large", limit=MAX_BYTES >> 20))
        address = f"/submissions?cohort={made.cohort}&submission={made.id}"
        if _by_script():
            return jsonify({"address": address})
        return redirect(address, 303)

    @server.get("/submissions/template.xlsx")
    def template() -> Response:
        if UPLOAD not in services.allowed():
            abort(403)
        body = graduate_template(services.answers.codes, services.t())
        headers = {"Content-Disposition": 'attachment; filename="quxiang-graduates.xlsx"'}
        return Response(body, mimetype=MIMETYPES["xlsx"], headers=headers)

    @server.get("/submissions/<int:number>/marked.xlsx")
    def marked(number: int) -> Response:
        if not {UPLOAD, SUBMIT} & services.allowed():
            abort(403)
        found = shown(services, services.scope(), number)
        if found is None:
            abort(404)
        try:
            content = services.submissions.content(services.scope(), number)
            body = marked_workbook(content, found, services.t())
        except InputError:
            abort(404)
        record("export_marked", {"submission": number, "findings": len(found.findings)})
        name = f"quxiang-submission-{number}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, mimetype=MIMETYPES["xlsx"], headers=headers)


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(message: str) -> ResponseReturnValue:
    if _by_script():
        return jsonify({"message": message}), 422
    return Response(message, 422, mimetype="text/plain")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputError("submission.cohort_needed")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError("submission.day_needed") from None
