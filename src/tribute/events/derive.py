"""From a record to a derived event, by the rules of `DERIVATION_VERSION`. Pure: the same record and website rules give the same event.

Called by the loader for every record; some six microseconds an event, because a rebuild does it a hundred million times. What comes again
and again (addresses, referrers, user agents) is read once a distinct text, and the events of a batch share it.
"""

import hashlib
from dataclasses import dataclass
from sys import intern

from tribute.events.addresses import normalised_ref
from tribute.events.agents import UNKNOWN_AGENT, Agent, agent
from tribute.events.channels import channel
from tribute.events.clicks import NO_CLICK, ClickTie, arrival_click, first_sight_click
from tribute.events.derived import BotMark, DerivedEvent, VisitorKind, event_key
from tribute.events.orders import order_hint
from tribute.events.record import CLICK_TYPE, Campaign, Context, Event, Page, Properties, Record, text
from tribute.events.referrers import referring_host
from tribute.events.times import event_time
from tribute.events.visited import NOWHERE, CampaignTold, Visited, visited

DEFAULT_LINK_PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")


@dataclass(frozen=True, slots=True)
class WebsiteRules:
    """What the owner set for a website that the derivation depends on."""

    domain: str
    link_parameters: tuple[str, ...] = DEFAULT_LINK_PARAMETERS


_LONGEST_ID = 256
_NO_CONTEXT = Context()
_NO_PAGE = Page()
_NO_PROPERTIES = Properties()


def derive(record: Record, rules: WebsiteRules) -> DerivedEvent:
    """Everything the store keeps of a record. Half of its lines are the one list of fields, which is read better whole than in parts."""
    event = record.event
    # Senders may put anything anywhere.
    context = event.context if isinstance(event.context, Context) else _NO_CONTEXT
    page = context.page if isinstance(context.page, Page) else _NO_PAGE
    properties = event.properties if isinstance(event.properties, Properties) else _NO_PROPERTIES
    address, canonical = _addresses(properties, page, rules)
    time, mark = event_time(record)
    visitor, kind = _visitor(record)
    tagged = address.affiliate or canonical.affiliate
    affiliate = _told_affiliate(context, properties) or tagged
    referrer = referring_host(text(properties.referrer) or text(page.referrer))
    is_internal = referrer is not None and _is_own(referrer, address, rules)
    utm = _campaign(context, address)
    came_by = channel(
        has_affiliate=affiliate is not None,
        is_paid=address.is_paid,
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
        website_id=intern(record.website_id),
        type=intern(record.type),
        name=text(event.event, 256) or text(event.name, 256) or text(properties.name, 256),
        event_time=time,
        time_mark=mark,
        received_at=record.received_at,
        accepted_at=record.accepted_at or record.received_at,
        spool=intern(record.spool),
        seq=record.seq,
        visitor_id=visitor,
        visitor_kind=kind,
        affiliate_ref=affiliate,
        click_id=click.click_id,
        is_click=click.is_click,
        link_slug=text(properties.slug, 64) if record.type == CLICK_TYPE else None,
        sub_id=text(properties.sub_id, 64) if record.type == CLICK_TYPE else address.sub_id or canonical.sub_id,
        is_landing=is_landing,
        bot=bot,
        value=record.value,
        revision=record.revision,
        host=address.host,
        path=address.path or text(properties.path or page.path, 1024),
        title=text(properties.title, 512) or text(page.title, 512),
        referrer_host=referrer,
        channel=came_by,
        utm_source=utm[0],
        utm_medium=utm[1],
        utm_campaign=utm[2],
        utm_term=utm[3],
        utm_content=utm[4],
        country=intern(record.country) if record.country else None,
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


def _tagged_click(record: Record, context: Context, addresses: tuple[Visited, Visited], *, landing_key: bytes | None) -> ClickTie:
    """The click of a page whose address carries a code: the redirect's that led to it, else what the snippet calls it, else one of its own.

    Where the visitor may not be identified the address keeps only that there was a redirect, whose click counts already; and an arrival
    without one is named by its message id, which the snippet remembers in case the visitor consents before the page is left.
    """
    address, canonical = addresses
    tid = address.tid or canonical.tid
    if tid is None and (address.is_redirected or canonical.is_redirected):
        return NO_CLICK
    named = tid or identity(context.click_id)
    if landing_key is None:
        return ClickTie(named, is_click=False)
    return arrival_click(event_key=landing_key, tid=named or (record.message_id if context.consent is False else None))


def _addresses(properties: Properties, page: Page, rules: WebsiteRules) -> tuple[Visited, Visited]:
    """The address really visited, then the page's canonical one where both are told: `url` follows `<link rel=canonical>`."""
    seen, told = text(properties.tab_url) or text(page.tab_url), text(properties.url) or text(page.url)
    address = visited(seen or told, rules.link_parameters)
    return address, visited(told, rules.link_parameters) if seen and told and seen != told else NOWHERE


def _told_affiliate(context: Context, properties: Properties) -> str | None:
    """The affiliate reference that the event says outright; it goes before what an address says."""
    return _ref(properties.affiliate_id) or _ref(context.affiliate_id)


def _is_own(referrer_host: str, address: Visited, rules: WebsiteRules) -> bool:
    """Whether a page was reached from another page of the same website: of its domain, or of the host that the page itself stands on."""
    return referrer_host in (rules.domain, address.host) or referrer_host.endswith("." + rules.domain)


def _ref(told: object) -> str | None:
    if told is None:
        return None
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
    if value is None:
        return None
    if not isinstance(value, str):
        value = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    if len(value) > _LONGEST_ID:
        return f"h_{hashlib.blake2b(value.encode(errors='replace'), digest_size=16).hexdigest()}"
    return text(value, _LONGEST_ID)


def _campaign(context: Context, address: Visited) -> CampaignTold:
    """Source, medium, campaign, term, content: from the SDK's `context.campaign`, else from the address."""
    told = context.campaign
    if not isinstance(told, Campaign):
        return address.campaign
    source, medium, campaign, term, content = address.campaign
    return (
        text(told.source, 256) or source,
        text(told.medium, 256) or medium,
        text(told.name, 256) or campaign,
        text(told.term, 256) or term,
        text(told.content, 256) or content,
    )


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
