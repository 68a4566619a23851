"""The official server-side SDKs, as their registries have them, against a served Tribute: each page view counts once, for its affiliate."""

import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.node import SDK_FOLDER, node
from tests.support.served import Tribute, eventually, served

COUNT = 50
VISITORS = 5


@pytest.fixture(scope="module")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tribute, str]]:
    """A served Tribute and the write key of its one website."""
    with served(tmp_path_factory.mktemp("sdk") / "home") as running:
        yield running, running.add_website("Docs", "docs.acme.example")


def send_with_rudder_python(tribute: Tribute, write_key: str, code: str) -> None:
    from rudderstack.analytics.client import Client

    client = Client(write_key, host=tribute.url, gzip=True, sync_mode=False)
    for number in range(COUNT):
        address = f"https://docs.acme.example/lesson/{number}?via={code}"
        client.page(anonymous_id=f"visitor-{number % VISITORS}", name="Lesson", properties={"url": address})
    client.shutdown()


def send_with_segment_python(tribute: Tribute, write_key: str, code: str) -> None:
    from segment.analytics.client import Client

    client = Client(write_key, host=tribute.url, gzip=True)
    for number in range(COUNT):
        address = f"https://docs.acme.example/lesson/{number}?via={code}"
        client.page(anonymous_id=f"visitor-{number % VISITORS}", name="Lesson", properties={"url": address})
    client.shutdown()


def send_with_node(script: str) -> Callable[[Tribute, str, str], None]:
    def send(tribute: Tribute, write_key: str, code: str) -> None:
        subprocess.run([node(), script, tribute.url, write_key, str(COUNT), code], cwd=SDK_FOLDER, check=True, timeout=60)

    return send


SENDERS = {
    "rudderpy": send_with_rudder_python,
    "segmentpy": send_with_segment_python,
    "ruddernode": send_with_node("send-with-rudderstack.mjs"),
    "segmentnode": send_with_node("send-with-segment.mjs"),
}


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.xdist_group("sdks")
@pytest.mark.parametrize("sdk", SENDERS)
def test_every_page_view_of_an_sdk_counts_once(website: tuple[Tribute, str], sdk: str) -> None:
    tribute, write_key = website
    token = tribute.add_affiliate(sdk)
    hour_before = int(time.time()) // 3600
    SENDERS[sdk](tribute, write_key, sdk)
    assert eventually(lambda: tribute.total(token), lambda seen: seen >= COUNT) == COUNT
    assert tribute.total(token, "Visitors", "Last7Days") in (VISITORS, 2 * VISITORS), "twice only when midnight fell between them"
    points = tribute.points(token, window="Last24Hours")
    hours = {time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(hour * 3600)) for hour in range(hour_before, int(time.time()) // 3600 + 1)}
    assert {point["series"] for point in points} == {"Docs"}
    assert {point["timestamp"] for point in points} <= hours
