"""How the letters of the access room go out: into the ledger's outbox, where a mail server is set; otherwise people hand links over.

Put together by `app`; taken by the doors of this room.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from tribute.access.people import People, Person
from tribute.kit.clock import Clock
from tribute.ledger.mails import WORTH_SENDING_FOR, Mails
from tribute.letters.letter import Letter
from tribute.letters.signing_in import door_changed_letter

Outbox = Callable[[Session], Mails]
"""The outbox within a transaction; what is put in is sealed, because it holds links."""


class Post:
    """Writes letters and the addresses in them. Threads may share it. Without `outbox` nothing is ever queued."""

    def __init__(self, clock: Clock, public_url: str, outbox: Outbox | None = None) -> None:
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._outbox = outbox

    @property
    def goes_out(self) -> bool:
        """Whether mails are sent at all."""
        return self._outbox is not None

    @property
    def place(self) -> str:
        """The host by which people know the site."""
        return urlsplit(self._public_url).netloc

    def address(self, path: str) -> str:
        """A page of the site, as a letter names it."""
        return f"{self._public_url}{path}"

    def send(
        self,
        session: Session,
        to: str,
        letter: Letter,
        kind: str,
        *,
        key: str | None = None,
        useless_after: timedelta = WORTH_SENDING_FOR,
    ) -> None:
        """Queue a letter, where letters go out; of the same `key` one."""
        if self._outbox is not None:
            self._outbox(session).queue(to, letter, kind=kind, key=key, useless_after=useless_after)

    def tell_change(self, session: Session, person: Person, what: str, *, once_an_hour: bool = False) -> None:
        """Tell somebody what happened to the way into their account, in a sentence without its full stop."""
        _, email = People(session, self._clock).name_and_email(person)
        at = f"{self._clock.now():%-d %B %Y at %H:%M} UTC"
        url = self.address("/settings/security")
        letter = door_changed_letter(place=self.place, email=email, what=what, at=at, url=url)
        key = f"door:{person.kind}:{person.id}:{self._clock.now():%Y-%m-%dT%H}" if once_an_hour else None
        self.send(session, email, letter, "door_changed", key=key)
