"""Programs, customers, conversions, decisions, commissions and the double-entry books.

One step for all of money: its tables point at each other. The long functions are lists of columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_money"
down_revision = "2026_11_23_links"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("program_terms", "enrollment_changes", "decisions", "transactions", "entries", "audit_log")

_SQLITE = """CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    _programs()
    _program_websites()
    _program_terms()
    _program_groups()
    _enrollment_changes()
    _coupons()
    _customers()
    _customer_keys()
    _conversions()
    _decisions()
    _cap_uses()
    _refunds()
    _disputes()
    _money_outbox()
    _commissions()
    _reversals()
    _adjustments()
    _accounts()
    _transactions()
    _entries()
    _audit_log()
    _refuse_changes()


def _place_text() -> sa.types.TypeEngine[str]:
    """Ordered by code points on every database."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _refuse_changes() -> None:
    """Let the database keep append-only tables so."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_FUNCTION)
        for table in _APPEND_ONLY:
            op.execute(_POSTGRESQL.format(table=table))
        return
    for table in _APPEND_ONLY:
        for operation in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(table=table, operation=operation))


def _programs() -> None:
    op.create_table(
        "programs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_programs"),
        sa.UniqueConstraint("name_key", name="uq_programs_name_key"),
    )


def _program_websites() -> None:
    op.create_table(
        "program_websites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_websites_program_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_program_websites_website_id"),
        sa.PrimaryKeyConstraint("id", name="pk_program_websites"),
    )
    op.create_index("ix_program_websites_program_id", "program_websites", ["program_id"], unique=False)
    op.create_index(
        "uq_program_websites_current",
        "program_websites",
        ["website_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "uq_program_websites_first",
        "program_websites",
        ["website_id"],
        unique=True,
        sqlite_where=sa.text("joined_at IS NULL"),
        postgresql_where=sa.text("joined_at IS NULL"),
    )


def _program_terms() -> None:
    op.create_table(
        "program_terms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_terms_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_program_terms"),
        sa.UniqueConstraint("program_id", "effective_from", name="uq_program_terms_effective"),
    )
    op.create_index(
        "uq_program_terms_first",
        "program_terms",
        ["program_id"],
        unique=True,
        sqlite_where=sa.text("effective_from IS NULL"),
        postgresql_where=sa.text("effective_from IS NULL"),
    )


def _program_groups() -> None:
    op.create_table(
        "program_groups",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_groups_program_id"),
        sa.PrimaryKeyConstraint("program_id", "name", name="pk_program_groups"),
    )


def _enrollment_changes() -> None:
    op.create_table(
        "enrollment_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected', 'invited', 'deactivated', 'banned')", name="state"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_enrollment_changes_affiliate_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_enrollment_changes_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrollment_changes"),
        sa.UniqueConstraint("program_id", "affiliate_id", "number", name="uq_enrollment_changes_number"),
    )
    op.create_index("ix_enrollment_changes_affiliate_id", "enrollment_changes", ["affiliate_id"], unique=False)


def _coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_coupons_affiliate_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_coupons_program_id"),
        sa.PrimaryKeyConstraint("program_id", "code", name="pk_coupons"),
    )
    op.create_index("ix_coupons_affiliate_id", "coupons", ["affiliate_id"], unique=False)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_email", sa.Text(), nullable=True),
        sa.Column("shown_external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_customers_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_program_id", "customers", ["program_id"], unique=False)


def _customer_keys() -> None:
    op.create_table(
        "customer_keys",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('external', 'email')", name="kind"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_keys_customer_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_customer_keys_program_id"),
        sa.PrimaryKeyConstraint("program_id", "kind", "value", name="pk_customer_keys"),
    )
    op.create_index("ix_customer_keys_customer_id", "customer_keys", ["customer_id"], unique=False)


