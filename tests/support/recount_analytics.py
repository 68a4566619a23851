"""An independent recount of the analytics: Python over all events that were ever loaded, slow and plain to see through."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from tests.support.recount import affiliate_of, counted_copies
from tribute.analytics.comparison import compared_with
from tribute.analytics.definitions import Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import CodeRegistration, Identification, Live
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.analytics.results import AnalyticsResult, Bucket, Figures, Row
from tribute.events.derived import DerivedEvent, VisitorKind

PROPERTY: Mapping[Dimension, Callable[[DerivedEvent], str | None]] = {
    Dimension.WEBSITE: lambda event: event.website_id,
    Dimension.LINK: lambda event: event.link_slug,
    Dimension.SUB_ID: lambda event: event.sub_id,
    Dimension.REFERRER: lambda event: event.referrer_host if event.type != "page" or event.is_landing else None,
    Dimension.CHANNEL: lambda event: event.channel,
    Dimension.UTM_SOURCE: lambda event: event.utm_source,
    Dimension.UTM_MEDIUM: lambda event: event.utm_medium,
    Dimension.UTM_CAMPAIGN: lambda event: event.utm_campaign,
    Dimension.UTM_TERM: lambda event: event.utm_term,
    Dimension.UTM_CONTENT: lambda event: event.utm_content,
    Dimension.COUNTRY: lambda event: event.country,
    Dimension.DEVICE: lambda event: event.device,
    Dimension.BROWSER: lambda event: event.browser,
    Dimension.OS: lambda event: event.os,
    Dimension.LANDING_PAGE: lambda event: event.path if event.is_landing else None,
    Dimension.PATH: lambda event: event.path,
}


@dataclass(frozen=True)
class Fact:
    """Something to count, with all that it can be divided by."""

    at: datetime
    properties: Mapping[Dimension, str | None]
    visitor: str | None = None
    kind: VisitorKind | None = None
    page_views: int = 0
    clicks: int = 0
    conversions: int = 0
    currency: str | None = None
    revenue: int = 0
    commission: int = 0

    @property
    def is_money(self) -> bool:
        return self.currency is not None

    @property
    def is_page(self) -> bool:
        return not self.clicks and not self.is_money


def all_facts(events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration]) -> list[Fact]:
    """Every page view and click there is."""
    by_code = {registration.code: registration for registration in codes}
    counted = [event for event in counted_copies(events) if event.bot is None]
    arrivals = sorted((event for event in counted if event.is_click and event.click_id is not None), key=in_order)
    clicks: dict[tuple[str | None, str | None], Fact] = {}
    for event in arrivals:
        whose = affiliate_of(event, by_code)
        click = clicks.get((whose, event.click_id))
        if click is None:
            told = {dimension: of(event) for dimension, of in PROPERTY.items()} | {Dimension.AFFILIATE: whose}
            clicks[whose, event.click_id] = Fact(event.event_time, told, clicks=1)
        elif event.event_time <= click.at + timedelta(hours=1):
            later = {dimension: of(event) for dimension, of in PROPERTY.items() if click.properties[dimension] is None}
            clicks[whose, event.click_id] = Fact(click.at, {**click.properties, **later}, clicks=1)
    pages = []
    for event in counted:
        if event.type == "page":
            whose = affiliate_of(event, by_code)
            told = {dimension: of(event) for dimension, of in PROPERTY.items()} | {Dimension.AFFILIATE: whose}
            click = clicks.get((whose, event.click_id))
            for dimension in (Dimension.LINK, Dimension.SUB_ID):
                told[dimension] = click.properties[dimension] or told[dimension] if click else told[dimension]
            pages.append(Fact(event.event_time, told, event.visitor_id, event.visitor_kind, page_views=event.value))
    return [*pages, *clicks.values()]


def in_order(event: DerivedEvent) -> tuple[datetime, datetime, str, int, bytes]:
    return event.event_time, event.received_at, event.spool, event.seq, event.event_key


def everything(_fact: Fact) -> bool:
    return True


def figures(facts: Sequence[Fact], metrics: Sequence[Metric], currency: str | None = None) -> Figures:
    all_metrics = {
        Metric.PAGE_VIEWS: sum(fact.page_views for fact in facts),
        Metric.VISITORS: len({fact.visitor for fact in facts} - {None}),
        Metric.CLICKS: sum(fact.clicks for fact in facts),
        Metric.CONVERSIONS: sum(fact.conversions for fact in facts),
        Metric.REVENUE: sum(fact.revenue for fact in facts if fact.currency == currency),
        Metric.COMMISSIONS: sum(fact.commission for fact in facts if fact.currency == currency),
    }
    return {metric: all_metrics[metric] for metric in metrics}


def wall_bucket(at: datetime, grain: Grain, zone: ZoneInfo) -> date | str:
    """What a person with a calendar calls the bucket of an instant."""
    local = at.astimezone(zone)
    if grain is Grain.HOUR:
        return f"{local:%Y-%m-%d %H}{'AB'[local.fold]}"
    if grain is Grain.DAY:
        return local.date()
    return local.date() - timedelta(days=local.weekday()) if grain is Grain.WEEK else local.date().replace(day=1)


@dataclass(frozen=True)
class Recount:
    """The facts of a query's scope, counted for its period and the compared one."""

    query: AnalyticsQuery
    facts: Sequence[Fact]

    def within(self, period: Period) -> list[Fact]:
        query = self.query
        return [
            fact
            for fact in self.facts
            if period.start <= fact.at < period.end
            and (query.affiliate_id is None or fact.properties[Dimension.AFFILIATE] == query.affiliate_id)
            and (query.website_ids is None or fact.properties[Dimension.WEBSITE] in query.website_ids)
            and all(fact.properties[each.dimension] in each.values for each in query.filters)
            and self._adds(fact)
        ]

    def _adds(self, fact: Fact) -> bool:
        """Whether a fact can add to one of the query's numbers; the values of others are not seen."""
        parts = set(self.query.parts)
        if fact.is_money:
            in_currency = fact.currency == self.query.currency and bool(parts & {Metric.REVENUE, Metric.COMMISSIONS})
            return in_currency or (fact.conversions != 0 and Metric.CONVERSIONS in parts)
        return Metric.CLICKS in parts if fact.clicks else bool(parts & {Metric.PAGE_VIEWS, Metric.VISITORS})

    def figures(self, facts: Sequence[Fact]) -> Figures:
        return figures(facts, self.query.parts, self.query.currency)

    def ranked(self) -> list[str | None]:
        if self.query.dimension is None:
            return []
        by_value: dict[str | None, list[Fact]] = {}
        for fact in self.within(self.query.period):
            by_value.setdefault(fact.properties[self.query.dimension], []).append(fact)

        def place(value: str | None) -> tuple[bool, Fraction, bool, str]:
            number = self._first_number(by_value[value])
            return number is None, -(number or Fraction(0)), value is None, value or ""

        return sorted(by_value, key=place)

    def _first_number(self, facts: Sequence[Fact]) -> Fraction | None:
        found, first = self.figures(facts), self.query.metrics[0]
        if first not in {Metric.EPC, Metric.CONVERSION_RATE}:
            return Fraction(found[first])
        above = found[Metric.COMMISSIONS if first is Metric.EPC else Metric.CONVERSIONS]
        return Fraction(above, found[Metric.CLICKS]) if found[Metric.CLICKS] else None

    def other_currencies(self) -> tuple[str, ...]:
        if not {Metric.REVENUE, Metric.COMMISSIONS} & set(self.query.parts):
            return ()
        amounts = {fact.currency for fact in self.facts if fact.currency and (fact.revenue or fact.commission)} - {self.query.currency}
        return tuple(sorted(currency for currency in amounts if self._has_amounts(currency)))

    def _has_amounts(self, currency: str) -> bool:
        """Whether the same question in another currency would find some."""
        asked = replace(self.query, metrics=[Metric.REVENUE], currency=currency, grain=None, row_series=False)
        return any(fact.revenue or fact.commission for fact in Recount(asked, self.facts).within(self.query.period))

    def totals(self, period: Period | None, wanted: Callable[[Fact], bool] = everything) -> Figures | None:
        return None if period is None else self.figures([fact for fact in self.within(period) if wanted(fact)])

    def series(
        self,
        starts: Sequence[datetime],
        previous_starts: Sequence[datetime],
        previous: Period | None,
        wanted: Callable[[Fact], bool] = everything,
    ) -> list[Bucket]:
        now = self._by_bucket(self.query.period, starts, wanted)
        then = self._by_bucket(previous, previous_starts, wanted) if previous else []
        return [
            Bucket(start, figures, previous_starts[place], then[place]) if place < len(then) else Bucket(start, figures)
            for place, (start, figures) in enumerate(zip(starts, now, strict=True))
        ]

    def _by_bucket(self, period: Period, starts: Sequence[datetime], wanted: Callable[[Fact], bool]) -> list[Figures]:
        grain, zone = self.query.grain, self.query.zone
        if grain is None:
            return []
        named: dict[date | str, list[Fact]] = {}
        for fact in self.within(period):
            if wanted(fact):
                named.setdefault(wall_bucket(fact.at, grain, zone), []).append(fact)
        return [self.figures(named.get(wall_bucket(start, grain, zone), [])) for start in starts]


