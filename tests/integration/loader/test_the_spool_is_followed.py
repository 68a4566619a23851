"""The loader follows the spool itself: what is durable is in the store at the next load, each record once."""

from datetime import timedelta

import pytest

from tests.support.pipeline import ADA, Pipeline
from tests.support.records import page_view
from tribute.loader import loader
from tribute.loader.loader import LoadReport


def test_the_active_segment_is_followed_in_steps(pipeline: Pipeline) -> None:
    reports = []
    for first in (0, 3, 6):
        pipeline.append([page_view(number) for number in range(first, first + 3)])
        reports.append(pipeline.loader.load_spool())

    assert [report.events for report in reports] == [3, 3, 3]
    assert len(pipeline.spool.segments()) == 1
    assert pipeline.counted() == 9


def test_nothing_new_loads_nothing(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()

    assert pipeline.loader.load_spool() == LoadReport()
    assert pipeline.new_loader().load_spool() == LoadReport()


def test_several_segments_are_followed(pipeline: Pipeline) -> None:
    for number in range(4):
        pipeline.append([page_view(number)])
        pipeline.seal()
    pipeline.append([page_view(9)])

    assert pipeline.loader.load_spool().events == 5
    sealed = [segment for segment in pipeline.spool.segments() if segment.sealed]
    assert len(sealed) == 4
    assert all(pipeline.loader.has_followed(segment) for segment in sealed)


def test_an_active_segment_is_not_said_to_be_followed_until_it_is_sealed_and_read_again(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(2)])
    pipeline.seal()
    [segment] = pipeline.spool.segments()

    assert not pipeline.loader.has_followed(segment)
    assert pipeline.loader.load_spool().events == 1
    assert pipeline.loader.has_followed(segment)


def test_a_loader_goes_on_where_the_one_before_it_stopped(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), page_view(2)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(3)])

    assert pipeline.new_loader().load_spool() == LoadReport(events=1)
    assert pipeline.message_count() == (3, 0)


def test_copies_count_once_and_the_first_received_counts(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1, minute=5), page_view(1, minute=2), page_view(1, minute=9)])

    report = pipeline.loader.load_spool()

    assert (report.events, report.duplicates) == (1, 2)
    assert pipeline.sql("SELECT received_at FROM page_views")[0][0] == pipeline.clock.at.replace(hour=12, minute=2)


def test_the_affiliate_and_the_website_are_found(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), page_view(2, code="nobody"), page_view(3, code=None)])
    pipeline.loader.load_spool()

    assert sum(point.value for point in pipeline.series(ADA.affiliate_id)) == 1
    assert pipeline.sql("SELECT website, affiliate, code FROM page_views ORDER BY code NULLS LAST") == [
        ("Course", "ada", "ada"),
        ("Course", None, "nobody"),
        ("Course", None, None),
    ]


def test_the_watermark_is_what_the_spool_was_complete_until_before_the_load(pipeline: Pipeline) -> None:
    assert pipeline.loader.watermark is None
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    first = pipeline.loader.watermark
    assert first is not None
    assert first <= pipeline.clock.at

    pipeline.clock.at += timedelta(minutes=1)
    pipeline.loader.load_spool()

    assert pipeline.loader.watermark is not None
    assert first < pipeline.loader.watermark <= pipeline.clock.at


def test_who_wants_no_other_batch_leaves_the_rest_in_the_spool(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at a stop: what was loaded stays, the watermark waits, and the next load has the rest."""
    monkeypatch.setattr(loader, "_RESTED_BATCH_EVENTS", 2)
    pipeline.append([page_view(number) for number in range(6)])

    assert pipeline.loader.load_spool(after_batch=lambda _seconds: False).events == 2
    assert pipeline.loader.watermark is None
    assert pipeline.loader.load_spool(after_batch=lambda _seconds: True).events == 4
    assert pipeline.counted() == 6
