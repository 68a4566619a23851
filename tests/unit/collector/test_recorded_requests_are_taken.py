"""Every request that an official SDK was recorded sending is answered with exactly 200, and its events are kept, through both shells."""

import gzip

import msgspec
import pytest

from tests.support.collector import NOON, WEBSITE, event_in, live_collector, raw_request, read_record
from tests.support.fixtures import RecordedRequest, recorded_requests

RECORDED = recorded_requests()


def events_of(recorded: RecordedRequest) -> list[tuple[str, str | None]]:
    """The type and message id of each event in a recorded request, read without the collector."""
    if recorded.path.startswith("/pixel/"):
        return [(recorded.path.rpartition("/")[2], None)]
    if recorded.method != "POST":
        return []
    body = gzip.decompress(recorded.body) if recorded.headers.get("content-encoding") == "gzip" else recorded.body
    told = msgspec.json.decode(body)
    return [(event["type"], event["messageId"]) for event in told.get("batch", [told])]


@pytest.mark.parametrize("shell", ["asgi", "fast"])
def test_every_recorded_request_gets_200_and_its_events_are_kept(shell: str) -> None:
    with live_collector(shell) as live:
        for recorded in RECORDED:
            live.spool.payloads.clear()
            reply = live.exchange(raw_request(recorded.method, recorded.target, recorded.headers, recorded.body))
            assert reply.status == 200, (recorded.name, reply.body)
            records = live.spool.records()
            told = events_of(recorded)
            assert [record.type for record in records] == [event_type for event_type, _ in told], recorded.name
            assert all(message_id in (None, record.message_id) for record, (_, message_id) in zip(records, told, strict=True)), (
                recorded.name
            )
            assert all((record.website_id, record.received_at) == (WEBSITE.website_id, NOON) for record in records)


@pytest.mark.parametrize(
    "recorded", [r for r in RECORDED if r.path == "/v1/page" and r.method == "POST"], ids=lambda recorded: recorded.name
)
def test_a_recorded_page_is_kept_byte_for_byte(recorded: RecordedRequest) -> None:
    with live_collector("fast") as live:
        live.exchange(raw_request(recorded.method, recorded.target, recorded.headers, recorded.body))
        assert live.spool.payloads[0].endswith(b',"event":' + recorded.body + b"}")


def test_sent_at_of_a_batch_reaches_its_events() -> None:
    recorded = next(r for r in RECORDED if r.name == "rudder-sdk-python-batch")
    with live_collector("fast") as live:
        live.exchange(raw_request(recorded.method, recorded.target, recorded.headers, recorded.body))
        assert {read_record(payload).sent_at for payload in live.spool.payloads} == {"2026-11-23T04:45:01.177354+00:00"}


def test_dotted_keys_of_a_pixel_are_nested() -> None:
    recorded = next(r for r in RECORDED if r.name == "pixel-page")
    with live_collector("asgi") as live:
        live.exchange(raw_request(recorded.method, recorded.target, recorded.headers))
        event = event_in(live.spool.payloads[0])
    assert event["context"]["page"]["url"] == "http://docs.acme.example/guide/install.html"
    assert "writeKey" not in event
