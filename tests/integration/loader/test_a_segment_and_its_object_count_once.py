"""A segment and the object it becomes are one source: whichever way its records come, and in whatever order, they count once."""

from tests.support.pipeline import Pipeline
from tests.support.records import page_view


def test_delivered_after_it_was_followed(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), page_view(2)])
    pipeline.loader.load_spool()
    pipeline.deliver(keep=False)

    pipeline.loader.load_spool()
    assert pipeline.loader.load_objects().events == 0
    assert pipeline.message_count() == (2, 0)


def test_delivered_while_it_is_followed(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(2)])
    pipeline.deliver(keep=False)

    pipeline.loader.load_spool()
    pipeline.loader.load_objects()

    assert pipeline.message_count() == (2, 0)


def test_delivered_before_it_was_followed_and_still_in_the_spool(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), page_view(2)])
    pipeline.deliver()

    assert pipeline.loader.load_objects().objects == 0  # the spool has it
    assert pipeline.loader.load_spool().events == 2
    assert pipeline.loader.load_objects().objects == 0
    assert pipeline.message_count() == (2, 0)


def test_removed_from_the_spool_before_the_loader_saw_it(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), page_view(2)])
    pipeline.deliver(keep=False)

    assert pipeline.loader.load_objects().events == 2
    assert pipeline.loader.load_objects().objects == 0
    assert pipeline.message_count() == (2, 0)


def test_another_collector_s_objects_are_found(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(2)])
    pipeline.deliver(keep=False)

    other = pipeline.new_loader()
    other.load_objects()

    assert pipeline.message_count() == (2, 0)


def test_what_lies_beside_our_objects_is_left_alone(pipeline: Pipeline) -> None:
    pipeline.objects.put("2026/11/23/12/other-1-2026-11-23-12-00-00-0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f.gz", b'{"type":"page"}')
    pipeline.objects.put("notes.txt", b"hello")

    assert pipeline.loader.load_objects().objects == 0
    assert not pipeline.quarantine.list()
