"""What is delivered is not counted as undelivered, and every reply and answer counts with the time that it took."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.support.portal import Portal
from tribute.app.health import HealthDoor
from tribute.app.parts import Parts, append_and_wait
from tribute.app.timings import timed_graphql
from tribute.app.workers import Workers
from tribute.collector.stats import CollectorStats


def counted(histogram: str) -> float:
    return REGISTRY.get_sample_value(f"{histogram}_count") or 0.0


def test_what_is_delivered_and_not_loaded_is_not_undelivered(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    append_and_wait(parts.spool, [b"one"])
    workers = Workers(parts)
    door = HealthDoor(parts, workers, CollectorStats())

    def age() -> float:
        told = door._registry.get_sample_value("tribute_oldest_undelivered_seconds")
        assert told is not None
        return told

    now = parts.clock.now() + timedelta(hours=1)
    monkeypatch.setattr(type(parts.clock), "now", lambda _: now)
    assert age() >= 3599
    assert workers.delivery._delivery.run_once().segments == 1
    assert len(parts.spool.segments()) == 1  # the loader has not followed it
    assert age() == 0
    door.close()


def test_records_count_when_they_are_durable(parts: Parts) -> None:
    door = HealthDoor(parts, Workers(parts), CollectorStats())
    append_and_wait(parts.spool, [b"one", b"two"])

    assert door._registry.get_sample_value("tribute_durable_seconds_count") == 1
    assert door._registry.get_sample_value("tribute_durable_seconds_bucket", {"le": "10.0"}) == 1
    door.close()


def test_answers_of_graphql_count(portal: Portal) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(timed_graphql(portal.graphql))
        async with httpx.AsyncClient(transport=transport, base_url=portal.public_url) as client:
            return (await client.post("/graphql", json={"query": "{ dataAsOf }"})).status_code

    before = counted("tribute_graphql_seconds")
    assert asyncio.run(ask()) == 401
    assert counted("tribute_graphql_seconds") == before + 1
