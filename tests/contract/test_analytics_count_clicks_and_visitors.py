"""What a click is, whose it is and what is known of it; which visitors a total, a row and the others have."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Batch, CodeRegistration, EventStore
from tribute.analytics.query import COUNTED_METRICS, AnalyticsQuery, Filter, Period
from tribute.analytics.results import AnalyticsResult
from tribute.events.derived import BotMark, DerivedEvent, VisitorKind

CODES = [CodeRegistration("ada", "aff_1", NOON - 30 * DAY), CodeRegistration("eva", "aff_2", NOON - 30 * DAY)]
TODAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)


def redirect(message_id: str, at: timedelta = timedelta(0), **fields: Any) -> DerivedEvent:
    told = {"type": "click", "visitor_id": None, "visitor_kind": None, "affiliate_ref": "ada", "click_id": "k1", "is_click": True, **fields}
    return make_event(message_id, NOON + at, **told)


def landing(message_id: str, at: timedelta = timedelta(0), **fields: Any) -> DerivedEvent:
    return make_event(message_id, NOON + at, **{"affiliate_ref": "ada", "click_id": "k1", "is_click": True, "is_landing": True, **fields})


def answer(store: EventStore, events: Sequence[DerivedEvent], **asking: Any) -> AnalyticsResult:
    store.register_codes(CODES)
    store.load(Batch(events, []))
    asked = {"metrics": [Metric.CLICKS], "period": TODAY, "zone": ZoneInfo("UTC"), **asking}
    return store.analytics(AnalyticsQuery(**asked))


def rows(result: AnalyticsResult) -> dict[str | None, list[int]]:
    return {row.value: list(row.totals.values()) for row in result.rows}


def test_a_redirect_and_its_landing_are_one_click(event_store: EventStore) -> None:
    found = answer(event_store, [redirect("m1"), landing("m2", timedelta(seconds=2))])
    assert found.totals == {Metric.CLICKS: 1}


def test_a_click_lies_at_its_first_event(event_store: EventStore) -> None:
    seen = [landing("m1", -2 * DAY), landing("m2"), landing("m3", 2 * DAY)]
    assert answer(event_store, seen).totals == {Metric.CLICKS: 0}
    days = answer(event_store, [], period=Period(NOON - 3 * DAY, NOON + 3 * DAY), grain=Grain.DAY).series
    assert [bucket.figures[Metric.CLICKS] for bucket in days] == [0, 1, 0, 0, 0, 0, 0]


def test_what_the_first_event_does_not_know_is_told_within_an_hour(event_store: EventStore) -> None:
    seen = [
        redirect("m1", -2 * HOUR, link_slug="spring"),
        landing("m2", -HOUR, path="/start", link_slug="other"),
        landing("m3", timedelta(0), path="/later", country="SE"),
    ]
    assert rows(answer(event_store, seen, dimension=Dimension.LINK)) == {"spring": [1]}
    assert rows(answer(event_store, [], dimension=Dimension.PATH)) == {"/start": [1]}
    assert rows(answer(event_store, [], dimension=Dimension.COUNTRY)) == {None: [1]}
    assert answer(event_store, [], filters=[Filter(Dimension.PATH, ["/later"])]).totals == {Metric.CLICKS: 0}


def test_events_after_the_period_tell_of_a_click_within_it(event_store: EventStore) -> None:
    seen = [redirect("m1", 12 * HOUR - timedelta(seconds=1)), landing("m2", 12 * HOUR, path="/start")]
    assert rows(answer(event_store, seen, dimension=Dimension.PATH)) == {"/start": [1]}


def test_a_click_id_that_two_affiliates_carry_is_a_click_of_each(event_store: EventStore) -> None:
    found = answer(
        event_store, [landing("m1", link_slug="a"), landing("m2", -HOUR, affiliate_ref="eva", link_slug="e")], dimension=Dimension.LINK
    )
    assert rows(found) == {"a": [1], "e": [1]}
    mine = answer(event_store, [], dimension=Dimension.LINK, affiliate_id="aff_1", metrics=COUNTED_METRICS)
    assert rows(mine) == {"a": [1, 1, 1]}


def test_bots_and_copies_make_no_click(event_store: EventStore) -> None:
    seen = [
        landing("m1", bot=BotMark.PREFETCH),
        landing("m2", click_id="k2"),
        landing("m2", click_id="k2", seq=2),
        landing("m3", click_id=None),
    ]
    assert answer(event_store, seen).totals == {Metric.CLICKS: 1}


def test_a_copy_that_was_received_earlier_takes_the_place_of_a_click(event_store: EventStore) -> None:
    assert answer(event_store, [landing("m1", received_at=NOON + HOUR, link_slug="a")]).totals == {Metric.CLICKS: 1}
    assert answer(event_store, [landing("m1", HOUR, link_slug="b", received_at=NOON)]).totals == {Metric.CLICKS: 1}
    assert rows(answer(event_store, [], dimension=Dimension.LINK)) == {"b": [1]}
    assert answer(event_store, [landing("m1", is_click=False, received_at=NOON - HOUR)]).totals == {Metric.CLICKS: 0}


def test_a_page_view_has_link_and_placement_of_its_click_however_long_ago(event_store: EventStore) -> None:
    seen = [
        redirect("m1", -20 * DAY, link_slug="spring", sub_id="mail"),
        make_event("m2", affiliate_ref="ada", click_id="k1", sub_id="own"),
        make_event("m3", affiliate_ref="ada", sub_id="own"),
        make_event("m4", affiliate_ref="eva", click_id="k1"),
    ]
    found = answer(event_store, seen, metrics=[Metric.PAGE_VIEWS], dimension=Dimension.SUB_ID)
    assert rows(found) == {"mail": [1], "own": [1], None: [1]}
    assert rows(answer(event_store, [], metrics=[Metric.PAGE_VIEWS], dimension=Dimension.LINK)) == {None: [2], "spring": [1]}


def test_a_code_registered_later_brings_its_clicks(event_store: EventStore) -> None:
    event_store.load(Batch([landing("m1", affiliate_ref="late")], []))
    event_store.register_codes([CodeRegistration("late", "aff_3", NOON - DAY)])
    assert answer(event_store, [], affiliate_id="aff_3").totals == {Metric.CLICKS: 1}


def test_visitors_are_distinct_over_the_total_each_row_and_all_the_others(event_store: EventStore) -> None:
    seen = [
        make_event(f"m{number}", visitor_id=visitor, path=path)
        for number, (visitor, path) in enumerate(
            [("v1", "/a"), ("v2", "/a"), ("v1", "/b"), ("v3", "/c"), ("v3", "/d"), ("v1", "/e"), (None, "/e")]
        )
    ]
    found = answer(event_store, seen, metrics=[Metric.VISITORS, Metric.PAGE_VIEWS], dimension=Dimension.PATH, top=2)
    assert found.totals == {Metric.VISITORS: 3, Metric.PAGE_VIEWS: 7}
    assert rows(found) == {"/a": [2, 2], "/b": [1, 1]}
    assert found.others is not None
    assert found.others.totals == {Metric.VISITORS: 2, Metric.PAGE_VIEWS: 4}
    assert found.values == 5


def test_how_visitors_were_known(event_store: EventStore) -> None:
    day = {"visitor_kind": VisitorKind.COOKIELESS}
    seen = [
        make_event("m1"),
        make_event("m2", visitor_id="c1", **day),
        make_event("m3", NOON + HOUR, visitor_id="c2", **day),
        make_event("m4", visitor_id=None, visitor_kind=None, value=3),
    ]
    answer(event_store, seen)
    known = event_store.identification(AnalyticsQuery(metrics=[Metric.CLICKS], period=TODAY, zone=ZoneInfo("UTC")))
    assert (known.page_views, known.without_identifier, known.visitors, known.cookieless) == (6, 3, 3, 2)


def test_the_referrer_is_of_those_who_came_from_elsewhere(event_store: EventStore) -> None:
    seen = [
        make_event("m1", is_landing=True, referrer_host="search.example"),
        make_event("m2", is_landing=False, referrer_host="course.example"),
        redirect("m3", referrer_host="blog.example"),
    ]
    found = answer(event_store, seen, metrics=[Metric.PAGE_VIEWS, Metric.CLICKS], dimension=Dimension.REFERRER)
    assert rows(found) == {"search.example": [1, 0], None: [1, 0], "blog.example": [0, 1]}
