"""Reads what was handed in, in the background, so that a crash in the middle loses nothing.

A file is claimed by a change of its state; the reader gives a sign of life with its progress. A
claim without one is taken over, and after a few attempts the file is given up. Rows and findings
are written in the one transaction that makes the submission a draft.
"""

import datetime as dt
import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access import code_book
from data_access.clock import utc_now
from data_access.errors import InputError, Problem
from data_access.readers.codes import CodeIndex, code_index
from data_access.readers.findings import Finding
from data_access.readers.inspection import Inspection, inspect_graduates
from data_access.readers.limits import Limits
from data_access.registry import writing
from data_access.schema import CELL
from data_access.sealed import Box
from data_access.staging import bulk_insert
from data_access.submission_checks import ledger_findings
from data_access.submissions import Submission, belongs_to, move, note, one, purge
from data_access.validation.rules import Rules, load_rules
from data_access.workflow_schema import (
    FACT,
    submission,
    submission_file,
    submission_finding,
    submission_new_code,
    submission_row,
)

log = logging.getLogger(__name__)

READER: Final = "reader"
"""The actor of what nobody does by hand."""
STALE: Final = dt.timedelta(seconds=30)
ATTEMPTS: Final = 3
BEAT: Final = dt.timedelta(seconds=1)
LIMITS: Final = Limits(max_bytes=100 * 2**20)
ROW: Final = ("submission_id", "line", "key", "person_hash", *CELL, *FACT)


def claim(registry: Engine) -> tuple[int, int] | None:
    """(number, bytes) of the next file to be read; None where there is none.

    A file whose reader gave no sign of life is claimed again.
    """
    c = submission.c
    moment = utc_now()
    stale = sa.and_(c.status == "reading", c.claimed_at < moment - STALE)
    waiting = sa.or_(c.status == "received", stale)
    columns: tuple[sa.ColumnElement[Any], ...] = (c.id, c.file_size, c.attempts)
    look = sa.select(*columns).where(waiting).order_by(c.id)
    with registry.connect() as connection:
        if connection.execute(look.limit(1)).first() is None:
            return None
    with writing(registry) as connection:
        row = connection.execute(look.limit(1)).one_or_none()
        if row is None:
            return None
        number: int = row.id
        if row.attempts >= ATTEMPTS:
            _give_up(connection, number, [_file_finding("submission.reader_failed")])
            return None
        connection.execute(
            sa.update(submission)
            .where(c.id == number)
            .values(status="reading", claimed_at=moment, attempts=c.attempts + 1, rows_read=0)
        )
    return number, row.file_size


def read(registry: Engine, box: Box, hash_key: bytes, number: int) -> None:
    """Reads a claimed file: the submission is a draft afterwards, or unreadable with the reason.

    Where somebody replaced or discarded it meanwhile, nothing is written.
    """
    with registry.connect() as connection:
        given = one(connection, number)
        sealed = connection.scalar(
            sa.select(submission_file.c.content).where(submission_file.c.submission_id == number)
        )
        codes = code_index(code_book.load(connection))
        rules = load_rules(connection)
    if given.status != "reading" or sealed is None:
        return
    try:
        found = _inspect(
            given,
            box.open(sealed, belongs_to(number)),
            codes,
            hash_key,
            rules,
            Progress(registry, number),
        )
    except InputError as error:
        with writing(registry) as connection:
            if one(connection, number).status == "reading":
                _give_up(connection, number, _refusals(error))
        return
    with writing(registry) as connection:
        if one(connection, number).status == "reading":
            _keep(connection, number, found, rules)


def _inspect(
    given: Submission,
    content: bytes,
    codes: CodeIndex,
    hash_key: bytes,
    rules: Rules,
    progress: Callable[[int], None],
) -> Inspection:
    suffix = Path(given.file_name).suffix[:8]
    with tempfile.NamedTemporaryFile(suffix=suffix, prefix="quxiang-") as file:  # mode 0600
        file.write(content)
        file.flush()
        return inspect_graduates(
            Path(file.name),
            cohort=given.cohort,
            as_of=given.counted_on,
            school=given.school,
            codes=codes,
            hash_key=hash_key,
            rules=rules,
            limits=LIMITS,
            progress=progress,
        )


class Progress:
    """Writes down how far the reader is, at most once a second."""

    def __init__(self, registry: Engine, number: int) -> None:
        self._registry, self._number, self._last = registry, number, utc_now()

    def __call__(self, rows: int) -> None:
        moment = utc_now()
        if moment - self._last < BEAT:
            return
        self._last = moment
        c = submission.c
        with writing(self._registry) as connection:
            connection.execute(
                sa.update(submission)
                .where(c.id == self._number, c.status == "reading")
                .values(rows_read=rows, claimed_at=moment)
            )


def _keep(connection: Connection, number: int, found: Inspection, rules: Rules) -> None:
    rows = ((number, one.line, *one.entry, *one.fact) for one in found.rows)
    bulk_insert(connection, submission_row, ROW, rows, day="signed_on")
    new = [{"submission_id": number, **code._asdict()} for code in found.new_codes]
    if new:
        connection.execute(sa.insert(submission_new_code), new)
    _keep_findings(connection, number, found.findings)
    _keep_findings(connection, number, ledger_findings(connection, number, rules))
    move(
        connection,
        number,
        ("reading",),
        "draft",
        rows_read=found.total,
        rows_total=found.total,
        content_hash=found.content_hash,
    )
    note(connection, number, READER, "read", audit={"rows": found.total})


def _keep_findings(connection: Connection, number: int, findings: Any) -> None:
    rows = [
        {
            "submission_id": number,
            "rule": one.code,
            "severity": one.severity,
            "line": one.row,
            "field": one.column,
            "printed": one.printed,
            "computed": one.computed,
            "count": one.count,
            "params": json.dumps(
                {"key": one.message_key, **one.params}, ensure_ascii=False, default=str
            ),
        }
        for one in findings
    ]
    if rows:
        connection.execute(sa.insert(submission_finding), rows)


def _give_up(connection: Connection, number: int, findings: list[Finding]) -> None:
    _keep_findings(connection, number, findings)
    move(connection, number, ("received", "reading"), "unreadable")
    purge(connection, number)
    note(connection, number, READER, "unreadable", audit={"findings": len(findings)})


def _refusals(error: InputError) -> list[Finding]:
    """What refuses the file as a whole, as findings."""
    if not error.problems:
        return [_file_finding(error.message_key, error.params)]
    return [_problem(problem) for problem in error.problems]


def _problem(problem: Problem) -> Finding:
    return Finding(
        message_key=problem.rule,
        severity="error",
        row=problem.row,
        column=problem.column,
        printed=problem.value,
        count=1,
        params={"file": problem.file, **problem.params},
    )


def _file_finding(key: str, params: Any = None) -> Finding:
    return Finding(message_key=key, severity="error", params=params or {})
