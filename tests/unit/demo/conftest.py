"""Worlds told once for all tests here, and a door to send to."""

from collections.abc import Iterator

import pytest

from tests.support.demo_world import END, ToldWorld, tell
from tests.support.recording_door import RecordingDoor, recording_door
from tribute.demo.calls import Call
from tribute.demo.world import World


@pytest.fixture(scope="session")
def small() -> ToldWorld:
    return tell(World(7, END, scale=0.03))


@pytest.fixture(scope="session")
def full_year() -> list[Call]:
    return list(World(7, END).calls())


@pytest.fixture
def door() -> Iterator[RecordingDoor]:
    with recording_door() as recording:
        yield recording
