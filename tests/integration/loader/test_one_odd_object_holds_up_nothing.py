"""A record that cannot be stored, or an object that cannot be read, is told and left out; all else loads and the watermark moves."""

import io
from typing import Any, BinaryIO

import pytest
import zstandard

from tests.support.pipeline import Pipeline
from tests.support.records import RECEIVED_AT, page_view
from tribute.analytics.port import Batch, Loaded
from tribute.kit.errors import UnavailableError
from tribute.loader.storing import MOST_REFUSED
from tribute.objects.naming import object_key
from tribute.objects.port import ObjectNotFoundError

KEY = object_key("", "other-1", RECEIVED_AT)
OTHER_KEY = object_key("", "other-2", RECEIVED_AT)


def placed(seq: int, payload: bytes) -> bytes:
    return b'{"spool":"other","seq":%d,' % seq + payload[1:]


def put(pipeline: Pipeline, key: str, *lines: bytes) -> None:
    pipeline.objects.put(key, zstandard.ZstdCompressor().compress(b"\n".join(lines)))


@pytest.mark.parametrize(
    "line",
    [
        placed(2, page_view(2).replace(b'00Z"', b'00"')),
        placed(2**63, page_view(2)),
        placed(-1, page_view(2)),
    ],
    ids=["no zone", "a sequence too large", "a sequence below zero"],
)
def test_a_record_that_decodes_and_cannot_be_stored(pipeline: Pipeline, line: bytes) -> None:
    put(pipeline, KEY, placed(1, page_view(1)), line, placed(3, page_view(3)))

    report = pipeline.loader.load_spool()

    assert (report.events, report.quarantined) == (2, 1)
    assert pipeline.loader.watermark is not None
    assert pipeline.loader.load_objects().objects == 0


def test_an_event_that_the_store_refuses(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.append([page_view(number) for number in range(9)])
    _refuse(pipeline, monkeypatch, lambda visitor: visitor == "v4")

    report = pipeline.loader.load_spool()

    assert (report.events, report.quarantined) == (8, 1)
    [item] = pipeline.quarantine.list()
    assert (item.reason, b"v4" in pipeline.quarantine.content(item.id)) == ("the store cannot take it: OverflowError", True)
    assert pipeline.loader.load_spool().events == 0


def test_a_store_that_refuses_everything_makes_nobody_pass_over_events(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.append([page_view(number) for number in range(MOST_REFUSED + 1)])
    with monkeypatch.context() as broken:
        _refuse(pipeline, broken, lambda _visitor: True)
        with pytest.raises(OverflowError):
            pipeline.loader.load_spool()

    assert pipeline.quarantine.list() == []
    assert pipeline.loader.load_spool().events == MOST_REFUSED + 1


class _BreaksOff(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("trouble", ["vanished", "away", "breaks off"])
def test_an_object_that_cannot_be_read_now(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    put(pipeline, KEY, placed(1, page_view(1)))
    put(pipeline, OTHER_KEY, placed(2, page_view(2)))
    really_open = pipeline.objects.open

    def opened(key: str) -> BinaryIO:
        if key != KEY:
            return really_open(key)
        if trouble == "breaks off":
            return _BreaksOff()
        raise ObjectNotFoundError("gone") if trouble == "vanished" else UnavailableError("away")

    with monkeypatch.context() as broken:
        broken.setattr(pipeline.objects, "open", opened)
        report = pipeline.loader.load_spool()
        assert (report.events, report.objects, report.objects_unread) == (1, 1, 1)
        assert pipeline.loader.watermark is not None
    assert pipeline.loader.load_objects().events == 1

    monkeypatch.setattr(pipeline.objects, "open", opened)
    with pytest.raises(UnavailableError, match="nothing was rebuilt"):
        pipeline.rebuild()  # it would be without what the store has
    assert pipeline.counted() == 2


def _refuse(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, is_refused: Any) -> None:
    really_load = pipeline.store.load

    def load(batch: Batch) -> Loaded:
        if any(is_refused(event.visitor_id) for event in batch.events):
            raise OverflowError("too large")
        return really_load(batch)

    monkeypatch.setattr(pipeline.store, "load", load)
