"""What Alembic runs around the steps. The connection, and its transaction, come from `tribute.migrations`; there is no offline mode."""

from alembic import context

from tribute.access import models as access_models
from tribute.access import models_factors
from tribute.ledger import models as ledger_models
from tribute.ledger import models_creatives, models_joining, models_mails, models_money, models_orders, models_own, models_programs
from tribute.ledger.database import Base

# Imported so that the metadata knows their tables.
_TABLES_OF = (
    access_models,
    models_factors,
    ledger_models,
    models_programs,
    models_orders,
    models_money,
    models_joining,
    models_mails,
    models_own,
    models_creatives,
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # SQLite can, and all steps are one transaction
)
context.run_migrations()
