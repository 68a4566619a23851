"""Applications that came in through the API name no terms: nobody was shown any there, so none were accepted."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_terms_accepted"
down_revision = "2026_11_23_creatives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A form has a `sent_key` that is computed of it; what the API brought has its own id there."""
    with op.batch_alter_table("applications") as applications:
        applications.alter_column("terms_id", existing_type=sa.Text(), nullable=True)
    applications_now = sa.table("applications", sa.column("id"), sa.column("sent_key"), sa.column("terms_id"))
    through_the_api = applications_now.c.sent_key == applications_now.c.id
    op.execute(sa.update(applications_now).where(through_the_api).values(terms_id=sa.null()))
