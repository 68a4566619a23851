"""Delivery interrupted between any two steps, then started again, ends in the same objects, the same quarantine and an empty spool."""

from pathlib import Path
from typing import Any

from tests.support.crashes import Crash, Steps
from tests.support.spools import append, events, segment_files
from tribute.delivery.delivery import Delivery


def _fill(bench: Any) -> None:
    """Three segments, the middle one damaged."""
    append(bench.spool, events(2), events(3, first=2), events(1, first=5))
    file = segment_files(bench.folder / "spool")[1]
    content = bytearray(file.read_bytes())
    content[30] ^= 1
    file.write_bytes(content)
    bench.followed = True


def _delivery(bench: Any, steps: Steps) -> Delivery:
    return Delivery(
        steps.around(bench.spool),
        steps.around(bench.objects),
        steps.around(bench.quarantine),
        bench.clock,
        prefix="",
        may_remove=lambda _segment: steps.step() is None,
    )


def _outcome(bench: Any) -> tuple[list[bytes], list[bytes]]:
    stored = bench.stored().values()
    lines = sorted(line.split(b",", 1)[1] for content in stored for line in content.splitlines())
    return lines, [bench.quarantine.content(item.id) for item in bench.quarantine.list()]


def test_interrupted_anywhere_ends_the_same(tmp_path: Path, bench: Any) -> None:
    _fill(bench)
    steps = Steps()
    _delivery(bench, steps).run_once()
    kept_lines, kept_damage = _outcome(bench)
    assert len(kept_lines) == 5
    assert len(kept_damage) == 1
    assert steps.taken > 20
    for crash_at in range(steps.taken):
        again = type(bench)(tmp_path / str(crash_at))
        _fill(again)
        try:
            _delivery(again, Steps(crash_at)).run_once()
        except Crash:
            again.reopen()
        else:
            raise AssertionError("the crash did not happen")
        _delivery(again, Steps()).run_once()
        lines, damage = _outcome(again)
        assert lines == kept_lines
        assert [len(content) for content in damage] == [len(content) for content in kept_damage]
        assert len(again.stored()) == 3
        assert again.spool.segments() == []
        again.spool.close()
