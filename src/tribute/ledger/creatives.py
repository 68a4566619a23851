"""Texts and banners that an owner gives a program's affiliates. Nothing of one ever changes: another is added, and the old one removed.

Used by the office, and by reports, which scope them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, insert, update
from tribute.ledger.models_creatives import CreativeRow
from tribute.ledger.rules.images import Image
from tribute.ledger.rules.text import is_storable

LONGEST_TEXT: Final = 2_000
MOST: Final = 100
"""Of a program, at a time."""


@dataclass(frozen=True, slots=True)
class CreativeRecord:
    """A text, or, with a media type and a size in pixels, a banner; its image is read by itself."""

    id: str
    program_id: str
    text: str
    media_type: str | None
    width: int | None
    height: int | None
    created_at: datetime
    removed_at: datetime | None


_CREATIVE = columns_of(CreativeRow, CreativeRecord)


class Creatives:
    """Reads and writes creatives within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, program_id: str, text: str, image: Image | None = None) -> CreativeRecord:
        """Add a text, or a banner with a text for those who do not see it. Raises InvalidInputError, and ConflictError for too many."""
        told = text.strip()
        if not told or len(told) > LONGEST_TEXT or not is_storable(told):
            raise InvalidInputError("text", f"needs 1 to {LONGEST_TEXT:,} characters; of a banner it tells what is shown")
        if len(self.of_program(program_id)) >= MOST:
            raise ConflictError(f"a program has at most {MOST} texts and banners; remove one first")
        record = CreativeRecord(
            id=new_id("cre"),
            program_id=program_id,
            text=told,
            media_type=image.media_type if image is not None else None,
            width=image.width if image is not None else None,
            height=image.height if image is not None else None,
            created_at=self._clock.now(),
            removed_at=None,
        )
        values = {name: getattr(record, name) for name in CreativeRecord.__dataclass_fields__}
        insert(self._session, CreativeRow, values | {"image": image.data if image is not None else None})
        return record

    def remove(self, creative_id: str) -> CreativeRecord:
        """Offer it no more; where affiliates put its image, it goes on being shown. Idempotent. Raises NotFoundError."""
        unremoved = (CreativeRow.id == creative_id, CreativeRow.removed_at.is_(None))
        self._session.execute(update(CreativeRow).where(*unremoved).values(removed_at=self._clock.now()))
        row = self._session.execute(sa.select(*_CREATIVE).where(CreativeRow.id == creative_id)).one_or_none()
        if row is None:
            raise NotFoundError("no text or banner has that id")
        return CreativeRecord(*row)

    def of_program(self, program_id: str) -> Sequence[CreativeRecord]:
        """What is offered, the newest first."""
        row = CreativeRow
        query = sa.select(*_CREATIVE).where(row.program_id == program_id, row.removed_at.is_(None))
        return [CreativeRecord(*values) for values in self._session.execute(query.order_by(row.created_at.desc(), row.id))]

    def image(self, creative_id: str) -> tuple[str, bytes] | None:
        """A banner's media type and image, also of a removed one; None where there is none."""
        query = sa.select(CreativeRow.media_type, CreativeRow.image).where(CreativeRow.id == creative_id, CreativeRow.image.is_not(None))
        row = self._session.execute(query).one_or_none()
        return (row[0], row[1]) if row is not None and row[0] is not None and row[1] is not None else None
