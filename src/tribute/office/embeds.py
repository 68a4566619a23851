"""Widgets for affiliates' own sites: made and taken away by the affiliate alone, each with a token that reaches its numbers and no others.

The token's secret is told to nobody: what stands in the site is the token's id, which opens the widget's page and no other door.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from tribute.access.caller import Caller, TokenScope
from tribute.access.tokens import Tokens
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import is_id
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.embeds import EmbedRecord, Embeds
from tribute.ledger.rules.own_words import checked_websites
from tribute.ledger.rules.text import checked_name
from tribute.office.permission import require_affiliate

METRICS: Final = (Metric.PAGE_VIEWS, Metric.VISITORS, Metric.CLICKS, Metric.CONVERSIONS, Metric.COMMISSIONS)
THEMES: Final = ("auto", "light", "dark")
MOST_EMBEDS: Final = 10


class EmbedOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, caller: Caller, *, name: str, metrics: Sequence[str], window: str, theme: str, sites: str) -> EmbedRecord:
        """A new widget of the calling affiliate's. Raises NotAllowedError, InvalidInputError, and ConflictError beyond ten."""
        affiliate_id = require_affiliate(caller)
        name, origins = checked_name(name), sorted({_origin(site) for site in checked_websites(sites, "sites")})
        chosen = [metric.value for metric in METRICS if metric in metrics]
        if not chosen:
            raise InvalidInputError("metrics", "choose at least one number to show")
        if window not in set(TimeWindow):
            raise InvalidInputError("window", "choose one from the list")
        if theme not in THEMES:
            raise InvalidInputError("theme", "choose one from the list")
        with self._database.session() as session:
            embeds = Embeds(session)
            if len(embeds.of(affiliate_id)) >= MOST_EMBEDS:
                raise ConflictError(f"you have {MOST_EMBEDS} widgets, which is the most; remove one first")
            token, _ = Tokens(session, self._clock).add(affiliate_id, name=f"Widget {name}"[:100], scopes={TokenScope.EMBED})
            made = EmbedRecord(token.id, affiliate_id, name, chosen, window, theme, origins, self._clock.now())
            embeds.add(made)
            detail = {"token_id": token.id, "metrics": chosen}
            Audit(session, self._clock).note("embed.add", "affiliate", affiliate_id, by=caller.person_id, detail=detail)
            return made

    def remove(self, caller: Caller, token_id: str) -> None:
        """Take one of the caller's widgets away, at once and for good. Raises NotAllowedError, and NotFoundError for another's."""
        affiliate_id = require_affiliate(caller)
        with self._database.session() as session:
            found = Embeds(session).by_token(token_id) if is_id(token_id) else None
            if found is None or found.affiliate_id != affiliate_id:
                raise NotFoundError("there is no such widget")
            Tokens(session, self._clock).revoke(token_id)
            Embeds(session).remove(token_id)
            Audit(session, self._clock).note("embed.remove", "affiliate", affiliate_id, by=caller.person_id, detail={"token_id": token_id})


def _origin(site: str) -> str:
    """What browsers compare: scheme and host, as `frame-ancestors` has them."""
    parts = urlsplit(site)
    host = (parts.hostname or "").encode("idna").decode()
    return f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}"
