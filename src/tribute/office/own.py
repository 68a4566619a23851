"""What people change about themselves: preferences, profile, address, payout details. One transaction each, audited where it matters.

Nobody does it for another: whoever looks at a portal as its affiliate is refused. Called by the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from tribute.access.caller import Caller, NotAllowedError
from tribute.access.people import Kind, Owners, People, Person
from tribute.access.post import Post
from tribute.access.quota import Quota
from tribute.access.sealing import SealBrokenError, Sealer
from tribute.access.secrets import secret_hash
from tribute.access.unfinished import end_unfinished
from tribute.analytics.ranges import named_zone
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.kit.ids import new_secret
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.own import AffiliateProfile, AffiliateProfiles, EmailChanges, SealedPayoutDetails
from tribute.ledger.preferences import PreferenceBook, Preferences
from tribute.ledger.rules.own_words import checked_websites, optional_country, optional_name
from tribute.ledger.rules.payout_details import SEALING_PURPOSE, PayoutDetails, checked_payout_details
from tribute.ledger.rules.text import checked_email, checked_name, email_key
from tribute.ledger.rules.unsubscribing import KINDS, Unsubscribing
from tribute.letters.own import confirm_email_letter, email_changed_letter, payout_changed_letter
from tribute.office.embeds import EmbedOffice
from tribute.office.permission import require_affiliate

CONFIRM_PATH: Final = "/settings/email/"
"""Where the link in the mail leads; the token follows."""
_CONFIRM_WITHIN: Final = timedelta(hours=24)
_ASKED_AN_HOUR: Final = 5
"""Links to new addresses, which may be anybody's: enough to mistype some, too few to fill a mailbox."""
_LONGEST_LOCALE: Final = 35
_THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True, slots=True)
class MailsOf:
    """Mails that a link ends: whose they are, which preference they go by, and whether they are wanted now."""

    affiliate_id: str
    preference: str
    are_wanted: bool


