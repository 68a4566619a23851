"""Bytes flipped, cut out or put in anywhere: every record outside the damage is read exactly, none is invented, the damage is reported."""

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.spools import UnsyncedDisk, all_unique, append, damages, entries, events, open_spool, payloads, segment_files
from tribute.spool import frame
from tribute.spool.frame import Frame, Gap

_records = st.lists(st.binary(max_size=60) | st.sampled_from([b"", frame.MAGIC, frame.MAGIC * 9, b"x" * 700]), min_size=1, max_size=12)


@settings(deadline=None)
@given(_records, st.integers(0, 10_000), st.integers(0, 200), st.binary(max_size=200), st.booleans())
def test_all_outside_the_damage_is_read(records: list[bytes], start: int, length: int, put_in: bytes, closed: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        offsets = _write(folder, records)
        (file,) = segment_files(folder)
        whole = file.read_bytes()
        start %= len(whole)
        end = min(len(whole), start + length)
        damaged = whole[:start] + put_in + whole[end:]
        file.write_bytes(damaged)
        if not closed:
            state = folder / "spool.json"
            state.write_bytes(state.read_bytes().replace(b'"closed":true', b'"closed":false'))

        spool = open_spool(folder, disk=UnsyncedDisk())
        read = {entry.seq: entry.payload for entry in entries(spool)}
        assert all_unique(entry.seq for entry in entries(spool))
        assert all(records[seq] == payload for seq, payload in read.items())
        untouched = {seq for seq, (begin, finish) in enumerate(offsets) if finish <= start or begin >= end}
        assert untouched <= set(read)
        if len(read) < len(records):
            shortened = whole.startswith(damaged)  # at the end of a record this leaves no trace
            assert damages(spool) or spool.stats().torn_tails or shortened
        for damage in damages(spool):
            kept = file.read_bytes()
            assert kept[damage.offset : damage.offset + len(damage.content)] == damage.content
        append(spool, events(1))
        assert payloads(spool)[-1:] == events(1)
        spool.close()


def _write(folder: Path, records: Sequence[bytes]) -> list[tuple[int, int]]:
    """Fill a spool and end it in order; gives where each record's frame begins and ends."""
    spool = open_spool(folder, disk=UnsyncedDisk())
    append(spool, records)
    spool.close()
    ends = [0]
    for record in records:
        ends.append(ends[-1] + frame.HEAD_BYTES + len(record))
    return list(pairwise(ends))


def test_damage_is_reported_in_its_place(tmp_path: Path) -> None:
    offsets = _write(tmp_path, events(5))
    (file,) = segment_files(tmp_path)
    content = bytearray(file.read_bytes())
    content[offsets[2][0] + 25] ^= 1
    file.write_bytes(content)
    spool = open_spool(tmp_path)
    (segment,) = spool.segments()
    read = list(spool.read(segment.number))
    assert [getattr(item, "seq", None) for item in read] == [0, 1, None, 3, 4]
    (damage,) = damages(spool)
    assert (damage.segment, damage.offset, damage.content) == (segment.number, offsets[2][0], bytes(content[slice(*offsets[2])]))
    assert damage.reason == "these bytes are no record with a right checksum"
    assert [getattr(item, "seq", None) for item in spool.read(segment.number, after_seq=1)] == [None, 3, 4]
    assert [getattr(item, "seq", None) for item in spool.read(segment.number, after_seq=2)] == [3, 4]
    spool.close()


def test_records_that_vanished_without_a_trace_are_reported(tmp_path: Path) -> None:
    offsets = _write(tmp_path, events(4))
    (file,) = segment_files(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: offsets[1][0]] + content[offsets[2][1] :])
    spool = open_spool(tmp_path)
    assert payloads(spool) == [events(4)[0], events(4)[3]]
    assert [(damage.content, damage.reason) for damage in damages(spool)] == [(b"", "records are missing here")]
    spool.close()


def test_a_record_that_stands_in_two_places_is_read_once(tmp_path: Path) -> None:
    offsets = _write(tmp_path, events(4))
    (file,) = segment_files(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: offsets[2][0]] + content[slice(*offsets[0])] + content[offsets[2][1] :])
    spool = open_spool(tmp_path)
    assert [entry.seq for entry in entries(spool)] == [0, 1, 3]
    assert [damage.content for damage in damages(spool)] == [content[slice(*offsets[0])]]
    spool.close()


def test_a_long_damage_comes_in_pieces(tmp_path: Path) -> None:
    offsets = _write(tmp_path, [b"a", b"b" * 3_000_000, b"c"])
    (file,) = segment_files(tmp_path)
    content = bytearray(file.read_bytes())
    content[offsets[1][0]] ^= 1
    file.write_bytes(content)
    spool = open_spool(tmp_path)
    assert payloads(spool) == [b"a", b"c"]
    assert [len(damage.content) for damage in damages(spool)] == [1 << 20, 1 << 20, 3_000_020 - (2 << 20)]
    assert b"".join(damage.content for damage in damages(spool)) == bytes(content[slice(*offsets[1])])
    spool.close()


def test_a_file_that_lies_whole_in_ruins_is_kept_as_damage(tmp_path: Path) -> None:
    _write(tmp_path, events(3))
    (file,) = segment_files(tmp_path)
    file.write_bytes(b"\0" * file.stat().st_size)
    spool = open_spool(tmp_path)
    assert payloads(spool) == []
    assert [damage.content for damage in damages(spool)] == [file.read_bytes()]
    spool.close()


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6), st.binary(max_size=120), st.integers(0, 2**32 - 1))
def test_scanning_covers_a_file_exactly_once(records: list[bytes], junk: bytes, seed: int) -> None:
    content = frame.encode_frames(records, 7, seed) + junk
    with tempfile.TemporaryFile() as file:
        file.write(content)
        at = 0
        for found in frame.scan(file, start=0, limit=len(content), expected_seq=7, seed=seed):
            assert found.offset == at
            at = found.end if isinstance(found, Frame) else at + len(found.content)
            assert isinstance(found, Frame | Gap)
        assert at == len(content)
