"""Tagged links: the address of any page of a website that credits an affiliate, without anything being kept. Used by the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.events.clicks import SUB_PARAMETER
from tribute.kit.clock import Clock
from tribute.kit.destinations import Destination, parse_destination
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.rules.landing import checked_destination, default_page
from tribute.ledger.rules.slugs import checked_sub_id
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.reports.asked import website_asked
from tribute.reports.scope import affiliate_of

CAMPAIGN_PARAMETER: Final = "utm_campaign"
"""What the analytics read a campaign's name from."""


@dataclass(frozen=True, slots=True)
class TaggedLink:
    """The address with the affiliate's code, and the same page without it, for a short link to lead to."""

    url: str
    page: str


class Tagging:
    """Reads the ledger for the calling affiliate alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def websites(self, caller: Caller) -> list[str]:
        """The names of the websites that there are links to, in order."""
        affiliate_of(caller)
        with self._database.reading() as session:
            return sorted(site.name for site in Websites(session, self._clock).all() if site.enabled)

    def tagged(self, caller: Caller, website: str, *, to: str = "", sub_id: str = "", campaign: str = "") -> TaggedLink:
        """The address of a page (a path, or an address on the website's hosts; empty: its default page) with the affiliate's code.

        Raises InvalidInputError, which names the field: `website`, `to`, `sub` or `campaign`.
        """
        with self._database.reading() as session:
            site, page = self._page(session, website, to)
            code = Affiliates(session, self._clock).primary_codes().get(affiliate_of(caller))
        assert code is not None  # noqa: S101 -- an affiliate who asks has one
        named = {CAMPAIGN_PARAMETER: checked_sub_id(campaign, "campaign")} if campaign.strip() else {}
        placed = {SUB_PARAMETER: checked_sub_id(sub_id)} if sub_id.strip() else {}
        plain = page.with_parameters(named) if named else page
        return TaggedLink(
            tagged_page(plain, site.link_parameters, code).with_parameters(placed).url, plain.url if to.strip() or named else ""
        )

    def _page(self, session: Session, website: str, to: str) -> tuple[WebsiteRecord, Destination]:
        websites = Websites(session, self._clock)
        site = websites.by_id(website_asked(session, self._clock, website) or "")
        assert site is not None  # noqa: S101 -- website_asked knows it
        front = default_page(site.domain, site.default_url)
        if not to.strip():
            return site, front
        return site, parse_destination(checked_destination(to, site.domain, websites.hosts(site.id), site.default_url)) or front


def tagged_page(page: Destination, parameters: Sequence[str], code: str) -> Destination:
    """The page with a code in the first of the parameters in which its website looks, in place of any other code."""
    return page.with_parameters({parameters[0]: code}, replaced=parameters)
