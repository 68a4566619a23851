"""A sender's bytes never pass for a record, not even where damage makes the spool search through them."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.spools import UnsyncedDisk, append, damages, open_spool, payloads, segment_files
from tribute.spool.frame import HEAD_BYTES, encode_frames
from tribute.spool.segment import SegmentName


@settings(deadline=None)
@given(st.integers(0, 5), st.sampled_from([0, 1, 2**32 - 1, 0x9F3C61D0]), st.integers(0, HEAD_BYTES - 1), st.integers(1, 255))
def test_forged_frames_are_not_read(seq: int, guessed_seed: int, damaged_byte: int, flip: int) -> None:
    forged = encode_frames([b'{"commission":1000000}'] * 3, seq, guessed_seed)
    with tempfile.TemporaryDirectory() as name:
        spool = open_spool(Path(name), disk=UnsyncedDisk())
        append(spool, [b"first", b"{" + forged + b"}", b"last"])
        spool.close()
        (file,) = segment_files(Path(name))
        content = bytearray(file.read_bytes())
        content[HEAD_BYTES + len(b"first") + damaged_byte] ^= flip
        file.write_bytes(content)

        spool = open_spool(Path(name), disk=UnsyncedDisk())
        assert payloads(spool) == [b"first", b"last"]
        assert forged in damages(spool)[0].content
        spool.close()


def test_with_the_secret_it_would_be_read(tmp_path: Path) -> None:
    """What the test above rests on: only the seed in the file's name stands between a forger and a record."""
    spool = open_spool(tmp_path)
    append(spool, [b"first"])
    (file,) = segment_files(tmp_path)
    seed = SegmentName.parse(file.name).seed
    append(spool, [encode_frames([b"forged"], 1, seed), b"last"])
    spool.close()
    content = bytearray(file.read_bytes())
    content[HEAD_BYTES + len(b"first")] ^= 1
    file.write_bytes(content)
    spool = open_spool(tmp_path)
    assert payloads(spool) == [b"first", b"forged", b"last"]
    spool.close()


def test_each_segment_has_its_own_seed(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=1)
    append(spool, [b"a"], [b"b"], [b"c"])
    spool.close()
    names = [SegmentName.parse(file.name) for file in segment_files(tmp_path)]
    assert len({name.seed for name in names if name is not None}) == 3
