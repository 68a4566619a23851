"""Until the first load has ended, a server tells the numbers as old as what its store holds, not as new as the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.port import Batch, Progress
from tribute.app.freshness import data_as_of
from tribute.app.health import HealthDoor
from tribute.app.parts import Parts
from tribute.app.workers import Workers
from tribute.collector.stats import CollectorStats


def hold(parts: Parts, received_at: datetime) -> None:
    parts.store.load(Batch([make_event(received_at=received_at)], [Progress("s1-1", 1, complete=False)]))


def test_a_store_is_as_fresh_as_its_last_event(parts: Parts) -> None:
    hold(parts, NOON)
    assert data_as_of(parts)() == NOON


def test_an_event_from_the_future_proves_nothing(parts: Parts) -> None:
    hold(parts, parts.clock.now() + timedelta(days=300))
    assert data_as_of(parts)() <= parts.clock.now()


def test_an_empty_store_has_nothing_yet(parts: Parts) -> None:
    assert data_as_of(parts)() == datetime.fromtimestamp(0, UTC)


def test_after_the_first_load_the_watermark_is_told(parts: Parts) -> None:
    hold(parts, NOON)
    told = data_as_of(parts)
    parts.loader.load_spool()
    assert told() == parts.loader.watermark


def test_the_metric_ages_from_the_start(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    door = HealthDoor(parts, Workers(parts), CollectorStats())
    started_at = parts.clock.now()
    monkeypatch.setattr(type(parts.clock), "now", lambda _: started_at + timedelta(seconds=90))
    age = door._registry.get_sample_value("tribute_oldest_unloaded_seconds")
    assert age is not None
    assert age >= 90
    door.close()
