"""Takes every second factor and passkey of a person away, for whoever lost them all or leaves the team. Called by who writes it down."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models_factors import AuthenticatorRow, PasskeyRow, RecoveryCodeRow, StepRow
from tribute.access.people import Person

_TABLES = (AuthenticatorRow, RecoveryCodeRow, PasskeyRow, StepRow)


def reset_second_factors(session: Session, person: Person) -> None:
    """A password or a link is enough from now on. Idempotent."""
    for table in _TABLES:
        session.execute(sa.delete(table).where(table.role == person.kind, table.person_id == person.id))
