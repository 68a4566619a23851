"""The table of what owners give affiliates to promote a program with: texts and banners. Only its repository reads and writes it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base
from tribute.ledger.models_programs import ProgramRow


class CreativeRow(Base):
    """A text, or a banner: an image with the text for those who do not see it. A removed one stays, as pages may still show its image."""

    __tablename__ = "creatives"
    __table_args__ = (
        sa.CheckConstraint("(image IS NULL) = (media_type IS NULL)", name="image"),
        sa.CheckConstraint("(image IS NULL) = (width IS NULL AND height IS NULL)", name="size"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), index=True)
    text: Mapped[str]
    image: Mapped[bytes | None]
    media_type: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
