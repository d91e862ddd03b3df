"""Files of evidence: kept outside the web root under their hash, known by a row of the case.

``<root>/<first two>/<sha256>``, readable by the server's own account only, written under another
name and renamed, so that what bears its name is whole. The row comes after the file, in one
transaction with the step. The name a file came with is not kept (it often holds a person's): who
adds it says what it is.
"""

import hashlib
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.audit import record
from data_access.case_reads import Evidence
from data_access.cases import Who, append_step, going
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.evidence_kinds import kind_of
from data_access.scope import Scope
from data_access.workflow_schema import case_evidence
from data_access.workflow_scope import visible
from data_access.written_words import LONGEST_LABEL, written

LARGEST: Final = 10 * 1024 * 1024  # bytes of one file
MOST_PER_CASE: Final = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EvidenceFolder:
    """The folder of all files; made when the first one comes."""

    root: Path

    def path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def keep(self, content: bytes, digest: str) -> None:
        """Writes the file, unless it is there already, and waits until the disk has it."""
        path = self.path(digest)
        if path.exists():
            return
        for folder in (self.root, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def read(self, digest: str) -> bytes | None:
        """The file as it came; None if it is not there, or not what it was."""
        path = self.path(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            log.error("a file of evidence is missing: %s", digest)
            return None
        if hashlib.sha256(content).hexdigest() != digest:
            log.error("a file of evidence is not what it was: %s", digest)
            return None
        return content


def attach(
    connection: Connection,
    folder: EvidenceFolder,
    who: Who,
    case_id: int,
    label: str,
    content: bytes,
) -> int:
    """Adds a file to a case in the caller's writing transaction; the number of its row.

    Raises InputError for a case out of sight or closed, a label that is missing or holds a
    number of a person, a file that is too large, of no known kind, or there already.
    """
    case = going(connection, who, case_id)
    name = written(label, "evidence.label", LONGEST_LABEL)
    if len(content) > LARGEST:
        raise InputError("evidence.large", megabytes=LARGEST // 1024**2)
    kind = kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    rows = case_evidence.c
    known = connection.execute(
        sa.select(rows.sha256, rows.label).where(rows.case_id == case_id)
    ).all()
    if len(known) >= MOST_PER_CASE:
        raise InputError("evidence.many", most=MOST_PER_CASE)
    for row in known:
        if row.sha256 == digest:
            raise InputError("evidence.known", label=row.label)
    folder.keep(content, digest)
    at = utc_now()
    new = {"case_id": case_id, "at": at, "actor": who.actor, "label": name}
    new |= {"media_type": kind, "size": len(content), "sha256": digest}
    number = connection.execute(
        sa.insert(case_evidence).values(new).returning(rows.id)
    ).scalar_one()
    append_step(connection, case_id, who.actor, "evidence", name, at)
    detail = {"case": case_id, "school": case.school, "evidence": number, "kind": kind}
    record(connection, who.actor, "attach_evidence", {**detail, "bytes": len(content)})
    return int(number)


def find(connection: Connection, scope: Scope, case_id: int, number: int) -> Evidence | None:
    """The row of one file, if it belongs to this case and the scope may see it."""
    rows = visible(case_evidence, scope)
    row = connection.execute(
        sa.select(*(rows.c[name] for name in Evidence._fields)).where(
            rows.c.case_id == case_id, rows.c.id == number
        )
    ).one_or_none()
    return None if row is None else Evidence._make(row)
