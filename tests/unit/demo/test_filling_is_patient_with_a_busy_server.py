"""429, 503 and lost connections are tried again, as long as the server asks for and no longer than a bound; refusals are not."""

import socket
import time

import pytest

from tests.support.demo_world import END
from tests.support.recording_door import RecordingDoor
from tribute.demo.filling import fill
from tribute.demo.sending import Door, RefusedError
from tribute.demo.world import World
from tribute.kit.errors import InvalidInputError, UnavailableError

WORLD = World(7, END, scale=0.001)
WEBSITES = {website.domain: f"key-{website.domain}" for website in WORLD.websites}


def test_busy_answers_are_tried_again_with_the_same_events(door: RecordingDoor) -> None:
    door.planned = [(503, {"retry-after": "0"}), (429, {"retry-after": "0"}), (500, {"retry-after": "0"})]
    report = fill(door.url, "secret", WORLD, WEBSITES)
    accepted = {event["messageId"] for request in door.requests for event in request.body["batch"]}
    assert len(door.requests) == 3 + 3
    assert accepted == {call.message_id for call in WORLD.calls()}
    assert report.events == len(list(WORLD.calls()))


def test_retry_after_is_obeyed(door: RecordingDoor) -> None:
    door.planned = [(429, {"retry-after": "1"})]
    started = time.monotonic()
    with Door(door.url, connections=1) as sending:
        sending.post("/v1/import", b"{}", {})
    assert time.monotonic() - started >= 1.0


def test_a_wait_is_bounded_whatever_the_server_asks(door: RecordingDoor) -> None:
    door.planned = [(503, {"retry-after": "86400"})] * 3
    with Door(door.url, connections=1, attempts=3, longest_pause=0.01) as sending, pytest.raises(UnavailableError, match="503"):
        sending.post("/v1/import", b"{}", {})
    assert len(door.requests) == 3


@pytest.mark.parametrize(("status", "said"), [(401, "token of the owner"), (400, "same version"), (413, "same version")])
def test_a_refusal_ends_the_filling_at_once(door: RecordingDoor, status: int, said: str) -> None:
    door.planned = [(status, {})] * 20
    with pytest.raises(RefusedError, match=said):
        fill(door.url, "wrong", WORLD, WEBSITES)
    assert len(door.requests) <= 3


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        Door(f"http://127.0.0.1:{port}", connections=1, attempts=2, longest_pause=0.01) as sending,
        pytest.raises(UnavailableError, match=str(port)),
    ):
        sending.post("/v1/import", b"{}", {})


@pytest.mark.parametrize("address", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(InvalidInputError, match=r"give one like http://127\.0\.0\.1:8000"):
        Door(address, connections=1)
