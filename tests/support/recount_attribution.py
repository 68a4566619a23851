"""An independent recount of what attribution asks and of what the ledger told: Python over all that was ever loaded, slow and plain."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tests.support.recount import affiliate_of, counted_copies, distinct_records
from tests.support.recount_analytics import PROPERTY, Fact, in_order
from tribute.analytics.clicks import Click, ClicksAsked, MoneyFact, OrderAsked, OrderHintSeen
from tribute.analytics.definitions import Span
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import CodeRegistration
from tribute.events.derived import DerivedEvent, VisitorKind
from tribute.events.orders import OrderHint

_DIMENSIONS = {
    "link_slug": Dimension.LINK,
    "sub_id": Dimension.SUB_ID,
    "landing_page": Dimension.LANDING_PAGE,
    "referrer_host": Dimension.REFERRER,
    "channel": Dimension.CHANNEL,
    "utm_source": Dimension.UTM_SOURCE,
    "utm_medium": Dimension.UTM_MEDIUM,
    "utm_campaign": Dimension.UTM_CAMPAIGN,
    "utm_term": Dimension.UTM_TERM,
    "utm_content": Dimension.UTM_CONTENT,
    "country": Dimension.COUNTRY,
    "device": Dimension.DEVICE,
    "browser": Dimension.BROWSER,
    "os": Dimension.OS,
}


def lasting_visitor(event: DerivedEvent) -> str | None:
    return None if event.visitor_kind is VisitorKind.COOKIELESS else event.visitor_id


def recount_clicks(events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration], asked: ClicksAsked) -> list[Click]:
    """What `EventStore.clicks_for` must answer to one question."""
    by_code = {registration.code: registration for registration in codes}
    admitted = [
        event
        for event in distinct_records(events)
        if event.bot is None and event.website_id in asked.website_ids and event.accepted_at <= asked.accepted_until
    ]
    carried = {event.click_id for event in admitted if asked.visitor_id is not None and lasting_visitor(event) == asked.visitor_id}
    wanted = (carried | {asked.click_id}) - {None}
    clicks: dict[tuple[str | None, ...], list[DerivedEvent]] = {}
    for event in sorted(admitted, key=in_order):
        if event.is_click and event.click_id in wanted:
            whose = affiliate_of(event, by_code)
            clicks.setdefault((event.click_id, whose, None if whose else event.affiliate_ref), []).append(event)
    made = [_click(sights, affiliate_of(sights[0], by_code)) for sights in clicks.values()]
    return sorted(made, key=lambda click: (click.time, click.click_id, click.affiliate_id or "", click.code or ""))


def _click(sights: Sequence[DerivedEvent], affiliate_id: str | None) -> Click:
    first = sights[0]
    soon = [event for event in sights if event.event_time - first.event_time <= timedelta(hours=1)]
    told = {
        name: next((found for event in soon if (found := PROPERTY[dimension](event)) is not None), None)
        for name, dimension in _DIMENSIONS.items()
    }
    return Click(
        click_id=first.click_id or "",
        website_id=first.website_id,
        visitor_id=next((found for event in soon if (found := lasting_visitor(event)) is not None), None),
        time=first.event_time,
        code=first.affiliate_ref,
        affiliate_id=affiliate_id,
        **told,
    )


def recount_hints(events: Iterable[DerivedEvent], span: Span, limit: int, website_ids: Sequence[str] | None) -> list[OrderHintSeen]:
    """What `EventStore.order_hints` must answer."""
    found = [
        event
        for event in counted_copies(events)
        if event.order_kind is not None
        and event.bot is None
        and span.start <= event.event_time <= span.end
        and (website_ids is None or event.website_id in website_ids)
    ]
    return [_seen(event) for event in sorted(found, key=in_order, reverse=True)[:limit]]


def _seen(event: DerivedEvent) -> OrderHintSeen:
    assert event.order_kind is not None
    assert event.order_id is not None
    hint = OrderHint(
        kind=event.order_kind,
        order_id=event.order_id,
        amount_minor=event.order_amount_minor,
        currency=event.order_currency,
        coupon=event.order_coupon,
    )
    return OrderHintSeen(event.website_id, event.visitor_id, event.event_time, event.received_at, event.accepted_at, hint)


def recount_visitor_of_order(events: Iterable[DerivedEvent], asked: OrderAsked) -> str | None:
    """What `EventStore.visitors_of_orders` must answer to one question."""
    website_id, order_id, accepted_until = asked
    found = [
        event
        for event in distinct_records(events)
        if (event.website_id, event.order_id, event.order_kind) == (website_id, order_id, "completed")
        and event.bot is None
        and event.accepted_at <= accepted_until
        and lasting_visitor(event) is not None
    ]
    return min(found, key=in_order).visitor_id if found else None


def facts_of_money(told: Mapping[str, Sequence[MoneyFact]]) -> list[Fact]:
    """What the ledger told last of each conversion, to be counted beside page views and clicks."""
    return [_fact(fact) for facts in told.values() for fact in facts]


def _fact(fact: MoneyFact) -> Fact:
    told = {dimension: getattr(fact, name) for name, dimension in _DIMENSIONS.items()}
    told |= {Dimension.WEBSITE: fact.website_id, Dimension.AFFILIATE: fact.affiliate_id, Dimension.PATH: fact.landing_page}
    return Fact(
        fact.time,
        told,
        conversions=fact.conversions,
        currency=fact.currency,
        revenue=fact.revenue_minor,
        commission=fact.commission_minor,
    )
