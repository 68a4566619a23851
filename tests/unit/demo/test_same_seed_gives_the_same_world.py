"""A world is a function of seed, end and scale."""

import subprocess
import sys
from hashlib import sha256
from itertools import islice

import pytest

from tests.support.demo_world import END
from tribute.demo.wire import encode_call
from tribute.demo.world import World

PRINT_DIGEST = f"""
import datetime, hashlib
from tribute.demo.wire import encode_call
from tribute.demo.world import World
world = World(3, {END!r}, scale=0.001)
print(hashlib.sha256(b"".join(map(encode_call, world.calls()))).hexdigest())
"""


def _digest(world: World) -> str:
    return sha256(b"".join(map(encode_call, world.calls()))).hexdigest()


def test_every_iteration_and_every_process_tells_the_same_year() -> None:
    world = World(3, END, scale=0.001)
    command = [sys.executable, "-c", PRINT_DIGEST]
    elsewhere = subprocess.run(command, check=True, capture_output=True, text=True)
    assert _digest(world) == _digest(world) == _digest(World(3, END, scale=0.001)) == elsewhere.stdout.strip()


def test_another_seed_tells_another_year() -> None:
    assert _digest(World(3, END, scale=0.001)) != _digest(World(4, END, scale=0.001))


def test_counting_does_not_disturb_the_telling() -> None:
    world = World(3, END, scale=0.001)
    before = [call.message_id for call in islice(world.calls(), 50)]
    world.expected_counts()
    assert [call.message_id for call in islice(world.calls(), 50)] == before


def test_a_world_without_zone_or_size_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        World(1, END.replace(tzinfo=None))
    with pytest.raises(ValueError, match="above 0"):
        World(1, END, scale=0)
