"""A process that died while writing leaves a torn end: it is told, kept as damage if it holds more than a header, and else cut off."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.support.spools import FaultyDisk, UnsyncedDisk, append, damages, events, open_spool, payloads, segment_files


def _die_after(folder: Path, count: int) -> Path:
    """A spool whose process ended without closing; gives its segment's file."""
    disk = FaultyDisk()
    spool = open_spool(folder, disk=disk)
    append(spool, events(count))
    disk.fails = lambda _call, _before: True  # no note of an orderly end reaches the disk
    spool.close()
    return segment_files(folder)[-1]


@pytest.mark.parametrize("tail", [b"\xf5", b"\xf5T\nR\0\0", b"\0" * 4096, b"\xf5T\nR" + b"\xff" * 16])
def test_torn_tail_is_cut(tmp_path: Path, tail: bytes) -> None:
    file = _die_after(tmp_path, 3)
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    with capture_logs() as logs:
        spool = open_spool(tmp_path)
    assert [line["event"] for line in logs] == ["spool.torn_tail"]
    assert spool.stats().torn_tails == 1
    assert payloads(spool) == events(3)
    assert damages(spool) == []
    assert file.read_bytes() == whole
    spool.close()


@pytest.mark.parametrize("count", [0, 3])
def test_a_torn_end_that_holds_a_part_of_a_record_is_kept_as_damage(tmp_path: Path, count: int) -> None:
    file = _die_after(tmp_path, count + 1)
    whole = file.read_bytes()
    frame = len(whole) // (count + 1)
    file.write_bytes(whole[:-1])
    for _ in range(2):
        spool = open_spool(tmp_path)
        assert payloads(spool) == events(count)
        (damage,) = damages(spool)
        assert damage.content == whole[count * frame : -1]
        spool.close()


def test_a_cut_anywhere_keeps_every_whole_record(tmp_path: Path) -> None:
    file = _die_after(tmp_path, 4)
    whole = file.read_bytes()
    frame = len(whole) // 4
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        (tmp_path / "spool.json").write_bytes((tmp_path / "spool.json").read_bytes().replace(b'"closed":true', b'"closed":false'))
        spool = open_spool(tmp_path, disk=UnsyncedDisk())
        assert payloads(spool) == events(length // frame)
        assert spool.stats().torn_tails == (1 if length % frame else 0)
        spool.close()


def test_a_segment_without_any_of_a_record_is_removed(tmp_path: Path) -> None:
    file = _die_after(tmp_path, 1)
    file.write_bytes(file.read_bytes()[:20])
    spool = open_spool(tmp_path)
    assert spool.segments() == []
    assert not file.exists()
    spool.close()


def test_after_an_orderly_end_the_same_bytes_are_damage(tmp_path: Path) -> None:
    """Nothing was being written, so what cannot be read at the end was confirmed once: it is kept for someone to look at."""
    spool = open_spool(tmp_path)
    append(spool, events(3))
    spool.close()
    (file,) = segment_files(tmp_path)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    spool = open_spool(tmp_path)
    assert payloads(spool) == events(2)
    (damage,) = damages(spool)
    assert damage.content == file.read_bytes()[damage.offset :]
    assert spool.stats().torn_tails == 0
    spool.close()
