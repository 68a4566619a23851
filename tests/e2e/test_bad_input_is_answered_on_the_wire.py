"""What is wrong with a request is told by a served Tribute in the form that its path demands; nothing accepted is lost for it."""

import gzip
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.served import Tribute, eventually, served

PAGE: dict[str, Any] = {"anonymousId": "visitor-7f3a", "messageId": "m-1", "properties": {"url": "https://docs.acme.example/?via=ada"}}
QUERY = "{getAnalyticsData(metricType: %s timeWindow: %s){dataset{value}}}"
LIMIT = 4 * 1024 * 1024

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bad-input")]


@dataclass
class Site:
    """A served Tribute with one website and one affiliate, whose trackers may send 20 events a second, 200 at once."""

    tribute: Tribute
    client: httpx.Client
    write_key: str
    token: str

    def track(self, content: bytes, path: str = "/v1/page", key: str | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=content, auth=(self.write_key if key is None else key, ""), headers=named)

    def graphql(self, query: str, token: str | None = None) -> httpx.Response:
        return self.client.post("/graphql", json={"query": query}, headers={"x-api-key": self.token if token is None else token})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("bad-input") / "home", RATE_LIMIT="20") as tribute:
        write_key, token = tribute.add_website("Docs", "docs.acme.example"), tribute.add_affiliate("ada")
        with httpx.Client(base_url=tribute.url, trust_env=False, timeout=30) as client:
            yield Site(tribute, client, write_key, token)


def page(**fields: Any) -> bytes:
    return json.dumps(PAGE | fields).encode()


def assert_told(reply: httpx.Response, status: int, words: str) -> None:
    """A sentence of plain text: JSON would make some SDKs send again."""
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/plain; charset=utf-8"), reply.text
    assert words in reply.text


NESTED = b'{"anonymousId":"v","properties":{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}}"
WRONG_BODIES = {
    "no JSON": (b"page view", {}, 400, "not JSON"),
    "no event": (b'"text"', {}, 400, "not an event"),
    "nobody": (b"{}", {}, 400, "anonymousId"),
    "nested": (NESTED, {}, 400, "nested"),
    "invalid UTF-8": (b'{"anonymousId":"\xff"}', {}, 400, "not UTF-8"),
    "no gzip": (b"{}", {"content_encoding": "gzip"}, 400, "gzip"),
    "encoding": (b"{}", {"content_encoding": "br"}, 400, "br"),
    "oversize": (b'{"anonymousId":"v","x":"' + b"x" * LIMIT + b'"}', {}, 413, "4 MB"),
    "bomb": (gzip.compress(b" " * (64 << 20)), {"content_encoding": "gzip"}, 413, "4 MB"),
}


@pytest.mark.parametrize("case", WRONG_BODIES)
def test_a_wrong_body_is_told_in_plain_text(site: Site, case: str) -> None:
    body, headers, status, words = WRONG_BODIES[case]
    assert_told(site.track(body, **headers), status, words)


def test_an_empty_batch_is_400(site: Site) -> None:
    assert_told(site.track(b'{"batch":[]}', "/v1/batch"), 400, "empty")


@pytest.mark.parametrize("key", ["", "nobodys-key"])
def test_a_missing_or_unknown_write_key_is_401(site: Site, key: str) -> None:
    assert_told(site.track(page(), key=key), 401, "write key")


def test_wrong_paths_and_methods_are_told(site: Site) -> None:
    for path in ("/nothing", "/v1/nothing", "/static/../../../../etc/passwd", "/static/x/%2e%2e/%2e%2e/app.py"):
        assert raw_status(site, f"GET {path} HTTP/1.1") == 404
    reply = site.client.get("/v1/page")
    assert_told(reply, 405, "POST")
    assert reply.headers["allow"] == "POST, OPTIONS"
    assert site.client.put("/graphql").status_code == 405
    assert site.client.post("/metrics").status_code == 405


