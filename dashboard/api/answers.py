"""What is told of a school's submissions, through their visible sources: state and findings."""

from typing import Any

import sqlalchemy as sa

from dashboard.handed_in import in_words
from dashboard.i18n import Translator
from data_access.scope import Scope
from data_access.store import Store
from data_access.submissions import Submission, shaped
from data_access.workflow_schema import submission, submission_finding
from data_access.workflow_scope import visible

PATH = "/api/v1/returns"
FINDINGS = 100  # of one answer
RETURNS = 50  # of one answer
FIELDS = ("id", "rule", "severity", "line", "field", "printed", "computed", "count", "params")

Document = dict[str, Any]


def receipt(given: Submission) -> Document:
    """What was handed in: the same whenever it is asked for."""
    return {
        "id": given.id,
        "school": given.school,
        "cohort": given.cohort,
        "counted_on": given.counted_on.isoformat(),
        "bytes": given.file_size,
        "sha256": given.file_hash,
        "href": f"{PATH}/{given.id}",
    }


def returns(store: Store, scope: Scope, before: int) -> Document:
    """The newest submissions with a smaller number than ``before``."""
    rows = visible(submission, scope)
    columns = [rows.c[name] for name in Submission.__dataclass_fields__]
    newest = sa.select(*columns).where(rows.c.id < before).order_by(rows.c.id.desc())
    with store.guarded.connect() as connection:
        found = [shaped(row) for row in connection.execute(newest.limit(RETURNS + 1)).mappings()]
    page = found[:RETURNS]
    following = f"{PATH}?before={page[-1].id}" if len(found) > RETURNS else None
    return {"returns": [head(one) for one in page], "next": following}


def one_return(
    store: Store, scope: Scope, number: int, after: int, t: Translator
) -> Document | None:
    """The state of a submission and a page of its findings; None where the scope has none."""
    rows, found = visible(submission, scope), visible(submission_finding, scope)
    columns = [rows.c[name] for name in Submission.__dataclass_fields__]
    mine = found.c.submission_id == number
    people = sa.func.sum(sa.case((found.c.count > 0, found.c.count), else_=1))
    counts = sa.select(found.c.severity, people).where(mine).group_by(found.c.severity)
    listed = (
        sa.select(*(found.c[name] for name in FIELDS))
        .where(mine, found.c.id > after)
        .order_by(found.c.id)
        .limit(FINDINGS + 1)
    )
    with store.guarded.connect() as connection:
        row = connection.execute(sa.select(*columns).where(rows.c.id == number)).mappings().first()
        if row is None:
            return None
        by_severity = dict.fromkeys(("error", "warning", "info"), 0)
        by_severity |= {severity: int(n) for severity, n in connection.execute(counts)}
        lines = [tuple(line) for line in connection.execute(listed)]
    given = shaped(row)
    page = lines[:FINDINGS]
    following = f"{PATH}/{number}?after={page[-1][0]}" if len(lines) > FINDINGS else None
    above = 1 if given.file_name.endswith(".jsonl") else 0
    return {
        **head(given),
        "findings_count": by_severity,
        "findings": [_finding(line, above, t) for line in page],
        "next": following,
    }


def head(given: Submission) -> Document:
    """Where a submission stands."""
    return {
        **receipt(given),
        "channel": given.channel,
        "status": given.status,
        "rows": given.rows_total,
        "received_at": _time(given.uploaded_at),
        "submitted_at": _time(given.submitted_at),
        "decided_at": _time(given.decided_at),
    }


def _finding(line: tuple[Any, ...], above: int, t: Translator) -> Document:
    """``above``: rows that stand above the first line of what was handed in."""
    said = in_words(line[1:], t)
    return {
        "id": line[0],
        "rule": said.rule,
        "severity": said.severity,
        "line": None if said.line is None else said.line - above,
        "field": said.field or None,
        "value": said.printed or None,
        "count": said.count,
        "text": said.text,
    }


def _time(at: Any) -> str | None:
    return None if at is None else f"{at.isoformat(timespec='seconds')}Z"
