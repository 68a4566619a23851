"""What people decide for themselves: preferences, profile, payout details, a new e-mail address, widgets, and the mails they had."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_own_settings"
down_revision = "2026_11_23_mails"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_KINDS = "kind IN ('owner', 'affiliate')"


def upgrade() -> None:
    _people()
    _affiliates()
    _embeds()


def _people() -> None:
    op.create_table(
        "preferences",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("mails_conversions", sa.Boolean(), nullable=False),
        sa.Column("mails_approvals", sa.Boolean(), nullable=False),
        sa.Column("mails_weekly", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_preferences_kind")),
        sa.PrimaryKeyConstraint("kind", "person_id", name="pk_preferences"),
    )
    op.create_table(
        "email_changes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_email_changes_kind")),
        sa.PrimaryKeyConstraint("kind", "person_id", name="pk_email_changes"),
        sa.UniqueConstraint("token_hash", name="uq_email_changes_token_hash"),
    )


def _affiliates() -> None:
    op.create_table(
        "affiliate_profiles",
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("websites", sa.JSON(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_affiliate_profiles_affiliate_id"),
        sa.PrimaryKeyConstraint("affiliate_id", name="pk_affiliate_profiles"),
    )
    op.create_table(
        "payout_details",
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_payout_details_affiliate_id"),
        sa.PrimaryKeyConstraint("affiliate_id", name="pk_payout_details"),
    )
    op.create_table(
        "mail_marks",
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until_at", _AT, nullable=False),
        sa.Column("mailed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_mail_marks_affiliate_id"),
        sa.PrimaryKeyConstraint("affiliate_id", "kind", name="pk_mail_marks"),
    )


def _embeds() -> None:
    op.create_table(
        "embeds",
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_embeds_affiliate_id"),
        sa.PrimaryKeyConstraint("token_id", name="pk_embeds"),
    )
    op.create_index("ix_transactions_time", "transactions", ["at"], unique=False)
    op.create_index("ix_embeds_affiliate_id", "embeds", ["affiliate_id"], unique=False)
