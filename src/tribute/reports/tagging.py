"""Tagged links: the address of any page of a website that credits an affiliate, without anything being kept. Used by the pages."""

from tribute.access.caller import Caller
from tribute.events.clicks import SUB_PARAMETER
from tribute.kit.clock import Clock
from tribute.kit.destinations import parse_destination
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.rules.landing import checked_destination, default_page
from tribute.ledger.rules.slugs import checked_sub_id
from tribute.ledger.websites import Websites
from tribute.reports.asked import website_asked
from tribute.reports.scope import affiliate_of


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

    def tagged(self, caller: Caller, website: str, *, to: str = "", sub_id: str = "") -> str:
        """The address of a page (a path, or an address on the website's hosts; empty: its default page) with the affiliate's code.

        Raises InvalidInputError, which names the field: `website`, `to` or `sub`.
        """
        with self._database.reading() as session:
            websites = Websites(session, self._clock)
            site = websites.by_id(website_asked(session, self._clock, website) or "")
            code = Affiliates(session, self._clock).primary_codes().get(affiliate_of(caller))
            assert site is not None  # noqa: S101 -- website_asked knows it
            assert code is not None  # noqa: S101 -- an affiliate who asks has one
            hosts = websites.hosts(site.id)
        front = default_page(site.domain, site.default_url)
        page = parse_destination(checked_destination(to, site.domain, hosts, site.default_url)) if to.strip() else front
        tags = {site.link_parameters[0]: code} | ({SUB_PARAMETER: checked_sub_id(sub_id.strip())} if sub_id.strip() else {})
        return (page or front).with_parameters(tags, replaced=site.link_parameters).url
