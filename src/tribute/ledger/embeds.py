"""Widgets with an affiliate's own numbers, each under the id of the token that it is shown by. A repository without rules of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import columns_of, delete, insert, values_of
from tribute.ledger.models_own import EmbedRow


@dataclass(frozen=True, slots=True)
class EmbedRecord:
    """A widget: which numbers of which window, how it looks, and on which sites it may stand (on any without)."""

    token_id: str
    affiliate_id: str
    name: str
    metrics: Sequence[str]
    window: str
    theme: str
    sites: Sequence[str]
    created_at: datetime


_EMBED = columns_of(EmbedRow, EmbedRecord)


class Embeds:
    """Reads and writes widgets within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: EmbedRecord) -> None:
        """Keep a widget."""
        insert(self._session, EmbedRow, values_of(record))

    def by_token(self, token_id: str) -> EmbedRecord | None:
        """The widget of a token."""
        found = self._session.execute(sa.select(*_EMBED).where(EmbedRow.token_id == token_id)).first()
        return EmbedRecord(*found) if found is not None else None

    def of(self, affiliate_id: str) -> Sequence[EmbedRecord]:
        """An affiliate's, the newest first."""
        query = sa.select(*_EMBED).where(EmbedRow.affiliate_id == affiliate_id).order_by(EmbedRow.created_at.desc(), EmbedRow.token_id)
        return [EmbedRecord(*values) for values in self._session.execute(query)]

    def remove(self, token_id: str) -> None:
        """Forget a widget. Idempotent."""
        self._session.execute(delete(EmbedRow).where(EmbedRow.token_id == token_id))
