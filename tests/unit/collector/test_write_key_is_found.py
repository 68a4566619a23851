"""A write key may stand in the header, the query or the body; header goes before query, query before body."""

from base64 import b64encode

import pytest

from tests.support.collector import DISABLED_KEY, KEY, OTHER_KEY, OTHER_WEBSITE, WEBSITE, basic, make_collector, page, post, read_record


def website_of(path: str, body: object, *, header: str | None, query: bytes = b"") -> str:
    reply = make_collector().collector.receive(post(path, body, key=header, query=query))
    assert reply.status == 200, reply.body
    return read_record(reply.records[0]).website_id


def test_header_goes_before_query_and_body() -> None:
    body = page(writeKey="nobody's")
    assert website_of("/v1/page", body, header=KEY, query=b"writeKey=" + OTHER_KEY.encode()) == WEBSITE.website_id


def test_query_goes_before_body() -> None:
    assert website_of("/v1/page", page(writeKey=KEY), header=None, query=b"writeKey=other-key") == OTHER_WEBSITE.website_id


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/p", page(writeKey=OTHER_KEY)),
        ("/v1/page", page(writeKey=OTHER_KEY)),
        ("/v1/batch", {"batch": [page()], "writeKey": OTHER_KEY}),
        ("/v1/b", {"batch": [page(), page(writeKey=OTHER_KEY)]}),
        ("/v1/import", {"batch": [page()], "writeKey": OTHER_KEY}),
    ],
)
def test_the_body_alone_is_enough(path: str, body: object) -> None:
    assert website_of(path, body, header=None) == OTHER_WEBSITE.website_id


def test_a_password_is_tolerated() -> None:
    request = post("/v1/page", page(), {b"authorization": b"basic " + b64encode(f"{OTHER_KEY}:secret".encode())}, key=None)
    reply = make_collector().collector.receive(request)
    assert read_record(reply.records[0]).website_id == OTHER_WEBSITE.website_id


@pytest.mark.parametrize("authorization", [b"Basic ?", b"Basic /w==", b"Basic Og==", b"Bearer x", b"Basic", b""])
def test_a_header_without_a_key_leaves_it_to_the_query(authorization: bytes) -> None:
    request = post("/v1/page", page(), {b"authorization": authorization}, key=None, query=b"writeKey=" + KEY.encode())
    assert make_collector().collector.receive(request).status == 200


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("nobody's", 401), (DISABLED_KEY, 404)])
@pytest.mark.parametrize("path", ["/v1/page", "/v1/batch", "/v1/import"])
def test_without_a_good_key_it_is_refused_in_plain_text(path: str, key: str | None, status: int) -> None:
    body = {"batch": [page()]} if path != "/v1/page" else page()
    reply = make_collector().collector.receive(post(path, body, key=key))
    assert (reply.status, reply.records) == (status, ())
    assert (b"content-type", b"text/plain; charset=utf-8") in reply.headers
    assert reply.body


def test_a_missing_ledger_is_503_never_401() -> None:
    made = make_collector()
    made.sources.away = True
    reply = made.collector.receive(post("/v1/page", page()))
    assert reply.status == 503
    assert (b"retry-after", b"5") in reply.headers


def test_an_unknown_header_key_is_refused_before_the_body_is_read() -> None:
    assert make_collector().collector.receive(post("/v1/page", b"not JSON", key="nobody's")).status == 401


def test_credentials_are_never_written() -> None:
    reply = make_collector().collector.receive(post("/v1/page", page()))
    assert basic(KEY)[b"authorization"] not in reply.records[0]
    assert KEY.encode() not in reply.records[0]
