"""Small demo worlds, told completely: for tests that look at the whole."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tribute.demo.calls import Call
from tribute.demo.wire import encode_call
from tribute.demo.world import World

END = datetime(2026, 11, 23, 6, 30, 12, 345678, tzinfo=UTC)


@dataclass(frozen=True)
class ToldWorld:
    """A world with all its calls and what each says, read back from its JSON."""

    world: World
    calls: list[Call]
    events: list[dict[str, Any]]


def tell(world: World) -> ToldWorld:
    calls = list(world.calls())
    return ToldWorld(world, calls, [json.loads(encode_call(call)) for call in calls])
