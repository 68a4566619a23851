"""Who was considered for an order and earns nothing by it, so that affiliates can be told why."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_passed_over"
down_revision = "2026_11_23_second_factors"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_AT_ONCE = 1_000


def upgrade() -> None:
    op.create_table(
        "passed_over",
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_passed_over_affiliate_id"),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_passed_over_conversion_id"),
        sa.PrimaryKeyConstraint("conversion_id", "affiliate_id", name="pk_passed_over"),
    )
    op.create_index("ix_passed_over_affiliate", "passed_over", ["affiliate_id", "occurred_at", "conversion_id"], unique=False)
    _carry_over()


def _carry_over() -> None:
    """What the newest decision about each order says of it."""
    conversions = sa.table("conversions", sa.column("id", sa.Text()), sa.column("decision_id", sa.Text()), sa.column("occurred_at", _AT))
    decisions = sa.table("decisions", sa.column("id", sa.Text()), sa.column("record", sa.JSON()))
    passed_over = sa.table(
        "passed_over", *(sa.column(name, sa.Text()) for name in ("conversion_id", "affiliate_id")), sa.column("occurred_at", _AT)
    )
    query = sa.select(conversions.c.id, conversions.c.occurred_at, decisions.c.record)
    query = query.join(decisions, decisions.c.id == conversions.c.decision_id)
    found = op.get_bind().execute(query).all()
    rows = [
        {"conversion_id": conversion_id, "affiliate_id": affiliate_id, "occurred_at": at}
        for conversion_id, at, record in found
        for affiliate_id in sorted(_passed_over(record))
    ]
    for start in range(0, len(rows), _AT_ONCE):
        op.bulk_insert(passed_over, rows[start : start + _AT_ONCE])


def _passed_over(record: dict[str, Any]) -> set[str]:
    """As `Decision.passed_over` had it when this was written."""
    named = {one.get("affiliate_id") for one in record.get("considered", ())} | {record.get("affiliate_id")}
    if record["outcome"] == "attributed" and record.get("commission_minor"):
        named.discard(record.get("affiliate_id"))
    return {one for one in named if one is not None}
