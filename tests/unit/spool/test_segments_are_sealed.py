"""A segment takes records up to a size and an age; what is sealed may be removed."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.spools import NOON, append, events, open_spool, payloads, segment_files
from tribute.kit.clock import FixedClock
from tribute.spool.port import SegmentGoneError


def test_by_size(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=150)
    append(spool, events(2), events(2))
    assert [segment.sealed for segment in spool.segments()] == [False]
    append(spool, events(1), events(1))
    assert [segment.sealed for segment in spool.segments()] == [True, False]
    spool.close()


def test_by_age_at_the_next_append(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = open_spool(tmp_path, clock, segment_seconds=60)
    append(spool, events(1))
    clock.at += timedelta(seconds=60)
    append(spool, events(1))
    assert [(segment.sealed, segment.first_received_at) for segment in spool.segments()] == [
        (True, NOON),
        (False, NOON + timedelta(seconds=60)),
    ]
    spool.close()


def test_by_age_without_any_append(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = open_spool(tmp_path, clock, segment_seconds=60)
    append(spool, events(1))
    clock.at += timedelta(seconds=59)
    spool.seal_due()
    assert not spool.segments()[0].sealed
    clock.at += timedelta(seconds=1)
    spool.seal_due()
    assert spool.segments()[0].sealed
    spool.close()


def test_a_segment_is_the_same_after_a_restart(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(3))
    spool.close()
    before = spool.segments()
    spool = open_spool(tmp_path, FixedClock(NOON + timedelta(days=1)))
    assert spool.segments() == before
    assert before[0].sealed
    spool.close()


def test_a_removed_segment_is_gone(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=1)
    append(spool, events(1), events(1, first=1))
    first, second = spool.segments()
    spool.remove(first.number)
    spool.remove(first.number)
    assert spool.segments() == [second]
    assert payloads(spool) == events(1, first=1)
    assert len(segment_files(tmp_path)) == 1
    with pytest.raises(SegmentGoneError):
        spool.read(first.number)
    spool.close()


def test_a_reader_under_way_ends_on_what_it_began(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=1)
    append(spool, events(3))
    number = spool.segments()[0].number
    begun, not_begun = spool.read(number), spool.read(number)
    next(begun)
    spool.remove(number)
    assert [entry.payload for entry in begun] == events(2, first=1)
    with pytest.raises(SegmentGoneError):
        next(not_begun)
    spool.close()


def test_the_segment_that_takes_records_cannot_be_removed(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(1))
    with pytest.raises(ValueError, match="takes records"):
        spool.remove(spool.segments()[0].number)
    assert payloads(spool) == events(1)
    spool.close()
