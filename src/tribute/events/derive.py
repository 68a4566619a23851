"""From a record to a derived event, by the rules of `DERIVATION_VERSION`. Pure: the same record and website rules give the same event.

Called by the loader for every record; some fifteen microseconds an event, because a rebuild does it a hundred million times.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tribute.events.addresses import NO_ADDRESS, Address, affiliate_in, normalised_ref, parse_address, query_value
from tribute.events.agents import UNKNOWN_AGENT, Agent, agent
from tribute.events.channels import channel, is_paid_click
from tribute.events.clicks import NO_CLICK, ClickTie, arrival_click, first_sight_click, is_redirected, sub_id_of, tid_of
from tribute.events.derived import BotMark, DerivedEvent, VisitorKind, event_key
from tribute.events.orders import order_hint
from tribute.events.record import CLICK_TYPE, Campaign, Context, Event, Page, Properties, Record, text
from tribute.events.referrers import referring_host
from tribute.events.times import event_time

DEFAULT_LINK_PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")


@dataclass(frozen=True, slots=True)
class WebsiteRules:
    """What the owner set for a website that the derivation depends on."""

    domain: str
    link_parameters: Sequence[str] = DEFAULT_LINK_PARAMETERS


_LONGEST_ID = 256
_NO_CONTEXT = Context()
_NO_PAGE = Page()
_NO_PROPERTIES = Properties()
_NO_CAMPAIGN = Campaign()

T = TypeVar("T")


def _or(value: object, kind: type[T], default: T) -> T:
    """The value where it is what it should be: senders may put anything anywhere."""
    return value if isinstance(value, kind) else default


def derive(record: Record, rules: WebsiteRules) -> DerivedEvent:
    """Everything the store keeps of a record. Half of its lines are the one list of fields, which is read better whole than in parts."""
    event = record.event
    context = _or(event.context, Context, _NO_CONTEXT)
    page = _or(context.page, Page, _NO_PAGE)
    properties = _or(event.properties, Properties, _NO_PROPERTIES)
    address, canonical = _addresses(properties, page)
    time, mark = event_time(record)
    visitor, kind = _visitor(record)
    told, tagged = _told_affiliate(context, properties), _tagged_affiliate((address, canonical), rules)
    affiliate = told or tagged
    referrer = referring_host(text(properties.referrer) or text(page.referrer))
    is_internal = referrer is not None and _is_own(referrer, address, rules)
    utm = _campaign(context, address)
    came_by = channel(
        has_affiliate=affiliate is not None,
        is_paid=is_paid_click(address.query),
        source=utm[0],
        medium=utm[1],
        referrer_host=referrer,
        is_internal=is_internal,
    )
    seen, bot = _agent(record, context)
    key = event_key(record.website_id, record.message_id)
    is_landing = record.type == "page" and not is_internal
    if record.type != "page" or affiliate is None or context.affiliate_remembered is True:
        click = _kept_click(record, context)
    elif tagged is not None:
        click = _tagged_click(record, context, (address, canonical), landing_key=key if is_landing else None)
    else:
        click = first_sight_click(website_id=record.website_id, visitor_id=visitor, affiliate_ref=affiliate)
    order = order_hint(text(event.event, 64), properties) if record.type == "track" else None
    return DerivedEvent(
        event_key=key,
        website_id=record.website_id,
        type=record.type,
        name=text(event.event, 256) or text(event.name, 256) or text(properties.name, 256),
        event_time=time,
        time_mark=mark,
        received_at=record.received_at,
        accepted_at=record.accepted_at or record.received_at,
        spool=record.spool,
        seq=record.seq,
        visitor_id=visitor,
        visitor_kind=kind,
        affiliate_ref=affiliate,
        click_id=click.click_id,
        is_click=click.is_click,
        link_slug=text(properties.slug, 64) if record.type == CLICK_TYPE else None,
        sub_id=text(properties.sub_id, 64) if record.type == CLICK_TYPE else sub_id_of(address) or sub_id_of(canonical),
        is_landing=is_landing,
        bot=bot,
        value=record.value,
        revision=record.revision,
        host=address.host,
        path=text(address.path or properties.path or page.path, 1024),
        title=text(properties.title, 512) or text(page.title, 512),
        referrer_host=referrer,
        channel=came_by,
        utm_source=utm[0],
        utm_medium=utm[1],
        utm_campaign=utm[2],
        utm_term=utm[3],
        utm_content=utm[4],
        country=record.country,
        device=seen.device,
        browser=seen.browser,
        os=seen.os,
        order_kind=order.kind if order else None,
        order_id=order.order_id if order else None,
        order_amount_minor=order.amount_minor if order else None,
        order_currency=order.currency if order else None,
        order_coupon=order.coupon if order else None,
    )


def _kept_click(record: Record, context: Context) -> ClickTie:
    """The click of an event that is no arrival of a page: a redirect is its own, everything else may tell one from earlier."""
    if record.type == CLICK_TYPE:
        return ClickTie(record.message_id, is_click=True)
    return ClickTie(identity(context.click_id), is_click=False)


def _tagged_click(record: Record, context: Context, addresses: Sequence[Address], *, landing_key: bytes | None) -> ClickTie:
    """The click of a page whose address carries a code: the redirect's that led to it, else what the snippet calls it, else one of its own.

    Where the visitor may not be identified the address keeps only that there was a redirect, whose click counts already; and an arrival
    without one is named by its message id, which the snippet remembers in case the visitor consents before the page is left.
    """
    tid = next(filter(None, map(tid_of, addresses)), None)
    if tid is None and any(map(is_redirected, addresses)):
        return NO_CLICK
    named = tid or identity(context.click_id)
    if landing_key is None:
        return ClickTie(named, is_click=False)
    return arrival_click(event_key=landing_key, tid=named or (record.message_id if context.consent is False else None))


def _addresses(properties: Properties, page: Page) -> tuple[Address, Address]:
    """The address really visited, then the page's canonical one where both are told: `url` follows `<link rel=canonical>`."""
    visited, told = text(properties.tab_url) or text(page.tab_url), text(properties.url) or text(page.url)
    return parse_address(visited or told), parse_address(told) if visited else NO_ADDRESS


