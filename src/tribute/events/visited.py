"""What a page's address tells the rules: host, path, affiliate, campaign, click. Pure; called by `arrivals`, once a page."""

from typing import NamedTuple

from tribute.events.addresses import affiliate_in, parse_address, query_value
from tribute.events.channels import is_paid_click
from tribute.events.clicks import is_redirected, sub_id_of, tid_of
from tribute.events.record import text

CampaignTold = tuple[str | None, str | None, str | None, str | None, str | None]
"""Source, medium, campaign, term, content."""

NO_CAMPAIGN: CampaignTold = (None, None, None, None, None)


class Visited(NamedTuple):
    """An address as far as the rules read it."""

    host: str | None
    path: str | None
    affiliate: str | None
    """The affiliate reference that it is tagged with."""
    campaign: CampaignTold
    is_paid: bool
    """Whether it carries the click id of an advertisement."""
    tid: str | None
    is_redirected: bool
    sub_id: str | None


NOWHERE = Visited(None, None, None, NO_CAMPAIGN, is_paid=False, tid=None, is_redirected=False, sub_id=None)


def visited(url: str | None, link_parameters: tuple[str, ...]) -> Visited:
    """Read an address. `link_parameters` name the affiliate's, in the order in which they are looked for."""
    address = parse_address(url)
    query = address.query
    path = text(address.path, 1024)
    if not query:
        return NOWHERE._replace(host=address.host, path=path)
    return Visited(
        address.host,
        path,
        affiliate_in(query, link_parameters),
        _campaign(query),
        is_paid=is_paid_click(query),
        tid=tid_of(address),
        is_redirected=is_redirected(address),
        sub_id=sub_id_of(address),
    )


def _campaign(query: str) -> CampaignTold:
    if "utm_" not in query:
        return NO_CAMPAIGN
    names = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
    source, medium, campaign, term, content = (text(query_value(query, name), 256) for name in names)
    return source, medium, campaign, term, content
