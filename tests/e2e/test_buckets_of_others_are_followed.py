"""Buckets in a real S3 server beside a served Tribute: imported once by a command, followed by notices and by listing, never twice."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.s3 import BUCKET, CREDENTIALS, as_environment, client_of, new_prefix, s3_server
from tests.support.served import Tribute, eventually, served
from tests.support.sqs import QueueService, message, notice, own_queue_service

EVENTS = 10


@pytest.fixture
def queues() -> Iterator[QueueService]:
    with own_queue_service() as queues:
        yield queues


@pytest.fixture
def prefix() -> str:
    return new_prefix()


def write(key: str, host: str, name: str) -> str:
    """An object of ten page views, as Firehose leaves them; its etag."""
    at = datetime.now(UTC) - timedelta(days=1)
    times = {"timestamp": at.isoformat(), "receivedAt": (at + timedelta(seconds=2)).isoformat()}
    told = [
        {
            "type": "page",
            "messageId": f"{name}-{number}",
            "anonymousId": f"v{number}",
            "context": {"page": {"url": f"https://{host}/?via=ada"}},
        }
        | times
        for number in range(EVENTS)
    ]
    body = gzip.compress("".join(map(json.dumps, told)).encode())
    return str(client_of(s3_server()).put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"]).strip('"')


def ready(tribute: Tribute) -> str:
    return httpx.get(f"{tribute.url}/readyz", trust_env=False, timeout=30).text


@pytest.mark.slow
def test_a_bucket_is_imported_by_a_command_beside_a_server(tmp_path: Path, prefix: str) -> None:
    for month in ("09", "10", "11"):
        write(f"{prefix}2026/{month}/events.gz", "docs.acme.example", f"of-{month}")
    with as_environment(CREDENTIALS), served(tmp_path / "home", S3_ENDPOINT=s3_server().endpoint) as tribute:
        tribute.add_website("Docs", "docs.acme.example")
        token = tribute.add_affiliate("ada")
        command = ("import", f"s3://{BUCKET}/{prefix}2026/1[01]/", "--format", "firehose")
        assert tribute.told(*command) == {"files": 2, "files_known": 0, "files_unread": 0, "events": 2 * EVENTS, "quarantined": 0}
        assert tribute.told(*command) == {"files": 2, "files_known": 2, "files_unread": 0, "events": 0, "quarantined": 0}
        assert tribute.total(token) == 2 * EVENTS

        refused = tribute.run("import", "s3://no-such-bucket-here/", "--format", "firehose", check=False)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "the bucket no-such-bucket-here" in refused.stderr
        assert "NoSuchBucket" in refused.stderr
        elsewhere = tribute.run("import", f"s3://{BUCKET}/", "--format", "firehose", "--endpoint", "http://127.0.0.1:9", check=False)
        assert "cannot be reached" in elsewhere.stderr
        assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in refused.stderr + elsewhere.stderr


@pytest.mark.slow
def test_a_source_is_followed_by_notices_and_by_listing(tmp_path: Path, prefix: str, queues: QueueService) -> None:
    quick, told = f"{prefix}listed/", f"{prefix}told/!{{timestamp:yyyy/MM/dd}}/"
    address = queues.new_queue()
    sources = [
        {"url": f"s3://{BUCKET}/{quick}", "format": "firehose", "website": "Docs", "list_seconds": 1},
        {"url": f"s3://{BUCKET}/{told}", "format": "firehose", "queue": address},
    ]
    before = f"{prefix}told/2026/11/22/before.gz"
    write(before, "docs.acme.example", "before")
    settings = {"S3_ENDPOINT": s3_server().endpoint, "SOURCES": json.dumps(sources)}
    with as_environment(CREDENTIALS), served(tmp_path / "home", **settings) as tribute:
        # The website is not there yet: what hosts say goes to quarantine, and a source that names it waits for it.
        assert eventually(lambda: len(tribute.told("quarantine", "list")["items"]), lambda count: count == EVENTS) == EVENTS
        waits = f"source s3://{BUCKET}/{quick}: waits; website: no website has the id, domain or name 'Docs'"
        assert waits in eventually(lambda: ready(tribute), lambda text: waits in text)
        assert ready(tribute).startswith("ready\n")
        tribute.add_website("Docs", "docs.acme.example")
        token = tribute.add_affiliate("ada")

        write(f"{quick}a.gz", "elsewhere.example", "listed")
        after = f"{prefix}told/2026/11/23/after.gz"
        etag = write(after, "docs.acme.example", "after")
        write(f"{prefix}told/elsewhere/x.gz", "docs.acme.example", "elsewhere")
        for _ in range(3):
            queues.send(address, message(notice(after, etag), notice(before, None), notice(f"{prefix}told/elsewhere/x.gz", None)))
        assert eventually(lambda: tribute.total(token), lambda total: total >= 2 * EVENTS) == 2 * EVENTS
        assert eventually(lambda: queues.left(address), lambda left: left == 0) == 0
        assert tribute.told("quarantine", "replay")["replayed"] == EVENTS
        assert eventually(lambda: tribute.total(token), lambda total: total >= 3 * EVENTS) == 3 * EVENTS
        assert eventually(lambda: ready(tribute), lambda text: text == "ready\n") == "ready\n"

        checks = {check["name"]: check for check in tribute.told("doctor")["checks"]}
        assert checks[f"source s3://{BUCKET}/{told}"]["detail"] == "the bucket can be listed; 0 messages wait in the queue"
        figures = httpx.get(f"{tribute.url}/metrics", trust_env=False, timeout=60).text
        assert f'tribute_source_events_total{{source="s3://{BUCKET}/{quick}"}} {EVENTS}.0' in figures
        tribute.stop()
        tribute.start_again()
        assert eventually(lambda: ready(tribute), lambda text: text == "ready\n") == "ready\n"
        assert tribute.total(token) == 3 * EVENTS
        assert tribute.told("sql", "SELECT count(*) AS n FROM events")["rows"] == [{"n": 3 * EVENTS}]


@pytest.mark.slow
def test_messages_that_a_service_makes_itself_are_understood(tmp_path: Path, queues: QueueService) -> None:
    """Not our own idea of a notice: bucket and queue are of one service, which sends its own."""
    from tribute.objects.s3.connection import Connection

    address = queues.new_queue()
    with as_environment(CREDENTIALS):
        s3 = Connection("s3", queues.endpoint).client
        s3.create_bucket(Bucket="their-bucket")
        arn = queues.client.get_queue_attributes(QueueUrl=address, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        to_queue = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
        s3.put_bucket_notification_configuration(Bucket="their-bucket", NotificationConfiguration=to_queue)
        source = {"url": "s3://their-bucket/", "format": "segment", "queue": address, "endpoint": queues.endpoint}
        with served(tmp_path / "home", SOURCES=json.dumps([source])) as tribute:
            tribute.add_website("Docs", "docs.acme.example")
            token = tribute.add_affiliate("ada")
            line = {
                "type": "page",
                "messageId": "m1",
                "anonymousId": "v1",
                "context": {"page": {"url": "https://docs.acme.example/?via=ada"}},
            }
            body = gzip.compress(json.dumps(line | {"receivedAt": datetime.now(UTC).isoformat()}).encode())
            assert eventually(lambda: tribute.told("doctor")["checks"][-1]["ok"], bool)
            s3.put_object(Bucket="their-bucket", Key="segment-logs/a b+c/1795392000000/x.gz", Body=body)
            assert eventually(lambda: tribute.total(token), lambda total: total >= 1) == 1
            assert eventually(lambda: queues.left(address), lambda left: left == 0) == 0
