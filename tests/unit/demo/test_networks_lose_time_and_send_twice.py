"""Bots, copies, late events and track events have their believable shares."""

from collections import Counter

from tests.support.demo_world import ToldWorld

HOUR_MS = 3_600_000


def test_about_one_call_in_seventy_is_sent_twice(small: ToldWorld) -> None:
    by_id: Counter[str] = Counter(event["messageId"] for event in small.events)
    copies = sum(by_id.values()) - len(by_id)
    assert max(by_id.values()) == 2
    assert copies == sum(call.is_copy for call in small.calls)
    assert 0.01 < copies / len(small.events) < 0.02


def test_a_copy_differs_only_in_when_it_was_sent(small: ToldWorld) -> None:
    originals = {call.message_id: event for call, event in zip(small.calls, small.events, strict=True) if not call.is_copy}
    for call, event in zip(small.calls, small.events, strict=True):
        if call.is_copy:
            assert {**event, "sentAt": ""} == {**originals[call.message_id], "sentAt": ""}


def test_bots_are_a_fortieth(small: ToldWorld) -> None:
    assert 0.018 < sum(call.is_bot for call in small.calls) / len(small.calls) < 0.032


def test_some_events_are_sent_days_after_they_happened(small: ToldWorld) -> None:
    delays = [call.sent_ms - call.original_ms for call in small.calls if not call.is_copy]
    assert 0.005 < sum(delay > HOUR_MS for delay in delays) / len(delays) < 0.02
    assert 24 * HOUR_MS < max(delays) <= 5 * 24 * HOUR_MS + 1000


def test_track_events_are_among_them(small: ToldWorld) -> None:
    names = Counter(call.event for call in small.calls if call.event)
    assert set(names) == {"Lesson Preview Played", "Checkout Started"}
    assert 0.01 < names.total() / len(small.calls) < 0.03
