"""The registry's tables: the one description of what is stored.

Dimensions of the ledger are text codes and never NULL: "not reported" and "not applicable" are
codes with a row of their own, so that a GROUP BY never loses a person. The ledger, the audit
trail and the surveys are append-only; triggers made by the migrations refuse UPDATE and DELETE.
"""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

BIG = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class CodeCols(TypedColumns):
    code = Column(Text, primary_key=True)
    name_zh: Named[str] = Column(Text)
    name_en: Named[str] = Column(Text)


class SchoolCols(CodeCols):
    initials: Named[str] = Column(Text)
    tier: Named[str] = Column(Text)
    supervisor: Named[str] = Column(Text)
    province: Named[str] = Column(Text)
    city: Named[str] = Column(Text)
    moe_code: Named[str] = Column(Text)
    synthetic: Named[bool]
    flagged: Named[bool]


class CatalogueCols(CodeCols):
    family: Named[str] = Column(Text)
    source: Named[str] = Column(Text)
    licence: Named[str] = Column(Text)


class DisciplineCols(CodeCols):
    catalogue: Named[str] = Column(Text, ForeignKey("catalogue.code"))
    official_code: Named[str] = Column(Text)
    rank: Named[str] = Column(Text)
    parent: Named[str | None] = Column(Text, ForeignKey("discipline.code"))
    initials: Named[str] = Column(Text)
    flagged: Named[bool]


class DestinationCols(CodeCols):
    parent: Named[str | None] = Column(Text, ForeignKey("destination.code"))
    flagged: Named[bool]
    evidence: Named[str] = Column(Text)
    position: Named[int]


class EditionCols(CodeCols):
    first_cohort: Named[int]
    rate_name_zh: Named[str] = Column(Text)
    rate_name_en: Named[str] = Column(Text)
    source: Named[str] = Column(Text)
    position: Named[int]


class DestinationGroupCols(TypedColumns):
    edition = Column(Text, ForeignKey("edition.code"), primary_key=True)
    code = Column(Text, primary_key=True)
    name_zh: Named[str] = Column(Text)
    name_en: Named[str] = Column(Text)
    employed: Named[bool]
    position: Named[int]


class EditionMemberCols(TypedColumns):
    edition = Column(Text, ForeignKey("edition.code"), primary_key=True)
    destination = Column(Text, ForeignKey("destination.code"), primary_key=True)
    group_code: Named[str] = Column(Text)
    employed: Named[bool]


class RegionCols(CodeCols):
    short_zh: Named[str] = Column(Text)
    rank: Named[str] = Column(Text)
    parent: Named[str | None] = Column(Text, ForeignKey("region.code"))
    longitude: Named[float | None]
    latitude: Named[float | None]


class RegionGroupCols(TypedColumns):
    scheme = Column(Text, primary_key=True)
    code = Column(Text, primary_key=True)
    name_zh: Named[str] = Column(Text)
    name_en: Named[str] = Column(Text)
    position: Named[int]


class RegionGroupMemberCols(TypedColumns):
    scheme = Column(Text, primary_key=True)
    group_code = Column(Text, primary_key=True)
    region = Column(Text, ForeignKey("region.code"), primary_key=True)


class EmployerKindCols(CodeCols):
    kind_group: Named[str] = Column(Text)


class IndustryCols(CodeCols):
    gbt4754: Named[str] = Column(Text)


class LevelCols(CodeCols):
    parent: Named[str | None] = Column(Text, ForeignKey("level.code"))
    position: Named[int]


class ReportingRuleCols(CodeCols):
    """Years are relative to the cohort's; ``weekday`` counts from Monday = 0."""

    every: Named[str] = Column(Text)
    weekday: Named[int | None]
    first_year: Named[int]
    first_month: Named[int]
    last_year: Named[int]
    last_month: Named[int]
    required: Named[bool]
    due_days: Named[int]
    grace_days: Named[int]
    source: Named[str] = Column(Text)


