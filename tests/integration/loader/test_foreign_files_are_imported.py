"""Folders that Firehose, RudderStack and Segment wrote: every event once; what has no website can be replayed."""

import gzip
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.crashes import Crash, Steps
from tests.support.foreign import IP, ToldWebsites, event, importer, lines
from tests.support.pipeline import Pipeline
from tests.support.records import RECEIVED_AT, WEBSITE
from tribute.events.times import FIRST_BELIEVABLE
from tribute.kit.errors import InvalidInputError
from tribute.loader.foreign import ForeignFormat
from tribute.loader.importing import ImportReport
from tribute.loader.json_stream import MAX_OBJECT_BYTES

UUID = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def firehose(root: Path, *events: dict[str, Any]) -> None:
    """One behind the other, as Firehose leaves them."""
    write(root / f"2026/11/23/11/events-1-2026-11-23-11-00-00-{UUID}", "".join(json.dumps(told) for told in events).encode())


def firehose_gzip(root: Path, *events: dict[str, Any]) -> None:
    write(root / f"2026/11/23/11/events-1-2026-11-23-11-00-00-{UUID}.gz", gzip.compress("".join(map(json.dumps, events)).encode()))


def rudderstack(root: Path, *events: dict[str, Any]) -> None:
    write(root / f"rudder-logs/src1/2026-11-23/1795431600.src1.{UUID}.json.gz", gzip.compress(lines(*events)))


def segment(root: Path, *events: dict[str, Any]) -> None:
    write(root / "segment-logs/src1/1795392000000/1795431600.gz", gzip.compress(lines(*events)))


Writer = Callable[..., None]
LAYOUTS = [
    pytest.param(firehose, ForeignFormat.FIREHOSE, id="firehose"),
    pytest.param(firehose_gzip, ForeignFormat.FIREHOSE, id="firehose gzip"),
    pytest.param(rudderstack, ForeignFormat.RUDDERSTACK, id="rudderstack"),
    pytest.param(segment, ForeignFormat.SEGMENT, id="segment"),
]


@pytest.fixture
def websites() -> ToldWebsites:
    return ToldWebsites()


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    return tmp_path / "bucket"


def run(pipeline: Pipeline, websites: ToldWebsites, root: Path, kind: ForeignFormat, website: str | None = None) -> ImportReport:
    report = importer(pipeline, websites).run(root, kind, website)
    pipeline.loader.load_spool()
    return report


@pytest.mark.parametrize(("layout", "kind"), LAYOUTS)
def test_a_bucket_is_imported_once(pipeline: Pipeline, websites: ToldWebsites, bucket: Path, layout: Writer, kind: ForeignFormat) -> None:
    websites.source_ids["src1"] = WEBSITE
    websites.hosts["course.example"] = WEBSITE
    layout(bucket, event(1), event(2), event(3), event(2))

    assert run(pipeline, websites, bucket, kind) == ImportReport(files=1, events=4)
    assert pipeline.message_count() == (3, 1)
    assert pipeline.sql("SELECT time, received_at, time_mark, code FROM events WHERE visitor_id = 'v2' AND counted") == [
        (datetime(2026, 11, 23, 10, 2, tzinfo=UTC), datetime(2026, 11, 23, 11, tzinfo=UTC), "server", "ada")
    ]
    assert run(pipeline, websites, bucket, kind) == ImportReport(files=1, files_known=1)
    assert pipeline.message_count() == (3, 1)


@pytest.mark.parametrize(("layout", "kind"), LAYOUTS)
def test_what_has_no_website_is_replayed_when_it_has_one(
    pipeline: Pipeline, websites: ToldWebsites, bucket: Path, layout: Writer, kind: ForeignFormat
) -> None:
    layout(bucket, event(1), event(2))
    assert run(pipeline, websites, bucket, kind) == ImportReport(files=1, quarantined=2)
    items = pipeline.quarantine.list()
    assert all("no website" in item.reason and IP not in pipeline.quarantine.content(item.id).decode() for item in items)
    assert not any(importer(pipeline, websites).replay(item, pipeline.quarantine.content(item.id)) for item in items)

    if kind is ForeignFormat.FIREHOSE:
        websites.hosts["course.example"] = WEBSITE
    else:
        websites.source_ids["src1"] = WEBSITE
    for item in items:
        assert importer(pipeline, websites).replay(item, pipeline.quarantine.content(item.id))
        assert importer(pipeline, websites).replay(item, pipeline.quarantine.content(item.id))  # twice is no harm
    pipeline.loader.load_spool()

    assert pipeline.message_count() == (2, 2)
    assert pipeline.rebuild().changed == {}


