"""The watermark never passes events that left the spool before they were read: the objects are looked through first."""

import pytest

from tests.support.pipeline import Pipeline
from tests.support.records import page_view
from tribute.kit.errors import UnavailableError
from tribute.loader.loader import Loader


def load_and_count(pipeline: Pipeline, loader: Loader) -> int:
    """How many events are in the store when the watermark moves."""
    loader.load_spool()
    assert loader.watermark is not None
    return pipeline.message_count()[0]


def test_at_the_first_load(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.deliver(keep=False)
    pipeline.append([page_view(2)])

    assert load_and_count(pipeline, pipeline.loader) == 2


def test_when_a_segment_that_was_followed_is_gone_before_its_end_was_read(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(2)])
    pipeline.deliver(keep=False)

    assert load_and_count(pipeline, pipeline.loader) == 2


def test_when_segments_came_and_went_between_two_loads(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.seal()
    pipeline.loader.load_spool()
    for number in (2, 3):
        pipeline.append([page_view(number)])
        pipeline.deliver(keep=False)
    pipeline.append([page_view(4)])

    assert load_and_count(pipeline, pipeline.loader) == 4


def test_after_a_load_that_failed(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    watermark = pipeline.loader.watermark
    pipeline.append([page_view(2)])
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.store, "load", _unavailable)
        with pytest.raises(UnavailableError):
            pipeline.loader.load_spool()
    assert pipeline.loader.watermark == watermark

    pipeline.deliver(keep=False)

    assert load_and_count(pipeline, pipeline.loader) == 2


def test_not_moved_while_the_objects_cannot_be_read(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.append([page_view(1)])
    monkeypatch.setattr(pipeline.objects, "list", _unavailable)

    with pytest.raises(UnavailableError):
        pipeline.loader.load_spool()

    assert pipeline.loader.watermark is None
    assert pipeline.counted() == 1  # what the spool has is fresh all the same


def test_followed_segments_that_leave_cost_no_look_at_the_objects(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.loader.load_spool()
    monkeypatch.setattr(pipeline.loader, "load_objects", _unavailable)

    for number in range(4):
        pipeline.append([page_view(number)])
        pipeline.seal()
        pipeline.loader.load_spool()
        pipeline.deliver(keep=False)
        pipeline.loader.load_spool()

    assert pipeline.counted() == 4


def _unavailable(*_arguments: object, **_options: object) -> None:
    raise UnavailableError("It is away.")
