"""The team's roles and names, what people see of their sessions, whose portal a session looks at, and what tokens are limited to."""

import sqlalchemy as sa
from alembic import op

from tribute.kit.ids import new_id

revision = "2026_11_23_people"
down_revision = "2026_11_23_own_settings"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("owners") as owners:
        owners.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
        owners.add_column(sa.Column("role", sa.Text(), nullable=False, server_default="owner"))
        owners.add_column(sa.Column("removed_at", _AT, nullable=True))
        owners.create_check_constraint("role", "role IN ('owner', 'manager', 'viewer')")
    _sessions()
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("owner_id", sa.Text(), nullable=True))
        tokens.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
        tokens.add_column(sa.Column("scopes", sa.JSON(), nullable=True))
        tokens.create_foreign_key("fk_tokens_owner_id", "owners", ["owner_id"], ["id"])
    op.create_index("ix_tokens_owner_id", "tokens", ["owner_id"], unique=False)


def _sessions() -> None:
    """Sessions that stand go on, each with an id of its own by now."""
    op.add_column("sessions", sa.Column("id", sa.Text(), nullable=True))
    sessions = sa.table("sessions", sa.column("id", sa.Text()), sa.column("token_hash", sa.LargeBinary()))
    connection = op.get_bind()
    for token_hash in connection.scalars(sa.select(sessions.c.token_hash)).all():
        connection.execute(sa.update(sessions).where(sessions.c.token_hash == token_hash).values(id=new_id("ses")))
    with op.batch_alter_table("sessions") as table:
        table.alter_column("id", existing_type=sa.Text(), nullable=False)
        table.add_column(sa.Column("device", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("seen_as_affiliate_id", sa.Text(), nullable=True))
        table.create_unique_constraint("uq_sessions_id", ["id"])
        table.create_foreign_key("fk_sessions_seen_as_affiliate_id", "affiliates", ["seen_as_affiliate_id"], ["id"])
