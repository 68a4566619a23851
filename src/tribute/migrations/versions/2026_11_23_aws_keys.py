"""Keys with which AWS's own clients sign requests to the AWS-shaped doors."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_aws_keys"
down_revision = "2026_11_23_money"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aws_keys",
        sa.Column("access_key_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=True),
        sa.Column("website_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'affiliate')", name=op.f("ck_aws_keys_role")),
        sa.CheckConstraint("(role = 'affiliate') = (affiliate_id IS NOT NULL)", name=op.f("ck_aws_keys_affiliate")),
        sa.CheckConstraint("affiliate_id IS NULL OR website_id IS NULL", name=op.f("ck_aws_keys_website")),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_aws_keys_affiliate_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_aws_keys_website_id"),
        sa.PrimaryKeyConstraint("access_key_id", name="pk_aws_keys"),
    )
    op.create_index("ix_aws_keys_affiliate_id", "aws_keys", ["affiliate_id"], unique=False)
    op.create_index("ix_aws_keys_website_id", "aws_keys", ["website_id"], unique=False)
