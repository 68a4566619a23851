"""Indexes for what an affiliate reads: the conversions credited to them, and what becomes payable next."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_lists_of_affiliates"
down_revision = "2026_11_23_aws_keys"
branch_labels = None
depends_on = None

_CREDITED = sa.text("credited_affiliate_id IS NOT NULL")
_PENDING = sa.text("superseded_at IS NULL AND status = 'pending'")


def upgrade() -> None:
    op.create_index(
        "ix_conversions_affiliate",
        "conversions",
        ["credited_affiliate_id", "occurred_at", "id"],
        unique=False,
        sqlite_where=_CREDITED,
        postgresql_where=_CREDITED,
    )
    op.create_index(
        "ix_commissions_coming",
        "commissions",
        ["affiliate_id", "currency", "payable_at", "amount_minor", "reversed_minor"],
        unique=False,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
