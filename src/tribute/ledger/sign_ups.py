"""Programs' sign-up pages: public name, words and questions. A program has none until its owner makes one.

Used by the offices and the reports.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.ledger.columns import columns_of, insert_or_ignore, update, values_of
from tribute.ledger.models_joining import SignUpRow
from tribute.ledger.rules.sign_up import Question
from tribute.ledger.rules.text import is_storable


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up page as it stands. Who it is not published for sees nothing of it."""

    program_id: str
    slug: str
    is_published: bool
    welcome: str
    questions: tuple[Question, ...]
    changed_at: datetime


_SIGN_UP = columns_of(SignUpRow, SignUp)


class SignUps:
    """Reads and writes sign-up pages within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def of(self, program_id: str) -> SignUp | None:
        """The page of a program."""
        return self._one(SignUpRow.program_id == program_id)

    def by_slug(self, slug: str) -> SignUp | None:
        """The page of this public name, in upper or lower case."""
        return self._one(SignUpRow.slug == slug.lower()) if is_storable(slug) else None

    def keep(self, program_id: str, *, slug: str, is_published: bool, welcome: str, questions: tuple[Question, ...]) -> SignUp:
        """Let a program have this page, whose parts must be checked. Raises ConflictError when another has the public name."""
        holder = self.by_slug(slug)
        if holder is not None and holder.program_id != program_id:
            raise ConflictError(f"another program's sign-up page is called {slug!r}; choose another name for this one's address")
        record = SignUp(program_id, slug, is_published, welcome, questions, self._clock.now())
        values = values_of(record)
        if self.of(program_id) is None and insert_or_ignore(self._session, SignUpRow, values):
            return record
        self._session.execute(update(SignUpRow).where(SignUpRow.program_id == program_id).values(values))
        return record

    def _one(self, condition: sa.ColumnElement[bool]) -> SignUp | None:
        row = self._session.execute(sa.select(*_SIGN_UP).where(condition)).one_or_none()
        return SignUp(*row) if row is not None else None
