"""The doors of signing in over a ledger, with what a person has to hand: an authenticator app, a mailbox."""

from dataclasses import dataclass

import pyotp

from tribute.access.door import Access
from tribute.access.doors import Doors
from tribute.access.people import Person
from tribute.access.post import Post
from tribute.access.sealing import Sealer
from tribute.access.sessions import Sessions
from tribute.kit.clock import FixedClock
from tribute.ledger.database import Database
from tribute.ledger.mails import LetterLike, Mails

PLACE = "https://tribute.example"
MAILS = Sealer(b"a secret of an installation, long", "mails")


@dataclass(frozen=True)
class House:
    """All doors of one ledger, on one clock."""

    ledger: Database
    clock: FixedClock
    access: Access
    doors: Doors

    @classmethod
    def over(cls, ledger: Database, clock: FixedClock, *, mails: bool = True) -> "House":
        post = Post(clock, PLACE, (lambda session: Mails(session, clock, MAILS)) if mails else None)
        seal = Sealer(b"a secret of an installation, long", "apps")
        return cls(ledger, clock, Access(ledger, clock), Doors.over(ledger, clock, seal=seal, post=post, public_url=PLACE))

    def session(self, person: Person) -> str:
        """A session's secret, opened now."""
        with self.ledger.session() as session:
            return Sessions(session, self.clock).open(person)

    def app_of(self, person: Person) -> tuple[str, list[str]]:
        """Turn an authenticator app on: its secret, and the recovery codes."""
        cookie = self.session(person)
        secret = self.doors.own.begin_app(cookie).secret
        return secret, list(self.doors.own.confirm_app(cookie, self.code(secret)))

    def code(self, secret: str, *, steps: int = 0) -> str:
        """What the app shows now, or so many steps later."""
        return pyotp.TOTP(secret).at(self.clock.now(), counter_offset=steps)

    def letters(self) -> list[tuple[str, LetterLike]]:
        """What waits to be sent: to whom, and what. Taken out by looking."""
        self.doors.mailed.settled()
        with self.ledger.session() as session:
            mails = Mails(session, self.clock)
            taken = [(mail.id, mail.recipient, mail.letter(MAILS)) for mail in mails.take(100)]
            for mail_id, _, _ in taken:
                mails.finish(mail_id, "sent")
        return [(to, letter) for _, to, letter in taken]
