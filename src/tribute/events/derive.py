"""From a record to a derived event, by the rules of `DERIVATION_VERSION`. Pure: the same record and website rules give the same event.

Called by the loader for every record; some eight microseconds an event, because a rebuild does it a hundred million times. What comes again
and again (addresses, referrers, user agents) is read once a distinct text, and the events share it.
"""

import hashlib
from functools import lru_cache
from sys import intern

from tribute.events.addresses import normalised_ref
from tribute.events.agents import UNKNOWN_AGENT, agent
from tribute.events.arrivals import Place, arrival, place
from tribute.events.clicks import NO_CLICK, ClickTie, arrival_click, first_sight_click
from tribute.events.derived import BotMark, DerivedEvent, VisitorKind, event_key
from tribute.events.orders import order_hint
from tribute.events.record import CLICK_TYPE, Campaign, Context, Event, Page, Properties, Record, text
from tribute.events.referrers import referring_host
from tribute.events.rows import Row, Shared, event_of
from tribute.events.rules import DEFAULT_LINK_PARAMETERS, WebsiteRules
from tribute.events.times import event_time
from tribute.events.visited import CampaignTold

_LONGEST_ID = 256
_KNOWN_AGENTS = 20_000
_KNOWN_ORIGINS = 1024
_NO_CONTEXT = Context()
_NO_PAGE = Page()
_NO_PROPERTIES = Properties()
_NO_CAMPAIGN_TOLD = Campaign()
# An enumeration's members are looked up slowly, and these are asked for at every event.
_ANONYMOUS, _USER, _COOKIELESS = VisitorKind.ANONYMOUS, VisitorKind.USER, VisitorKind.COOKIELESS


def derive(record: Record, rules: WebsiteRules) -> DerivedEvent:
    """Everything the store keeps of a record."""
    return event_of(derive_row(record, rules))


def derive_row(record: Record, rules: WebsiteRules) -> Row:
    """The same as a row, which is quicker where many are derived."""
    event = record.event
    # Senders may put anything anywhere.
    context = event.context if isinstance(event.context, Context) else _NO_CONTEXT
    page = context.page if isinstance(context.page, Page) else _NO_PAGE
    properties = event.properties if isinstance(event.properties, Properties) else _NO_PROPERTIES
    kind = record.type
    here = place(rules, properties, page)
    visitor, visitor_kind = _visitor(record)
    told = properties.affiliate_id is not None or context.affiliate_id is not None
    affiliate = (_told_affiliate(context, properties) if told else None) or here.affiliate
    referrer = referring_host(text(properties.referrer) or text(page.referrer))
    came = arrival(here.site, referrer, affiliate is not None, _campaign(context))
    key = event_key(record.website_id, record.message_id)
    is_landing = kind == "page" and not came.is_internal
    if kind != "page" or affiliate is None or context.affiliate_remembered is True:
        click = _kept_click(record, context)
    elif here.affiliate is not None:
        click = _tagged_click(record, context, here, landing_key=key if is_landing else None)
    else:
        click = first_sight_click(website_id=record.website_id, visitor_id=visitor, affiliate_ref=affiliate)
    time, mark = event_time(record)
    is_named = event.event or event.name or properties.name
    agent_told = text(context.user_agent, 512)
    asked_with = None if agent_told else text(record.user_agent, 512)
    return (
        key,
        time,
        mark,
        record.received_at,
        record.accepted_at or record.received_at,
        record.seq,
        text(event.event, 256) or text(event.name, 256) or text(properties.name, 256) if is_named else None,
        visitor,
        visitor_kind,
        affiliate,
        click.click_id,
        click.is_click,
        is_landing,
        _origin((record.website_id, kind, record.spool, record.country, record.value, record.revision)),
        here,
        came,
        _machine(agent_told, asked_with, record.own_visit, record.prefetch),
        here.rest if kind == "page" else _rest(kind, event, properties, here),
    )


