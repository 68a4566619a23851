"""What a person has said of themself: preferences, profile, and, masked unless asked for in full, where they are paid.

Only the person reads it, and of payouts the owner's side later: whoever looks at a portal as somebody else is refused. Used by the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tribute.access.caller import Caller, NotAllowedError
from tribute.access.people import Kind, People, Person
from tribute.access.sealing import SealBrokenError, Sealer
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.ledger.own import AffiliateProfile, AffiliateProfiles, EmailChanges, SealedPayoutDetails
from tribute.ledger.preferences import PreferenceBook, Preferences
from tribute.ledger.rules.payout_details import SEALING_PURPOSE, PayoutDetails
from tribute.reports.embeds import EmbedReports
from tribute.reports.scope import affiliate_of


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A person to themself. `waiting_email` is a new address that is not confirmed yet; a team member's `about` is empty."""

    name: str
    email: str
    waiting_email: str | None
    about: AffiliateProfile


@dataclass(frozen=True, slots=True)
class PayoutSeen:
    """Payout details, or their masks by field, and since when they stand."""

    details: PayoutDetails
    changed_at: datetime


class OwnReports:
    """Reads the ledger within the caller's scope. Threads may share it."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        """`secret` is the installation's, under which payout details are sealed."""
        self._database = database
        self._clock = clock
        self.embeds = EmbedReports(database, clock)
        self._sealer = Sealer(secret, SEALING_PURPOSE)

    def preferences(self, caller: Caller) -> Preferences:
        """How pages are written for the caller; a portal that is looked at is written as its affiliate has it."""
        person = person_of(caller)
        with self._database.reading() as session:
            return PreferenceBook(session, self._clock).of(person.kind, person.id)

    def profile(self, caller: Caller) -> OwnProfile:
        """Who the caller is. Raises NotAllowedError for who looks on."""
        person = themself(caller)
        with self._database.reading() as session:
            name, email = People(session, self._clock).name_and_email(person)
            waiting = EmailChanges(session, self._clock).of(person.kind, person.id)
            about = AffiliateProfiles(session, self._clock).of(person.id)
        return OwnProfile(name, email, waiting.email if waiting is not None else None, about)

    def payout(self, caller: Caller) -> PayoutSeen | None:
        """Where the calling affiliate is paid, in full. Raises NotAllowedError for anybody else, and for who looks on."""
        themself(caller)
        affiliate_id = affiliate_of(caller)
        with self._database.reading() as session:
            found = SealedPayoutDetails(session, self._clock).of(affiliate_id)
        if found is None:
            return None
        sealed, changed_at = found
        try:
            return PayoutSeen(msgspec.json.decode(self._sealer.open(sealed, affiliate_id), type=PayoutDetails), changed_at)
        except SealBrokenError:  # sealed under a secret that is gone: they are asked for anew
            return None


def person_of(caller: Caller) -> Person:
    """The person of a caller's session."""
    return Person(Kind.TEAM if caller.is_team else Kind.AFFILIATE, caller.person_id)


def themself(caller: Caller) -> Person:
    """The person who asks for what is their own. Raises NotAllowedError for who looks at another's portal, and for programs."""
    if caller.seen_by is not None or caller.scopes is not None:
        raise NotAllowedError("Only the person themself sees this, signed in.")
    return person_of(caller)


def zone_names() -> Sequence[str]:
    """Every time zone that can be chosen, as people look for them: by continent and city, UTC first."""
    from zoneinfo import available_timezones

    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _PARTS_OF_THE_WORLD)]


_PARTS_OF_THE_WORLD = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
