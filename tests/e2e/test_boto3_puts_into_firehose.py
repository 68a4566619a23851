"""An unmodified boto3 puts events into Firehose's door, and they become numbers: whatever they are packed in, each counted once."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.support.aws_clients import client, new_key
from tests.support.served import Tribute, eventually, served
from tests.support.signing import signed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("boto3-firehose")]


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("home")) as running:
        running.add_website("Course A", "course-a.example")
        running.add_website("Course B", "course-b.example")
        yield running


def page(number: object, code: str, **fields: Any) -> bytes:
    event = {"type": "page", "messageId": f"{code}-{number}", "anonymousId": f"visitor-{number}", "properties": {"affiliate_id": code}}
    return json.dumps(event | fields).encode()


def counted(tribute: Tribute, token: str, wanted: float) -> float:
    return eventually(lambda: tribute.total(token), lambda total: total >= wanted)


def test_records_become_page_views_of_the_website_that_the_stream_is_named_after(tribute: Tribute) -> None:
    token = tribute.add_affiliate("one")
    firehose = client(tribute, "firehose", new_key(tribute))
    told = firehose.put_record(DeliveryStreamName="course-a.example", Record={"Data": page(0, "one")})
    assert told["RecordId"]
    records = [{"Data": page(number, "one") + b"\n"} for number in range(1, 4)]
    records.append({"Data": b"".join(page(number, "one") for number in (4, 5, 6))})
    answer = firehose.put_record_batch(DeliveryStreamName="course-a.example", Records=records)
    assert answer["FailedPutCount"] == 0
    assert len({entry["RecordId"] for entry in answer["RequestResponses"]}) == 4
    firehose.put_record_batch(DeliveryStreamName="course-a.example", Records=records)  # the very same events, told again
    assert counted(tribute, token, 7) == 7
    assert {point["series"] for point in tribute.points(token)} == {"Course A"}


def test_a_record_may_say_whose_it_is(tribute: Tribute) -> None:
    token = tribute.add_affiliate("two")
    firehose = client(tribute, "firehose", new_key(tribute))
    records = [
        page(1, "two", website="Course A"),
        page(2, "two", context={"page": {"url": "https://www.course-b.example/x?via=two"}}),
        page(3, "two", website="nobody's"),
        b"no json at all",
    ]
    answer = firehose.put_record_batch(DeliveryStreamName="anything", Records=[{"Data": record} for record in records])
    assert answer["FailedPutCount"] == 0
    assert counted(tribute, token, 2) == 2
    assert {point["series"] for point in tribute.points(token)} == {"Course A", "Course B"}

    def aside() -> list[str]:
        return [item["reason"] for item in tribute.told("quarantine", "list")["items"] if "/stream/anything@" in item["source"]]

    assert len(eventually(aside, lambda reasons: len(reasons) >= 2)) == 2
    tribute.told("website", "map", "--website", "Course B", "--source-id", "anything")
    assert tribute.told("quarantine", "replay")["replayed"] == 1
    assert counted(tribute, token, 3) == 3


def test_a_key_for_one_website_sends_for_no_other(tribute: Tribute) -> None:
    token = tribute.add_affiliate("three")
    firehose = client(tribute, "firehose", new_key(tribute, "--website", "Course B"))
    firehose.put_record(DeliveryStreamName="course-a.example", Record={"Data": page(1, "three", website="Course A")})
    assert counted(tribute, token, 1) == 1
    assert {point["series"] for point in tribute.points(token)} == {"Course B"}


def test_events_without_ids_count_each_time_they_are_put(tribute: Tribute) -> None:
    token = tribute.add_affiliate("four")
    firehose = client(tribute, "firehose", new_key(tribute))
    anonymous = json.dumps({"type": "page", "properties": {"affiliate_id": "four"}}).encode()
    for _ in range(2):
        firehose.put_record_batch(DeliveryStreamName="course-a.example", Records=[{"Data": anonymous}] * 3)
    assert counted(tribute, token, 6) == 6


def test_a_recorded_request_sent_again_counts_once(tribute: Tribute) -> None:
    token, key = tribute.add_affiliate("again"), new_key(tribute)
    event = json.dumps({"type": "page", "properties": {"affiliate_id": "again"}}).encode()
    body = json.dumps({"DeliveryStreamName": "course-a.example", "Record": {"Data": base64.b64encode(event).decode()}}).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Firehose_20150804.PutRecord",
        "Amz-Sdk-Invocation-Id": "6d2b3e0c-recorded",
    }
    url = f"{tribute.url}/aws/firehose"
    head, _ = signed(body, headers, url=url, access_key_id=key["aws_access_key_id"], secret=key["aws_secret_access_key"])
    for _ in range(3):
        httpx.post(url, content=body, headers=list(head.headers), trust_env=False, timeout=60).raise_for_status()
    client(tribute, "firehose", key).put_record(DeliveryStreamName="course-a.example", Record={"Data": event})
    assert counted(tribute, token, 2) == 2
    changed = httpx.post(url, content=body + b" ", headers=list(head.headers), trust_env=False, timeout=60)
    assert (changed.status_code, changed.json()["__type"]) == (403, "InvalidSignatureException")


def test_a_stream_is_there_for_whoever_asks(tribute: Tribute) -> None:
    told = client(tribute, "firehose", new_key(tribute)).describe_delivery_stream(DeliveryStreamName="course-a.example")
    assert told["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE"


def test_many_clients_at_once_lose_nothing(tribute: Tribute) -> None:
    token = tribute.add_affiliate("many")
    firehose = client(tribute, "firehose", new_key(tribute))

    def put(batch: int) -> int:
        records = [{"Data": page(f"{batch}-{number}", "many")} for number in range(100)]
        return int(firehose.put_record_batch(DeliveryStreamName="course-a.example", Records=records)["FailedPutCount"])

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(put, range(16))) == 0
    assert counted(tribute, token, 1600) == 1600


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([{"Data": b"x"}] * 501, "ValidationException"),
        ([{"Data": b"x" * (1000 * 1024 + 1)}], "ValidationException"),
        ([{"Data": b"x" * 1000 * 1024}] * 5, "InvalidArgumentException"),
    ],
)
def test_limits_are_firehoses(tribute: Tribute, records: list[dict[str, bytes]], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        client(tribute, "firehose", new_key(tribute)).put_record_batch(DeliveryStreamName="course-a.example", Records=records)
    assert refused.value.response["Error"]["Code"] == code


def test_wrong_revoked_and_reading_keys_are_refused(tribute: Tribute) -> None:
    tribute.add_affiliate("five")
    key = new_key(tribute)
    reading = new_key(tribute, "--affiliate", "five")
    wrong = key | {"aws_secret_access_key": "wrong"}
    unknown = key | {"aws_access_key_id": "TRBKAAAAAAAAAAAAAAAA"}
    codes = {}
    for name, used in (("wrong", wrong), ("unknown", unknown), ("reading", reading), ("revoked", key)):
        if name == "revoked":
            tribute.told("aws-key", "revoke", key["aws_access_key_id"])
        with pytest.raises(ClientError) as refused:
            client(tribute, "firehose", used).put_record(DeliveryStreamName="course-a.example", Record={"Data": page(1, "five")})
        codes[name] = refused.value.response["Error"]["Code"]
    assert codes == {
        "wrong": "InvalidSignatureException",
        "unknown": "UnrecognizedClientException",
        "reading": "AccessDeniedException",
        "revoked": "UnrecognizedClientException",
    }


def test_what_was_answered_survives_a_power_cut(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path)
    tribute.start()
    try:
        tribute.add_website("Course A", "course-a.example")
        token = tribute.add_affiliate("six")
        firehose = client(tribute, "firehose", new_key(tribute))
        records = [{"Data": page(number, "six")} for number in range(200)]
        assert firehose.put_record_batch(DeliveryStreamName="course-a.example", Records=records)["FailedPutCount"] == 0
        tribute.kill()
        tribute.start()
        assert counted(tribute, token, 200) == 200
    finally:
        if tribute.process is not None:
            tribute.stop()
