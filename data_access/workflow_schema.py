"""The registry's tables of the work before and after a number counts.

A *submission* is what a school hands in, until it is accepted as a return: its file (encrypted,
deleted when decided), rows, findings, reasons and steps. *Checks* verify records, *flags* say what
looks odd, a *case* is followed to its end. Steps, results and facts are append-only.
"""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from data_access.schema import BIG, CellCols, CodeCols, metadata


class ValidationRuleCols(CodeCols):
    severity: Named[str] = Column(Text)
    source: Named[str] = Column(Text)
    threshold: Named[float | None]
    minimum: Named[int | None]
    active: Named[bool]
    position: Named[int]


class FlagRuleCols(CodeCols):
    explanation_zh: Named[str] = Column(Text)
    explanation_en: Named[str] = Column(Text)
    threshold: Named[float]
    unit: Named[str] = Column(Text)
    minimum: Named[int]
    source: Named[str] = Column(Text)
    active: Named[bool]
    position: Named[int]


class FlagPatternCols(TypedColumns):
    """Words in names of employers, and the kinds of employer that such a name may have."""

    rule = Column(Text, ForeignKey("flag_rule.code"), primary_key=True)
    word = Column(Text, primary_key=True)
    kind = Column(Text, primary_key=True)


class FlagSettingCols(TypedColumns):
    """What people set instead of the shipped values; the newest of a rule counts."""

    id = Column(Integer, primary_key=True)
    rule: Named[str] = Column(Text, ForeignKey("flag_rule.code"))
    threshold: Named[float]
    minimum: Named[int]
    active: Named[bool]
    set_at: Named[dt.datetime]
    set_by: Named[str] = Column(Text)


class SubmissionCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    cohort: Named[int]
    counted_on: Named[dt.date]
    channel: Named[str] = Column(Text)
    status: Named[str] = Column(Text)
    file_name: Named[str] = Column(Text)
    file_size: Named[int]
    file_hash: Named[str] = Column(Text)
    idempotency_key: Named[str | None] = Column(Text)
    removes_absent: Named[bool]
    rows_read: Named[int]
    rows_total: Named[int | None]
    claimed_at: Named[dt.datetime | None]
    attempts: Named[int]
    content_hash: Named[str | None] = Column(Text)
    uploaded_by: Named[str] = Column(Text)
    uploaded_at: Named[dt.datetime]
    submitted_by: Named[str | None] = Column(Text)
    submitted_at: Named[dt.datetime | None]
    decided_by: Named[str | None] = Column(Text)
    decided_at: Named[dt.datetime | None]
    return_id: Named[int | None] = Column(Integer, ForeignKey("returns.id"))


class SubmissionFileCols(TypedColumns):
    submission_id = Column(Integer, ForeignKey("submission.id"), primary_key=True)
    content: Named[bytes] = Column(LargeBinary)


class FactCols(TypedColumns):
    """What is known of a job beyond the cell; never of the person."""

    employer: Named[str] = Column(Text)
    credit_code: Named[str] = Column(Text)
    signed_on: Named[dt.date | None]


FACT = tuple(FactCols.__annotations__)


class SubmissionRowCols(CellCols, FactCols):
    submission_id = Column(Integer, ForeignKey("submission.id"), primary_key=True)
    line = Column(Integer, primary_key=True)
    key: Named[str] = Column(Text)
    person_hash: Named[str | None] = Column(Text)


class SubmissionNewCodeCols(TypedColumns):
    submission_id = Column(Integer, ForeignKey("submission.id"), primary_key=True)
    kind = Column(Text, primary_key=True)
    code = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    parent: Named[str | None] = Column(Text)


class SubmissionFindingCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    submission_id: Named[int] = Column(Integer, ForeignKey("submission.id"))
    rule: Named[str] = Column(Text)
    severity: Named[str] = Column(Text)
    line: Named[int | None]
    field: Named[str | None] = Column(Text)
    printed: Named[str | None] = Column(Text)
    computed: Named[str | None] = Column(Text)
    count: Named[int]
    params: Named[str] = Column(Text)


class SubmissionReasonCols(TypedColumns):
    submission_id = Column(Integer, ForeignKey("submission.id"), primary_key=True)
    rule = Column(Text, primary_key=True)
    reason: Named[str] = Column(Text)
    given_by: Named[str] = Column(Text)
    given_at: Named[dt.datetime]


class SubmissionStepCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    submission_id: Named[int] = Column(Integer, ForeignKey("submission.id"))
    at: Named[dt.datetime]
    actor: Named[str] = Column(Text)
    step: Named[str] = Column(Text)
    remark: Named[str] = Column(Text)


class FactRowCols(FactCols):
    seq = Column(BIG, primary_key=True)
    subject_id: Named[int] = Column(BigInteger, ForeignKey("subject.id"))
    return_id: Named[int] = Column(Integer, ForeignKey("returns.id"))
    counted_on: Named[dt.date]


class SchoolTokenCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    name: Named[str] = Column(Text)
    token_hash: Named[str] = Column(Text, unique=True)
    created_by: Named[str] = Column(Text)
    created_at: Named[dt.datetime]
    last_used_at: Named[dt.datetime | None]
    revoked_at: Named[dt.datetime | None]


class CheckSampleCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    title: Named[str] = Column(Text)
    cohort: Named[int]
    counted_on: Named[dt.date]
    method: Named[str] = Column(Text)
    seed: Named[int]
    size: Named[int]
    population: Named[int]
    version: Named[int] = Column(BigInteger)
    drawn_at: Named[dt.datetime]
    drawn_by: Named[str] = Column(Text)


class CheckFrameCols(TypedColumns):
    """Whom a representative sample was drawn from."""

    sample_id = Column(Integer, ForeignKey("check_sample.id"), primary_key=True)
    stratum = Column(Text, primary_key=True)
    school = Column(Text, ForeignKey("school.code"), primary_key=True)
    level = Column(Text, primary_key=True)
    destination = Column(Text, primary_key=True)
    people: Named[int]


class CheckItemCols(TypedColumns):
    sample_id = Column(Integer, ForeignKey("check_sample.id"), primary_key=True)
    subject_id = Column(BigInteger, ForeignKey("subject.id"), primary_key=True)
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    level: Named[str] = Column(Text)
    destination: Named[str] = Column(Text)


class CheckResultCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    subject_id: Named[int] = Column(BigInteger, ForeignKey("subject.id"))
    sample_id: Named[int | None] = Column(Integer, ForeignKey("check_sample.id"))
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    channel: Named[str] = Column(Text)
    result: Named[str] = Column(Text)
    destination: Named[str] = Column(Text)
    checked_on: Named[dt.date]
    recorded_at: Named[dt.datetime]
    recorded_by: Named[str] = Column(Text)


class FlagRunCols(TypedColumns):
    """One run of the rules; ``facts`` and ``setting`` are the newest of both that it knew."""

    id = Column(Integer, primary_key=True)
    cohort: Named[int]
    counted_on: Named[dt.date]
    version: Named[int] = Column(BigInteger)
    facts: Named[int] = Column(BigInteger)
    setting: Named[int]
    flags: Named[int]
    ran_at: Named[dt.datetime]
    ran_by: Named[str] = Column(Text)


class FlagCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    rule: Named[str] = Column(Text, ForeignKey("flag_rule.code"))
    cohort: Named[int]
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    counted_on: Named[dt.date]
    version: Named[int] = Column(BigInteger)
    subject: Named[str] = Column(Text)
    value: Named[float]
    threshold: Named[float]
    people: Named[int]
    detail: Named[str] = Column(Text)
    evidence: Named[str] = Column(Text)
    found_at: Named[dt.datetime]


class FlagSubjectCols(TypedColumns):
    flag_id = Column(BigInteger, ForeignKey("flag.id"), primary_key=True)
    subject_id = Column(BigInteger, ForeignKey("subject.id"), primary_key=True)


class FlagStandingCols(TypedColumns):
    run_id = Column(Integer, ForeignKey("flag_run.id"), primary_key=True)
    flag_id = Column(BigInteger, ForeignKey("flag.id"), primary_key=True)


class CaseCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    cohort: Named[int]
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    origin: Named[str] = Column(Text)
    flag_id: Named[int | None] = Column(BigInteger, ForeignKey("flag.id"))
    result_id: Named[int | None] = Column(BigInteger, ForeignKey("check_result.id"))
    title: Named[str] = Column(Text)
    problem: Named[str] = Column(Text)
    responsible: Named[str] = Column(Text)
    due_on: Named[dt.date]
    status: Named[str] = Column(Text)
    conclusion: Named[str] = Column(Text)
    return_id: Named[int | None] = Column(Integer, ForeignKey("returns.id"))
    opened_by: Named[str] = Column(Text)
    opened_at: Named[dt.datetime]
    closed_at: Named[dt.datetime | None]


class CaseSubjectCols(TypedColumns):
    case_id = Column(Integer, ForeignKey("case_file.id"), primary_key=True)
    subject_id = Column(BigInteger, ForeignKey("subject.id"), primary_key=True)
    state_seq: Named[int | None] = Column(BigInteger, ForeignKey("state.seq"))


class CaseStepCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    case_id: Named[int] = Column(Integer, ForeignKey("case_file.id"))
    at: Named[dt.datetime]
    actor: Named[str] = Column(Text)
    step: Named[str] = Column(Text)
    words: Named[str] = Column(Text)


class CaseEvidenceCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    case_id: Named[int] = Column(Integer, ForeignKey("case_file.id"))
    at: Named[dt.datetime]
    actor: Named[str] = Column(Text)
    label: Named[str] = Column(Text)
    media_type: Named[str] = Column(Text)
    size: Named[int]
    sha256: Named[str] = Column(Text)


validation_rule = Table("validation_rule", metadata, ValidationRuleCols)
flag_rule = Table("flag_rule", metadata, FlagRuleCols)
flag_pattern = Table("flag_pattern", metadata, FlagPatternCols)
flag_setting = Table("flag_setting", metadata, FlagSettingCols)
submission = Table(
    "submission",
    metadata,
    SubmissionCols,
    UniqueConstraint("school", "idempotency_key"),
    Index(None, "status"),
)
submission_file = Table("submission_file", metadata, SubmissionFileCols)
submission_row = Table("submission_row", metadata, SubmissionRowCols)
submission_new_code = Table("submission_new_code", metadata, SubmissionNewCodeCols)
submission_finding = Table(
    "submission_finding", metadata, SubmissionFindingCols, Index(None, "submission_id")
)
submission_reason = Table("submission_reason", metadata, SubmissionReasonCols)
submission_step = Table(
    "submission_step", metadata, SubmissionStepCols, Index(None, "submission_id")
)
fact = Table("fact", metadata, FactRowCols, Index(None, "subject_id", "counted_on", "seq"))
school_token = Table("school_token", metadata, SchoolTokenCols)
check_sample = Table("check_sample", metadata, CheckSampleCols)
check_frame = Table("check_frame", metadata, CheckFrameCols)
check_item = Table("check_item", metadata, CheckItemCols)
check_result = Table("check_result", metadata, CheckResultCols, Index(None, "subject_id"))
flag_run = Table("flag_run", metadata, FlagRunCols)
flag = Table("flag", metadata, FlagCols, Index(None, "cohort", "school"))
flag_subject = Table("flag_subject", metadata, FlagSubjectCols)
flag_standing = Table("flag_standing", metadata, FlagStandingCols)
case_file = Table("case_file", metadata, CaseCols, Index(None, "school"))
case_subject = Table("case_subject", metadata, CaseSubjectCols)
case_step = Table("case_step", metadata, CaseStepCols, Index(None, "case_id"))
case_evidence = Table("case_evidence", metadata, CaseEvidenceCols)

OF_SUBMISSION = (
    submission_file,
    submission_row,
    submission_new_code,
    submission_finding,
    submission_reason,
    submission_step,
)
OF_CASE = (case_subject, case_step, case_evidence)
WITH_SCHOOL = (submission, school_token, check_frame, check_item, check_result, flag, case_file)
OF_FLAG = (flag_subject, flag_standing)
OF_EVERYBODY = (check_sample, flag_run)
"""What tells of every school."""
WORKFLOW = (*WITH_SCHOOL, *OF_SUBMISSION, *OF_CASE, *OF_FLAG, *OF_EVERYBODY, fact)
"""Everything that pages read through a visible source only."""
APPEND_ONLY = (
    *(submission_step, fact, check_frame, check_item, check_result, case_step),
    *(flag_setting, flag_run, flag, flag_subject, flag_standing),
)
