"""Affiliates with their codes, and the links that they share. The team sees all, an affiliate themself.

Used by REST, GraphQL, the pages and the CLI.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import LinkRecord, Links
from tribute.ledger.paging import Page
from tribute.ledger.rules.landing import default_page
from tribute.ledger.rules.text import is_storable
from tribute.ledger.websites import Websites
from tribute.reports.scope import require_team, scope_of


@dataclass(frozen=True, slots=True)
class AffiliateSeen:
    """An affiliate and every code of theirs, the earliest first."""

    record: AffiliateRecord
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link, whose it is by their current code, and the whole address of the page that it leads to."""

    record: LinkRecord
    code: str
    website: str
    destination: str

    @property
    def path(self) -> str:
        """Where it is on this server."""
        return f"/go/{self.code}/{self.record.slug}"


class PromoterReports:
    """Reads the ledger within the caller's scope."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def affiliates(self, caller: Caller) -> Sequence[AffiliateSeen]:
        """Every affiliate by primary code, inactive ones too; an affiliate sees themself."""
        own = scope_of(caller)
        with self._database.reading() as session:
            affiliates = Affiliates(session, self._clock)
            records: Sequence[AffiliateRecord] = affiliates.all() if own is None else list(affiliates.by_ids([own]).values())
            codes = _codes(session, self._clock)
        return [AffiliateSeen(one, codes[one.id]) for one in records]

    def page(
        self, caller: Caller, *, search: str = "", active: bool | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AffiliateRecord]:
        """Affiliates whose name, address or code has the text, by primary code; the team's. Raises InvalidInputError for a cursor."""
        require_team(caller)
        wanted = search.strip() if is_storable(search) else ""
        with self._database.reading() as session:
            return Affiliates(session, self._clock).page(search=wanted, active=active, cursor=cursor, limit=limit)

    def affiliate(self, caller: Caller, affiliate: str) -> AffiliateSeen:
        """One affiliate by code or id; another than the caller does not exist for an affiliate. Raises NotFoundError."""
        with self._database.reading() as session:
            affiliates = Affiliates(session, self._clock)
            found = affiliates.by_code(affiliate) or affiliates.by_id(affiliate)
            if found is None or scope_of(caller) not in {None, found.id}:
                raise NotFoundError("no affiliate has that code or id; `tribute affiliate list` shows them")
            return AffiliateSeen(found, _codes(session, self._clock)[found.id])

    def links(self, caller: Caller, affiliate: str | None = None) -> Sequence[LinkSeen]:
        """Links in the order of their making: an affiliate's own, the team's of all or of one by code or id. Raises NotFoundError."""
        wanted = caller.affiliate_id if caller.may_see_links else scope_of(caller)
        if wanted is None and affiliate is not None:
            wanted = self.affiliate(caller, affiliate).record.id
        with self._database.reading() as session:
            codes = Affiliates(session, self._clock).primary_codes()
            sites = {site.id: site for site in Websites(session, self._clock).all()}
            records = Links(session, self._clock).all(wanted)
        seen = []
        for one in records:
            site = sites[one.website_id]
            seen.append(
                LinkSeen(one, codes[one.affiliate_id], site.name, one.destination or default_page(site.domain, site.default_url).url)
            )
        return seen


def _codes(session: Session, clock: Clock) -> Mapping[str, Sequence[str]]:
    """Codes by affiliate id. The history also has each affiliate's own id, which is no code."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for entry in Affiliates(session, clock).code_history():
        if entry.code != entry.affiliate_id:
            codes[entry.affiliate_id].append(entry.code)
    return codes
