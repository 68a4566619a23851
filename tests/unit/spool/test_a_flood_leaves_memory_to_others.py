"""Full segments of a flood, which are read late, leave the system's memory; none does that is read at once, and nothing is lost by it."""

import math
from pathlib import Path

import pytest

from tests.support.spools import FaultyDisk, append, events, open_spool, payloads


@pytest.mark.parametrize(("flood_until", "forgotten"), [(math.inf, 2), (0.0, 0)])
def test_full_segments_of_a_flood_are_forgotten(tmp_path: Path, flood_until: float, forgotten: int) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, segment_bytes=100, disk=disk)
    spool._commits.rush._flood_until = flood_until

    assert append(spool, events(8), events(8, 8), events(1, 16)) == [True, True, True]

    assert disk.calls.count("forget") == forgotten
    assert payloads(spool) == events(17)
    spool.close()


def test_a_system_that_forgets_nothing_takes_records_all_the_same(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=100, disk=FaultyDisk(lambda call, _before: call == "forget"))
    spool._commits.rush._flood_until = math.inf

    assert append(spool, events(8), events(8, 8)) == [True, True]

    assert payloads(spool) == events(16)
    spool.close()
