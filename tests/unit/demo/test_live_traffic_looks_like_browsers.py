"""Simulated calls come one a request, now, with the headers and body of a browser's SDK."""

import base64
from collections import Counter
from datetime import UTC, datetime

from tests.support.recording_door import RecordingDoor
from tribute.demo.simulate import simulate
from tribute.kit.clock import FixedClock, parse_iso

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEBSITES = {"pottery-at-home.example": "key-1", "my-own-course.example": "key-2"}


def test_calls_look_like_a_browsers(door: RecordingDoor) -> None:
    report = simulate(door.url, WEBSITES, affiliates=["ada", "bea"], events_per_second=5000, events=300, seed=1, clock=FixedClock(NOW))
    assert report.accepted == len(door.requests) == 300
    for request in door.requests:
        event = request.body
        assert request.path == f"/v1/{event['type']}"
        domain = request.headers["origin"].removeprefix("https://")
        assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode() == f"{WEBSITES[domain]}:"
        assert base64.b64decode(request.headers["anonymousid"]).decode() == event["anonymousId"]
        assert request.headers["user-agent"] == event["context"]["userAgent"]
        assert f"https://{domain}/" in event["context"]["page"]["url"]
        assert parse_iso(event["originalTimestamp"]) == parse_iso(event["sentAt"]) == NOW


def test_calls_belong_to_the_given_affiliates(door: RecordingDoor) -> None:
    simulate(door.url, WEBSITES, affiliates=["ada", "bea"], events_per_second=5000, events=300, seed=1)
    searches = " ".join(request.body["context"]["page"]["search"].lower() for request in door.requests)
    assert searches.count("=ada") > searches.count("=bea") > 0
    assert "=tessa" not in searches


def test_without_affiliates_there_is_traffic_all_the_same(door: RecordingDoor) -> None:
    simulate(door.url, WEBSITES, events_per_second=5000, events=40, seed=1)
    assert not any("via=" in request.body["context"]["page"]["search"] for request in door.requests)


def test_the_same_seed_sends_the_same_visitors_with_new_message_ids(door: RecordingDoor) -> None:
    for _ in range(2):
        simulate(door.url, WEBSITES, affiliates=["ada"], events_per_second=5000, events=60, seed=9)
    visits = Counter((request.body["anonymousId"], request.body["context"]["page"]["path"], request.path) for request in door.requests)
    assert all(times % 2 == 0 for times in visits.values())
    assert len({request.body["messageId"] for request in door.requests}) == 120


def test_kept_alive_connections_carry_visits_of_several_pages(door: RecordingDoor) -> None:
    simulate(door.url, WEBSITES, affiliates=["ada"], events_per_second=5000, events=200, seed=2)
    visitors = {request.body["anonymousId"] for request in door.requests}
    assert len(visitors) < 130
