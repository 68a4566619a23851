"""A bad event never costs the others of its batch, for no tracker sends a batch again after a 400."""

import pytest

from tests.support.collector import make_collector, page, post, read_record
from tribute.collector.drops import DropReason


def test_good_events_are_kept_and_bad_ones_counted() -> None:
    made = make_collector()
    bad = [7, None, "page", [], {}, page(type="nonsense"), page(type=["page"]), {"type": "page"}, page(properties=_deep(200))]
    reply = made.collector.receive(post("/v1/batch", {"batch": [page(messageId="first"), *bad, page(messageId="last", type="track")]}))
    assert reply.status == 200
    assert [read_record(payload).message_id for payload in reply.records] == ["first", "last"]
    assert reply.types == ["page", "track"]
    assert made.collector.stats.drops == {
        DropReason.NOT_AN_EVENT: 4,
        DropReason.UNKNOWN_TYPE: 3,
        DropReason.NO_IDENTITY: 1,
        DropReason.TOO_DEEP: 1,
    }


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("batch", [[7, {}], [{"type": "page"}], [page(type="x")]])
def test_when_none_is_good_it_is_400_and_all_are_counted(batch: list[object]) -> None:
    made = make_collector()
    reply = made.collector.receive(post("/v1/batch", {"batch": batch}))
    assert (reply.status, reply.records) == (400, ())
    assert made.collector.stats.drops.total() == len(batch)


@pytest.mark.parametrize("body", [{"batch": []}, {"batch": {}}, {"batch": None}, {}, page(), [page()]])
def test_what_is_no_batch_is_400(body: object) -> None:
    assert make_collector().collector.receive(post("/v1/batch", body)).status == 400


def test_an_absurd_number_of_elements_is_413() -> None:
    assert make_collector().collector.receive(post("/v1/batch", b'{"batch":[' + b"0," * 60_000 + b"0]}")).status == 413
