"""Texts and banners that owners give a program's affiliates."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_creatives"
down_revision = "2026_11_23_passed_over"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "creatives",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("removed_at", _AT, nullable=True),
        sa.CheckConstraint("(image IS NULL) = (media_type IS NULL)", name="image"),
        sa.CheckConstraint("(image IS NULL) = (width IS NULL AND height IS NULL)", name="size"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_creatives_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_creatives"),
    )
    op.create_index("ix_creatives_program_id", "creatives", ["program_id"], unique=False)
