"""Widgets for affiliates' sites, read: an affiliate's own for the settings, and one by its token for the page that it stands in.

Invariant: what a token opens is its one widget. The caller that counts its numbers is made here, of the affiliate whose token it is.
"""

from collections.abc import Sequence

from tribute.access.caller import Caller
from tribute.access.people import Kind, People, Person
from tribute.access.tokens import Tokens
from tribute.kit.clock import Clock
from tribute.kit.ids import is_id
from tribute.ledger.database import Database
from tribute.ledger.embeds import EmbedRecord, Embeds
from tribute.reports.scope import affiliate_of


class EmbedReports:
    """Reads widgets: an affiliate's own, and one by its token for whoever opens the page that it stands in."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, caller: Caller) -> Sequence[EmbedRecord]:
        """The calling affiliate's, the newest first; those whose token was revoked elsewhere are no more."""
        affiliate_id = affiliate_of(caller)
        with self._database.reading() as session:
            live = {token.id for token in Tokens(session, self._clock).of(Person(Kind.AFFILIATE, affiliate_id))}
            return [one for one in Embeds(session).of(affiliate_id) if one.token_id in live]

    def shown(self, token_id: str) -> EmbedRecord | None:
        """The widget of a token that is in force; None for anything else."""
        if not is_id(token_id):
            return None
        with self._database.reading() as session:
            found = Embeds(session).by_token(token_id)
            person = Person(Kind.AFFILIATE, found.affiliate_id) if found is not None else None
            if person is None or not People(session, self._clock).may_enter(person):
                return None
            return found if any(token.id == token_id for token in Tokens(session, self._clock).of(person)) else None
