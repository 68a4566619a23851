"""Every recorded request of an official SDK, sent to a served Tribute: right counts by type, website and affiliate, at the right times.

What is expected is worked out from the recordings alone, without any of Tribute's code.
"""

import gzip
import http.client
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import sqlalchemy as sa

from tests.support.fixtures import WRITE_KEYS, RecordedRequest, recorded_requests
from tests.support.ledger import sqlite_url
from tests.support.served import Tribute, eventually
from tribute.ledger.database import Database
from tribute.ledger.models import WebsiteRow

WEBSITES = dict(zip(WRITE_KEYS, ("Docs", "Shop", "Academy"), strict=True))
DOMAINS = {"Docs": "docs.acme.example", "Shop": "shop.acme.example", "Academy": "academy.acme.example"}
VARIANTS = ("", "ada", "bob")
"""Each recording is sent as it is, and as it would have been on a page reached by either affiliate's link."""
TAGGED_AS_RECORDED = "v2"
"""The code in the address of one recording, `?ref=v2`."""


@dataclass(frozen=True)
class Expected:
    """One event that a request holds."""

    website: str
    type: str
    visitor: str
    code: str
    age_seconds: float
    """How long before it was received it happened: `sentAt − originalTimestamp`, both from the sender's clock."""


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    """A server whose websites have the recordings' write keys, which were made elsewhere; and that was sent everything twice."""
    made = Tribute(tmp_path_factory.mktemp("recorded") / "home")
    for name, domain in DOMAINS.items():
        made.add_website(name, domain)
    set_write_keys(made.home)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def set_write_keys(home: Path) -> None:
    database = Database(sqlite_url(home / "tribute.db"))
    with database.session() as session:
        for key, name in WEBSITES.items():
            session.execute(sa.update(WebsiteRow).where(WebsiteRow.name == name).values(write_key=key))
    database.close()


def variant(recorded: RecordedRequest, code: str) -> RecordedRequest:
    """The request as it would have been on a page whose address has `?via=code`, with message ids of its own."""
    if not code:
        return recorded
    if recorded.path.startswith("/pixel/"):
        return replace(recorded, target=recorded.target.replace("install.html", quote(f"install.html?via={code}", safe="")))
    return with_body(recorded, lambda event: tagged(event, code))


def tagged(event: dict[str, Any], code: str) -> dict[str, Any]:
    properties = dict(event.get("properties") or {})
    for name in {"url", "tab_url"} & properties.keys():
        before, hash_sign, fragment = properties[name].partition("#")
        properties[name] = f"{before}{'&' if '?' in before else '?'}via={code}{hash_sign}{fragment}"
    return event | {"messageId": f"{event['messageId']}-{code}", "properties": properties}


def with_body(recorded: RecordedRequest, change: Callable[[dict[str, Any]], dict[str, Any]]) -> RecordedRequest:
    if recorded.method != "POST":
        return recorded
    told = body_of(recorded)
    told = told | {"batch": [change(event) for event in told["batch"]]} if "batch" in told else change(told)
    body = json.dumps(told).encode()
    return replace(recorded, body=gzip.compress(body) if is_gzip(recorded) else body)


def body_of(recorded: RecordedRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(recorded.body) if is_gzip(recorded) else recorded.body)
    return found


def is_gzip(recorded: RecordedRequest) -> bool:
    return recorded.headers.get("content-encoding") == "gzip"


def expected_of(recorded: RecordedRequest) -> list[Expected]:
    website = (
        "Docs" if "rudderstack-js" in recorded.name or "pixel" in recorded.name else "Shop" if "rudder" in recorded.name else "Academy"
    )
    if recorded.path.startswith("/pixel/"):
        asked = parse_qs(recorded.query)
        address = asked.get("context.page.url", [""])[0]
        return [Expected(website, recorded.path.rpartition("/")[2], asked["anonymousId"][0], code_in(address), 0.0)]
    if recorded.method != "POST":
        return []
    told = body_of(recorded)
    return [expected_event(website, event, told.get("sentAt")) for event in told.get("batch", [told])]


def expected_event(website: str, event: dict[str, Any], batch_sent_at: str | None) -> Expected:
    sent, original = event.get("sentAt") or batch_sent_at, event.get("originalTimestamp") or event.get("timestamp")
    assert sent is not None
    assert original is not None
    properties = event.get("properties") or {}
    return Expected(
        website,
        event["type"],
        event.get("anonymousId") or f"u:{event['userId']}",
        code_in(properties.get("tab_url") or properties.get("url") or ""),
        (datetime.fromisoformat(sent) - datetime.fromisoformat(original)).total_seconds(),
    )


def code_in(address: str) -> str:
    asked = parse_qs(urlsplit(address).query)
    return (asked.get("via") or asked.get("ref") or [""])[0]


def send(tribute: Tribute, requests: list[RecordedRequest]) -> None:
    """Send the requests with their recorded headers and no others."""
    place = urlsplit(tribute.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    for request in requests:
        connection.putrequest(request.method, request.target, skip_accept_encoding=True)
        for name, value in {**request.headers, "content-length": str(len(request.body))}.items():
            connection.putheader(name, value)
        connection.endheaders(request.body)
        reply = connection.getresponse()
        assert (reply.status, request.name) == (200, request.name), reply.read()
        reply.read()
    connection.close()


@pytest.mark.slow
def test_every_recorded_event_counts_once_for_its_affiliate_at_its_time(tribute: Tribute) -> None:
    codes = (*VARIANTS[1:], TAGGED_AS_RECORDED)
    tokens = {code: tribute.add_affiliate(code) for code in codes}
    requests = [variant(recorded, code) for code in VARIANTS for recorded in recorded_requests()]
    expected = [event for request in requests for event in expected_of(request)]
    pages = [event for event in expected if event.type == "page"]
    with_ids = [request for request in requests if not request.path.startswith("/pixel/")]

    send(tribute, requests)
    send(tribute, with_ids)  # again, as after an answer that was lost on its way

    assert len(pages) > 20
    for code, token in tokens.items():
        own = [event for event in pages if event.code == code]
        assert own
        assert eventually(lambda t=token: tribute.total(t), lambda seen, own=own: seen == len(own)) == len(own), code
        by_series: Counter[str] = Counter()
        for point in tribute.points(token):
            by_series[point["series"]] += point["value"]
        assert by_series == Counter(event.website for event in own)
        visitors = len({(event.website, event.visitor) for event in own})
        assert tribute.total(token, "Visitors") in (visitors, 2 * visitors), "twice only when midnight fell between them"

    rows = tribute.told("sql", "SELECT website, type, visitor_id, code, received_at, time FROM events WHERE counted", "--max-rows", "1000")[
        "rows"
    ]
    assert sorted(map(as_expected, rows), key=repr) == sorted(expected, key=repr)

    assert tribute.told("rebuild")["changed"] == {}
    assert [tribute.total(token) for token in tokens.values()] == [sum(event.code == code for event in pages) for code in tokens]


def as_expected(row: dict[str, Any]) -> Expected:
    age = (datetime.fromisoformat(row["received_at"]) - datetime.fromisoformat(row["time"])).total_seconds()
    return Expected(row["website"], row["type"], row["visitor_id"], row["code"] or "", age)
