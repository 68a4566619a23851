"""What only the collector knows is stamped on every record."""

from datetime import timedelta

import pytest

from tests.support.collector import NOON, WEBSITE, make_collector, page, post, read_record
from tribute.events.record import Record, Timing


def record_of(event: object, headers: dict[bytes, bytes] | None = None, *, path: str = "/v1/page", ip: str = "8.8.8.8") -> Record:
    reply = make_collector().collector.receive(post(path, event, headers, ip=ip))
    assert reply.status == 200, reply.body
    return read_record(reply.records[0])


def test_time_website_and_country() -> None:
    record = record_of(page())
    assert (record.received_at, record.website_id, record.country, record.timing) == (NOON, WEBSITE.website_id, "US", Timing.CLIENT)


@pytest.mark.parametrize("ip", ["", "127.0.0.1", "::1", "not an address", "10.0.0.1"])
def test_an_address_of_no_country_does_no_harm(ip: str) -> None:
    assert record_of(page(), ip=ip).country is None


def test_an_ipv4_address_written_as_ipv6_has_its_country() -> None:
    assert record_of(page(), ip="::ffff:8.8.8.8").country == "US"


def test_the_paths_type_goes_before_the_events() -> None:
    assert record_of(page(type="track"), path="/v1/page").type == "page"
    assert record_of(page(), path="/v1/t").type == "track"
    assert record_of({"batch": [page(type="screen")]}, path="/v1/batch").type == "screen"


def test_a_message_id_is_made_where_there_is_none() -> None:
    collector = make_collector().collector
    made = {read_record(collector.receive(post("/v1/page", page(messageId=absent))).records[0]).message_id for absent in (None, "", {}, [])}
    assert len(made) == 4
    assert all(len(message_id) == 32 for message_id in made)


def test_message_ids_too_long_to_keep_stay_different() -> None:
    ids = {record_of(page(messageId="m" * 5000 + last)).message_id for last in "ab"}
    assert len(ids) == 2
    assert all(len(message_id) < 64 for message_id in ids)
    assert record_of(page(messageId="m" * 5000 + "a")).message_id in ids


def test_the_requests_user_agent_stands_in_where_the_event_tells_none() -> None:
    header = {b"user-agent": b"Browser/1 " + b"x" * 1000}
    assert len(record_of(page(), header).user_agent or "") == 512
    assert record_of(page(context={"userAgent": ""}), header).user_agent is not None
    assert record_of(page(context={"userAgent": "Own/1"}), header).user_agent is None


def test_sent_at_of_the_event_goes_before_the_batchs_and_that_before_the_headers() -> None:
    header = {b"sentat": b"2026-11-23T11:00:00Z"}
    own, batch = "2026-11-23T11:00:01Z", "2026-11-23T11:00:02Z"
    assert record_of(page(sentAt=own), header).sent_at is None
    assert record_of({"batch": [page()], "sentAt": batch}, header, path="/v1/batch").sent_at == batch
    assert record_of({"batch": [page(sentAt=own)], "sentAt": batch}, header, path="/v1/batch").sent_at is None
    assert record_of(page(), header).sent_at == "2026-11-23T11:00:00Z"


@pytest.mark.parametrize(
    ("name", "value"),
    [(b"sec-purpose", b"prefetch;prerender"), (b"purpose", b"prefetch"), (b"x-moz", b"prefetch"), (b"x-purpose", b"preview")],
)
def test_fetching_ahead_is_marked(name: bytes, value: bytes) -> None:
    assert record_of(page(), {name: value}).prefetch
    assert not record_of(page(), {name: b"other"}).prefetch


def test_a_batchs_context_lies_under_each_events_own() -> None:
    collector = make_collector().collector
    batch = {
        "batch": [page(context={"locale": "de", "n": 1}), page(context=None), page(), page(context="odd")],
        "context": {"locale": "en", "userAgent": "Shared/1"},
    }
    records = [read_record(payload) for payload in collector.receive(post("/v1/batch", batch, {b"user-agent": b"Sdk/1"})).records]
    assert [record.user_agent for record in records] == [None, None, None, "Sdk/1"]


def test_the_clock_is_asked_for_every_request() -> None:
    made = make_collector()
    made.clock.at = NOON + timedelta(seconds=7)
    assert read_record(made.collector.receive(post("/v1/page", page())).records[0]).received_at == NOON + timedelta(seconds=7)
