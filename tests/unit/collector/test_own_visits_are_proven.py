"""The collector writes down whether an event carried a good mark of the owner's own browser, and never the mark itself."""

from typing import Any

import msgspec
import pytest

from tests.support.collector import NOON, OTHER_KEY, WEBSITE, event_in, make_collector, page, post, read_record
from tribute.events.own_visits import OwnVisits

VISITS = OwnVisits(b"the secret of this installation")
MARK = VISITS.mark(WEBSITE.website_id, NOON.date())


def send(event: dict[str, Any], path: str = "/v1/page", **headers: str) -> bytes:
    request = post(path, event, {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()})
    (record,) = make_collector(own_visits=VISITS).collector.receive(request).records
    return record


def test_a_good_mark_is_written_down_and_taken_out() -> None:
    record = send(page(context={"own_visit": MARK, "locale": "de"}))
    assert read_record(record).own_visit
    assert event_in(record)["context"] == {"locale": "de"}


@pytest.mark.parametrize("mark", [True, "true", MARK[:-1] + "z", VISITS.mark("web_other", NOON.date()), {"own": True}])
def test_a_wrong_mark_hides_nobody(mark: object) -> None:
    record = send(page(context={"own_visit": mark}))
    assert not read_record(record).own_visit
    assert b"own_visit" not in record


def test_a_mark_is_of_one_website() -> None:
    event = page(context={"own_visit": MARK})
    batch = make_collector(own_visits=VISITS).collector.receive(post("/v1/batch", {"batch": [event]}, key=OTHER_KEY))
    assert not read_record(batch.records[0]).own_visit


def test_without_consent_the_mark_says_nothing() -> None:
    assert b"own_visit" not in send(page(context={"own_visit": MARK, "consent": False}))
    assert b"own_visit" not in send(page(context={"own_visit": MARK}), sec_gpc="1")


def test_the_rest_of_a_marked_event_keeps_its_digits() -> None:
    event = msgspec.json.encode(page(context={"own_visit": MARK})).replace(b'"type"', b'"exact":12345678901234567890.10,"type"')
    assert b"12345678901234567890.10" in make_collector(own_visits=VISITS).collector.receive(post("/v1/page", event)).records[0]
