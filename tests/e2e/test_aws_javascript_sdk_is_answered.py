"""The unmodified AWS SDK for JavaScript puts into Firehose, and writes to and asks Timestream."""

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.aws_clients import new_key
from tests.support.node import SDK_FOLDER, node
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.xdist_group("aws-javascript")]


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("home")) as running:
        running.add_website("Course A", "course-a.example")
        yield running


def told_by(tribute: Tribute, program: str, *arguments: str) -> Any:
    """What a program of the SDK's folder prints, with a key in its environment."""
    environment = os.environ | {name.upper(): value for name, value in new_key(tribute).items()} | {"AWS_MAX_ATTEMPTS": "1"}
    command = [node(), str(SDK_FOLDER / program), tribute.url, *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_puts_into_firehose(tribute: Tribute) -> None:
    token = tribute.add_affiliate("js")
    told = told_by(tribute, "put-into-firehose.mjs", "course-a.example", "12", "js")
    assert told["recordId"]
    assert (told["status"], told["failed"], told["answered"]) == ("ACTIVE", 0, 11)
    assert told["refused"][0] == "ValidationException"
    assert "deliveryStreamName" in told["refused"][1]
    assert eventually(lambda: tribute.total(token), lambda total: total >= 12) == 12


def test_it_writes_to_timestream_and_asks_it(tribute: Tribute) -> None:
    tribute.add_affiliate("ts")
    told = told_by(tribute, "write-and-ask-timestream.mjs", "Course A", "ts")
    assert told["ingested"] == {"Total": 2, "MemoryStore": 2, "MagneticStore": 0}
    [rejected] = told["rejected"]
    assert rejected["RecordIndex"] == 1
    assert "names no website" in rejected["Reason"]
    assert told["views"] == "7"
    assert told["numbers"] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert told["prepared"] == [["views", "BIGINT"]]
    assert told["cancelled"]
    assert told["endpoint"] == f"{tribute.url}/aws/timestream"
    assert told["refused"] == ["ValidationException", "line 1:8: Column 'nothing_known' does not exist"]