def raw_status(site: Site, request_line: str) -> int:
    """The status for a request line that no client would send as it is."""
    place = urlsplit(site.tribute.url)
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=10) as connection:
        connection.sendall(f"{request_line}\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode())
        return int(connection.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("words", [("Sales", "Last7Days"), ("PageViews", "Last8Days")])
def test_an_unknown_metric_or_window_is_a_validation_error(site: Site, words: tuple[str, str]) -> None:
    reply = site.graphql(QUERY % words)
    assert reply.status_code == 200
    assert reply.json()["data"] is None
    assert [error["errorType"] for error in reply.json()["errors"]] == ["ValidationError"]


def test_an_unknown_field_is_a_validation_error(site: Site) -> None:
    [error] = site.graphql("{getRich{dataset{value}}}").json()["errors"]
    assert error["errorType"] == "ValidationError"
    assert "getRich" in error["message"]


@pytest.mark.parametrize("token", ["", "tribute_nobodys", "tribute_\u00ff"])
def test_a_missing_or_wrong_token_is_401(site: Site, token: str) -> None:
    reply = site.client.post("/graphql", json={"query": QUERY}, headers={"x-api-key": token.encode("latin-1")} if token else {})
    assert reply.status_code == 401
    assert reply.json()["errors"][0]["errorType"] == "UnauthorizedException"


def test_what_is_no_graphql_request_is_400_or_413(site: Site) -> None:
    headers = {"x-api-key": site.token, "content-type": "application/json"}
    for body, status in ((b"{", 400), (b"", 400), (b'{"query":"' + b"x" * 1_000_000 + b'"}', 413)):
        reply = site.client.post("/graphql", content=body, headers=headers)
        assert (reply.status_code, reply.json()["errors"][0]["errorType"]) == (status, "MalformedHttpRequestException")


@pytest.mark.parametrize("secret", [None, "", "Bearer", "Bearer nobodys", "Bearer \u00ff"])
def test_the_commands_door_is_hidden_from_who_has_no_secret(site: Site, secret: str | None) -> None:
    call = {"operation": "sql", "arguments": {"statement": "SELECT 1", "max_rows": 1, "max_seconds": 1}}
    headers = {"authorization": secret.encode("latin-1")} if secret is not None else {}
    assert site.client.post("/_control", json=call, headers=headers).status_code == 404
    note = json.loads((site.tribute.home / "server.json").read_bytes())
    assert site.client.get("/_control", headers={"authorization": f"Bearer {note['secret']}"}).status_code == 404
    assert (site.tribute.home / "server.json").stat().st_mode & 0o777 == 0o600


def test_strange_values_in_a_good_event_are_counted_and_bad_requests_are_not(site: Site) -> None:
    strange = [
        page(messageId="nul", properties=PAGE["properties"] | {"title": "a\x00b"}),
        page(messageId="half").replace(b"docs.acme.example/?via", b"docs.acme.example/\\ud83d?via"),
        page(messageId="future", originalTimestamp="9999-12-31T23:59:59Z", sentAt="0001-01-01T00:00:00Z"),
        page(messageId="past", originalTimestamp="1970-01-01T00:00:00Z", sentAt="2026-11-23T00:00:00Z"),
        page(messageId="no-time", originalTimestamp="yesterday", sentAt={"at": 5}),
        page(messageId="x" * 10_000),
    ]
    assert [site.track(body).status_code for body in strange] == [200] * len(strange)
    counted = len(strange)  # the one from the past at the limit of seven days
    assert eventually(lambda: site.tribute.total(site.token, window="Last30Days"), lambda seen: seen >= counted) == counted
    assert site.tribute.told("quarantine", "list") == {"items": []}
    assert site.client.get("/readyz").text == "ready\n"


def test_figures_tell_nothing_of_people(site: Site) -> None:
    site.track(page(messageId="m-2", userId="ida@visitors.example", properties={})).raise_for_status()
    told = site.client.get("/metrics").text + site.client.get("/readyz").text + site.client.get("/healthz").text
    assert 'tribute_events_accepted_total{type="page"}' in told
    for secret in (site.write_key, site.token, "ada", "visitor-7f3a", "ida@", "127.0.0.1", str(site.tribute.home)):
        assert secret not in told


def test_over_the_rate_limit_is_429_until_it_has_passed(tmp_path: Path) -> None:
    with served(tmp_path / "home", RATE_LIMIT="1") as tribute:
        auth = (tribute.add_website("Docs", "docs.acme.example"), "")
        batch = {"batch": [PAGE | {"type": "page", "messageId": f"m-{number}"} for number in range(100)]}  # in debt for a minute and a half
        assert httpx.post(f"{tribute.url}/v1/batch", json=batch, auth=auth, trust_env=False, timeout=60).status_code == 200
        reply = httpx.post(
            f"{tribute.url}/v1/page", json=PAGE, auth=auth, headers={"origin": "https://docs.acme.example"}, trust_env=False, timeout=60
        )
        assert_told(reply, 429, "Too many")
        assert int(reply.headers["retry-after"]) >= 1
        assert reply.headers["access-control-allow-origin"] == "https://docs.acme.example"
        assert "Retry-After" in reply.headers["access-control-expose-headers"]
