"""The table of mails that are to be sent, in the ledger's database, so that a mail is asked for in the transaction of what it tells of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base


class MailRow(Base):
    """A mail. What it says, and to whom, is taken out once it was sent or given up."""

    __tablename__ = "mails"
    __table_args__ = (
        sa.Index("ix_mails_due", "due_at", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")),
        sa.Index("ix_mails_done", "done_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    recipient: Mapped[str | None]
    content: Mapped[bytes | None]
    is_sealed: Mapped[bool]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    useless_at: Mapped[datetime]
    attempts: Mapped[int]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
