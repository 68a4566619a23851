"""With Global Privacy Control or without consent the page view alone is kept: anything else gets 200, is counted, and not written."""

import pytest

from tests.support.collector import get, make_collector, page, post
from tribute.collector.drops import DropReason

GPC = {b"sec-gpc": b"1"}


@pytest.mark.parametrize("path", ["/v1/track", "/v1/identify", "/v1/alias", "/v1/group", "/v1/screen"])
def test_other_events_are_not_written(path: str) -> None:
    collector = make_collector().collector
    reply = collector.receive(post(path, {"userId": "u", "event": "Paid", "properties": {"email": "ada@example.com"}}, GPC))
    assert (reply.status, reply.records) == (200, [])
    assert collector.stats.drops == {DropReason.NO_CONSENT: 1}


def test_consent_withheld_in_the_event_is_as_good_as_the_header() -> None:
    event = {"anonymousId": "a", "event": "Paid", "context": {"consent": False}}
    assert make_collector().collector.receive(post("/v1/track", event)).records == []


def test_a_page_view_is_kept_and_a_batch_keeps_its_page_views() -> None:
    collector = make_collector().collector
    assert len(collector.receive(post("/v1/page", page(), GPC)).records) == 1
    batch = {"batch": [page(), {"type": "track", "anonymousId": "a", "event": "Paid"}]}
    assert len(collector.receive(post("/v1/batch", batch, GPC)).records) == 1
    assert collector.receive(post("/v1/batch", {"batch": batch["batch"][1:]}, GPC)).status == 200


def test_a_pixel_still_gets_its_image() -> None:
    reply = make_collector().collector.receive(get("/pixel/v1/track", b"writeKey=2RsSharedJsWriteKey00000001&event=Opened", GPC))
    assert (reply.status, len(reply.body), list(reply.records)) == (200, 43, [])