class OwnOffice:
    """Threads may share it; each call is one transaction."""

    def __init__(self, database: Database, clock: Clock, secret: bytes, post: Post) -> None:
        self._database = database
        self._clock = clock
        self._unsubscribing = Unsubscribing(secret)
        self.embeds = EmbedOffice(database, clock)
        self._payouts = Sealer(secret, SEALING_PURPOSE)
        self._post = post
        self._asked = Quota(clock, _ASKED_AN_HOUR, timedelta(hours=1))

    @property
    def mails_are_sent(self) -> bool:
        """Whether mails go out at all: without them no address can be confirmed."""
        return self._post.goes_out

    def set_forms(self, caller: Caller, *, zone: str | None, locale: str | None, theme: str | None) -> Preferences:
        """How pages are written for the caller; None leaves it to the browser. Raises InvalidInputError."""
        person = _themself(caller)
        if theme is not None and theme not in _THEMES:
            raise InvalidInputError("theme", "choose light, dark, or as the system")
        if locale is not None and (len(locale) > _LONGEST_LOCALE or not locale.replace("-", "").isalnum()):
            raise InvalidInputError("locale", "choose one from the list")
        changes = {"zone": named_zone(zone).key if zone is not None else None, "locale": locale, "theme": theme}
        with self._database.session() as session:
            return PreferenceBook(session, self._clock).change(person.kind, person.id, **changes)

    def set_mails(self, caller: Caller, *, conversions: bool, approvals: bool, weekly: bool) -> Preferences:
        """Which mails the caller wants."""
        person = _themself(caller)
        changes = {"mails_conversions": conversions, "mails_approvals": approvals, "mails_weekly": weekly}
        with self._database.session() as session:
            return PreferenceBook(session, self._clock).change(person.kind, person.id, **changes)

    def stop_mails(self, token: str, *, start: bool = False) -> str | None:
        """End the mails that a link in one of them stands for, or take them up again; which they are, None for a link we did not make.

        The link is enough, as mail programs follow it for their reader. Idempotent.
        """
        found = self.mails_of(token)
        if found is None:
            return None
        with self._database.session() as session:
            PreferenceBook(session, self._clock).change(Kind.AFFILIATE, found.affiliate_id, **{found.preference: start})
        return found.preference

    def mails_of(self, token: str) -> MailsOf | None:
        """Which mails a link ends, and whose; None for a link we did not make."""
        read = self._unsubscribing.read(token)
        if read is None:
            return None
        affiliate_id, preference = read[0], KINDS[read[1]]
        with self._database.reading() as session:
            if Affiliates(session, self._clock).by_id(affiliate_id) is None:
                return None
            preferences = PreferenceBook(session, self._clock).of(Kind.AFFILIATE, affiliate_id)
        return MailsOf(affiliate_id, preference, bool(getattr(preferences, preference)))

    def set_profile(self, caller: Caller, *, name: str, company: str = "", country: str = "", websites: str = "") -> None:
        """What the caller is called and, for an affiliate, says of themself. Raises InvalidInputError."""
        person = _themself(caller)
        name = checked_name(name)
        about = AffiliateProfile(optional_name(company, "company"), optional_country(country), checked_websites(websites))
        with self._database.session() as session:
            if person.kind is Kind.TEAM:
                Owners(session, self._clock).rename(person.id, name)
            else:
                Affiliates(session, self._clock).rename(person.id, name)
                AffiliateProfiles(session, self._clock).put(person.id, about)
            self._note(session, person, "profile.change", {})

    def ask_for_email(self, caller: Caller, email: str) -> None:
        """Send a link to a new address, which becomes the caller's when the link is used within a day.

        Alike for an address that somebody else has: its holder gets a mail that changes nothing. Raises InvalidInputError, and
        ConflictError where no mails are sent, or too many were.
        """
        person, email = _themself(caller), checked_email(email)
        if not self.mails_are_sent:
            raise ConflictError("this Tribute sends no mails, so an address cannot be confirmed; ask its owner to change yours")
        with self._database.session() as session:
            if email_key(email) == email_key(People(session, self._clock).name_and_email(person)[1]):
                raise InvalidInputError("email", "is your address already")
            if not self._asked.take(person.id):
                raise ConflictError("several links were sent within the hour; use the last one, or ask again later")
            token = new_secret()
            EmailChanges(session, self._clock).put(person.kind, person.id, email, secret_hash(token), _CONFIRM_WITHIN)
            url = self._post.address(CONFIRM_PATH + token)
            hours = _CONFIRM_WITHIN // timedelta(hours=1)
            told = confirm_email_letter(place=self._post.place, email=email, url=url, hours=hours)
            self._post.send(session, email, told, "confirm_email")
            self._note(session, person, "email.ask", {})

    def forget_email(self, caller: Caller) -> None:
        """Wait for no new address any longer. Idempotent."""
        person = _themself(caller)
        with self._database.session() as session:
            EmailChanges(session, self._clock).remove(person.kind, person.id)

    def waiting_email(self, token: str) -> str | None:
        """The address that a link confirms, without using it; None for a link that is no more."""
        with self._database.reading() as session:
            found = EmailChanges(session, self._clock).with_token(secret_hash(token))
        return found.email if found is not None else None

    def confirm_email(self, token: str) -> str | None:
        """Make the address that the link was sent to its person's; None for a link that is no more. Raises ConflictError for a taken one.

        The link alone is enough: whoever reads that mailbox may be at another device than the one that asked.
        """
        with self._database.session() as session:
            found = EmailChanges(session, self._clock).with_token(secret_hash(token))
            if found is None:
                return None
            person = Person(Kind(found.kind), found.person_id)
            self._change_email(session, person, found.email)
            return found.email

    def set_payout(self, caller: Caller, told: Mapping[str, str]) -> PayoutDetails:
        """Where the calling affiliate is paid from now on; empty fields keep what they had. Raises InvalidInputError."""
        person, affiliate_id = _themself(caller), require_affiliate(caller)
        with self._database.session() as session:
            book = SealedPayoutDetails(session, self._clock)
            before = self._opened(book.of(affiliate_id), affiliate_id)
            details = checked_payout_details(told, before)
            if details == before:
                return details
            book.put(affiliate_id, self._payouts.seal(msgspec.json.encode(details).decode(), affiliate_id))
            self._tell_payout(session, person, "payout_details.change", details)
            return details

    def remove_payout(self, caller: Caller) -> None:
        """Forget where the calling affiliate is paid. Idempotent."""
        person, affiliate_id = _themself(caller), require_affiliate(caller)
        with self._database.session() as session:
            if SealedPayoutDetails(session, self._clock).remove(affiliate_id):
                self._tell_payout(session, person, "payout_details.remove", None)

    def _opened(self, found: tuple[bytes, Any] | None, affiliate_id: str) -> PayoutDetails | None:
        try:
            return msgspec.json.decode(self._payouts.open(found[0], affiliate_id), type=PayoutDetails) if found is not None else None
        except SealBrokenError:  # sealed under a secret that is gone: they are told anew
            return None

    def _tell_payout(self, session: Session, person: Person, action: str, details: PayoutDetails | None) -> None:
        self._note(session, person, action, {"method": details.method} if details is not None else {})
        name, email = People(session, self._clock).name_and_email(person)
        what = (
            "no details" if details is None else next(iter(value for key, value in details.masked().items() if key == details.method), "")
        )
        if details is not None and details.method == "other":
            what = "as you described it"
        url = self._post.address("/settings/payout")
        told = payout_changed_letter(place=self._post.place, name=name, what=what, url=url)
        self._post.send(session, email, told, "payout_changed")

    def _change_email(self, session: Session, person: Person, email: str) -> None:
        _, before = People(session, self._clock).name_and_email(person)
        if person.kind is Kind.TEAM:
            Owners(session, self._clock).change_email(person.id, email)
        else:
            Affiliates(session, self._clock).change_email(person.id, email)
        end_unfinished(session, self._clock, person)  # links went to the old address
        self._note(session, person, "email.change", {})
        told = email_changed_letter(place=self._post.place, email=before, new_email=email)
        self._post.send(session, before, told, "email_changed")

    def _note(self, session: Session, person: Person, action: str, detail: Mapping[str, Any]) -> None:
        Audit(session, self._clock).note(action, person.kind, person.id, by=person.id, detail=detail)


def _themself(caller: Caller) -> Person:
    """The person who changes what is their own, signed in: a viewer of the team may, who looks at another's portal may not."""
    if caller.seen_by is not None or caller.scopes is not None:
        raise NotAllowedError("Only the person themself changes this, signed in.")
    return Person(Kind.TEAM if caller.is_team else Kind.AFFILIATE, caller.person_id)
