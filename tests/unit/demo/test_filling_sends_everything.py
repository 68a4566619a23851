"""The filling sends every call once, in compressed batches of one website, with the owner's token."""

from collections import Counter

import pytest

from tests.support.demo_world import END, tell
from tests.support.recording_door import RecordingDoor
from tribute.demo import filling
from tribute.demo.filling import fill
from tribute.demo.world import World

WORLD = World(7, END, scale=0.003)
WEBSITES = {website.domain: f"key-{website.domain}" for website in WORLD.websites}


def test_every_call_arrives_once_under_its_websites_key(door: RecordingDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_BATCH", 100)
    fill(door.url, "secret", WORLD, WEBSITES)
    arrived = Counter(
        (request.body["writeKey"], event["messageId"], event["sentAt"]) for request in door.requests for event in request.body["batch"]
    )
    told = tell(WORLD)
    assert arrived == Counter(
        (WEBSITES[call.website.domain], call.message_id, event["sentAt"]) for call, event in zip(told.calls, told.events, strict=True)
    )
    assert max(len(request.body["batch"]) for request in door.requests) == 100


def test_requests_are_imports_with_the_owners_token(door: RecordingDoor) -> None:
    fill(door.url, "secret", WORLD, WEBSITES)
    for request in door.requests:
        assert request.path == "/v1/import"
        assert request.headers["authorization"] == "Bearer secret"
        assert request.headers["content-encoding"] == "gzip"
        assert request.body["sentAt"] >= max(event["sentAt"] for event in request.body["batch"])


def test_the_report_says_what_was_sent(door: RecordingDoor) -> None:
    report = fill(door.url, "secret", WORLD, WEBSITES)
    calls = list(WORLD.calls())
    assert report.events == len(calls)
    assert report.page_views == WORLD.expected_counts().total()
    assert report.duplicates == sum(call.is_copy for call in calls)
    assert report.bots == sum(call.is_bot and not call.is_copy for call in calls)
    assert report.seconds > 0


def test_progress_rises_to_the_whole(door: RecordingDoor) -> None:
    seen: list[tuple[int, int]] = []
    report = fill(door.url, "secret", WORLD, WEBSITES, lambda accepted, about: seen.append((accepted, about)))
    accepted = [accepted for accepted, _ in seen]
    assert accepted == sorted(accepted)
    assert accepted[-1] == report.events
    assert all(accepted <= about for accepted, about in seen)
