"""Programs' sign-up pages, and the applications that come in through them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_joining"
down_revision = "2026_11_23_adjustment_ids"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "program_sign_ups",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_sign_ups_program_id"),
        sa.PrimaryKeyConstraint("program_id", name="pk_program_sign_ups"),
        sa.UniqueConstraint("slug", name="uq_program_sign_ups_slug"),
    )
    _applications()


def _applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "email", "email_key", "code", "promotes")),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("terms_id", sa.Text(), nullable=False),
        sa.Column("sent_key", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'admitted', 'rejected', 'repeated')", name=op.f("ck_applications_state")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_applications_program_id"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_applications_affiliate_id"),
        sa.ForeignKeyConstraint(["terms_id"], ["program_terms.id"], name="fk_applications_terms_id"),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.UniqueConstraint("sent_key", name="uq_applications_sent_key"),
    )
    op.create_index("ix_applications_affiliate_id", "applications", ["affiliate_id"])
    op.create_index("ix_applications_code", "applications", ["code"])
    op.create_index("ix_applications_person", "applications", ["program_id", "email_key"])
    op.create_index("ix_applications_state", "applications", ["state", "at", "id"])
