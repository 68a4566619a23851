"""How long the collector's core takes for one page event of 900 bytes, from request to record, without network and disk."""

import gc
import sys
import time
from base64 import b64encode
from datetime import date

import msgspec

from benchmarks.claims import Bench, Claim, Figure, Measured, Options
from benchmarks.running import run
from tribute.collector.core import Collector
from tribute.collector.exchange import Request
from tribute.collector.limits import RateLimiter
from tribute.collector.port import Source
from tribute.kit.clock import SystemClock
from tribute.kit.ids import MessageIds

ROUNDS = 25
REQUESTS_A_ROUND = 10_000
SECONDS_AT_MOST = 6.0

_ADDRESS = "https://docs.acme.example/courses/install.html?via=ada&utm_source=newsletter&utm_medium=email"
_PAGE = {"path": "/courses/install.html", "referrer": "https://search.example/", "title": "Install guide | Docs", "url": _ADDRESS}
EVENT = {
    "properties": {**_PAGE, "name": "Install guide"},
    "name": "Install guide",
    "type": "page",
    "channel": "web",
    "context": {
        "library": {"name": "RudderLabs JavaScript SDK", "version": "3.34.1"},
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        "locale": "en-US",
        "page": _PAGE,
    },
    "originalTimestamp": "2026-11-23T04:44:38.181Z",
    "messageId": "668b9023-518c-4080-bb2e-06a895240391",
    "userId": "",
    "anonymousId": "d26fa9e8-5910-428f-a01d-c38faf60f3af",
    "sentAt": "2026-11-23T04:44:38.185Z",
}


_LIMIT = """
Decoding takes 1.3 µs, the search for addresses 0.7, counting brackets 0.5, stamps and record 1.5; the rest are some forty calls, each of
which does next to nothing. Of a connection kept alive the headers are read once, and here each time.
"""


class OneSource:
    """One website and a standing salt."""

    source = Source("web_00000000000000000001", "docs.acme.example")

    def by_write_key(self, write_key: str) -> Source | None:
        return self.source if write_key == "key" else None

    def by_name(self, website: str) -> Source | None:
        return self.source if website == self.source.website_id else None

    def is_owner_token(self, token: str) -> bool:
        return bool(token)

    def salt(self, website_id: str, day: date) -> bytes:
        return f"{website_id} {day}".encode()


def page_request() -> Request:
    """What a browser's tracker posts, with a browser's headers."""
    headers = {
        b"host": b"tribute.example",
        b"user-agent": b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        b"accept": b"*/*",
        b"accept-encoding": b"gzip, deflate, br",
        b"accept-language": b"en-US,en;q=0.9",
        b"authorization": b"Basic " + b64encode(b"key:"),
        b"anonymousid": b64encode(b"d26fa9e8-5910-428f-a01d-c38faf60f3af"),
        b"content-type": b"application/json;charset=UTF-8",
        b"origin": b"https://docs.acme.example",
    }
    return Request("POST", "/v1/page", b"", headers, msgspec.json.encode(EVENT), "8.8.8.8")


def measure(options: Options) -> Measured:
    del options
    world = OneSource()
    collector = Collector(world, world, SystemClock(), RateLimiter(1e9, 10**9), MessageIds())
    request = page_request()
    assert collector.receive(request).status == 200
    rounds = []
    ends = time.monotonic() + SECONDS_AT_MOST
    gc.disable()
    while len(rounds) < ROUNDS and time.monotonic() < ends:
        started = time.process_time_ns()
        for _ in range(REQUESTS_A_ROUND):
            collector.receive(request)
        rounds.append((time.process_time_ns() - started) / REQUESTS_A_ROUND / 1000)
    gc.enable()
    return Measured({"core": Figure.of(rounds)}, raw={"body_bytes": len(request.body)})


BENCH = Bench(
    name="collector_single",
    title="The collector's core alone",
    about="""
The function from request to reply, called in a loop: key, decoding, identity, addresses cut out, stamps, record. No server, no disk.
""",
    claims=(Claim("core", "One page event of 900 bytes, from request to record", "µs", "less", 12, limited_by=_LIMIT),),
    measure=measure,
    minutes=0.3,
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
