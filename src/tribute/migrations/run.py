"""Alembic, called from the program instead of from its command line; the settings file that it usually wants is made here in memory."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Run the missing steps on a connection, within the transaction that it is in: all, or as far as one of them."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def known_revisions() -> frozenset[str]:
    """The steps that this program has."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def alembic_config() -> Config:
    """Where the steps lie: in this package, also when it is installed from a wheel."""
    config = Config()
    config.set_main_option("script_location", "tribute:migrations")
    config.set_main_option("path_separator", "os")
    return config
