"""What one Tribute collects is delivered into a Firehose stream, for which another Tribute's door stands: the same numbers in both."""

import json
from pathlib import Path

import httpx
import pytest

from tests.support.aws_clients import REGION, new_key
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("firehose-forward")]

VIEWS = 1300
"""More than two batches."""


def send(tribute: Tribute, write_key: str, first: int, count: int) -> None:
    batch = [
        {
            "type": "page",
            "messageId": f"m-{number}",
            "anonymousId": f"visitor-{number % 7}",
            "context": {"page": {"url": f"https://course-a.example/lesson/{number}?via=ada"}},
        }
        for number in range(first, first + count)
    ]
    answer = httpx.post(f"{tribute.url}/v1/batch", json={"batch": batch}, auth=(write_key, ""), trust_env=False, timeout=60)
    answer.raise_for_status()


def test_both_ends_count_the_same_also_when_the_stream_is_away_and_the_sender_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "far") as far:
        far.add_website("Course A", "course-a.example")
        far_token = far.add_affiliate("ada")
        for name, value in new_key(far).items():
            monkeypatch.setenv(name.upper(), value)
        settings = {
            "FIREHOSE_FORWARD": "course-a.example",
            "FIREHOSE_ENDPOINT": f"{far.url}/aws/firehose",
            "FIREHOSE_REGION": REGION,
            "BUFFER_SECONDS": "1",
        }
        with served(tmp_path / "near", **settings) as near:
            write_key = near.add_website("Course A", "course-a.example")
            near_token = near.add_affiliate("ada")
            progress = tmp_path / "near" / "forwarding" / "course-a.example.json"
            assert eventually(progress.exists, bool)
            for first in range(0, VIEWS, 100):
                send(near, write_key, first, 100)
            assert eventually(lambda: far.total(far_token), lambda total: total >= VIEWS) == VIEWS
            far.stop()
            send(near, write_key, VIEWS, 50)
            assert eventually(lambda: near.total(near_token), lambda total: total >= VIEWS + 50) == VIEWS + 50
            far.start_again()
            assert eventually(lambda: far.total(far_token), lambda total: total >= VIEWS + 50, within=90) == VIEWS + 50
            send(near, write_key, VIEWS + 50, 50)
            near.kill()
            near.start_again()
            assert eventually(lambda: far.total(far_token), lambda total: total >= VIEWS + 100, within=90) == VIEWS + 100
            assert eventually(lambda: near.total(near_token), lambda total: total >= VIEWS + 100) == VIEWS + 100
            for metric in ("PageViews", "Visitors"):
                assert far.points(far_token, metric) == near.points(near_token, metric)
            assert eventually(lambda: json.loads(progress.read_text())["done"], bool)