@pytest.mark.parametrize("part", ["rudder-logs/src1", "rudder-logs/src1/2026-11-23", "rudder-logs"])
def test_a_part_of_a_bucket_is_replayed_by_its_source_id_too(pipeline: Pipeline, websites: ToldWebsites, bucket: Path, part: str) -> None:
    rudderstack(bucket, event(1))
    run(pipeline, websites, bucket / part, ForeignFormat.RUDDERSTACK)
    [item] = pipeline.quarantine.list()
    websites.source_ids["src1"] = WEBSITE

    assert importer(pipeline, websites).replay(item, pipeline.quarantine.content(item.id))


def test_the_website_is_found_by_source_id_then_field_then_host(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.source_ids["src1"] = "web_by_source"
    websites.names["Shop"] = "web_by_field"
    websites.hosts["course.example"] = "web_by_host"
    rudderstack(bucket, event(1, website="Shop"))
    firehose(bucket, event(2, website="Shop"), event(3, website="Unknown"), event(4))

    run(pipeline, websites, bucket, ForeignFormat.RUDDERSTACK)

    assert dict(pipeline.sql("SELECT visitor_id, website_id FROM events")) == {
        "v1": "web_by_source",
        "v2": "web_by_field",
        "v3": "web_by_host",
        "v4": "web_by_host",
    }


def test_the_owner_s_word_overrides_what_the_files_say(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = "web_by_host"
    firehose(bucket, event(1))

    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE, "Course")

    assert pipeline.sql("SELECT website_id FROM events") == [(WEBSITE,)]


def test_a_website_given_later_counts_what_lies_in_quarantine(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = "web_by_host"
    elsewhere = {"page": {"url": "https://elsewhere.example/"}}
    long_one = event(2, context=elsewhere, properties={"text": "x" * 2_000_000})
    firehose(bucket, event(1), long_one, event(3, context=elsewhere), {"type": "nonsense"})
    assert run(pipeline, websites, bucket, ForeignFormat.FIREHOSE) == ImportReport(files=1, events=1, quarantined=3)

    for events in (2, 0):
        report = run(pipeline, websites, bucket, ForeignFormat.FIREHOSE, "Course")
        assert report == ImportReport(files=1, files_known=1, events=events)

    assert pipeline.sql("SELECT visitor_id, website_id FROM events ORDER BY 1") == [("v1", "web_by_host"), ("v2", WEBSITE), ("v3", WEBSITE)]
    assert [item.reason for item in pipeline.quarantine.list()] == ["no known event type"]


def test_an_event_too_long_for_the_spool_stops_no_import(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    longest = MAX_OBJECT_BYTES - len(json.dumps(event(1, text="")))
    firehose(bucket, event(1, text="x" * longest), event(2))

    assert run(pipeline, websites, bucket, ForeignFormat.FIREHOSE, "Course") == ImportReport(files=1, events=1, quarantined=1)
    [item] = pipeline.quarantine.list()
    assert (item.reason, item.is_cut) == ("too long for a record", False)


def test_a_path_that_is_not_there_is_told(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    with pytest.raises(InvalidInputError, match="PATH: there is no file or folder"):
        run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)


def test_a_website_that_is_not_there_is_told(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    firehose(bucket, event(1))

    with pytest.raises(InvalidInputError, match=r"^website: no website"):
        run(pipeline, websites, bucket, ForeignFormat.FIREHOSE, "Nobody")


def test_damaged_files_are_reported_and_the_rest_is_read(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = WEBSITE
    whole = gzip.compress(lines(*(event(number) for number in range(30))))
    write(bucket / "a-cut.gz", whole[:-30])
    write(bucket / "b-garbage.gz", b"\x1f\x8b garbage")
    write(bucket / "c-text.json", b'\xef\xbb\xbf{"type":"page","x":\n' + lines(event(40)) + b'\n{"type":"nonsense"}\nhello')
    write(bucket / "d-array.json", json.dumps([event(41), event(42)], indent=2).encode())
    write(bucket / "e-empty.json", b"")
    write(bucket / ".hidden", b"x")
    write(bucket / "f-\udcff.json", lines(event(43)))

    report = run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    assert report.files == 6
    assert {f"v{number}" for number in (40, 41, 42, 43)} <= {visitor for (visitor,) in pipeline.sql("SELECT visitor_id FROM events")}
    reasons = {item.reason for item in pipeline.quarantine.list()}
    assert {"the gzip data is cut off", "no known event type", "an object that does not close"} <= reasons
    assert report.quarantined == len(pipeline.quarantine.list())
    assert run(pipeline, websites, bucket, ForeignFormat.FIREHOSE).files_known == 6


def test_without_a_message_id_the_place_in_the_file_is_one(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = WEBSITE
    firehose(bucket, event(1, messageId=None), event(1, messageId=None))

    for folder in ("first", "second"):
        copied = bucket.parent / folder
        bucket.rename(copied)  # elsewhere, so that it is read again
        run(pipeline, websites, copied, ForeignFormat.FIREHOSE)
        bucket = copied

    assert pipeline.message_count() == (2, 2)


def test_an_event_without_a_time_has_that_of_its_file(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = WEBSITE
    untimed = [event(number, receivedAt=None, timestamp=None) for number in (1, 2)]
    write(bucket / "events.json", lines(*untimed))
    changed_at = RECEIVED_AT - timedelta(days=3)
    os.utime(bucket / "events.json", (changed_at.timestamp(),) * 2)
    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    pipeline.clock.at += timedelta(days=30)
    bucket.rename(bucket.parent / "again")  # elsewhere, so that it is read again
    run(pipeline, websites, bucket.parent / "again", ForeignFormat.FIREHOSE)

    assert pipeline.message_count() == (2, 2)
    assert pipeline.sql("SELECT DISTINCT time, received_at FROM events") == [(changed_at, changed_at)]


@pytest.mark.parametrize("changed_at", [0, RECEIVED_AT.timestamp() + 10**8])
def test_a_file_with_an_unbelievable_time(pipeline: Pipeline, websites: ToldWebsites, bucket: Path, changed_at: float) -> None:
    websites.hosts["course.example"] = WEBSITE
    write(bucket / "events.json", lines(event(1, receivedAt=None, timestamp=None)))
    os.utime(bucket / "events.json", (changed_at, changed_at))

    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    assert pipeline.sql("SELECT received_at FROM events") == [(FIRST_BELIEVABLE if changed_at == 0 else pipeline.clock.at,)]


@pytest.mark.parametrize(
    ("fields", "times"),
    [
        ({"receivedAt": None}, ("10:01", "10:01")),
        ({"receivedAt": None, "timestamp": None}, ("11:00", "11:00")),  # by the file's name
        ({"receivedAt": "0001-01-01T00:00:00Z"}, ("10:01", "10:01")),
        (
            {"receivedAt": "0001-01-01T00:00:00Z", "timestamp": None, "originalTimestamp": "0001-01-02", "sentAt": "9999-12-31"},
            ("", "11:00"),
        ),
        ({"receivedAt": "2099-01-01T00:00:00Z", "timestamp": "2099-01-01T00:00:00Z"}, ("13:00", "13:00")),
        ({"timestamp": None, "originalTimestamp": "2026-11-23T08:00:00Z", "sentAt": "2026-11-23T08:30:00Z"}, ("10:30", "11:00")),
    ],
)
def test_times(pipeline: Pipeline, websites: ToldWebsites, bucket: Path, fields: dict[str, Any], times: tuple[str, str]) -> None:
    websites.hosts["course.example"] = WEBSITE
    assert pipeline.clock.at == RECEIVED_AT + timedelta(hours=1)
    firehose(bucket, event(1, **fields))

    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    [(time, received_at)] = pipeline.sql("SELECT time, received_at FROM events")
    day, seven_days_before = f"2026-11-23T{times[1]}", "2026-11-16T11:00"
    assert received_at == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert time == datetime.fromisoformat(f"2026-11-23T{times[0]}" if times[0] else seven_days_before).replace(tzinfo=UTC)


def test_addresses_are_cut_out_and_leave_the_country(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    websites.hosts["course.example"] = WEBSITE
    firehose(bucket, event(1, request_ip="8.8.8.8", context={"ip": "8.8.8.8", "page": {"url": "https://course.example/"}}))

    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    assert pipeline.sql("SELECT country FROM events") == [("US",)]
    assert not any(b"8.8.8.8" in file.read_bytes() for file in pipeline.spool_files())


def test_addresses_are_blanked_in_what_cannot_be_read(pipeline: Pipeline, websites: ToldWebsites, bucket: Path) -> None:
    write(bucket / "cut.json", lines(event(1))[:-40] + b'"ip": "8.8.8.8')

    run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

    [item] = pipeline.quarantine.list()
    kept = pipeline.quarantine.content(item.id)
    assert b'"request_ip": ""' in kept
    assert not any(address in kept for address in (IP.encode(), b"8.8.8.8"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_import_that_was_stopped_is_run_again(tmp_path: Path, websites: ToldWebsites) -> None:
    websites.hosts["course.example"] = WEBSITE
    bucket = tmp_path / "bucket"
    for number in range(3):
        events = [event(10 * number + more) for more in range(3)] + [event(50, messageId=None)]
        write(bucket / f"{number}.json", lines(*events) + b"\ngarbage")

    crash_at, done = 0, False
    while not done:
        with Pipeline(tmp_path / str(crash_at)) as pipeline:
            try:
                importer(pipeline, websites, Steps(crash_at)).run(bucket, ForeignFormat.FIREHOSE)
                done = True
            except Crash:
                crash_at += 1
            run(pipeline, websites, bucket, ForeignFormat.FIREHOSE)

            assert pipeline.message_count()[0] == 12
            assert len(pipeline.quarantine.list()) == 3

    assert crash_at > 20
