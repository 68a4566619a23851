"""Orders that pages told of and no trusted source confirmed: shown to the team, never paid. Used by REST, GraphQL and the pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from tribute.access.caller import Caller
from tribute.analytics.clicks import OrderHintSeen
from tribute.analytics.definitions import Span
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import Database
from tribute.ledger.paging import checked_limit
from tribute.ledger.related_conversions import RelatedConversions
from tribute.reports.scope import require_team

USUAL_SPAN: Final = timedelta(days=30)
_LOOKED_AT: Final = 1_000
"""How many hints are compared at once: a shop that confirms its orders has far fewer that are not."""


class HintStore(Protocol):
    """The part of the event store that knows of hints."""

    def order_hints(self, span: Span, limit: int, website_ids: Sequence[str] | None = None) -> list[OrderHintSeen]: ...


class OrderHints:
    """Compares hints with what trusted sources told."""

    def __init__(self, store: HintStore, database: Database, clock: Clock) -> None:
        self._store = store
        self._database = database
        self._clock = clock

    def unconfirmed(
        self, caller: Caller, *, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> Sequence[OrderHintSeen]:
        """The latest hints of a span (the last 30 days) whose order nobody confirmed on that website; the team's.

        Of the latest thousand hints those are looked at; an older one shows when the span ends before them. Raises InvalidInputError.
        """
        require_team(caller)
        end = until if until is not None else self._clock.now()
        start = since if since is not None else end - USUAL_SPAN
        if start > end:
            raise InvalidInputError("since", "lies after the end; give an earlier time")
        hints = self._store.order_hints(Span(start, end), _LOOKED_AT)
        with self._database.reading() as session:
            confirmed = RelatedConversions(session).told_of({(one.website_id, one.hint.order_id) for one in hints})
        return [one for one in hints if (one.website_id, one.hint.order_id) not in confirmed][: checked_limit(limit)]
