"""Orders for which an affiliate was considered and earns nothing: why, without anything of other people. Used by REST, GraphQL
and the pages.

No amounts are told: what an order was of is not the affiliate's business unless they earn by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.attribution.telling import Telling
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.paging import Page
from tribute.ledger.passed_over import PassedOver
from tribute.ledger.programs import Programs
from tribute.ledger.rules.decisions import Decision
from tribute.ledger.rules.telling import Names
from tribute.ledger.websites import Websites
from tribute.reports.scope import affiliate_of

Outcome = Literal["held", "nobody", "another", "nothing"]
"""Held as a possible duplicate; credited to nobody; to another affiliate; or to the affiliate, who earns nothing by it."""


@dataclass(frozen=True, slots=True)
class NotCredited:
    """An order and why it brought the affiliate nothing, as attribution tells it to them."""

    occurred_at: datetime
    website: str
    outcome: Outcome
    telling: Telling

    @property
    def why(self) -> Sequence[str]:
        """In the forms of the APIs."""
        return self.telling.sentences()


class NotCreditedReports:
    """Reads the ledger for the calling affiliate alone. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def orders(self, caller: Caller, *, cursor: str | None = None, limit: int = 50) -> Page[NotCredited]:
        """Such orders, the latest first. Raises InvalidInputError for a cursor or limit."""
        affiliate_id = affiliate_of(caller)
        with self._database.reading() as session:
            page = PassedOver(session).page(affiliate_id, cursor=cursor, limit=limit)
            decisions = Decisions(session, self._clock).by_ids({one.decision_id for one in page.items})
            names = self._names(session)
            terms = Programs(session, self._clock).terms_by_ids({one.record.terms_id for one in decisions.values()})
        seen = []
        for one in page.items:
            decision = decisions[one.decision_id].record
            website = names.websites.get(one.website_id, one.website_id)
            telling = Telling(decision, names, affiliate_id, terms.get(decision.terms_id or ""))
            seen.append(NotCredited(one.occurred_at, website, _outcome(decision, affiliate_id), telling))
        return Page(tuple(seen), page.next)

    def _names(self, session: Session) -> Names:
        """The websites'; an affiliate is told nobody else's name."""
        return Names({one.id: one.name for one in Websites(session, self._clock).all()}, {})


def _outcome(decision: Decision, affiliate_id: str) -> Outcome:
    if decision.outcome == "held":
        return "held"
    if decision.outcome == "unattributed":
        return "nobody"
    return "nothing" if decision.affiliate_id == affiliate_id else "another"
