"""The letters that joining brings, put into the outbox in the transaction of what they tell of; and the links that let people in.

Where no mails are sent nothing is queued: the owner copies the link and sends it. Called by the offices of this room.
"""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session

from tribute.access.links import LINK_LIFE, SignInLinks
from tribute.access.people import Kind, Person
from tribute.kit.clock import Clock
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.applications import Application
from tribute.ledger.mails import Mails
from tribute.ledger.rules.text import email_key
from tribute.letters import joining
from tribute.letters.letter import Letter
from tribute.letters.signing_in import invitation_letter

Outbox = Callable[[Session], Mails]
"""The outbox within a transaction; what is put in is sealed, because it holds links."""


class Letters:
    """Writes letters, where `outbox` says how they go out. `public_url` is where people reach the site. Threads may share it."""

    def __init__(self, clock: Clock, public_url: str = "", outbox: Outbox | None = None) -> None:
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._outbox = outbox

    @property
    def are_sent(self) -> bool:
        """Whether mails go out at all."""
        return self._outbox is not None

    def link(self, session: Session, affiliate_id: str) -> str:
        """The address that lets an affiliate in, once, within seven days."""
        return f"{self._public_url}/sign-in/{SignInLinks(session, self._clock).create(Person(Kind.AFFILIATE, affiliate_id))}"

    def invited(self, session: Session, who: AffiliateRecord) -> str:
        """A link for somebody whom the owner lets in, which is also sent."""
        url = self.link(session, who.id)
        told = invitation_letter(place=self._place, name=who.name, email=who.email, url=url, days=LINK_LIFE.days, joins_team=False)
        self._queue(session, who.email, told, "invitation")
        return url

    def received(self, session: Session, application: Application, program: str) -> None:
        """An application waits. One letter to an address about a program, however often it is told there."""
        told = joining.application_received_letter(place=self._place, name=application.name, program=program)
        self._queue(session, application.email, told, "application_received", _once(application))

    def joined(self, session: Session, who: AffiliateRecord, program: str) -> None:
        """Somebody joined an open program; without mails, the owner hands the link over."""
        if self._outbox is not None:
            url = self.link(session, who.id)
            told = joining.joined_letter(place=self._place, name=who.name, program=program, url=url, days=LINK_LIFE.days)
            self._queue(session, who.email, told, "joined")

    def has_account(self, session: Session, who: AffiliateRecord, application: Application, program: str) -> None:
        """The address of an account was used to apply."""
        url = f"{self._public_url}/sign-in?next={quote('/', safe='')}"
        told = joining.has_account_letter(place=self._place, name=who.name, program=program, url=url)
        self._queue(session, who.email, told, "has_account", _once(application))

    def approved(self, session: Session, who: AffiliateRecord, program: str, *, is_new: bool) -> str | None:
        """Somebody was let in; for a new affiliate, the link that lets them in."""
        url = self.link(session, who.id) if is_new else None
        days = LINK_LIFE.days if is_new else None
        told = joining.approved_letter(place=self._place, name=who.name, program=program, url=url or f"{self._public_url}/", days=days)
        self._queue(session, who.email, told, "application_approved")
        return url

    def rejected(self, session: Session, application: Application, program: str, reason: str) -> None:
        """An application was turned down."""
        told = joining.rejected_letter(place=self._place, name=application.name, program=program, reason=reason)
        self._queue(session, application.email, told, "application_rejected")

    @property
    def _place(self) -> str:
        return urlsplit(self._public_url).netloc or "Tribute"

    def _queue(self, session: Session, to: str, told: Letter, kind: str, key: str | None = None) -> None:
        if self._outbox is not None:
            self._outbox(session).queue(to, told, kind=kind, key=key)


def _once(application: Application) -> str:
    """Names the occasion, so that nobody's mailbox is filled by forms that others send."""
    return f"application:{application.program_id}:{email_key(application.email)}"
