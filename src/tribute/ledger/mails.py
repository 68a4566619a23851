"""The outbox of mails: put in by whatever changes something, in that transaction, and taken out by the job that sends them.

Invariant: a mail that is here is sent at least once or given up, and says nothing to anybody who reads the ledger afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.ids import new_id
from tribute.ledger.columns import delete, insert, insert_or_ignore, update
from tribute.ledger.models_mails import MailRow
from tribute.ledger.rules.text import checked_email

WORTH_SENDING_FOR: Final = timedelta(days=3)
"""How long a mail is tried, unless it says otherwise."""
REMEMBERED_FOR: Final = timedelta(days=90)
"""How long a mail that was sent is remembered, so that the same key sends no second one."""
_LEASE: Final = timedelta(minutes=5)
"""How long one sender has for a mail before another may take it: far longer than a mail server may be silent."""

MailOutcome = Literal["sent", "given_up", "refused"]
"""What became of a mail. `refused`: its address takes none and never will; `given_up`: it could not be sent while it was of use."""


class LetterLike(Protocol):
    """What a mail says."""

    @property
    def subject(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def html(self) -> str: ...


class Seal(Protocol):
    """Keeps mails with secrets in them unreadable while they wait; `place` is the mail's id."""

    def seal(self, text: str, place: str) -> bytes: ...

    def open(self, sealed: bytes, place: str) -> str: ...


class MailContent(msgspec.Struct, frozen=True):
    """A letter as it waits. `unsubscribe_url` is where one click ends mails of its kind."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str | None = None


@dataclass(frozen=True, slots=True)
class DueMail:
    """A mail that its taker is to send; `attempts` counts this one."""

    id: str
    kind: str
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)
    is_sealed: bool
    created_at: datetime
    useless_at: datetime
    attempts: int

    def letter(self, seal: Seal) -> MailContent:
        """What it says. Raises whatever the seal raises for one that was sealed under another secret."""
        plain = seal.open(self.content, self.id).encode() if self.is_sealed else self.content
        return msgspec.json.decode(plain, type=MailContent)


class Mails:
    """Puts mails in and takes them out within the session's transaction. `seal` is for those who write mails with secrets in them."""

    def __init__(self, session: Session, clock: Clock, seal: Seal | None = None) -> None:
        self._session = session
        self._clock = clock
        self._seal = seal

    def queue(
        self,
        to: str,
        letter: LetterLike,
        *,
        kind: str,
        key: str | None = None,
        useless_after: timedelta = WORTH_SENDING_FOR,
        unsubscribe_url: str | None = None,
    ) -> bool:
        """Have a letter sent. `key` names the occasion: the same one again sends nothing and answers False. Raises InvalidInputError.

        `kind` (such as `sign_in`) is what logs and figures call it. `useless_after` ends the attempts, when nobody could use it any more.
        """
        mail_id, now = new_id("mai"), self._clock.now()
        content = msgspec.json.encode(MailContent(letter.subject, letter.text, letter.html, unsubscribe_url))
        values: dict[str, Any] = {
            "id": mail_id,
            "kind": kind,
            "key": key,
            "recipient": checked_email(to),
            "content": self._seal.seal(content.decode(), mail_id) if self._seal is not None else content,
            "is_sealed": self._seal is not None,
            "created_at": now,
            "due_at": now,
            "useless_at": now + useless_after,
            "attempts": 0,
            "done_at": None,
            "outcome": None,
        }
        if key is not None:
            return insert_or_ignore(self._session, MailRow, values)
        insert(self._session, MailRow, values)
        return True

    def take(self, limit: int) -> Sequence[DueMail]:
        """Take what is due, for five minutes: whoever takes it and vanishes leaves it to be taken, and sent, again."""
        now = self._clock.now()
        due = (
            sa.select(MailRow.id).where(MailRow.done_at.is_(None), MailRow.due_at <= now).order_by(MailRow.due_at, MailRow.id).limit(limit)
        )
        ids = list(self._session.scalars(due.with_for_update(skip_locked=True)))
        taken = update(MailRow).where(MailRow.id.in_(ids)).values(due_at=now + _LEASE, attempts=MailRow.attempts + 1)
        self._session.execute(taken)
        columns = (MailRow.id, MailRow.kind, MailRow.recipient, MailRow.content, MailRow.is_sealed)
        more = (MailRow.created_at, MailRow.useless_at, MailRow.attempts)
        found = self._session.execute(sa.select(*columns, *more).where(MailRow.id.in_(ids)).order_by(MailRow.created_at, MailRow.id))
        return [DueMail(*cast("tuple[Any, ...]", row)) for row in found]

    def put_off(self, mail_id: str, until: datetime) -> None:
        """Try a mail again then."""
        self._session.execute(update(MailRow).where(MailRow.id == mail_id).values(due_at=until))

    def finish(self, mail_id: str, outcome: MailOutcome) -> None:
        """This became of a mail: forget what it said and to whom. Idempotent."""
        this = update(MailRow).where(MailRow.id == mail_id, MailRow.done_at.is_(None))
        self._session.execute(this.values(done_at=self._clock.now(), outcome=outcome, recipient=None, content=None))

    def waiting(self) -> tuple[int, datetime | None]:
        """How many are not sent yet, and since when the oldest of them waits."""
        query = sa.select(sa.func.count(), sa.func.min(MailRow.created_at, type_=MailRow.created_at.type)).where(MailRow.done_at.is_(None))
        count, oldest = self._session.execute(query).one()
        return count, oldest

    def outcomes_since(self, at: datetime) -> Mapping[MailOutcome, int]:
        """How many mails each became of from then on; what became of none is left out."""
        query = sa.select(MailRow.outcome, sa.func.count()).where(MailRow.done_at >= at).group_by(MailRow.outcome)
        return dict(cast("Sequence[tuple[MailOutcome, int]]", self._session.execute(query).all()))

    def delete_old(self) -> int:
        """Forget mails that were done with long ago; returns how many."""
        old = delete(MailRow).where(MailRow.done_at < self._clock.now() - REMEMBERED_FOR)
        return cast("sa.CursorResult[Any]", self._session.execute(old)).rowcount
