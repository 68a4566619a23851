"""Where a visitor was, and how they came there: what pages have in common, read once a distinct page and shared by its events.

Pure; called by `derive` for every event. Invariant: what is remembered changes no answer, and is bounded in number and size.
"""

from functools import lru_cache
from sys import getsizeof
from typing import Any, TypeAlias

import msgspec

from tribute.events.channels import channel
from tribute.events.record import Page, Properties, text
from tribute.events.rows import Shared
from tribute.events.rules import WebsiteRules
from tribute.events.visited import NOWHERE, CampaignTold, visited

_KNOWN_PLACES = 8192
"""Pages remembered: some 16 MB, and 80 at most. A site's pages come again and again, each under the codes of a few affiliates."""
_LARGEST_REMEMBERED = 5_120
"""Bytes of a page's texts together as Python keeps them; who sends more shall not fill the memory."""
_KNOWN_SITES = 4096
"""Hosts with the campaigns that lead there: some 4 MB, and 25 at most, where every text is as long as is kept and of four bytes a sign."""
_KNOWN_ARRIVALS = 2048
"""The same with the referrers from which they were come to: some 1 MB, and 25 at most."""

_Told: TypeAlias = tuple[Any, Any, Any, Any, Any, Any, Any, Any]
"""What an event tells of its page: `tab_url`, `url`, `path` and `title`, each as its properties have it and as its context does."""


class Site(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What of a page says how it may have been come to: many pages have it in common, and are come to from the same referrers."""

    domain: str
    host: str | None
    campaign: CampaignTold
    is_paid: bool


class Place(Shared, frozen=True, eq=False, gc=False, kw_only=True):
    """A page as the rules read it: of what it shares with others host, path and title, and what follows from its addresses."""

    site: Site
    affiliate: str | None
    """The affiliate reference that an address is tagged with."""
    tid: str | None
    is_redirected: bool
    sub_id: str | None
    rest: Shared
    """What an event tells beside it that is neither a redirect nor an order."""


class Arrival(Shared, frozen=True, eq=False, gc=False, kw_only=True):
    """How a page was come to: referrer, channel, campaign."""

    is_internal: bool
    """From another page of the same website."""


def place(rules: WebsiteRules, properties: Properties, page: Page) -> Place:
    """The page that an event tells of, by its properties before its context."""
    tab_url, url, path, title = properties.tab_url, properties.url, properties.path, properties.title
    page_tab_url = page.tab_url
    # What only repeats another text changes nothing, and each text less to look up by is a tenth of a microsecond.
    if page_tab_url == tab_url:
        page_tab_url = None
        if tab_url == url:
            tab_url = None
    told = (
        tab_url,
        page_tab_url,
        url,
        None if page.url == url else page.url,
        path,
        None if page.path == path else page.path,
        title,
        None if page.title == title else page.title,
    )
    try:
        return _known_place(rules.domain, rules.link_parameters, told)
    except (TypeError, _TooLongError):  # a list or an object where a text belongs cannot be looked up, and a very long text shall not be
        return _place(rules.domain, rules.link_parameters, told)


class _TooLongError(Exception):
    """Raised so that a page is not remembered."""


@lru_cache(_KNOWN_PLACES)
def _known_place(domain: str, link_parameters: tuple[str, ...], told: _Told) -> Place:
    if sum(getsizeof(text) for text in told if isinstance(text, str)) > _LARGEST_REMEMBERED:
        raise _TooLongError
    return _place(domain, link_parameters, told)


def _place(domain: str, link_parameters: tuple[str, ...], told: _Told) -> Place:
    """The address really visited goes before the page's canonical one, where both are told: `url` follows `<link rel=canonical>`."""
    tab_url, page_tab_url, url, page_url, path, page_path, title, page_title = told
    seen, canonical_url = text(tab_url) or text(page_tab_url), text(url) or text(page_url)
    address = visited(seen or canonical_url, link_parameters)
    has_both = seen and canonical_url and seen != canonical_url
    canonical = visited(canonical_url, link_parameters) if has_both else NOWHERE
    sub_id = address.sub_id or canonical.sub_id
    return Place(
        (address.host, address.path or text(path or page_path, 1024), text(title, 512) or text(page_title, 512)),
        site=_site(domain, address.host, address.campaign, address.is_paid),
        affiliate=address.affiliate or canonical.affiliate,
        tid=address.tid or canonical.tid,
        is_redirected=address.is_redirected or canonical.is_redirected,
        sub_id=sub_id,
        rest=_with_sub_id(sub_id),
    )


@lru_cache(_KNOWN_SITES)
def _site(domain: str, host: str | None, campaign: CampaignTold, is_paid: bool) -> Site:
    return Site(domain, host, campaign, is_paid)


@lru_cache(256)
def _with_sub_id(sub_id: str | None) -> Shared:
    return Shared((None, sub_id, None, None, None, None, None))


@lru_cache(_KNOWN_ARRIVALS)
def arrival(site: Site, referrer: str | None, has_affiliate: bool, told: CampaignTold | None) -> Arrival:
    """How an event's page was come to: `referrer` is the host before, `told` the campaign that the SDK tells outright."""
    is_internal = referrer is not None and _is_own(referrer, site)
    utm = _campaign(told, site.campaign)
    came_by = channel(
        has_affiliate=has_affiliate,
        is_paid=site.is_paid,
        source=utm[0],
        medium=utm[1],
        referrer_host=referrer,
        is_internal=is_internal,
    )
    return Arrival((referrer, came_by, *utm), is_internal=is_internal)


def _is_own(referrer_host: str, site: Site) -> bool:
    """Whether a page was reached from another page of the same website: of its domain, or of the host that the page itself stands on."""
    return referrer_host in (site.domain, site.host) or referrer_host.endswith("." + site.domain)


def _campaign(told: CampaignTold | None, address: CampaignTold) -> CampaignTold:
    """Source, medium, campaign, term, content: each as the SDK tells it, else from the address."""
    if told is None:
        return address
    source, medium, campaign, term, content = (said or written for said, written in zip(told, address, strict=True))
    return source, medium, campaign, term, content
