"""The loader, delivery and a rebuild stopped around any call that they make: whoever carries on brings every event in once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.crashes import Crash, Steps
from tests.support.pipeline import Pipeline
from tests.support.records import page_view

Work = Callable[[Pipeline, Steps | None], None]


def follow_and_deliver(pipeline: Pipeline, steps: Steps | None) -> None:
    """What a server does over a while, with a start in the middle."""
    loader = pipeline.new_loader(steps=steps)
    loader.load_spool()
    pipeline.seal()
    pipeline.delivery(loader, steps).run_once()
    loader.load_spool()
    pipeline.delivery(loader, steps).run_once()
    loader.load_objects()
    pipeline.new_loader(steps=steps).load_spool()


def deliver_before_following(pipeline: Pipeline, steps: Steps | None) -> None:
    """A loader that comes too late: its segments are gone, one after another."""
    loader = pipeline.new_loader(steps=steps)
    pipeline.deliver(keep=False)
    loader.load_spool()
    loader.load_objects()


def rebuild(pipeline: Pipeline, steps: Steps | None) -> None:
    pipeline.rebuild(pipeline.new_loader(steps=steps), steps)


def filled(folder: Path) -> Pipeline:
    """Seven events and two copies: in an object alone, in object and spool, in the spool alone, half followed, and one that is none."""
    pipeline = Pipeline(folder)
    pipeline.append([page_view(1), page_view(2)])
    pipeline.deliver(keep=False)
    pipeline.append([page_view(3), page_view(1, minute=1), b'{"v":1,"no":"record"}'])
    pipeline.deliver()
    pipeline.append([page_view(4), page_view(5)])
    pipeline.seal()
    pipeline.append([page_view(6)])
    pipeline.loader.load_spool()
    pipeline.append([page_view(7), page_view(4, minute=2)])
    return pipeline


def crash_and_carry_on(folder: Path, work: Work, crash_at: int) -> bool:
    """False when the work was done before it came to that step."""
    with filled(folder) as pipeline:
        steps = Steps(crash_at)
        try:
            work(pipeline, steps)
        except Crash:
            assert pipeline.message_count()[0] <= 7
        pipeline.new_loader().load_spool()
        work(pipeline, None)

        assert pipeline.message_count() == (7, 2)
        assert pipeline.counted() == 7
        assert len(pipeline.quarantine.list()) == 1
        return steps.taken > crash_at


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # whoever crashes closes no files
@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("work", [follow_and_deliver, deliver_before_following, rebuild])
def test_every_event_counts_once_wherever_it_was_stopped(tmp_path: Path, work: Work, shift: int) -> None:
    crash_at = shift
    while crash_and_carry_on(tmp_path / str(crash_at), work, crash_at):
        crash_at += 4

    assert crash_at > 20
