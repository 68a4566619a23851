"""A sequence and a segment number are used once in a spool's life, whatever fails, is removed or dies."""

from pathlib import Path

import pytest

from tests.support.spools import FaultyDisk, append, entries, events, open_spool, segment_files
from tribute.kit.errors import TributeError


def test_numbers_rise_after_all_segments_were_removed(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(3))
    first = spool.segments()[0]
    spool.close()
    spool = open_spool(tmp_path)
    spool.remove(first.number)
    spool.close()

    spool = open_spool(tmp_path)
    append(spool, events(1))
    (second,) = spool.segments()
    assert second.number > first.number
    assert second.key > first.key
    assert [entry.seq for entry in entries(spool)] == [3]
    spool.close()


def test_a_refused_records_sequence_is_not_given_again(tmp_path: Path) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    append(spool, events(1))
    disk.fails = lambda call, _before: call == "sync"
    assert append(spool, events(1)) == [False]
    disk.fails = lambda _call, _before: False
    assert append(spool, events(1)) == [True]
    assert [entry.seq for entry in entries(spool)] == [0, 2]
    spool.close()


def test_sequences_jump_when_the_last_life_ended_without_notice(tmp_path: Path) -> None:
    """The killed process may have used any sequence up to its mark, so the next one begins above it."""
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    append(spool, events(2))
    disk.fails = lambda _call, _before: True  # the closing note cannot be written
    spool.close()
    for file in segment_files(tmp_path):
        file.unlink()
    spool = open_spool(tmp_path)
    append(spool, events(1))
    assert entries(spool)[0].seq > 1_000_000
    spool.close()


def test_the_identity_is_kept(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    spool_id = spool.spool_id
    append(spool, events(1))
    assert spool.segments()[0].key == f"{spool_id}-0000000000"
    spool.close()
    spool = open_spool(tmp_path)
    assert spool.spool_id == spool_id
    spool.close()


def test_a_damaged_identity_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(2))
    spool.close()
    identity = tmp_path / "spool.json"
    identity.write_bytes(b"{")
    with pytest.raises(TributeError, match=r"spool\.json is damaged; move it away"):
        open_spool(tmp_path)
    identity.unlink()
    spool = open_spool(tmp_path)
    append(spool, events(1, first=2))
    assert [entry.seq for entry in entries(spool)] == [0, 1, 2]
    assert [segment.number for segment in spool.segments()] == [0, 1]
    spool.close()
