"""Whether a pasted link credits the affiliate who asks, and if not, why, with the link that would. Used by the pages.

Whose another code is, or whether it is anybody's, is never told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.collector.redirect import GO_PREFIX
from tribute.events.addresses import affiliate_in, normalised_ref, parameter_in
from tribute.events.clicks import TID_PARAMETER
from tribute.kit.clock import Clock
from tribute.kit.destinations import Destination, parse_destination
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import Links
from tribute.ledger.rules.landing import default_page, hosts_of
from tribute.ledger.rules.slugs import normalised_slug
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.reports.scope import affiliate_of
from tribute.reports.tagging import tagged_page

Finding = Literal[
    "right",
    "no_address",
    "other_host",  # none of the websites'
    "website_off",
    "no_code",
    "other_parameter",  # the affiliate's code, where the website does not look
    "other_code",  # somebody else's, or nobody's
    "old_click",  # it names one click that was: whoever follows it would be that visitor again
    "no_such_link",
]
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What was found; `parameter` is the one that the website reads first, `told` what stands in the pasted link in its place."""

    finding: Finding
    website: str | None = None
    parameter: str | None = None
    told: str | None = None
    mended: str | None = None


class LinkChecks:
    """Reads the ledger for the calling affiliate alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def check(self, caller: Caller, address: str, public_url: str) -> LinkCheck:
        """What a link that somebody pasted does for the calling affiliate. `public_url` is where short links are served."""
        affiliate_id, typed = affiliate_of(caller), address.strip()
        found = parse_destination(typed) or (parse_destination(f"https://{typed}") if "://" not in typed else None)
        if found is None:
            return LinkCheck("no_address")
        with self._database.reading() as session:
            affiliates = Affiliates(session, self._clock)
            codes = {one.code for one in affiliates.code_history() if one.affiliate_id == affiliate_id}
            code = affiliates.primary_codes()[affiliate_id]
            ours = parse_destination(public_url)
            if ours is not None and found.origin == ours.origin and found.path.startswith(GO_PREFIX):
                return self._short(session, found, affiliate_id, codes, code)
            site = self._site(session, found)
        if site is None:
            return LinkCheck("other_host", told=found.host)
        return _tagged(found, site, codes, code)

    def _site(self, session: Session, found: Destination) -> WebsiteRecord | None:
        """The website that an address is on."""
        websites = Websites(session, self._clock)
        for site in websites.all():
            if found.is_on(hosts_of(site.domain, websites.hosts(site.id)), default_page(site.domain, site.default_url)):
                return site
        return None

    def _short(self, session: Session, found: Destination, affiliate_id: str, codes: Collection[str], code: str) -> LinkCheck:
        """A short link: whose it is says its path."""
        told, _, slug = found.path.removeprefix(GO_PREFIX).rstrip("/").partition("/")
        known = normalised_slug(slug) if slug else None
        exists = not slug or (known is not None and Links(session, self._clock).find(affiliate_id, known) is not None)
        mended = found._replace(path=f"{GO_PREFIX}{quote(code, safe='')}" + (f"/{known}" if known and exists else "")).url
        if (normalised_ref(told) or "") not in codes:
            return LinkCheck("other_code" if told else "no_code", told=told or None, mended=mended)
        return LinkCheck("right") if exists else LinkCheck("no_such_link", told=slug, mended=mended)


def _tagged(found: Destination, site: WebsiteRecord, codes: Collection[str], code: str) -> LinkCheck:
    """A page of a website: whose it is says the first of its parameters that the website looks for."""
    first = site.link_parameters[0]
    elsewhere = _parameter_with(found.query, codes)
    fixed = tagged_page(found, site.link_parameters, code).with_parameters(
        {}, replaced=[TID_PARAMETER, *([elsewhere] if elsewhere else [])]
    )
    mended = tagged_page(fixed, site.link_parameters, code).url
    read = affiliate_in(found.query, site.link_parameters)
    if not site.enabled:
        return LinkCheck("website_off", site.name)
    if read is not None and read not in codes:
        return LinkCheck("other_code", site.name, first, read, mended)
    if read is None:
        return LinkCheck("other_parameter" if elsewhere else "no_code", site.name, first, elsewhere, mended)
    if parameter_in(found.query, TID_PARAMETER):
        return LinkCheck("old_click", site.name, first, TID_PARAMETER, mended)
    return LinkCheck("right", site.name)


def _parameter_with(query: str, codes: Collection[str]) -> str | None:
    """The name of a parameter that carries one of the codes."""
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return next((name for name, value in pairs if (normalised_ref(value) or "") in codes), None)
