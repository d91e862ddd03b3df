"""Files of evidence come and go here, outside of Dash: up to 10 MB, with their progress.

Who may not see a case is told that there is nothing. A file leaves as an attachment of a media
type from our own list, in a sandbox, under the name that was typed for it.
"""

import logging
from urllib.parse import quote

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.errors import told
from dashboard.exports import RecordExport
from dashboard.security import limit_body
from dashboard.services import Services
from data_access.cases import Who
from data_access.errors import InputError
from data_access.evidence import LARGEST, EvidenceFolder, attach, find
from data_access.evidence_kinds import MEDIA_TYPES
from data_access.registry import writing

ENDPOINT = "attach_evidence"
OVERHEAD = 64 * 1024  # bytes of a form around its file
NUMBER = "int(max=2147483647)"  # what a database takes for a number of a row
SANDBOX = "sandbox; default-src 'none'"

log = logging.getLogger(__name__)


def init_case_files(
    server: Flask, services: Services, folder: EvidenceFolder, record: RecordExport
) -> None:
    """Adds both routes; ``record(action, detail)`` appends the audit event of a download."""

    limit_body(server, ENDPOINT, LARGEST + OVERHEAD)

    @server.post(f"/cases/<{NUMBER}:case_id>/evidence", endpoint=ENDPOINT)
    def add(case_id: int) -> tuple[Response, int]:
        t = services.t()
        who = Who(services.actor(), services.scope(), services.allowed())
        try:
            file = request.files.get("file")
            content = b"" if file is None else file.read(LARGEST + 1)
            label = request.form.get("label", "")
        except RequestEntityTooLarge:
            return jsonify(message=t("evidence.large", megabytes=LARGEST // 1024**2)), 413
        try:
            with writing(services.answers.store.registry) as connection:
                attach(connection, folder, who, case_id, label, content)
        except InputError as error:
            log.info("evidence was refused: %s", error)
            return jsonify(message=told(error, t)), 422
        return jsonify(message=t("evidence.added")), 201

    @server.get(f"/cases/<{NUMBER}:case_id>/evidence/<{NUMBER}:number>")
    def take_away(case_id: int, number: int) -> Response:
        with services.answers.store.guarded.connect() as connection:
            kept = find(connection, services.scope(), case_id, number)
        content = None if kept is None else folder.read(kept.sha256)
        if kept is None or content is None or kept.media_type not in MEDIA_TYPES:
            abort(404)
        record("read_evidence", {"case": case_id, "evidence": number})
        response = Response(content, mimetype=MEDIA_TYPES[kept.media_type])
        plain = f"evidence-{case_id}-{number}.{kept.media_type}"
        named = quote(f"{kept.label}.{kept.media_type}", safe="")
        response.headers["Content-Disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
        )
        response.headers["Content-Security-Policy"] = SANDBOX
        return response
