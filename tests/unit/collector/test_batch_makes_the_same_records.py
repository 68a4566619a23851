"""A batch makes of its events the very records that each of them makes alone, whatever the events and the headers tell."""

import copy
from itertools import combinations
from typing import Any

import msgspec
import pytest

from tests.support.collector import make_collector, post

PLAIN = {"type": "page", "messageId": "m-1", "anonymousId": "v-1", "context": {"userAgent": "Agent"}, "sentAt": "2026-11-23T09:00:00Z"}
ODD: list[Any] = [None, "", "\x00", "ü\x00", 'q"\\', 7, True, [], "x" * 600]
CHANGES: list[tuple[str, ...]] = [("anonymousId",), ("userId",), ("sentAt",), ("context", "userAgent")]
ODDITIES: list[tuple[tuple[str, ...], Any]] = [
    *((path, value) for path in CHANGES for value in ODD),
    *((("messageId",), value) for value in (7, "ü\x00", "x" * 600)),  # with which it is not left to chance
    (("type",), "track"),
    (("request_ip",), "8.8.8.8"),
    (("properties",), {"ip": "8.8.8.8"}),
    (("context",), None),
    (("context",), "text"),
    *((("context", "ip"), value) for value in (None, "8.8.8.8")),
    *((("context", "consent"), value) for value in (None, True, False)),
    (("context", "own_visit"), "mark"),
    (("context", "cookieless"), True),
]
HEADERS: list[dict[bytes, bytes]] = [
    {},
    {b"user-agent": b"Agent \xff", b"sentat": b"2026-11-23T10:00:00Z"},
    {b"sec-purpose": b"prefetch", b"anonymousid": b"dmlzaXRvcg=="},
    {b"sec-gpc": b"1", b"user-agent": b"Agent"},
]


def changed(*oddities: tuple[tuple[str, ...], Any]) -> dict[str, Any]:
    event: dict[str, Any] = copy.deepcopy(PLAIN)
    for path, value in oddities:
        place = event
        for name in path[:-1]:
            place = place[name] if isinstance(place.get(name), dict) else place
        place[path[-1]] = value
    return event


EVENTS = [changed(), *(changed(oddity) for oddity in ODDITIES), *(changed(*both) for both in combinations(ODDITIES[::3], 2))]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("indent", [-1, 2])
def test_a_batch_makes_the_records_that_its_events_make_alone(headers: dict[bytes, bytes], indent: int) -> None:
    collector = make_collector(country=lambda ip: "US" if ip == "8.8.8.8" else "DE").collector
    bodies = [msgspec.json.format(msgspec.json.encode(event), indent=indent) for event in EVENTS]

    alone = [
        list(collector.receive(post(f"/v1/{event['type']}", body, headers)).records) for event, body in zip(EVENTS, bodies, strict=True)
    ]
    one_by_one = [list(collector.receive(post("/v1/batch", b'{"batch":[%b]}' % body, headers)).records) for body in bodies]
    together = collector.receive(post("/v1/batch", b'{"batch":[%b]}' % b",".join(bodies), headers)).records

    assert one_by_one == alone
    assert list(together) == [record for records in alone for record in records]
