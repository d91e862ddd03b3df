"""Checks, flags and cases: what is verified, what looks odd, and what is followed to its end."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    *("check_frame", "check_item", "check_result", "case_step"),
    *("flag_setting", "flag_run", "flag", "flag_subject", "flag_standing"),
)


def upgrade() -> None:
    _checks()
    _flag_rules()
    _flags()
    _cases()
    _case_steps()
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


def _checks() -> None:
    """Samples, and results by channel."""
    op.create_table(
        "check_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_sample")),
    )
    op.create_table(
        "check_frame",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["check_sample.id"], name=op.f("fk_check_frame_sample_id")
        ),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_check_frame_school")),
        sa.PrimaryKeyConstraint(
            "sample_id", "stratum", "school", "level", "destination", name=op.f("pk_check_frame")
        ),
    )
    op.create_table(
        "check_item",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["check_sample.id"], name=op.f("fk_check_item_sample_id")
        ),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_check_item_school")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_check_item_subject_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", "subject_id", name=op.f("pk_check_item")),
    )
    op.create_table(
        "check_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=True),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["check_sample.id"], name=op.f("fk_check_result_sample_id")
        ),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_check_result_school")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_check_result_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_result")),
    )
    op.create_index(
        op.f("ix_check_result_subject_id"), "check_result", ["subject_id"], unique=False
    )


def _flag_rules() -> None:
    """Words in names of employers, thresholds set by people, and runs of the rules."""
    op.create_table(
        "flag_pattern",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rule"], ["flag_rule.code"], name=op.f("fk_flag_pattern_rule")),
        sa.PrimaryKeyConstraint("rule", "word", "kind", name=op.f("pk_flag_pattern")),
    )
    op.create_table(
        "flag_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rule"], ["flag_rule.code"], name=op.f("fk_flag_setting_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_setting")),
    )
    op.create_table(
        "flag_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.Column("setting", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("ran_at", sa.DateTime(), nullable=False),
        sa.Column("ran_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_run")),
    )


def _flags() -> None:
    """What looks odd, and about whom."""
    op.create_table(
        "flag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rule"], ["flag_rule.code"], name=op.f("fk_flag_rule")),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_flag_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_cohort_school"), "flag", ["cohort", "school"], unique=False)
    op.create_table(
        "flag_subject",
        sa.Column("flag_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_subject_flag_id")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_flag_subject_subject_id")
        ),
        sa.PrimaryKeyConstraint("flag_id", "subject_id", name=op.f("pk_flag_subject")),
    )
    op.create_table(
        "flag_standing",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["flag_run.id"], name=op.f("fk_flag_standing_run_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_standing_flag_id")),
        sa.PrimaryKeyConstraint("run_id", "flag_id", name=op.f("pk_flag_standing")),
    )


def _cases() -> None:
    """Questions followed to their end."""
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("flag_id", sa.BigInteger(), nullable=True),
        sa.Column("result_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_file_flag_id")),
        sa.ForeignKeyConstraint(
            ["result_id"], ["check_result.id"], name=op.f("fk_case_file_result_id")
        ),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_case_file_return_id")),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_case_file_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    op.create_index(op.f("ix_case_file_school"), "case_file", ["school"], unique=False)
    op.create_table(
        "case_subject",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("state_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_subject_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_seq"], ["state.seq"], name=op.f("fk_case_subject_state_seq")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_case_subject_subject_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "subject_id", name=op.f("pk_case_subject")),
    )


def _case_steps() -> None:
    """What was said and shown in a case."""
    op.create_table(
        "case_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_step_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
    )
    op.create_index(op.f("ix_case_step_case_id"), "case_step", ["case_id"], unique=False)
    op.create_table(
        "case_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_evidence_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
    )