def _told_affiliate(context: Context, properties: Properties) -> str | None:
    """The affiliate reference that the event says outright; it goes before what an address says."""
    return _ref(properties.affiliate_id) or _ref(context.affiliate_id)


def _tagged_affiliate(addresses: Sequence[Address], rules: WebsiteRules) -> str | None:
    """The affiliate reference in the page's address, the visited one before the canonical one."""
    for address in addresses:
        found = affiliate_in(address.query, rules.link_parameters)
        if found is not None:
            return found
    return None


def _is_own(referrer_host: str, address: Address, rules: WebsiteRules) -> bool:
    """Whether a page was reached from another page of the same website: of its domain, or of the host that the page itself stands on."""
    return referrer_host in (rules.domain, address.host) or referrer_host.endswith("." + rules.domain)


def _ref(told: object) -> str | None:
    if isinstance(told, int) and not isinstance(told, bool):
        told = str(told)
    filled = text(told)
    return normalised_ref(filled) if filled else None


def _visitor(record: Record) -> tuple[str | None, VisitorKind | None]:
    """Who it was: the anonymous id; for server-side calls the user id; else the website's daily cookieless id; or nobody."""
    anonymous = identity(record.event.anonymous_id) or identity(record.anonymous_id)
    if anonymous:
        return anonymous, VisitorKind.ANONYMOUS
    user = identity(record.event.user_id)
    if user:
        return f"u:{user}", VisitorKind.USER
    if record.cookieless_id:
        return record.cookieless_id, VisitorKind.COOKIELESS
    return None, None


def identity(value: object) -> str | None:
    """An id as text: numbers are written out, anything else that is not a filled string is no id. A very long one by its hash, whole."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and len(value) > _LONGEST_ID:
        return f"h_{hashlib.blake2b(value.encode(errors='replace'), digest_size=16).hexdigest()}"
    return text(value, _LONGEST_ID)


def _campaign(context: Context, address: Address) -> tuple[str | None, ...]:
    """Source, medium, campaign, term, content: from the SDK's `context.campaign`, else from the address."""
    campaign = _or(context.campaign, Campaign, _NO_CAMPAIGN)
    told = (campaign.source, campaign.medium, campaign.name, campaign.term, campaign.content)
    query = address.query
    if "utm_" not in query:
        return tuple(text(value, 256) for value in told)
    names = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
    return tuple(text(value, 256) or text(query_value(query, name), 256) for value, name in zip(told, names, strict=True))


def _agent(record: Record, context: Context) -> tuple[Agent, BotMark | None]:
    """Device and bot mark. The request's own agent speaks for the visitor unless it is a program's HTTP client."""
    told = text(context.user_agent, 512)
    seen = agent(told or text(record.user_agent, 512))
    if not told and seen.is_library:
        seen = UNKNOWN_AGENT
    if record.own_visit:
        return seen, BotMark.OWN_VISIT
    return seen, BotMark.PREFETCH if record.prefetch else seen.bot


__all__ = ["DEFAULT_LINK_PARAMETERS", "Event", "WebsiteRules", "derive", "identity"]
