"""The letters that joining brings, put into the outbox in the transaction of what they tell of; and the links that let people in.

Where no mails are sent nothing is queued: the owner copies the link and sends it. Called by the offices of this room.
"""

from urllib.parse import quote

from sqlalchemy.orm import Session

from tribute.access.links import LINK_LIFE, LinkPurpose, SignInLinks
from tribute.access.people import Kind, Person
from tribute.access.post import Post
from tribute.kit.clock import Clock
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.applications import Application
from tribute.ledger.rules.text import email_key
from tribute.letters import joining
from tribute.letters.signing_in import invitation_letter


class Letters:
    """Writes letters, which `post` sends where it sends any. Threads may share it."""

    def __init__(self, clock: Clock, post: Post) -> None:
        self._clock = clock
        self._post = post

    @property
    def are_sent(self) -> bool:
        """Whether mails go out at all."""
        return self._post.goes_out

    def link(self, session: Session, affiliate_id: str) -> str:
        """The address that lets an affiliate in, once, within seven days; one that goes by mail waits for a person to press its button."""
        purpose = LinkPurpose.INVITATION if self.are_sent else LinkPurpose.SIGN_IN
        token = SignInLinks(session, self._clock).create(Person(Kind.AFFILIATE, affiliate_id), purpose)
        return self._post.address(f"/sign-in/{token}")

    def invited(self, session: Session, who: AffiliateRecord) -> str:
        """A link for somebody whom the owner lets in, which is also sent."""
        url = self.link(session, who.id)
        told = invitation_letter(place=self._post.place, name=who.name, email=who.email, url=url, days=LINK_LIFE.days, joins_team=False)
        self._post.send(session, who.email, told, "invitation")
        return url

    def received(self, session: Session, application: Application, program: str) -> None:
        """An application waits. One letter to an address about a program, however often it is told there."""
        told = joining.application_received_letter(place=self._post.place, program=program)
        self._post.send(session, application.email, told, "application_received", key=_once("received", application))

    def joined(self, session: Session, who: AffiliateRecord, program: str) -> None:
        """Somebody joined an open program; without mails, the owner hands the link over."""
        if self.are_sent:
            url = self.link(session, who.id)
            told = joining.joined_letter(place=self._post.place, program=program, url=url, days=LINK_LIFE.days)
            self._post.send(session, who.email, told, "joined")

    def has_account(self, session: Session, who: AffiliateRecord, application: Application, program: str, slug: str) -> None:
        """The address of an account was used to apply."""
        url = self._post.address(f"/sign-in?next={quote(f'/join/{slug}', safe='')}")
        told = joining.has_account_letter(place=self._post.place, name=who.name, program=program, url=url)
        self._post.send(session, who.email, told, "has_account", key=_once("has_account", application))

    def approved(self, session: Session, who: AffiliateRecord, program: str, *, is_new: bool) -> str | None:
        """Somebody was let in; for a new affiliate, the link that lets them in."""
        url = self.link(session, who.id) if is_new else None
        days = LINK_LIFE.days if is_new else None
        told = joining.approved_letter(
            place=self._post.place, name=who.name, program=program, url=url or self._post.address("/"), days=days
        )
        self._post.send(session, who.email, told, "application_approved")
        return url

    def rejected(self, session: Session, application: Application, program: str, reason: str) -> None:
        """An application was turned down."""
        told = joining.rejected_letter(place=self._post.place, name=application.name, program=program, reason=reason)
        self._post.send(session, application.email, told, "application_rejected")


def _once(occasion: str, application: Application) -> str:
    """Names the occasion, so that nobody's mailbox is filled by forms that others send."""
    return f"application:{occasion}:{application.program_id}:{email_key(application.email)}"
