"""The audit trail as a file: ``GET /export/audit.<csv|xlsx>?person=&action=&since=&until=&words=``.

Taking the trail away is an event of the trail. What was typed to look for is not kept: of a
person only whether one was named, of a text only that there was one.
"""

from flask import Flask, Response, abort, request

from dashboard.asked import ask
from dashboard.audit_questions import MOST_EXPORTED, exported, may_read, sentence, trail_table
from dashboard.clock import now
from dashboard.exports import WRITERS, RecordExport, attachment
from dashboard.services import Services


def init_audit_export(server: Flask, services: Services, record: RecordExport) -> None:
    """Adds the route; ``record(action, detail)`` appends the audit event."""

    @server.get("/export/audit.<kind>")
    def export_audit(kind: str) -> Response:
        if kind not in WRITERS:
            abort(404)
        if not may_read(services):
            abort(403)
        asked = ask(services, request.args.to_dict(flat=False))
        t, events = asked.t, exported(asked)
        cut = len(events) > MOST_EXPORTED
        table = trail_table(asked, events[:MOST_EXPORTED])
        head = [t("export.audit"), sentence(asked)]
        head.append(t("audit.exported", count=t.count(len(table.rows))))
        if cut:
            head.append(t("audit.exported_cut", count=t.count(MOST_EXPORTED)))
        head.append(t("export.made_at", time=now().strftime("%Y-%m-%d %H:%M")))
        dates = {name: asked.state[name] for name in ("since", "until") if name in asked.state}
        detail = {
            "question": "audit",
            "format": kind,
            "actions": asked.state.get("action"),
            **dates,
            "searched": sorted(asked.texts),
            "rows": len(table.rows),
        }
        record("export", detail)
        return attachment(
            WRITERS[kind](table, head, t), f"quxiang-audit-{now():%Y-%m-%d}.{kind}", kind
        )