@lru_cache(_KNOWN_ORIGINS)
def _origin(told: tuple[str, str, str, str | None, int, int]) -> Shared:
    website_id, kind, spool, country, value, revision = told
    return Shared((intern(website_id), intern(kind), intern(spool), intern(country) if country else None, value, revision))


def _rest(kind: str, event: Event, properties: Properties, here: Place) -> Shared:
    """What only an event that is no page tells: the link of a redirect, the order of a purchase."""
    if kind == CLICK_TYPE:
        return Shared((text(properties.slug, 64), text(properties.sub_id, 64), None, None, None, None, None))
    order = order_hint(text(event.event, 64), properties) if kind == "track" else None
    if order is None:
        return here.rest
    return Shared((None, here.sub_id, order.kind, order.order_id, order.amount_minor, order.currency, order.coupon))


def _kept_click(record: Record, context: Context) -> ClickTie:
    """The click of an event that is no arrival of a page: a redirect is its own, everything else may tell one from earlier."""
    if record.type == CLICK_TYPE:
        return ClickTie(record.message_id, is_click=True)
    return NO_CLICK if context.click_id is None else ClickTie(identity(context.click_id), is_click=False)


def _tagged_click(record: Record, context: Context, here: Place, *, landing_key: bytes | None) -> ClickTie:
    """The click of a page whose address carries a code: the redirect's that led to it, else what the snippet calls it, else one of its own.

    Where the visitor may not be identified the address keeps only that there was a redirect, whose click counts already; and an arrival
    without one is named by its message id, which the snippet remembers in case the visitor consents before the page is left.
    """
    if here.tid is None and here.is_redirected:
        return NO_CLICK
    named = here.tid or identity(context.click_id)
    if landing_key is None:
        return ClickTie(named, is_click=False)
    return arrival_click(event_key=landing_key, tid=named or (record.message_id if context.consent is False else None))


def _told_affiliate(context: Context, properties: Properties) -> str | None:
    """The affiliate reference that the event says outright; it goes before what an address says."""
    return _ref(properties.affiliate_id) or _ref(context.affiliate_id)


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
        return anonymous, _ANONYMOUS
    user = identity(record.event.user_id)
    if user:
        return f"u:{user}", _USER
    if record.cookieless_id:
        return record.cookieless_id, _COOKIELESS
    return None, None


def identity(value: object) -> str | None:
    """An id as text: numbers are written out, anything else that is not a filled string is no id. A very long one by its hash, whole."""
    if value is None:
        return None
    if type(value) is str and 0 < len(value) <= _LONGEST_ID and "\x00" not in value:  # as nearly all are
        return value
    if not isinstance(value, str):
        value = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    if len(value) > _LONGEST_ID:
        return f"h_{hashlib.blake2b(value.encode(errors='replace'), digest_size=16).hexdigest()}"
    return text(value, _LONGEST_ID)


def _campaign(context: Context) -> CampaignTold | None:
    """Source, medium, campaign, term, content as the SDK tells them in `context.campaign`; None where it tells nothing."""
    told = context.campaign
    if not isinstance(told, Campaign) or told == _NO_CAMPAIGN_TOLD:
        return None
    return text(told.source, 256), text(told.medium, 256), text(told.name, 256), text(told.term, 256), text(told.content, 256)


@lru_cache(_KNOWN_AGENTS)
def _machine(told: str | None, asked_with: str | None, own_visit: bool, prefetch: bool) -> Shared:
    """Device, browser, system and bot mark. The request's own agent speaks for the visitor unless it is a program's HTTP client."""
    seen = agent(told or asked_with)
    if not told and seen.is_library:
        seen = UNKNOWN_AGENT
    if own_visit:
        bot: BotMark | None = BotMark.OWN_VISIT
    else:
        bot = BotMark.PREFETCH if prefetch else seen.bot
    return Shared((seen.device, seen.browser, seen.os, bot))


__all__ = ["DEFAULT_LINK_PARAMETERS", "Event", "WebsiteRules", "derive", "derive_row", "identity"]
