"""Buckets in a real S3 server: every event once by (bucket, key, etag), only what the expression stands for, errors with their reason."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.support.foreign import ToldWebsites, event, importer, lines
from tests.support.pipeline import Pipeline
from tests.support.records import WEBSITE
from tests.support.s3 import BUCKET, client_of, new_prefix, s3_server, shared_bucket
from tribute.loader.foreign import ForeignFormat
from tribute.loader.foreign_files import ForeignFile, bucket_files
from tribute.loader.importing import ImportReport
from tribute.objects.port import ObjectStoreUnavailableError, ObjectStoreUnreachableError
from tribute.objects.s3.address import PrefixExpression

pytestmark = pytest.mark.xdist_group("s3")  # one server for all of them

UUID = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"
FIREHOSE = f"events-1-2026-11-23-11-00-00-{UUID}"


@pytest.fixture
def websites() -> ToldWebsites:
    return ToldWebsites()


@pytest.fixture
def prefix() -> str:
    return new_prefix()


def put(key: str, content: bytes) -> str:
    """The etag."""
    return str(client_of(s3_server()).put_object(Bucket=BUCKET, Key=key, Body=content)["ETag"]).strip('"')


def found(expression: str, kind: ForeignFormat = ForeignFormat.FIREHOSE) -> list[ForeignFile]:
    return list(bucket_files(shared_bucket(), PrefixExpression(expression), kind))


def run(pipeline: Pipeline, websites: ToldWebsites, expression: str, kind: ForeignFormat, website: str | None = None) -> ImportReport:
    report = importer(pipeline, websites).take(found(expression, kind), website)
    pipeline.loader.load_spool()
    return report


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"2026/11/23/11/{FIREHOSE}.gz", ForeignFormat.FIREHOSE),
        (f"rudder-logs/src1/2026-11-23/1795431600.src1.{UUID}.json.gz", ForeignFormat.RUDDERSTACK),
        ("segment-logs/src1/1795392000000/1795431600.gz", ForeignFormat.SEGMENT),
    ],
)
def test_each_layout_is_imported_once(pipeline: Pipeline, websites: ToldWebsites, prefix: str, name: str, kind: ForeignFormat) -> None:
    websites.source_ids["src1"] = WEBSITE
    websites.hosts["course.example"] = WEBSITE
    told = [event(1), event(2), event(3), event(2)]
    put(prefix + name, gzip.compress("".join(map(json.dumps, told)).encode() if kind is ForeignFormat.FIREHOSE else lines(*told)))

    assert run(pipeline, websites, prefix, kind) == ImportReport(files=1, events=4)
    assert pipeline.message_count() == (3, 1)
    assert run(pipeline, websites, prefix, kind) == ImportReport(files=1, files_known=1)
    assert pipeline.message_count() == (3, 1)


def test_a_key_that_is_written_again_is_read_again(pipeline: Pipeline, websites: ToldWebsites, prefix: str) -> None:
    put(prefix + FIREHOSE, lines(event(1), event(2)))
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE).events == 2
    put(prefix + FIREHOSE, lines(event(1), event(2), event(3)))  # as Firehose does after a failure in part
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=1, events=3)
    assert pipeline.message_count() == (3, 2)


def test_the_same_content_under_another_key_is_another_file(pipeline: Pipeline, websites: ToldWebsites, prefix: str) -> None:
    for name in ("a", "b"):
        put(prefix + name, lines(event(1)))
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=2, events=2)
    assert pipeline.message_count() == (1, 1)


def test_only_what_the_expression_stands_for(pipeline: Pipeline, websites: ToldWebsites, prefix: str) -> None:
    for number, month in enumerate(("09", "10", "11", "12")):
        put(f"{prefix}2026/{month}/23/11/{FIREHOSE}", lines(event(number)))
    put(f"{prefix}2026/11/23/", b"")  # a console's folder
    assert run(pipeline, websites, f"{prefix}2026/1[01]/", ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=2, events=2)
    assert run(pipeline, websites, prefix + "!{timestamp:yyyy/MM/dd/HH}/", ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(
        files=4, files_known=2, events=2
    )


def test_an_object_that_is_replaced_after_it_was_listed_is_left_to_the_next_import(
    pipeline: Pipeline, websites: ToldWebsites, prefix: str
) -> None:
    for name in ("a", "b", "c"):
        put(prefix + name, lines(event(1)))
    listed = found(prefix)
    put(prefix + "a", lines(event(2)))
    client_of(s3_server()).delete_object(Bucket=BUCKET, Key=prefix + "b")
    assert importer(pipeline, websites).take(listed, WEBSITE) == ImportReport(files=3, files_unread=2, events=1)
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=2, files_known=1, events=1)
    assert pipeline.message_count() == (2, 0)


def test_a_server_that_goes_away_ends_the_import_and_nothing_is_lost(pipeline: Pipeline, websites: ToldWebsites, prefix: str) -> None:
    for number in range(4):
        put(f"{prefix}{number}", lines(event(number)))
    listed = found(prefix)

    def gone() -> Any:
        raise ObjectStoreUnreachableError("nobody answers.")

    def refused() -> Any:
        raise ObjectStoreUnavailableError("this one is in an archive.")

    broken = [listed[0], _opened_by(listed[1], refused), _opened_by(listed[2], gone), listed[3]]
    with pytest.raises(ObjectStoreUnreachableError):
        importer(pipeline, websites).take(broken, WEBSITE)
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=4, files_known=1, events=3)
    assert pipeline.message_count() == (4, 0)


def _opened_by(file: ForeignFile, opening: Any) -> ForeignFile:
    return ForeignFile(file.name, file.source, file.etag, file.source_id, file.arrived_at, opening)


def test_what_firehose_could_not_process_is_kept_with_its_reason(pipeline: Pipeline, websites: ToldWebsites, prefix: str) -> None:
    raw = json.dumps(event(7)).encode()
    put(f"{prefix}processing-failed/2026/11/23/11/{FIREHOSE}", failed(raw) + failed(b"no JSON\xff", "Lambda.JsonProcessingException"))
    assert run(pipeline, websites, prefix, ForeignFormat.FIREHOSE, WEBSITE) == ImportReport(files=1, quarantined=2)
    first, second = sorted(pipeline.quarantine.list(), key=lambda item: item.offset)
    assert first.reason == "Firehose could not process it: Lambda.FunctionError: The Lambda function was invoked and failed."
    assert second.reason.startswith("Firehose could not process it: Lambda.JsonProcessingException: ")
    assert pipeline.quarantine.content(second.id) == b"no JSON\xff"
    kept = json.loads(pipeline.quarantine.content(first.id))
    assert kept["messageId"] == "m7"
    assert "203.0.113.7" not in pipeline.quarantine.content(first.id).decode()

    websites.hosts["course.example"] = WEBSITE
    assert importer(pipeline, websites).replay(first, pipeline.quarantine.content(first.id)), "the record itself is tried again"
    assert not importer(pipeline, websites).replay(second, pipeline.quarantine.content(second.id))
    pipeline.loader.load_spool()
    assert pipeline.message_count() == (1, 0)


def failed(raw: bytes, code: str = "Lambda.FunctionError") -> bytes:
    """As Firehose writes it under its error prefix."""
    told = {
        "attemptsMade": 4,
        "arrivalTimestamp": 1795431600000,
        "errorCode": code,
        "errorMessage": "The Lambda function was invoked\n and failed.",
        "attemptEndingTimestamp": 1795431700000,
        "rawData": base64.b64encode(raw).decode(),
        "lambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
    }
    return json.dumps(told).encode()
