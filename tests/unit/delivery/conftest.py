"""A spool, a local object store and a quarantine with a delivery between them, and what came of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from tests.support.spools import NOON, UnsyncedDisk, open_spool
from tribute.delivery.delivery import Delivery
from tribute.kit.clock import FixedClock
from tribute.objects.folder import FolderObjectStore
from tribute.objects.port import ObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.spool.port import Segment
from tribute.spool.spool import Spool


class Bench:
    """Everything delivery needs, in one folder; `delivery()` gives a new one, as after a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FixedClock(NOON)
        self.spool: Spool = open_spool(folder / "spool", self.clock, segment_bytes=1, disk=UnsyncedDisk())
        self.objects = FolderObjectStore(folder / "objects")
        self.quarantine = Quarantine(folder / "quarantine", self.clock)
        self.followed = False

    def delivery(
        self, *, objects: ObjectStore | None = None, may_remove: Callable[[Segment], bool] | None = None, keep_seconds: float = 600
    ) -> Delivery:
        return Delivery(
            self.spool,
            objects or self.objects,
            self.quarantine,
            self.clock,
            prefix="raw",
            may_remove=may_remove or (lambda _segment: self.followed),
            keep_seconds=keep_seconds,
        )

    def reopen(self) -> None:
        self.spool.close()
        self.spool = open_spool(self.folder / "spool", self.clock, segment_bytes=1, disk=UnsyncedDisk())

    def stored(self) -> dict[str, bytes]:
        """Each object's key with its lines."""
        lines = {}
        for info in self.objects.list():
            with self.objects.open(info.key) as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
                lines[info.key] = reader.read()
        return lines


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.spool.close()
