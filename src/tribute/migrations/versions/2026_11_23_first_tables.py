"""The first tables: websites, affiliates and their codes, daily salts; owners, passwords, links, sessions and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "affiliates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_affiliates"),
        sa.UniqueConstraint("email_key", name="uq_affiliates_email_key"),
    )
    op.create_table(
        "owners",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owners"),
        sa.UniqueConstraint("email_key", name="uq_owners_email_key"),
    )
    op.create_table(
        "passwords",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'affiliate')", name=op.f("ck_passwords_role")),
        sa.PrimaryKeyConstraint("role", "person_id", name="pk_passwords"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'affiliate')", name=op.f("ck_sessions_role")),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person", "sessions", ["role", "person_id"], unique=False)
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'affiliate')", name=op.f("ck_sign_in_links_role")),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_links"),
    )
    op.create_index("ix_sign_in_links_person", "sign_in_links", ["role", "person_id"], unique=False)
    op.create_table(
        "websites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("write_key", sa.Text(), nullable=False),
        sa.Column("link_parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_websites"),
        sa.UniqueConstraint("domain", name="uq_websites_domain"),
        sa.UniqueConstraint("name_key", name="uq_websites_name_key"),
        sa.UniqueConstraint("write_key", name="uq_websites_write_key"),
    )
    op.create_table(
        "affiliate_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_affiliate_codes_affiliate_id"),
        sa.PrimaryKeyConstraint("code", name="pk_affiliate_codes"),
    )
    op.create_index("ix_affiliate_codes_affiliate_id", "affiliate_codes", ["affiliate_id"], unique=False)
    op.create_index(
        "uq_affiliate_codes_primary",
        "affiliate_codes",
        ["affiliate_id"],
        unique=True,
        sqlite_where=sa.text("is_primary"),
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "cookieless_salts",
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_cookieless_salts_website_id"),
        sa.PrimaryKeyConstraint("website_id", "day", name="pk_cookieless_salts"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'affiliate') = (affiliate_id IS NOT NULL)", name=op.f("ck_tokens_affiliate")),
        sa.CheckConstraint("role IN ('owner', 'affiliate')", name=op.f("ck_tokens_role")),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_tokens_affiliate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
    )
    op.create_index("ix_tokens_affiliate_id", "tokens", ["affiliate_id"], unique=False)
    op.create_table(
        "website_sources",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('source_id', 'host')", name=op.f("ck_website_sources_kind")),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_website_sources_website_id"),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_website_sources"),
    )
    op.create_index("ix_website_sources_website_id", "website_sources", ["website_id"], unique=False)
