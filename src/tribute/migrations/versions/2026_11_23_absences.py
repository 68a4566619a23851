"""When affiliates and coupons were out of use, so that taking one up again changes nothing about the orders placed meanwhile."""

import sqlalchemy as sa
from alembic import op

from tribute.kit.ids import new_id

revision = "2026_11_23_absences"
down_revision = "2026_11_23_lists_of_affiliates"
branch_labels = None
depends_on = None

_LASTING = sa.text("until_at IS NULL")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _affiliate_absences()
    _coupon_absences()
    _carry_over("affiliates", "affiliate_absences", {"id": "affiliate_id"}, "deactivated_at")
    _carry_over("coupons", "coupon_absences", {"program_id": "program_id", "code": "code"}, "disabled_at")


def _affiliate_absences() -> None:
    op.create_table(
        "affiliate_absences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("from_at", _AT, nullable=False),
        sa.Column("until_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_affiliate_absences_affiliate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_affiliate_absences"),
    )
    op.create_index("ix_affiliate_absences_affiliate_id", "affiliate_absences", ["affiliate_id"], unique=False)
    op.create_index(
        "uq_affiliate_absences_lasting",
        "affiliate_absences",
        ["affiliate_id"],
        unique=True,
        sqlite_where=_LASTING,
        postgresql_where=_LASTING,
    )


def _coupon_absences() -> None:
    op.create_table(
        "coupon_absences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("from_at", _AT, nullable=False),
        sa.Column("until_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["program_id", "code"], ["coupons.program_id", "coupons.code"], name="fk_coupon_absences_coupon"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon_absences"),
    )
    op.create_index("ix_coupon_absences_coupon", "coupon_absences", ["program_id", "code"], unique=False)
    op.create_index(
        "uq_coupon_absences_lasting",
        "coupon_absences",
        ["program_id", "code"],
        unique=True,
        sqlite_where=_LASTING,
        postgresql_where=_LASTING,
    )


def _carry_over(source: str, target: str, keys: dict[str, str], since: str) -> None:
    """Who is out of use now has been since then; earlier times were not kept."""
    out = sa.table(source, *(sa.column(key, sa.Text()) for key in keys), sa.column(since, _AT))
    absences = sa.table(
        target, sa.column("id", sa.Text()), *(sa.column(key, sa.Text()) for key in keys.values()), sa.column("from_at", _AT)
    )
    query = sa.select(*(out.c[key].label(name) for key, name in keys.items()), out.c[since].label("from_at"))
    rows = op.get_bind().execute(query.where(out.c[since].is_not(None))).mappings()
    op.bulk_insert(absences, [{"id": new_id("abs"), **row} for row in rows])
