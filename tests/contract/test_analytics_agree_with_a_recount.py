"""Random questions about random events: totals, buckets, rows, others and comparisons equal a naive recount."""

import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.events import NOON, make_event
from tests.support.recount_analytics import recount_analytics, recount_identification, recount_live
from tribute.analytics.comparison import midnight
from tribute.analytics.definitions import DAY, Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Batch, CodeRegistration, RebuildableStore
from tribute.analytics.query import ANALYTICS_METRICS, COUNTED_METRICS, AnalyticsQuery, Comparison, Filter, Period
from tribute.events.derived import BotMark, Channel, DerivedEvent, VisitorKind
from tribute.kit.errors import InvalidInputError

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")]
CODES = [
    CodeRegistration("ada", "aff_1", NOON - 3 * DAY),
    CodeRegistration("eva", "aff_2", NOON + 5 * DAY),
    CodeRegistration("aff_1", "aff_1", NOON),
]
MIDDLES = [NOON, *(NOON.replace(month=month, day=day) for month, day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1)))]

some_time = st.builds(
    lambda middle, offset: middle + offset,
    st.shared(st.sampled_from([NOON, NOON, *MIDDLES]), key="middle"),  # one for all, so that questions meet events
    st.one_of(st.timedeltas(timedelta(hours=-40), timedelta(hours=40)), st.sampled_from([timedelta(0), timedelta(minutes=59)])),
)
VALUES = {
    Dimension.WEBSITE: ["web_a", "web_b"],
    Dimension.AFFILIATE: ["aff_1", "aff_2", None],
    Dimension.LINK: ["go", None],
    Dimension.SUB_ID: ["mail", "blog", None],
    Dimension.CHANNEL: [*Channel, None],
}
OTHER_VALUES = ["x", "y", "<b>", None]


@st.composite
def events(draw: st.DrawFn) -> DerivedEvent:
    at = draw(some_time)
    received_at = at + draw(st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(days=6), timedelta(days=8)]))
    is_click = draw(st.booleans())
    kind = draw(st.sampled_from(["page", "page", "page", "click", "track"]))
    told = {
        name: draw(st.sampled_from(OTHER_VALUES))
        for name in ("referrer_host", "path", *(f"utm_{each}" for each in ("source", "medium", "campaign", "term", "content")))
    } | {name: draw(st.sampled_from(OTHER_VALUES)) for name in ("country", "device", "browser", "os")}
    return make_event(
        draw(st.sampled_from([f"m{number}" for number in range(30)])),
        at,
        received_at=received_at,
        accepted_at=received_at + draw(st.sampled_from([timedelta(0), timedelta(days=4)])),
        website_id=draw(st.sampled_from(["web_a", "web_b"])),
        spool=draw(st.sampled_from(["s1", "s2"])),
        seq=draw(st.integers(0, 10_000)),
        visitor_id=draw(st.sampled_from(["v1", "v2", "v3", None])),
        visitor_kind=draw(st.sampled_from([VisitorKind.ANONYMOUS, VisitorKind.COOKIELESS])),
        affiliate_ref=draw(st.sampled_from(["ada", "ada", "eva", "aff_1", "nobody", None])),
        type=kind,
        bot=draw(st.sampled_from([None, None, None, BotMark.CRAWLER])),
        value=draw(st.sampled_from([1, 1, 3])),
        click_id=draw(st.sampled_from(["k1", "k1", "k2", None])),
        is_click=is_click,
        link_slug=draw(st.sampled_from(VALUES[Dimension.LINK])),
        sub_id=draw(st.sampled_from(VALUES[Dimension.SUB_ID])),
        is_landing=draw(st.booleans()),
        channel=draw(st.sampled_from([*Channel, None])),
        **told,
    )


@st.composite
def filters(draw: st.DrawFn) -> list[Filter]:
    dimensions = draw(st.lists(st.sampled_from(Dimension), min_size=1, max_size=2, unique=True))
    return [Filter(each, draw(st.lists(st.sampled_from(VALUES.get(each, OTHER_VALUES)), min_size=1, max_size=4))) for each in dimensions]


@st.composite
def periods(draw: st.DrawFn, zone: ZoneInfo) -> Period:
    """Any two instants, or whole days of the zone."""
    start, end = sorted((draw(some_time), draw(some_time)))
    if draw(st.booleans()):
        start, end = midnight(start.astimezone(zone).date(), zone), midnight(end.astimezone(zone).date() + DAY, zone)
    assume(start < end)
    return Period(start, end)


@st.composite
def queries(draw: st.DrawFn) -> AnalyticsQuery:
    zone = draw(st.sampled_from(ZONES))
    grain = draw(st.sampled_from([None, *Grain]))
    dimension = draw(st.sampled_from([None, *Dimension, *[*VALUES] * 3]))
    try:
        return AnalyticsQuery(
            metrics=draw(st.lists(st.sampled_from(COUNTED_METRICS), min_size=1, max_size=3, unique=True)),
            period=draw(periods(zone)),
            zone=zone,
            grain=grain,
            dimension=dimension,
            filters=draw(st.one_of(st.just([]), filters())),
            affiliate_id=draw(st.sampled_from([None, None, "aff_1", "aff_2"])),
            website_ids=draw(st.sampled_from([None, None, ["web_a"], ["web_a", "web_b"]])),
            top=draw(st.integers(1, 4)),
            row_series=grain is not None and dimension is not None and draw(st.booleans()),
            comparison=draw(st.sampled_from([None, *Comparison])),
        )
    except InvalidInputError:
        assume(False)
        raise


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(st.lists(events(), min_size=2, max_size=16), min_size=1, max_size=4), asked=st.lists(queries(), min_size=1, max_size=5)
)
def test_every_answer_equals_a_recount(engine: str, batches: list[list[DerivedEvent]], asked: list[AnalyticsQuery]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store: RebuildableStore = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            for number, batch in enumerate(batches):
                store.load(Batch(batch, []))
                store.register_codes(CODES[: number + 1])
            store.register_codes(CODES)
            loaded = [event for batch in batches for event in batch]
            for query in asked:
                assert store.analytics(query) == recount_analytics(loaded, CODES, query)
                assert store.identification(query) == recount_identification(loaded, CODES, query)
            for affiliate_id in (None, "aff_1"):
                assert store.live(affiliate_id, NOON) == recount_live(loaded, CODES, affiliate_id, NOON)
        finally:
            store.close()


def test_every_metric_can_be_asked_for() -> None:
    assert set(ANALYTICS_METRICS) == set(Metric)
