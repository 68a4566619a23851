"""How long it takes from a page view to the chart that shows it, while 500 others a second come in and deliveries go out."""

import asyncio
import json
import random
import statistics
import sys
import time
from base64 import b64encode
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.claims import Bench, Claim, Figure, Lines, Measured, Options, Table
from benchmarks.running import run
from benchmarks.servers import OurServer, ours

EVENTS_A_SECOND = 500
_CONNECTIONS = 16
_LOOK_SECONDS = 0.02
_PROBE_SECONDS = 1.0
_GIVE_UP_SECONDS = 30.0
_PARTS = 10
"""The run is told in as many parts, so that a single stall is seen as one."""
_AFFILIATES = 20
_VISITORS = 2_000
_QUERY = "{getAnalyticsData(metricType: PageViews timeWindow: Last24Hours){dataset{value}}}"


@dataclass(slots=True)
class _Run:
    """What the tasks of one run share."""

    server: OurServer
    ends_at: float
    sent: int = 0
    late_by: float = 0.0
    """Seconds that the steady load was behind its plan at its worst."""
    delays: list[tuple[float, float]] = field(default_factory=list)
    """When a probe was sent, from the start on, and the seconds until the chart had it."""


def measure(options: Options) -> Measured:
    seconds = options.count("minutes") * 60.0
    with ours() as server:
        tokens = {code: server.tribute.add_affiliate(code) for code in ("probe", *(f"aff{number}" for number in range(_AFFILIATES)))}
        told = asyncio.run(_measured(server, tokens["probe"], seconds))
        deliveries = len(list((server.tribute.home / "objects").rglob("*.zst")))
    delays = [delay for _, delay in told.delays]
    cuts = statistics.quantiles(delays, n=100)
    parts = _parts(told.delays, seconds)
    places = [f"{(number + 1) * seconds / _PARTS / 60:.3g} min" for number in range(_PARTS)]
    figures = {"p50": Figure(cuts[49]), "p99": Figure(cuts[98]), "rate": Figure(told.sent / seconds)}
    rows = [(place, len(part), _cut(part, 50), _cut(part, 99), max(part, default=None)) for place, part in zip(places, parts, strict=True)]
    return Measured(
        figures,
        (Table("Parts of the run", ("until", "probes", "p50 s", "p99 s", "longest s"), rows),),
        (Lines("delays", "From page view to chart", "s", places, {"p50": [row[2] for row in rows], "longest": [row[4] for row in rows]}),),
        {"probes": told.delays, "objects_delivered": deliveries, "load_late_by_seconds": told.late_by},
    )


async def _measured(server: OurServer, token: str, seconds: float) -> _Run:
    told = _Run(server, time.monotonic() + seconds)
    limits = httpx.Limits(max_connections=_CONNECTIONS + 4)
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, limits=limits, timeout=_GIVE_UP_SECONDS) as client:
        began, ticks = time.monotonic(), count()
        senders = [_send_steadily(client, told, began, ticks, number) for number in range(_CONNECTIONS)]
        await asyncio.gather(_probe(client, told, token, began), *senders)
    return told


async def _send_steadily(client: httpx.AsyncClient, told: _Run, began: float, ticks: "count[int]", seed: int) -> None:
    """Send whatever event of the common plan is next, at its time."""
    dice = random.Random(seed)
    while (due := began + next(ticks) / EVENTS_A_SECOND) < told.ends_at:
        wait = due - time.monotonic()
        told.late_by = max(told.late_by, -wait)
        if wait > 0:
            await asyncio.sleep(wait)
        await _send(
            client, told, f"aff{int(_AFFILIATES * dice.random() ** 2)}", f"visitor-{dice.randrange(_VISITORS)}", dice.randrange(200)
        )
        told.sent += 1


async def _probe(client: httpx.AsyncClient, told: _Run, token: str, began: float) -> None:
    """Once a second: a page view of an affiliate of its own, and looks at that affiliate's chart until it is there."""
    for number in count(1):
        sent_at = time.monotonic()
        if sent_at > told.ends_at:
            return
        await _send(client, told, "probe", f"probe-{number}", 0)
        while (shown := await _shown(client, token)) < number and time.monotonic() - sent_at < _GIVE_UP_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
        if shown != number:
            raise RuntimeError(f"{number} page views were sent and the chart shows {shown:g}")
        told.delays.append((round(sent_at - began, 3), round(time.monotonic() - sent_at, 4)))
        await asyncio.sleep(_PROBE_SECONDS * random.uniform(0.5, 1.5))


async def _send(client: httpx.AsyncClient, told: _Run, code: str, visitor: str, page: int) -> None:
    event = {
        "anonymousId": visitor,
        "messageId": str(uuid4()),
        "properties": {
            "url": f"https://docs.acme.example/lessons/{page}?via={code}",
            "title": "A lesson",
            "referrer": "https://search.example/",
        },
    }
    headers = {"Authorization": f"Basic {b64encode(f'{told.server.write_key}:'.encode()).decode()}", "Content-Type": "text/plain"}
    (await client.post("/v1/page", content=json.dumps(event), headers=headers)).raise_for_status()


async def _shown(client: httpx.AsyncClient, token: str) -> float:
    answer = await client.post("/graphql", json={"query": _QUERY}, headers={"x-api-key": token})
    answer.raise_for_status()
    points: list[dict[str, Any]] = answer.json()["data"]["getAnalyticsData"]["dataset"]
    return float(sum(point["value"] for point in points))


def _parts(delays: list[tuple[float, float]], seconds: float) -> list[list[float]]:
    parts: list[list[float]] = [[] for _ in range(_PARTS)]
    for at, delay in delays:
        parts[min(int(at / seconds * _PARTS), _PARTS - 1)].append(delay)
    return parts


def _cut(delays: list[float], percent: int) -> float | None:
    return statistics.quantiles(delays, n=100, method="inclusive")[percent - 1] if len(delays) > 1 else None


BENCH = Bench(
    name="click_to_chart",
    title="Click to chart",
    about="""
500 page views a second come in one by one, each durable before its 200, for ten minutes, from 2,000 visitors of 20 affiliates. About once
a second a further one comes for an affiliate of its own, and that affiliate's `getAnalyticsData` is asked every 20 ms until it has it: what
is told is the time from before that page view's request to after the answer that counts it. The server has one core with everything that
it does meanwhile: loading, delivering by size and time, checkpoints. The load and the asking have the other core.
""",
    claims=(
        Claim("p50", "From a page view to the chart that shows it, the middle one", "s", "less", 0.7),
        Claim("p99", "From a page view to the chart that shows it, the slowest of a hundred", "s", "less", 1.5),
        Claim("rate", "Page views beside it", "a second", "more"),
    ),
    measure=measure,
    leaves_out=("The time a browser takes to draw it, which is some milliseconds, and the network.",),
    minutes=11,
    options={"minutes": ("10", "how long it goes on")},
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
