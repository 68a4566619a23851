"""A bucket that others keep writing: every object once, whatever becomes of the notices; a message leaves when all of it is durable."""

import json
import random
from typing import Any

import pytest

from tests.support.foreign import ToldWebsites, event, importer, lines
from tests.support.pipeline import Pipeline
from tests.support.records import WEBSITE
from tests.support.s3 import BUCKET, client_of, new_prefix, s3_server, shared_bucket
from tests.support.sqs import message, notice, queue_service
from tribute.kit.errors import UnavailableError
from tribute.loader.following import FollowedSource, Follower
from tribute.loader.foreign import ForeignFormat
from tribute.loader.importing import Importer
from tribute.objects.port import ObjectStoreUnavailableError
from tribute.objects.s3.address import PrefixExpression
from tribute.objects.s3.queue import SqsQueue

pytestmark = pytest.mark.xdist_group("s3")  # one server for all of them


class Followed:
    """A prefix of the bucket with a queue, and a follower of it, which can be made anew as by a restart."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.prefix = new_prefix()
        self.service = queue_service()
        self.address = self.service.new_queue()
        self.queue: SqsQueue = self.service.queue(self.address)
        self.restart()

    def restart(self, importing: Importer | None = None) -> None:
        importing = importing or importer(self.pipeline, ToldWebsites())
        source = FollowedSource("s3://test", ForeignFormat.FIREHOSE, PrefixExpression(f"{self.prefix}events/"), WEBSITE, 300.0)
        self.follower = Follower(source, shared_bucket(), importing, self.pipeline.store, self.queue)

    def put(self, name: str, *numbers: int) -> dict[str, Any]:
        """Write an object of these events; the notice of it."""
        key = f"{self.prefix}events/{name}"
        answer = client_of(s3_server()).put_object(Bucket=BUCKET, Key=key, Body=lines(*map(event, numbers)))
        return notice(key, answer["ETag"].strip('"'))

    def tell(self, *notices: dict[str, Any]) -> None:
        self.service.send(self.address, message(*notices))

    def attend(self) -> int:
        """Attend to all that can be had from the queue now; the events imported."""
        events = 0
        while True:
            attended = self.follower.attend(self.queue)
            assert attended.error is None
            events += attended.report.events
            if not attended.report.files and not self.waits():
                return events

    def waits(self) -> bool:
        return self.queue.waiting() > 0

    def left(self) -> int:
        return self.service.left(self.address)

    def counted(self) -> tuple[int, int]:
        self.pipeline.loader.load_spool()
        return self.pipeline.message_count()


@pytest.fixture
def followed(pipeline: Pipeline) -> Followed:
    return Followed(pipeline)


def test_an_object_that_is_told_of_is_imported(followed: Followed) -> None:
    followed.tell(followed.put("a b+ü.gz", 1, 2))
    assert followed.attend() == 2
    assert followed.left() == 0
    assert followed.counted() == (2, 0)
    assert followed.follower.reconcile().files_known == 1


def test_what_nobody_told_of_is_found_by_listing(followed: Followed) -> None:
    told = followed.put("a", 1)
    report = followed.follower.reconcile()
    assert (report.files, report.events) == (1, 1)
    followed.tell(told)
    assert followed.attend() == 0
    assert followed.left() == 0
    assert followed.counted() == (1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_every_object_once_under_repeated_shuffled_and_lost_notices_and_rewritten_keys(followed: Followed, seed: int) -> None:
    chance = random.Random(seed)
    notices = []
    for number in range(0, 24, 2):
        notices.append(followed.put(f"o{number}", number, number + 1))
        if chance.random() < 0.5:  # written again, with what it had and one event more
            notices.append(followed.put(f"o{number}", number, number + 1, 100 + number))
    written_again = len(notices) - 12
    told = [one for one in notices if chance.random() < 0.7] * 3
    chance.shuffle(told)
    for start in range(0, len(told), 4):
        followed.tell(*told[start : start + 4])
        if chance.random() < 0.3:
            followed.attend()
        if chance.random() < 0.2:
            followed.restart()
    followed.attend()
    followed.follower.reconcile()
    assert followed.left() == 0
    events, _ = followed.counted()
    assert events == 24 + written_again
    files = [source for source in followed.pipeline.store.progress() if followed.prefix in source]
    assert len(files) == 12, "no version but the last was there to be read"


def test_a_message_stays_until_its_events_are_durable(followed: Followed) -> None:
    followed.tell(followed.put("a", 1), followed.put("b", 2))

    def full(_: object) -> None:
        raise UnavailableError("The disk is full.")

    followed.restart(_appending(followed, full))
    attended = followed.follower.attend(followed.queue)
    assert "full" in str(attended.error)
    assert followed.left() == 1
    assert not [source for source in followed.pipeline.store.progress() if followed.prefix in source]

    followed.service.client.purge_queue(QueueUrl=followed.address)  # it would come again in five minutes; tell it now
    followed.restart()
    followed.tell(*(notice(info.key, info.etag) for info in shared_bucket().list(followed.prefix)))
    assert followed.attend() == 2
    assert followed.left() == 0
    assert followed.counted() == (2, 0)


def _appending(followed: Followed, append: Any) -> Importer:
    pipeline = followed.pipeline
    return Importer(append=append, finder=ToldWebsites(), store=pipeline.store, quarantine=pipeline.quarantine, clock=pipeline.clock)


def test_notices_of_nothing_to_import_are_forgotten(followed: Followed) -> None:
    removed = followed.put("removed", 1)
    client_of(s3_server()).delete_object(Bucket=BUCKET, Key=f"{followed.prefix}events/removed")
    followed.tell(removed)
    followed.tell(notice(f"{followed.prefix}events/removed", None, event="ObjectRemoved:Delete"))
    client_of(s3_server()).put_object(Bucket=BUCKET, Key=f"{followed.prefix}elsewhere", Body=lines(event(1)))
    followed.tell(notice(f"{followed.prefix}elsewhere", None))
    followed.tell(notice(f"{followed.prefix}events/x", None, bucket="another-bucket"))
    followed.service.send(followed.address, json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}))
    assert followed.attend() == 0
    assert followed.left() == 0


def test_what_is_no_notice_stays_in_the_queue_and_holds_up_nothing(followed: Followed) -> None:
    for body in ("hello", "{}", '{"Records": [{"dynamodb": {}}]}', "[" * 5000):
        followed.service.send(followed.address, body)
    followed.tell(followed.put("a", 1))
    attended = followed.follower.attend(followed.queue)
    assert (attended.strange, attended.report.events) == (4, 1)
    assert followed.left() == 4


def test_the_forms_of_sns_and_eventbridge_are_understood(followed: Followed) -> None:
    first, second = followed.put("first one", 1), followed.put("second one", 2)
    followed.service.send(followed.address, json.dumps({"Type": "Notification", "Message": message(first)}))
    plain = {"bucket": {"name": BUCKET}, "object": {"key": f"{followed.prefix}events/second one", "etag": second["s3"]["object"]["eTag"]}}
    followed.service.send(followed.address, json.dumps({"detail-type": "Object Created", "source": "aws.s3", "detail": plain}))
    followed.service.send(followed.address, json.dumps({"detail-type": "Object Deleted", "source": "aws.s3", "detail": plain}))
    assert followed.attend() == 2
    assert followed.left() == 0


def test_an_object_that_cannot_be_read_holds_up_no_other(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    followed.tell(followed.put("bad", 1))
    followed.tell(followed.put("good", 2))
    bucket, real = shared_bucket(), type(shared_bucket()).open

    def refusing(self: Any, key: str, etag: str | None = None) -> Any:
        if key.endswith("bad"):
            raise ObjectStoreUnavailableError("it is in an archive.")
        return real(self, key, etag)

    monkeypatch.setattr(type(bucket), "open", refusing)
    attended = followed.follower.attend(followed.queue)
    assert attended.report.events == 1
    assert attended.error is not None
    assert followed.left() == 1
