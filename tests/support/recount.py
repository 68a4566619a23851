"""An independent recount of what the store counts: Python over all events that were ever loaded, slow and plain to see through."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tribute.analytics.definitions import Metric, bucket_start
from tribute.analytics.port import CodeRegistration, Point, SeriesQuery
from tribute.events.derived import DerivedEvent


def distinct_records(events: Iterable[DerivedEvent]) -> list[DerivedEvent]:
    """Each record once, however often it was loaded."""
    return list({(event.event_key, event.received_at, event.spool, event.seq): event for event in events}.values())


def counted_copies(events: Iterable[DerivedEvent]) -> list[DerivedEvent]:
    """Of each event the copies that count: of those received within seven days of the first, the first of the highest revision, and so
    on with those received later."""
    stretches: list[list[DerivedEvent]] = []
    last: dict[bytes, list[DerivedEvent]] = {}
    for event in sorted(distinct_records(events), key=lambda event: (event.received_at, event.spool, event.seq)):
        stretch = last.get(event.event_key)
        if stretch is None or event.received_at - stretch[0].received_at > timedelta(days=7):
            stretch = last[event.event_key] = []
            stretches.append(stretch)
        stretch.append(event)
    return [max(stretch, key=lambda event: event.revision) for stretch in stretches]


def affiliate_of(event: DerivedEvent, codes: Mapping[str, CodeRegistration]) -> str | None:
    """Whose event it is: the code's affiliate, if the code was registered when the event was accepted."""
    registration = codes.get(event.affiliate_ref or "")
    return registration.affiliate_id if registration and registration.registered_at <= event.accepted_at else None


def recount(events: Iterable[DerivedEvent], codes: Sequence[CodeRegistration], query: SeriesQuery) -> list[Point]:
    """What `EventStore.series` must answer."""
    by_code = {registration.code: registration for registration in codes}
    buckets: dict[tuple[object, str], list[DerivedEvent]] = {}
    for event in counted_copies(events):
        wanted = (
            event.type == "page"
            and event.bot is None
            and query.span.start <= event.event_time <= query.span.end
            and (query.website_ids is None or event.website_id in query.website_ids)
            and (query.affiliate_id is None or affiliate_of(event, by_code) == query.affiliate_id)
        )
        if wanted:
            label = bucket_start(event.event_time, query.grain, query.zone)
            buckets.setdefault((label, event.website_id), []).append(event)
    points = []
    for (label, website_id), members in sorted(buckets.items()):
        value = (
            sum(event.value for event in members)
            if query.metric is Metric.PAGE_VIEWS
            else len({event.visitor_id for event in members if event.visitor_id is not None})
        )
        if value:
            points.append(Point(website_id, label, value))
    return points
