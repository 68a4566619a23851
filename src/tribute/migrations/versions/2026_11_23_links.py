"""Affiliates' links, and what a website wants of its snippet and redirects."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_links"
down_revision = "2026_11_23_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("websites", sa.Column("consent_required", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("websites", sa.Column("window_days", sa.Integer(), server_default=sa.text("90"), nullable=False))
    op.add_column("websites", sa.Column("default_url", sa.Text(), nullable=True))
    op.create_table(
        "links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("sub_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_links_affiliate_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_links_website_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("affiliate_id", "slug", name="uq_links_affiliate_id_slug"),
    )
    op.create_index("ix_links_website_id", "links", ["website_id"], unique=False)
