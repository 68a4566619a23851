"""With Sec-GPC the page view alone is kept: no identifier of any kind, sent or made."""

from tests.support.collector import event_in, make_collector, page, post, read_record

_GPC = {b"sec-gpc": b"1", b"anonymousid": b"YW5vbi0x", b"user-agent": b"Browser/1"}


def test_nothing_tells_who_it_was() -> None:
    event = page(
        userId="user-1",
        previousId="old",
        groupId="g",
        traits={"email": "ada@example.com"},
        context={"traits": {"email": "ada@example.com"}, "ip": "203.0.113.9", "sessionId": 17, "locale": "de"},
    )
    payload = make_collector().collector.receive(post("/v1/page", event, _GPC)).records[0]
    assert event_in(payload) == {"type": "page", "messageId": "m-1", "properties": event["properties"], "context": {"locale": "de"}}
    record = read_record(payload)
    assert (record.gpc, record.anonymous_id, record.cookieless_id) == (True, None, None)
    assert record.message_id == "m-1"


def test_no_identity_is_needed() -> None:
    reply = make_collector().collector.receive(post("/v1/page", {"properties": {}}, _GPC))
    assert reply.status == 200
    assert read_record(reply.records[0]).cookieless_id is None


def test_other_values_of_the_header_say_nothing() -> None:
    payload = make_collector().collector.receive(post("/v1/page", page(), {b"sec-gpc": b"0"})).records[0]
    assert event_in(payload)["anonymousId"] == "anon-1"
    assert not read_record(payload).gpc


def test_a_context_of_the_wrong_type_does_no_harm() -> None:
    payload = make_collector().collector.receive(post("/v1/page", page(context=[1]), _GPC)).records[0]
    assert event_in(payload)["context"] == [1]
