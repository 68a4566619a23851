"""The loader and delivery stopped around any call that they make: whoever carries on brings every event in once."""

from collections.abc import Callable

import pytest

from tests.support.crashes import Crash, Steps
from tests.support.pipeline import Pipeline
from tests.support.records import page_view

Work = Callable[[Pipeline, Steps], None]


def follow_and_deliver(pipeline: Pipeline, steps: Steps) -> None:
    """What a server does over a while, with a start in the middle."""
    loader = pipeline.new_loader(steps=steps)
    loader.load_spool()
    pipeline.seal()
    pipeline.delivery(loader, steps).run_once()
    loader.load_spool()
    pipeline.delivery(loader, steps).run_once()
    loader.load_objects()
    pipeline.new_loader(steps=steps).load_spool()


def deliver_before_following(pipeline: Pipeline, steps: Steps) -> None:
    """A loader that comes too late: its segments are gone, one after another."""
    loader = pipeline.new_loader(steps=steps)
    pipeline.deliver(keep=False)
    loader.load_spool()
    loader.load_objects()


def arrive(pipeline: Pipeline, first: int) -> None:
    """Seven events and two copies: in an object alone, in object and spool, in the spool alone, half followed; and one that is none."""
    pipeline.append([page_view(first), page_view(first + 1)])
    pipeline.deliver(keep=False)
    pipeline.append([page_view(first + 2), page_view(first, minute=1), b'{"v":1,"no":"record %d"}' % first])
    pipeline.deliver()
    pipeline.append([page_view(first + 3), page_view(first + 4)])
    pipeline.new_loader().load_spool()
    pipeline.append([page_view(first + 5)])
    pipeline.seal()
    pipeline.append([page_view(first + 6), page_view(first + 3, minute=2)])


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # whoever crashes closes no files
@pytest.mark.parametrize("work", [follow_and_deliver, deliver_before_following])
def test_every_event_counts_once_wherever_it_was_stopped(pipeline: Pipeline, work: Work) -> None:
    crash_at, done = 0, False
    while not done:
        arrive(pipeline, 10 * crash_at)
        try:
            work(pipeline, Steps(crash_at))
            done = True
        except Crash:
            crash_at += 1
        rounds = crash_at + done
        pipeline.new_loader().load_spool()

        assert pipeline.message_count() == (7 * rounds, 2 * rounds), f"stopped at step {crash_at}"
        assert pipeline.counted() == 7 * rounds
        assert len(pipeline.quarantine.list()) == rounds

    assert crash_at > 15
    numbers = pipeline.numbers()
    assert pipeline.rebuild(pipeline.new_loader()).changed == {}
    assert pipeline.numbers() == numbers