def _conversions() -> None:
    op.create_table(
        "conversions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=True),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("source", _place_text(), nullable=False),
        sa.Column("external_id", _place_text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("commissionable_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=True),
        sa.Column("click_id", sa.Text(), nullable=True),
        sa.Column("affiliate_code", sa.Text(), nullable=True),
        sa.Column("coupon", sa.Text(), nullable=True),
        sa.Column("payment_reference", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("customer_email_hash", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("credited_affiliate_id", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_reason", sa.Text(), nullable=True),
        sa.Column("assigned_affiliate_id", sa.Text(), nullable=True),
        sa.Column("assigned_note", sa.Text(), nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked_to", sa.Text(), nullable=True),
        sa.Column("kept_apart", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rejected_note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('sale', 'lead')", name="kind"),
        sa.CheckConstraint("status IN ('awaiting_events', 'provisional', 'decided', 'held')", name="status"),
        sa.CheckConstraint("amount_minor >= 0 AND tax_minor >= 0 AND shipping_minor >= 0", name="amounts"),
        sa.CheckConstraint("commissionable_minor = amount_minor - tax_minor - shipping_minor", name="commissionable"),
        sa.CheckConstraint("commissionable_minor >= 0", name="commissionable_sign"),
        sa.ForeignKeyConstraint(["assigned_affiliate_id"], ["affiliates.id"], name="fk_conversions_assigned_affiliate_id"),
        sa.ForeignKeyConstraint(["credited_affiliate_id"], ["affiliates.id"], name="fk_conversions_credited_affiliate_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_conversions_customer_id"),
        sa.ForeignKeyConstraint(["linked_to"], ["conversions.id"], name="fk_conversions_linked_to"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_conversions_program_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_conversions_website_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversions"),
        sa.UniqueConstraint("source", "external_id", name="uq_conversions_external"),
    )
    op.create_index(
        "ix_conversions_credited",
        "conversions",
        ["program_id", "credited_affiliate_id", "occurred_at", "source", "external_id", "currency", "kind", "commissionable_minor"],
        unique=False,
        sqlite_where=sa.text("credited_affiliate_id IS NOT NULL"),
        postgresql_where=sa.text("credited_affiliate_id IS NOT NULL"),
    )
    op.create_index(
        "ix_conversions_customer",
        "conversions",
        ["customer_id", "occurred_at", "source", "external_id"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NOT NULL"),
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_conversions_due",
        "conversions",
        ["program_id", "occurred_at", "source", "external_id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversions_linked",
        "conversions",
        ["linked_to"],
        unique=False,
        sqlite_where=sa.text("linked_to IS NOT NULL"),
        postgresql_where=sa.text("linked_to IS NOT NULL"),
    )
    op.create_index(
        "ix_conversions_payment",
        "conversions",
        ["payment_reference"],
        unique=False,
        sqlite_where=sa.text("payment_reference IS NOT NULL"),
        postgresql_where=sa.text("payment_reference IS NOT NULL"),
    )
    op.create_index("ix_conversions_program", "conversions", ["program_id", "occurred_at", "id"], unique=False)
    op.create_index("ix_conversions_status", "conversions", ["status", "occurred_at", "id"], unique=False)
    op.create_index("ix_conversions_time", "conversions", ["occurred_at", "id"], unique=False)
    op.create_index("ix_conversions_website", "conversions", ["website_id", "occurred_at", "id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_decisions_conversion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("conversion_id", "number", name="uq_decisions_number"),
    )


def _cap_uses() -> None:
    op.create_table(
        "cap_uses",
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", _place_text(), nullable=False),
        sa.Column("external_id", _place_text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_cap_uses_affiliate_id"),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_cap_uses_conversion_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_cap_uses_program_id"),
        sa.PrimaryKeyConstraint("conversion_id", "rule_key", name="pk_cap_uses"),
    )
    op.create_index(
        "ix_cap_uses_standing",
        "cap_uses",
        ["program_id", "rule_key", "affiliate_id", "occurred_at", "source", "external_id", "amount_minor"],
        unique=False,
    )


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_refunds_conversion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("conversion_id", "external_id", name="uq_refunds_external"),
    )


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('won', 'lost')", name="outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed"),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_disputes_conversion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
        sa.UniqueConstraint("conversion_id", "external_id", name="uq_disputes_external"),
    )


def _money_outbox() -> None:
    op.create_table(
        "money_outbox",
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_money_outbox_conversion_id"),
        sa.PrimaryKeyConstraint("conversion_id", name="pk_money_outbox"),
    )


def _commissions() -> None:
    op.create_table(
        "commissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversion_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("held_reason", sa.Text(), nullable=True),
        sa.Column("payable_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'approved', 'paid', 'reversed', 'held', 'rejected')", name="status"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("reversed_minor >= 0 AND reversed_minor <= amount_minor", name="reversed"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_commissions_affiliate_id"),
        sa.ForeignKeyConstraint(["conversion_id"], ["conversions.id"], name="fk_commissions_conversion_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_commissions_decision_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_commissions_program_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_commissions_website_id"),
        sa.PrimaryKeyConstraint("id", name="pk_commissions"),
    )
    op.create_index(
        "ix_commissions_affiliate",
        "commissions",
        ["affiliate_id", "occurred_at", "id", "website_id", "status", "currency", "amount_minor", "reversed_minor"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_affiliate_both",
        "commissions",
        ["affiliate_id", "website_id", "status", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_affiliate_program",
        "commissions",
        ["affiliate_id", "program_id", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_affiliate_status",
        "commissions",
        ["affiliate_id", "status", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_affiliate_website",
        "commissions",
        ["affiliate_id", "website_id", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_commissions_conversion", "commissions", ["conversion_id"], unique=False)
    op.create_index(
        "ix_commissions_status",
        "commissions",
        ["status", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_time",
        "commissions",
        ["occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_commissions_waiting",
        "commissions",
        ["status", "payable_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL AND status = 'pending'"),
        postgresql_where=sa.text("superseded_at IS NULL AND status = 'pending'"),
    )
    op.create_index(
        "ix_commissions_website",
        "commissions",
        ["website_id", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_commissions_current",
        "commissions",
        ["conversion_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("commission_id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("website_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("refund_id", sa.Text(), nullable=True),
        sa.Column("dispute_id", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(refund_id IS NULL) <> (dispute_id IS NULL)", name="cause"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_reversals_affiliate_id"),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name="fk_reversals_commission_id"),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name="fk_reversals_dispute_id"),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name="fk_reversals_refund_id"),
        sa.ForeignKeyConstraint(["website_id"], ["websites.id"], name="fk_reversals_website_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reversals"),
    )
    op.create_index(
        "ix_reversals_affiliate",
        "reversals",
        ["affiliate_id", "occurred_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_reversals_commission", "reversals", ["commission_id"], unique=False)
    op.create_index(
        "ix_reversals_time",
        "reversals",
        ["occurred_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_reversals_dispute",
        "reversals",
        ["commission_id", "dispute_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_reversals_refund",
        "reversals",
        ["commission_id", "refund_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _adjustments() -> None:
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_minor > 0 OR (kind = 'correction' AND amount_minor < 0)", name="amount"),
        sa.CheckConstraint("kind IN ('bonus', 'correction')", name="kind"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_adjustments_affiliate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_adjustments"),
    )
    op.create_index("ix_adjustments_affiliate", "adjustments", ["affiliate_id", "created_at", "id"], unique=False)
    op.create_index("ix_adjustments_time", "adjustments", ["created_at", "id"], unique=False)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("affiliate_id", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("affiliate_id IS NOT NULL OR kind NOT IN ('pending', 'approved', 'held', 'adjustments')", name="affiliate"),
        sa.CheckConstraint("affiliate_id IS NULL OR kind NOT IN ('commission_expense', 'adjustment_expense')", name="house"),
        sa.ForeignKeyConstraint(["affiliate_id"], ["affiliates.id"], name="fk_accounts_affiliate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("kind", "affiliate_id", "currency", name="uq_accounts_kind"),
    )
    op.create_index("ix_accounts_affiliate", "accounts", ["affiliate_id"], unique=False)
    op.create_index(
        "uq_accounts_house",
        "accounts",
        ["kind", "currency"],
        unique=True,
        sqlite_where=sa.text("affiliate_id IS NULL"),
        postgresql_where=sa.text("affiliate_id IS NULL"),
    )


def _transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause_kind", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transactions"),
        sa.UniqueConstraint("cause_kind", "cause_id", "step", name="uq_transactions_cause"),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name="amount"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_entries_account_id"),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name="fk_entries_transaction_id"),
        sa.PrimaryKeyConstraint("transaction_id", "account_id", name="pk_entries"),
    )
    op.create_index("ix_entries_account_id", "entries", ["account_id"], unique=False)


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_subject", "audit_log", ["subject_kind", "subject_id", "at", "id"], unique=False)
    op.create_index("ix_audit_log_time", "audit_log", ["at", "id"], unique=False)
