"""Surveys of graduates and employers, and the rules of contribution."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("survey", "survey_invited", "survey_respondent", "survey_answer")


def upgrade() -> None:
    _code_tables()
    _surveys()
    _respondents()
    _refuse_changes()


def _refuse_changes() -> None:
    """UPDATE, DELETE (and TRUNCATE) fail; the function is the first migration's."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _code_tables() -> None:
    op.create_table(
        "survey_item",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("question_zh", sa.Text(), nullable=False),
        sa.Column("question_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_survey_item")),
    )
    op.create_table(
        "contribution_rule",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_contribution_rule")),
    )
    op.create_table(
        "contribution_condition",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule"], ["contribution_rule.code"], name=op.f("fk_contribution_condition_rule")
        ),
        sa.PrimaryKeyConstraint("rule", "field", "code", name=op.f("pk_contribution_condition")),
    )


def _surveys() -> None:
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fielded_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_survey_content_hash")),
    )
    op.create_table(
        "survey_invited",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_survey_invited_school")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_invited_survey_id")
        ),
        sa.PrimaryKeyConstraint("survey_id", "school", "level", name=op.f("pk_survey_invited")),
    )


def _respondents() -> None:
    op.create_table(
        "survey_respondent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("discipline", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school"], ["school.code"], name=op.f("fk_survey_respondent_school")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_respondent_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_respondent")),
    )
    op.create_index(
        op.f("ix_survey_respondent_survey_id_school"), "survey_respondent", ["survey_id", "school"]
    )
    op.create_table(
        "survey_answer",
        sa.Column("respondent_id", BIG, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["survey_item.code"], name=op.f("fk_survey_answer_item")),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["survey_respondent.id"],
            name=op.f("fk_survey_answer_respondent_id"),
        ),
        sa.PrimaryKeyConstraint("respondent_id", "item", name=op.f("pk_survey_answer")),
    )


def downgrade() -> None:
    for table in (
        "survey_answer",
        "survey_respondent",
        "survey_invited",
        "survey",
        "contribution_condition",
        "contribution_rule",
        "survey_item",
    ):
        op.drop_table(table)
