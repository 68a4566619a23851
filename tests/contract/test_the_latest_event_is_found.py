"""The latest event of a website, within a span, counted or not."""

from datetime import timedelta

from tests.support.events import NOON, make_event
from tribute.analytics.definitions import Span
from tribute.analytics.port import Batch, LatestEvent, RebuildableStore

AROUND = Span(NOON - timedelta(days=1), NOON + timedelta(days=1))


def test_what_was_received_last_is_told(event_store: RebuildableStore) -> None:
    late = NOON + timedelta(minutes=5)
    event_store.load(
        Batch(
            [
                make_event("m1", received_at=NOON, path="/a", host="course.example"),
                make_event("m2", seq=2, received_at=late, path="/b", host="course.example"),
                make_event("m3", seq=3, received_at=late + timedelta(days=3)),
                make_event("m4", seq=4, received_at=late, website_id="web_b"),
            ],
            [],
        )
    )
    assert event_store.latest_event("web_a", AROUND) == LatestEvent(late, "page", None, "course.example", "/b", None)
    assert event_store.latest_event("web_c", AROUND) is None
