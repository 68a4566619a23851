"""Following a bucket outlives any number of failures in a row: after a thousand of them, too, there is another try."""

import time

from tests.support.foreign import ToldWebsites, importer
from tests.support.pipeline import Pipeline
from tests.support.records import WEBSITE
from tribute.kit.clock import SystemClock
from tribute.loader.following import FollowedSource, Follower, FollowingStatus, FollowingWorker
from tribute.loader.foreign import ForeignFormat
from tribute.objects.s3.address import PrefixExpression
from tribute.objects.s3.bucket import Bucket

FAILED_BEFORE = 2_000


def test_the_thread_does_not_end_with_its_thousandth_failure(pipeline: Pipeline) -> None:
    """A thread that ends by an error fails the test by itself: warnings are errors."""
    source = FollowedSource("s3://away", ForeignFormat.FIREHOSE, PrefixExpression(""), WEBSITE, 300.0)
    away = Bucket("away", endpoint="http://127.0.0.1:9")
    worker = FollowingWorker(Follower(source, away, importer(pipeline, ToldWebsites()), pipeline.store), SystemClock())
    worker.status = FollowingStatus(failures=FAILED_BEFORE)
    worker.start()
    deadline = time.monotonic() + 20
    while worker.status.failures == FAILED_BEFORE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    worker.stop()
    assert worker.status.failures > FAILED_BEFORE