class HolidayCols(TypedColumns):
    day = Column(Date, primary_key=True)
    name_zh: Named[str] = Column(Text)
    name_en: Named[str] = Column(Text)


class SurveyItemCols(CodeCols):
    kind: Named[str] = Column(Text)
    dimension: Named[str] = Column(Text)
    scale: Named[str] = Column(Text)
    question_zh: Named[str] = Column(Text)
    question_en: Named[str] = Column(Text)
    position: Named[int]


class ContributionRuleCols(CodeCols):
    verified: Named[bool]
    source: Named[str] = Column(Text)
    position: Named[int]


class ContributionConditionCols(TypedColumns):
    rule = Column(Text, ForeignKey("contribution_rule.code"), primary_key=True)
    field = Column(Text, primary_key=True)
    code = Column(Text, primary_key=True)


class AccountCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    username: Named[str] = Column(Text, unique=True)
    display_name: Named[str] = Column(Text)
    role: Named[str] = Column(Text)
    school: Named[str | None] = Column(Text, ForeignKey("school.code"))
    password_hash: Named[str] = Column(Text)
    active: Named[bool]
    created_at: Named[dt.datetime]


class ReturnCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    kind: Named[str] = Column(Text)
    cohort: Named[int]
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    level: Named[str | None] = Column(Text, ForeignKey("level.code"))
    counted_on: Named[dt.date]
    edition: Named[str | None] = Column(Text, ForeignKey("edition.code"))
    source: Named[str] = Column(Text)
    content_hash: Named[str] = Column(Text, unique=True)
    rows: Named[int]
    status: Named[str] = Column(Text)
    synthetic: Named[bool]
    accepted_at: Named[dt.datetime]
    accepted_by: Named[str] = Column(Text)
    received_on: Named[dt.date | None]


class SubjectCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    cohort: Named[int]
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    key: Named[str] = Column(Text)
    person_hash: Named[str | None] = Column(Text)


class CellCols(TypedColumns):
    """The dimensions that a state and a movement share (the cell of the ledger)."""

    level: Named[str] = Column(Text)
    discipline: Named[str] = Column(Text)
    sex: Named[str] = Column(Text)
    origin: Named[str] = Column(Text)
    destination: Named[str] = Column(Text)
    work_region: Named[str] = Column(Text)
    employer_kind: Named[str] = Column(Text)
    industry: Named[str] = Column(Text)


CELL = tuple(CellCols.__annotations__)


class StateCols(CellCols):
    seq = Column(BIG, primary_key=True)
    subject_id: Named[int] = Column(BIG, ForeignKey("subject.id"))
    return_id: Named[int] = Column(Integer, ForeignKey("returns.id"))
    counted_on: Named[dt.date]
    n: Named[int]


class MovementCols(CellCols):
    seq = Column(BIG, primary_key=True)
    return_id: Named[int] = Column(Integer, ForeignKey("returns.id"))
    counted_on: Named[dt.date]
    cohort: Named[int]
    school: Named[str] = Column(Text)
    delta: Named[int]


class SurveyCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    kind: Named[str] = Column(Text)
    cohort: Named[int]
    title: Named[str] = Column(Text)
    fielded_on: Named[dt.date | None]
    source: Named[str] = Column(Text)
    content_hash: Named[str] = Column(Text, unique=True)
    synthetic: Named[bool]
    imported_at: Named[dt.datetime]
    imported_by: Named[str] = Column(Text)


class SurveyInvitedCols(TypedColumns):
    survey_id = Column(Integer, ForeignKey("survey.id"), primary_key=True)
    school = Column(Text, ForeignKey("school.code"), primary_key=True)
    level = Column(Text, primary_key=True)
    invited: Named[int]


class SurveyRespondentCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    survey_id: Named[int] = Column(Integer, ForeignKey("survey.id"))
    school: Named[str] = Column(Text, ForeignKey("school.code"))
    level: Named[str] = Column(Text)
    discipline: Named[str] = Column(Text)
    weight: Named[float]


class SurveyAnswerCols(TypedColumns):
    respondent_id = Column(BIG, ForeignKey("survey_respondent.id"), primary_key=True)
    item = Column(Text, ForeignKey("survey_item.code"), primary_key=True)
    value: Named[float]


class ClaimCols(TypedColumns):
    id = Column(Integer, primary_key=True)
    report: Named[str] = Column(Text)
    section: Named[str] = Column(Text)
    item: Named[str] = Column(Text)
    label: Named[str] = Column(Text)
    value: Named[str] = Column(Text)
    unit: Named[str] = Column(Text)
    as_of: Named[dt.date | None]
    definition: Named[str] = Column(Text)
    cohort: Named[int]
    level: Named[str | None] = Column(Text, ForeignKey("level.code"))
    source: Named[str] = Column(Text)


class AuditEventCols(TypedColumns):
    id = Column(BIG, primary_key=True)
    at: Named[dt.datetime]
    actor: Named[str] = Column(Text)
    action: Named[str] = Column(Text)
    detail: Named[str] = Column(Text)


class MetaCols(TypedColumns):
    key = Column(Text, primary_key=True)
    value: Named[str] = Column(Text)


school = Table("school", metadata, SchoolCols)
catalogue = Table("catalogue", metadata, CatalogueCols)
discipline = Table("discipline", metadata, DisciplineCols)
destination = Table("destination", metadata, DestinationCols)
edition = Table("edition", metadata, EditionCols)
destination_group = Table("destination_group", metadata, DestinationGroupCols)
edition_member = Table("edition_member", metadata, EditionMemberCols)
region = Table("region", metadata, RegionCols)
region_group = Table("region_group", metadata, RegionGroupCols)
region_group_member = Table("region_group_member", metadata, RegionGroupMemberCols)
employer_kind = Table("employer_kind", metadata, EmployerKindCols)
industry = Table("industry", metadata, IndustryCols)
level = Table("level", metadata, LevelCols)
reporting_rule = Table("reporting_rule", metadata, ReportingRuleCols)
holiday = Table("holiday", metadata, HolidayCols)
survey_item = Table("survey_item", metadata, SurveyItemCols)
contribution_rule = Table("contribution_rule", metadata, ContributionRuleCols)
contribution_condition = Table("contribution_condition", metadata, ContributionConditionCols)
account = Table("account", metadata, AccountCols)
returns = Table("returns", metadata, ReturnCols)
subject = Table("subject", metadata, SubjectCols, UniqueConstraint("cohort", "school", "key"))
state = Table(
    "state",
    metadata,
    StateCols,
    Index(None, "subject_id", "counted_on", "seq"),
    sqlite_autoincrement=True,
)
movement = Table("movement", metadata, MovementCols, sqlite_autoincrement=True)
survey = Table("survey", metadata, SurveyCols)
survey_invited = Table("survey_invited", metadata, SurveyInvitedCols)
survey_respondent = Table(
    "survey_respondent", metadata, SurveyRespondentCols, Index(None, "survey_id", "school")
)
survey_answer = Table("survey_answer", metadata, SurveyAnswerCols)
claim = Table(
    "claim",
    metadata,
    ClaimCols,
    UniqueConstraint("report", "section", "item", "label"),
)
audit_event = Table(
    "audit_event",
    metadata,
    AuditEventCols,
    Index(None, "at"),
    Index(None, "actor", "at"),
    Index(None, "action", "at"),
    Index(None, "actor", "action", "at"),
    sqlite_autoincrement=True,
)
meta = Table("meta", metadata, MetaCols)

APPEND_ONLY = (state, movement, audit_event)
SURVEYS = (survey, survey_invited, survey_respondent, survey_answer)  # append-only too
