"""The outbox: conversions whose facts the analytics store must be told, or told again. Filled in the transaction of the change.

Used by the use cases of money, and by the job that tells the store: it takes, tells, and then clears what it took.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import delete, insert_or_ignore, update
from tribute.ledger.models_orders import MoneyOutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversion to tell of, and how often it was put here since it was last cleared."""

    conversion_id: str
    mark: int


class Outbox:
    """Reads and writes within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, conversion_ids: Collection[str]) -> None:
        """Have these told (again). Idempotent; also while they are being told, which then does not clear them."""
        for conversion_id in sorted(conversion_ids):
            if not insert_or_ignore(self._session, MoneyOutboxRow, {"conversion_id": conversion_id, "mark": 1}):
                again = update(MoneyOutboxRow).where(MoneyOutboxRow.conversion_id == conversion_id)
                self._session.execute(again.values(mark=MoneyOutboxRow.mark + 1))

    def take(self, limit: int) -> Sequence[Waiting]:
        """Some of what waits; it stays until it is cleared."""
        query = sa.select(MoneyOutboxRow.conversion_id, MoneyOutboxRow.mark).order_by(MoneyOutboxRow.conversion_id).limit(limit)
        return [Waiting(*row) for row in self._session.execute(query)]

    def clear(self, told: Collection[Waiting]) -> None:
        """Forget what was told, unless it was put here again since it was taken."""
        for one in sorted(told, key=lambda waiting: waiting.conversion_id):
            this = (MoneyOutboxRow.conversion_id == one.conversion_id, MoneyOutboxRow.mark == one.mark)
            self._session.execute(delete(MoneyOutboxRow).where(*this))

    def waiting(self) -> int:
        """How many wait."""
        return self._session.scalar(sa.select(sa.func.count()).select_from(MoneyOutboxRow)) or 0
