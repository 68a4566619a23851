"""A sender's own id for an adjustment, by which it is booked once."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_adjustment_ids"
down_revision = "2026_11_23_absences"
branch_labels = None
depends_on = None

_TOLD = sa.text("external_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("adjustments", sa.Column("external_id", sa.Text(), nullable=True))
    op.create_index(
        "uq_adjustments_external",
        "adjustments",
        ["affiliate_id", "external_id"],
        unique=True,
        sqlite_where=_TOLD,
        postgresql_where=_TOLD,
    )