def recount_analytics(
    events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration], query: AnalyticsQuery, money: Sequence[Fact] = ()
) -> AnalyticsResult:
    """What `EventStore.analytics` must answer. Which buckets there are and which period is compared have tests of their own."""
    recount = Recount(query, [*all_facts(events, codes), *money])
    previous = compared_with(query.period, query.zone, query.comparison) if query.comparison else None
    starts = query.timeline(query.period).starts
    previous_starts = query.timeline(previous).starts if previous else ()
    values = recount.ranked()
    shown, hidden = values[: query.top], values[query.top :]

    def row(value: str | None, wanted: Callable[[Fact], bool]) -> Row:
        buckets = recount.series(starts, previous_starts, previous, wanted) if query.row_series else ()
        totals = recount.totals(query.period, wanted)
        assert totals is not None
        return Row(value, totals, recount.totals(previous, wanted), buckets)

    dimension = query.dimension
    rows = [row(value, lambda fact, value=value: fact.properties[dimension] == value) for value in shown] if dimension else []
    others = row(None, lambda fact: fact.properties[dimension] not in shown) if dimension and hidden else None
    totals = recount.totals(query.period)
    assert totals is not None
    return AnalyticsResult(
        totals,
        recount.totals(previous),
        query.period,
        previous,
        recount.series(starts, previous_starts, previous),
        rows,
        others,
        len(values),
        recount.other_currencies(),
    )


def recount_identification(events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration], query: AnalyticsQuery) -> Identification:
    """What `EventStore.identification` must answer."""
    pages = Recount(replace(query, metrics=[Metric.PAGE_VIEWS]), all_facts(events, codes)).within(query.period)
    return Identification(
        page_views=sum(fact.page_views for fact in pages),
        without_identifier=sum(fact.page_views for fact in pages if fact.visitor is None),
        visitors=len({fact.visitor for fact in pages} - {None}),
        cookieless=len({fact.visitor for fact in pages if fact.kind is VisitorKind.COOKIELESS} - {None}),
    )


def recount_live(events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration], affiliate_id: str | None, now: datetime) -> Live:
    """What `EventStore.live` must answer."""
    pages = [
        fact
        for fact in all_facts(events, codes)
        if fact.is_page and (affiliate_id is None or fact.properties[Dimension.AFFILIATE] == affiliate_id) and fact.at <= now
    ]
    recent = [fact for fact in pages if fact.at > now - timedelta(minutes=5)]
    ages = {
        minute: list(found)
        for minute, found in groupby(sorted(pages, key=lambda fact: fact.at), lambda fact: (now - fact.at) // timedelta(minutes=1))
    }
    return Live(
        len({fact.visitor for fact in recent} - {None}),
        sum(fact.page_views for fact in recent),
        [sum(fact.page_views for fact in ages.get(minute, [])) for minute in reversed(range(30))],
    )
